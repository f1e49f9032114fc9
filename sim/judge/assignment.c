#include "sim/judge/assignment.h"

#include "sim/world/seat.h"

#include <stdlib.h>

static bool is_owned(const struct strategy *strategy, const struct sim_seat *owners, uint32_t count,
                     uint64_t id)
{
    for (uint32_t i = 0; i < count; i++)
        if (strategy->owns(&owners[i].seat, id))
            return true;
    return false;
}

uint64_t assignment_count_missed(const struct world *world)
{
    const struct scenario *scenario = world->scenario;
    const struct strategy *strategy = world->plan.entry->strategy;
    const struct ledger *ledger = &world->board->ledger;
    if (strategy->owns == NULL || scenario->variable_count == 0)
        return 0;
    struct sim_seat *owners = calloc(scenario->instances, sizeof *owners);
    if (owners == NULL)
        return 0; /* then it is accused, which is noticed */
    uint32_t seats = cluster_seats_per_instance(scenario, world->plan.entry);
    for (uint32_t i = 0; i < scenario->instances; i++)
        seat_describe(&owners[i], &world->plan, i * seats);
    uint64_t missed = 0;
    for (uint64_t i = 0; i < ledger->count; i++)
        missed += !is_owned(strategy, owners, scenario->instances, ledger->first_id + i);
    free(owners);
    return missed;
}
