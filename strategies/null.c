/* No protocol at all: of N workers, the kth refreshes the items k, k + N, k + 2N, ... once per
 * cycle, owed or not, and says nothing to Redis. Its cost is the cost of the harness.
 *
 * Promises: nothing is marked or acknowledged, so no connection, pause or restart of Redis can
 * take anything away, and what is marked during one cycle is served by the next. A crashed
 * instance's share is refreshed by nobody.
 *
 * Source: ours. */
#include "strategies/strategy.h"

enum { ORDER };
enum { IN_ORDER, RANDOM };

static enum outcome null_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    (void)seat, (void)ids, (void)n;
    return OUTCOME_OK;
}

/* All workers of all instances, and this one's number among them. */
static uint64_t worker_count(const struct seat *seat)
{
    return (uint64_t)seat->instances * seat->workers;
}

static uint64_t worker_number(const struct seat *seat)
{
    return (uint64_t)seat->instance * seat->workers + seat->worker;
}

static uint64_t share_of(const struct seat *seat)
{
    if (worker_number(seat) >= seat->items)
        return 0;
    return (seat->items - worker_number(seat) - 1) / worker_count(seat) + 1;
}

static enum refresh refresh_nth(struct seat *seat, uint64_t n)
{
    return seat_refresh(seat, seat->first_id + worker_number(seat) + n * worker_count(seat));
}

static enum outcome work_in_order(struct seat *seat, uint64_t share)
{
    for (uint64_t n = 0; n < share; n++)
        if (refresh_nth(seat, n) == REFRESH_STOP)
            return OUTCOME_STOP;
    return OUTCOME_OK;
}

/* A linear congruential generator modulo the next power of two has its full period (increment
 * odd, multiplier 1 modulo 4): it comes by every number once; those past the end are skipped. */
static enum outcome work_at_random(struct seat *seat, uint64_t share)
{
    uint64_t mask = 0;
    while (mask < share - 1)
        mask = mask << 1 | 1;
    uint64_t increment = seat_random(seat) | 1, n = seat_random(seat) & mask;
    for (uint64_t step = 0; step <= mask; step++) {
        if (n < share && refresh_nth(seat, n) == REFRESH_STOP)
            return OUTCOME_STOP;
        n = (n * UINT64_C(6364136223846793005) + increment) & mask;
    }
    return OUTCOME_OK;
}

static enum outcome null_cycle(struct seat *seat)
{
    uint64_t share = share_of(seat);
    if (share == 0)
        return OUTCOME_OK;
    seat_event(seat, EVENT_CLAIMED, share);
    return seat->values[ORDER] == RANDOM ? work_at_random(seat, share) : work_in_order(seat, share);
}

/* Nobody asks what is owed: the next cycle refreshes everything. */
static enum outcome null_census(struct seat *seat, struct census *census)
{
    for (uint64_t n = 0; n < seat->items; n++)
        census_pending(census, seat->first_id + n);
    return OUTCOME_OK;
}

static struct needs null_needs(const struct seat *seat)
{
    return (struct needs){.items_per_instance = 1.0 / seat->instances};
}

static const char *const orders[] = {[IN_ORDER] = "in-order", [RANDOM] = "random", NULL};

static const struct parameter parameters[] = {
    [ORDER] = {.name = "order",
               .type = PARAMETER_CHOICE,
               .fallback = "in-order",
               .choices = orders,
               .help = "order in which an instance goes through its share"},
    {0},
};

static const struct contender contenders[] = {
    {"null", "ours: what the harness itself costs", ""},
    {0},
};

const struct strategy strategy_null = {
    .name = "null",
    .summary = "a fixed share for every instance, without asking Redis",
    .promises = PROMISE_AT_LEAST_ONCE_CUT | PROMISE_AT_LEAST_ONCE_PAUSE |
                PROMISE_AT_LEAST_ONCE_RESTART | PROMISE_NO_LOST_UPDATE,
    .measures_harness = true,
    .parameters = parameters,
    .contenders = contenders,
    .mark = null_mark,
    .cycle = null_cycle,
    .census = null_census,
    .needs = null_needs,
};
