/* Harbor as merged: bare SPOP. What is popped is claimed, and nothing records it.
 *
 *     mark    SADD execution:status_outdate <id>:<vendor>
 *     cycle   SPOP execution:status_outdate 100; refresh each; failures back with one SADD;
 *             until a batch comes with fewer than 100 members
 *
 * Promises: a mark leads to one refresh at most, for SPOP takes it out before anybody works on
 * it and only what was not refreshed goes back. No lost update: the truth is read after the mark
 * is gone, so whoever marks later adds a new one. (That new one may be popped by another instance
 * while the first still works on the item, so "no overlap" is not promised.)
 *
 * Breaks: whatever ends an instance, its connection or its round between SPOP and the end of the
 * batch takes up to a batch of items with it until they change again. Failures go back into the
 * set that the same loop drains: a batch of items that always fail keeps the round going for ever.
 *
 * Source: goharbor/harbor pull request 23183, merged. */
#include "strategies/batch.h"
#include "strategies/key.h"
#include "strategies/members.h"

enum { BATCH };

struct pop {
    char queue[KEY_MAX];
};

static bool pop_open(struct seat *seat)
{
    struct pop *pop = seat->state;
    return key_write(pop->queue, seat, "execution:status_outdate");
}

static enum outcome pop_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    const struct pop *pop = seat->state;
    return members_mark(seat, pop->queue, ids, n);
}

static enum outcome put_back(struct seat *seat, const struct batch *batch)
{
    const struct pop *pop = seat->state;
    if (batch->n > 0)
        members_build_add(seat, pop->queue, batch->ids, batch->n);
    return wire_flush(seat->wire);
}

/* A stop in the middle of a batch: what was not begun joins the failures' SADD, the only way back
 * that the protocol has. Where the wire refuses that too, the items are lost, as in a crash. */
static enum outcome drain(struct seat *seat, struct batch *batch)
{
    const struct pop *pop = seat->state;
    for (;;) {
        int64_t members;
        enum outcome outcome =
            batch_pop(seat->wire, "SPOP", pop->queue, seat->values[BATCH], batch, &members);
        if (outcome != OUTCOME_OK)
            return outcome;
        if (members > 0)
            seat_event(seat, EVENT_CLAIMED, (uint64_t)members);
        enum outcome worked = batch_refresh(seat, batch, NULL);
        outcome = put_back(seat, batch);
        if (worked != OUTCOME_OK || outcome != OUTCOME_OK)
            return worked != OUTCOME_OK ? worked : outcome;
        if (members < seat->values[BATCH])
            return OUTCOME_OK;
    }
}

static enum outcome pop_cycle(struct seat *seat)
{
    struct batch batch = {0};
    enum outcome outcome = drain(seat, &batch);
    batch_close(&batch);
    return outcome;
}

static enum outcome pop_census(struct seat *seat, struct census *census)
{
    const struct pop *pop = seat->state;
    return members_census(seat, pop->queue, census);
}

static struct needs pop_needs(const struct seat *seat)
{
    return (struct needs){
        .round_trips_per_item = 1.0 / (double)seat->values[BATCH],
        .items_per_instance = 1.0 / seat->instances,
        .server_bytes_per_item = MEMBERS_SERVER_BYTES,
    };
}

static const struct parameter parameters[] = {
    [BATCH] = {.name = "batch",
               .type = PARAMETER_INTEGER,
               .fallback = "100",
               .min = 1,
               .max = 100000,
               .help = "members of one SPOP (as published)"},
    {0},
};

static const struct contender contenders[] = {
    {"harbor-23183", "goharbor/harbor pull request 23183, merged", ""},
    {0},
};

const struct strategy strategy_pop = {
    .name = "pop",
    .summary = "batches are popped from one set, and nothing records them",
    .promises = PROMISE_AT_MOST_ONCE | PROMISE_NO_LOST_UPDATE,
    .parameters = parameters,
    .contenders = contenders,
    .state_size = sizeof(struct pop),
    .open = pop_open,
    .mark = pop_mark,
    .cycle = pop_cycle,
    .census = pop_census,
    .needs = pop_needs,
};
