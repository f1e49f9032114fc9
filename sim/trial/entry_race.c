/* How many instances enter a lock at once. */
#include "sim/world/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRY_RACE_ITEMS = 1000 };

#define CYCLE_S 0.04 /* of one cycle on two cores: its server, its instances, its items */

double entry_race_estimate_s(uint32_t cycles)
{
    return cycles * CYCLE_S;
}

static uint32_t count_entered(const struct world *world)
{
    uint32_t entered = 0;
    for (uint32_t i = 0; i < world->shape.instances; i++) {
        const struct process *process = &world->cluster.processes[i];
        uint64_t rounds = 0;
        for (uint32_t k = 0; k < process->slots; k++)
            rounds += counter_get(&world->board->slots[process->first_slot + k].entered);
        entered += rounds > 0;
    }
    return entered;
}

static void fail(struct entry_race *race)
{
    race->status = RUN_COULD_NOT;
    snprintf(race->error, sizeof race->error, "out of memory");
}

static void race_once(const struct scenario *scenario, const struct entry *entry,
                      const struct run_options *options, uint64_t seed, struct entry_race *race)
{
    struct run_result result = {.entry = entry};
    struct world_shape shape = {.instances = scenario->instances, .seeded = 1};
    struct world *world = calloc(1, sizeof *world);
    if (world == NULL) {
        fail(race);
        return;
    }
    if (world_open(world, scenario, entry, options, &shape, seed, &result)) {
        world_run(world);
        if (result.reason_count > 0)
            world_fail(world, RUN_COULD_NOT, "%s", result.reasons[0]);
        if (result.status == RUN_COMPLETE) {
            struct ledger_sums sums = ledger_sum(&world->board->ledger);
            race->histogram[count_entered(world)]++;
            race->cycles_redundant += sums.done > sums.useful;
            race->cycles_done++;
        }
    }
    race->status = result.status;
    memcpy(race->error, result.error, sizeof race->error);
    world_close(world);
    run_result_close(&result);
    free(world);
}

void run_entry_race(const struct scenario *scenario, const struct entry *entry,
                    const struct run_options *options, struct entry_race *race)
{
    *race = (struct entry_race){.cycles = scenario->entry_race_cycles};
    struct scenario *small = malloc(sizeof *small);
    if (small == NULL) {
        fail(race);
        return;
    }
    *small = *scenario;
    small->items = ENTRY_RACE_ITEMS;
    small->cycles = 1;
    small->wake = WAKE_ALIGNED;
    small->event_count = 0;
    small->scaler.kind = SCALER_NONE;
    small->observe.enabled = 0;
    struct run_options quiet = *options;
    quiet.trace_fd = -1;
    quiet.progress = NULL;
    for (uint32_t i = 0; i < race->cycles && race->status == RUN_COMPLETE; i++) {
        run_tell(options, entry->label, "entry race", i, race->cycles);
        race_once(small, entry, &quiet, scenario->seed + i, race);
    }
    free(small);
    uint64_t sum = 0;
    uint32_t counted = 0;
    for (uint32_t n = 0; n <= SCENARIO_INSTANCES_MAX; n++) {
        if (race->histogram[n] == 0)
            continue;
        if (counted == 0)
            race->min = n;
        counted += race->histogram[n];
        race->max = n;
        sum += (uint64_t)n * race->histogram[n];
    }
    race->mean = race->cycles_done > 0 ? (double)sum / race->cycles_done : 0;
}
