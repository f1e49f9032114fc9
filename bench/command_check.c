#include "bench/commands.h"
#include "bench/session.h"
#include "bench/table/cell.h"

#include <inttypes.h>

enum status command_check(const struct invocation *invocation)
{
    struct scenario scenario, point;
    struct scenario_error error;
    char time[24], items[CELL_MAX];
    if (!command_scenario(invocation, &scenario, &error))
        return STATUS_USAGE;

    cell_write((double)scenario.items, FORM_COUNT, items);
    printf("%s: %s\n%" PRIu32 " instances, %s items, %s, placement %s\n\n", scenario.name,
           scenario.question, scenario.instances, items, mode_name(scenario.mode),
           placement_name(scenario.placement));
    printf("%-24s%10s%12s\n", "contender", "about", "memory MB");
    for (uint32_t i = 0; i < scenario.entry_count; i++) {
        const struct entry *entry = &scenario.entries[i];
        struct estimate estimate = vary_estimate(&scenario, entry, &point);
        char why[RUN_REASON_MAX] = "", memory[CELL_MAX];
        bool fits = run_fits(&scenario, entry, why, sizeof why);
        progress_time_text(estimate.seconds, time, sizeof time);
        cell_write((double)estimate.bytes / 1e6, FORM_COUNT, memory);
        printf("%-24s%10s%12s%s%s\n", entry->label, time, memory, fits ? "" : "  ", why);
    }
    for (uint32_t i = 0; i < scenario.skipped_count; i++)
        printf("%-24s skipped: %s\n", scenario.skipped[i].label, scenario.skipped[i].reason);
    progress_time_text(session_estimate_s(&scenario, true, &point), time, sizeof time);
    printf("\nThe scenario is well formed; in all it takes about %s, and some seconds for charts\n",
           time);
    return STATUS_GOOD;
}
