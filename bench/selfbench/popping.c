#include "bench/selfbench/popping.h"

#include "strategies/members.h"

const char popping_queue[] = "execution:status_outdate"; /* as harbor-23183's */

static enum outcome popping_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    return members_mark(seat, popping_queue, ids, n);
}

/* Its share of one half of the items, in whole batches. */
static enum outcome popping_cycle(struct seat *seat)
{
    int64_t pipeline = seat->values[POPPING_PIPELINE];
    int64_t share = (int64_t)(seat->items / 2 / seat->instances);
    enum outcome outcome = OUTCOME_OK;
    for (int64_t done = 0; done < share && outcome == OUTCOME_OK; done += pipeline) {
        for (int64_t i = 0; i < pipeline; i++) {
            wire_begin(seat->wire, "SPOP");
            wire_text(seat->wire, popping_queue);
            wire_end(seat->wire, NULL);
        }
        outcome = wire_flush(seat->wire);
    }
    return outcome;
}

static enum outcome popping_census(struct seat *seat, struct census *census)
{
    return members_census(seat, popping_queue, census);
}

static struct needs popping_needs(const struct seat *seat)
{
    return (struct needs){.round_trips_per_item = 1.0 / (double)seat->values[POPPING_PIPELINE]};
}

static const struct parameter parameters[] = {
    [POPPING_PIPELINE] = {.name = "pipeline", .type = PARAMETER_INTEGER, .fallback = "1",
                          .min = 1, .max = 1000, .help = "commands of a batch"},
    {0},
};

static const struct contender contenders[] = {{"popping", "ours", ""}, {0}};

static const struct wire_script *const scripts[] = {NULL};

const struct strategy strategy_popping = {
    .name = "popping",
    .summary = "members are popped one at a time, and nothing is done with them",
    .parameters = parameters,
    .contenders = contenders,
    .scripts = scripts,
    .mark = popping_mark,
    .cycle = popping_cycle,
    .census = popping_census,
    .needs = popping_needs,
};
