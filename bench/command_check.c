#include "bench/commands.h"
#include "bench/progress.h"
#include "bench/table/cell.h"
#include "bench/vary.h"

#include <inttypes.h>

enum status command_check(const struct invocation *invocation)
{
    struct scenario scenario, point;
    struct scenario_error error;
    double total_s = 0;
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
        total_s += estimate.seconds * scenario.repeats;
    }
    for (uint32_t i = 0; i < scenario.skipped_count; i++)
        printf("%-24s skipped: %s\n", scenario.skipped[i].label, scenario.skipped[i].reason);
    progress_time_text(total_s, time, sizeof time);
    printf("\nThe scenario is well formed; its runs take about %s, with %" PRIu32 " repeat%s;\n"
           "crash probes, entry races and charts come on top.\n",
           time, scenario.repeats, scenario.repeats == 1 ? "" : "s");
    return STATUS_GOOD;
}
