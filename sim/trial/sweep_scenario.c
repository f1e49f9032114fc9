/* The small world's scenario. */
#include "sim/scenario/pace.h"
#include "sim/trial/sweep_world.h"

#include <string.h>

#define CYCLE_MS 50.0 /* the cycle where nothing lapses, real time */

/* How long the cycle is and how fast the time goes: only how long a point takes depends on it. */
static void set_pace(struct scenario *scenario, double lease_ms)
{
    if (lease_ms > 0 && lease_ms < (double)scenario->cycle_ms)
        scenario->cycle_ms = (uint64_t)lease_ms;
    scenario->time_scale =
        lease_ms > 0 ? lease_ms / SWEEP_LEASE_MS : (double)scenario->cycle_ms / CYCLE_MS;
    if (scenario->time_scale < 1)
        scenario->time_scale = 1;
}

void sweep_world_scenario(const struct entry *entry, struct scenario *scenario)
{
    *scenario = (struct scenario){
        .name = "sweep",
        .items = SWEEP_ITEMS,
        .instances = 2,
        .workers = 1,
        .vendor = "GARBAGE_COLLECTION",
        .cycle_ms = 30000,
        .cycles = 0,
        .time_scale = 1,
        .producers.seeded = 1,
        .journal = JOURNAL_YES,
        .seed = 1,
        .repeats = 1,
        .watchdog_ms = 60000,
        .entry_count = 1,
    };
    scenario->entries[0] = *entry;
    set_pace(scenario, pace_shortest_lease_ms(entry, scenario->cycle_ms));
    const struct parameter *parameters = entry->strategy->parameters;
    for (unsigned i = 0; parameters[i].name != NULL; i++)
        if (strcmp(parameters[i].name, "batch") == 0)
            scenario->entries[0].values[i] = SWEEP_ITEMS;
}

double sweep_world_lease_ms(const struct scenario *scenario)
{
    return pace_shortest_lease_ms(&scenario->entries[0], scenario->cycle_ms) / scenario->time_scale;
}

void sweep_world_slow_down(struct scenario *scenario)
{
    if (scenario->time_scale >= 2 && sweep_world_lease_ms(scenario) * 2 <= SWEEP_LEASE_MOST_MS)
        scenario->time_scale /= 2;
}
