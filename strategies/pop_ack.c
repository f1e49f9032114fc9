/* The pop is the acknowledge, as in the basic fetch of Sidekiq and Resque: what has come out of the
 * list is the worker's, and nothing records it.
 *
 *     mark    LPUSH queue:default <id>:<vendor>: each mark is an entry of its own
 *     cycle   RPOP queue:default 1; refresh; a failure back with one LPUSH, behind the others;
 *             until the list is empty
 *     stop    what is not begun back with one RPUSH, in front of the others (bulk_requeue)
 *
 * A worker there blocks in BRPOP for 2 s when the list is empty; here the cycle is that wait. The
 * entry there is a job in JSON, and a failed one waits out a back-off in a set of retries; here it
 * is the item's name, and does not wait. Left out, so that both cost more than this: the set of the
 * names of queues, what is counted of jobs, and the record of who works on what, which Resque
 * writes after its pop and removes after the job. With batch > 1 a pop takes several at once, which
 * neither of them does: it is what a reader of this form gives away per crash.
 *
 * Promises: a mark leads to one refresh at most. No lost update: the truth is read after the entry
 * is out of the list, and a later mark is an entry of its own, which another instance may take
 * while the first is still at work.
 *
 * Breaks: whatever ends an instance or its connection between the pop and the end of the refresh
 * takes the item with it until it is marked again. Two marks are two refreshes.
 *
 * Source: sidekiq/sidekiq 1bb4aa06, lib/sidekiq/fetch.rb; resque/resque 9fc870e7, data_store.rb. */
#include "strategies/batch.h"
#include "strategies/failing.h"
#include "strategies/key.h"
#include "strategies/listing.h"

enum { BATCH };

struct pop_ack {
    char queue[KEY_MAX];
};

static bool pop_ack_open(struct seat *seat)
{
    struct pop_ack *pop = seat->state;
    return key_write(pop->queue, seat, "queue:default");
}

static enum outcome pop_ack_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    const struct pop_ack *pop = seat->state;
    return listing_mark(seat, pop->queue, ids, n);
}

static enum outcome put_back(struct seat *seat, const char *push, const uint64_t *ids, size_t n)
{
    const struct pop_ack *pop = seat->state;
    if (n > 0)
        listing_build_push(seat, push, pop->queue, ids, n);
    return wire_flush(seat->wire);
}

/* OUTCOME_STOP too when the round should end: what is left fails again and again. */
static enum outcome work_on(struct seat *seat, const struct batch *batch, struct failing *failing)
{
    size_t failed = 0, i = 0;
    bool stop = false, again = false;
    for (; i < batch->n && !stop; i++) {
        uint64_t id = batch->ids[i];
        enum refresh refresh = seat_refresh(seat, id);
        stop = refresh == REFRESH_STOP;
        if (refresh != REFRESH_FAILED)
            continue;
        again |= failing_again(failing, id);
        batch->ids[failed++] = id;
    }
    i -= stop; /* that one has not been begun either */
    enum outcome outcome = put_back(seat, "RPUSH", batch->ids + i, batch->n - i);
    if (outcome == OUTCOME_OK)
        outcome = put_back(seat, "LPUSH", batch->ids, failed);
    return outcome == OUTCOME_OK && (stop || again) ? OUTCOME_STOP : outcome;
}

static enum outcome drain(struct seat *seat, struct batch *batch)
{
    const struct pop_ack *pop = seat->state;
    struct failing failing = {0};
    enum outcome outcome;
    int64_t unused;
    do {
        outcome = batch_pop(seat->wire, "RPOP", pop->queue, seat->values[BATCH], batch, &unused);
        if (outcome != OUTCOME_OK || batch->n == 0)
            return outcome;
        seat_event(seat, EVENT_CLAIMED, batch->n);
        outcome = work_on(seat, batch, &failing);
    } while (outcome == OUTCOME_OK);
    return outcome;
}

static enum outcome pop_ack_cycle(struct seat *seat)
{
    struct batch batch = {0};
    enum outcome outcome = drain(seat, &batch);
    batch_close(&batch);
    return outcome;
}

static enum outcome pop_ack_census(struct seat *seat, struct census *census)
{
    const struct pop_ack *pop = seat->state;
    return listing_census(seat, pop->queue, census);
}

static struct needs pop_ack_needs(const struct seat *seat)
{
    return (struct needs){
        .round_trips_per_item = 1.0 / (double)seat->values[BATCH],
        .items_per_instance = 1.0 / seat->instances,
        .server_bytes_per_item = LISTING_SERVER_BYTES,
    };
}

static const struct parameter parameters[] = {
    [BATCH] = {.name = "batch",
               .type = PARAMETER_INTEGER,
               .fallback = "1",
               .min = 1,
               .max = 100000,
               .help = "entries of one pop (as published: one)"},
    {0},
};

static const struct contender contenders[] = {
    {"pop-ack", "Sidekiq's basic fetch (1bb4aa06), Resque (9fc870e7)", ""},
    {0},
};

const struct strategy strategy_pop_ack = {
    .name = "pop-ack",
    .summary = "the pop from a list is the acknowledge, and nothing records it",
    .promises = PROMISE_AT_MOST_ONCE | PROMISE_NO_LOST_UPDATE,
    .parameters = parameters,
    .contenders = contenders,
    .state_size = sizeof(struct pop_ack),
    .open = pop_ack_open,
    .mark = pop_ack_mark,
    .cycle = pop_ack_cycle,
    .census = pop_ack_census,
    .needs = pop_ack_needs,
};
