/* Harbor-next's first form: every instance walks one set and works on what it comes by. Nobody
 * claims anything.
 *
 *     mark    SADD execution:status_outdate <id>:<vendor>
 *     cycle   SSCAN execution:status_outdate COUNT 100 to the end; each member of a batch as it
 *             comes: refresh, then SREM
 *
 * Promises: a member goes only after its refresh, so whatever dies, hangs or comes back, the next
 * walk of any instance finds what is left. A refresh that fails leaves its member; an item that
 * is gone from the database loses it.
 *
 * Breaks: instances that walk at the same time are handed the same batches in the same order, for
 * the order is the table's, and refresh the same items. Only who has fallen behind finds a
 * batch already gone. An update is lost when SREM takes a mark that was set again during the
 * refresh.
 *
 * Source: harbor-next pull request 391, first form; a reviewer there named the overlap. */
#include "strategies/cursor.h"
#include "strategies/key.h"
#include "strategies/members.h"
#include "strategies/promises.h"

enum { COUNT };

struct sscan {
    char queue[KEY_MAX];
};

static bool sscan_open(struct seat *seat)
{
    struct sscan *sscan = seat->state;
    return key_write(sscan->queue, seat, "execution:status_outdate");
}

static enum outcome sscan_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    const struct sscan *sscan = seat->state;
    return members_mark(seat, sscan->queue, ids, n);
}

static enum outcome next_batch(struct seat *seat, struct cursor *cursor, struct batch *batch)
{
    const struct sscan *sscan = seat->state;
    struct cursor_range range = {.key = sscan->queue, .count = seat->values[COUNT]};
    batch->n = 0;
    enum outcome outcome = cursor_step(seat->wire, &range, cursor, batch_visit, batch);
    if (outcome == OUTCOME_OK && batch->incomplete)
        return wire_fail(seat->wire, "out of memory for a batch");
    return outcome;
}

static enum outcome walk(struct seat *seat, struct batch *batch)
{
    const struct sscan *sscan = seat->state;
    struct cursor cursor = CURSOR_START;
    enum outcome outcome;
    do {
        outcome = next_batch(seat, &cursor, batch);
        if (outcome != OUTCOME_OK)
            return outcome;
        if (batch->n > 0)
            seat_event(seat, EVENT_CLAIMED, batch->n);
        outcome = members_refresh(seat, sscan->queue, batch);
    } while (outcome == OUTCOME_OK && !cursor_is_over(&cursor));
    return outcome;
}

static enum outcome sscan_cycle(struct seat *seat)
{
    struct batch batch = {0};
    enum outcome outcome = walk(seat, &batch);
    batch_close(&batch);
    return outcome;
}

static enum outcome sscan_census(struct seat *seat, struct census *census)
{
    const struct sscan *sscan = seat->state;
    return members_census(seat, sscan->queue, census);
}

static struct needs sscan_needs(const struct seat *seat)
{
    return (struct needs){
        .round_trips_per_item = 1 + 1.0 / (double)seat->values[COUNT], /* SREM, and SSCAN */
        .items_per_instance = 1,
        .server_bytes_per_item = MEMBERS_SERVER_BYTES,
    };
}

static const struct parameter parameters[] = {
    [COUNT] = {.name = "count",
               .type = PARAMETER_INTEGER,
               .fallback = "100",
               .min = 1,
               .max = 1000000,
               .help = "COUNT of each SSCAN (as published)"},
    {0},
};

static const struct contender contenders[] = {
    {"harbor-next", "harbor-next pull request 391, its first form", ""},
    {0},
};

const struct strategy strategy_sscan = {
    .name = "sscan",
    .summary = "every instance walks one set and works on each batch as it comes",
    .promises = PROMISES_AT_LEAST_ONCE,
    .parameters = parameters,
    .contenders = contenders,
    .state_size = sizeof(struct sscan),
    .open = sscan_open,
    .mark = sscan_mark,
    .cycle = sscan_cycle,
    .census = sscan_census,
    .needs = sscan_needs,
};
