#include "strategies/housekeeping.h"

/* Messages that were acknowledged and messages that were refused are unlocked one after another. */
enum { UNLOCK_PASSES = 2 };
enum { GENERATED, HOST };

const char *const housekeeping_ids[] = {[GENERATED] = "generated", [HOST] = "host", NULL};

/* The first seat of an instance to come draws its id. */
static uint64_t generated_id(struct seat *seat)
{
    struct housekeeping_shared *shared = seat->shared;
    uint64_t none = 0, id = seat_random(seat) | 1;
    return atomic_compare_exchange_strong(&shared->id, &none, id) ? id : none;
}

bool housekeeping_open(struct seat *seat, const struct task *tasks, const char *key_format)
{
    struct housekeeping *keeping = seat->state;
    if (seat->values[HOUSEKEEPING_INSTANCE_ID] == HOST)
        snprintf(keeping->id, sizeof keeping->id, "%s", seat->host);
    else
        snprintf(keeping->id, sizeof keeping->id, "%016llx",
                 (unsigned long long)generated_id(seat));
    for (uint32_t task = 0; task < HOUSEKEEPING_TASKS; task++) {
        char name[KEY_MAX];
        snprintf(name, sizeof name, key_format, tasks[task].name);
        if (!key_write(keeping->keys[task], seat, name))
            return false;
    }
    return true;
}

enum outcome housekeeping_cycle(struct seat *seat, housekeeping_try *try_round)
{
    struct housekeeping *keeping = seat->state;
    if (!seat->values[HOUSEKEEPING_RUNS])
        return OUTCOME_OK;
    for (uint32_t task = seat->worker; task < HOUSEKEEPING_TASKS; task += seat->workers) {
        uint64_t round;
        if (!seat_round_now(seat, task, &round) || round < keeping->rounds_tried[task])
            continue;
        keeping->rounds_tried[task] = round + 1;
        enum outcome outcome = try_round(seat, task, round);
        if (outcome != OUTCOME_OK)
            return outcome;
    }
    return OUTCOME_OK;
}

enum outcome housekeeping_run(struct seat *seat, uint32_t task, uint64_t round)
{
    const struct fan_out unlock = {
        .pieces = (uint32_t)seat->values[HOUSEKEEPING_QUEUES],
        .hands = (uint32_t)seat->values[HOUSEKEEPING_PARALLELISM],
        .passes = UNLOCK_PASSES,
    };
    enum refresh refresh = seat_run_round(seat, task, round, task == TASK_UNLOCK ? &unlock : NULL);
    return refresh == REFRESH_STOP ? OUTCOME_STOP : OUTCOME_OK;
}

enum outcome housekeeping_census(struct seat *seat, struct census *census)
{
    (void)seat, (void)census;
    return OUTCOME_OK;
}
