/* A lease for each task, in a sorted set of deadlines that scripts keep: asynq's form.
 *
 *     mark    script enqueue: if task <id>:<vendor> does not exist, HSET its hash, LPUSH pending
 *     claim   script dequeue: EXISTS paused, RPOPLPUSH pending active; HSET state active,
 *             HDEL pending_since, ZADD lease <now + 30 s>, HGET msg
 *     ack     script done: LREM active, ZREM lease, DEL the hash
 *     fail    script requeue: LREM active, ZREM lease, LPUSH pending, HSET state pending; at a stop
 *             RPUSH, in front of the others
 *     cycle   claims until nothing is pending
 *     upkeep  every 5 s: ZADD lease XX <now + 30 s> of all tasks in hand; and every 60 s what has
 *             been over for 30 s goes back, in front of the others
 *
 * `lease-published` (form=blind) is asynq as published, with the item as its task id, so that marks
 * are idempotent. Its enqueue ignores a mark while the task is in work, and then done deletes the
 * task: the update is lost, with no fault at all. Its done and requeue do not ask who holds the
 * task; before done, and before a lease is extended, its own clock says whether it is still valid;
 * what is not is left for recovery. Recovery
 * lists what is over in one script and moves each task in another. So who is paused between that
 * look and done may acknowledge the task of its successor, marked anew since, and if that one
 * crashes then, it is lost.
 *
 * `lease` (form=owned) cures that: the hash says who holds the task, by a token that is new for
 * each claim, and done and requeue compare it; a mark that arrives while the task is in work sets
 * `again`, and done puts the task back into pending instead of deleting it; recovery is one script.
 *
 * Left out of both, so that asynq costs more than this: its counters of processed tasks (INCR, GET,
 * INCR in each done), its set of the names of queues, the state of server and workers that each
 * beat writes for who looks on, its message (msg is the item's name), and the back-off of failed
 * and recovered tasks (15 s and more, its set of retries and its forwarder).
 * Times are in ms, by the clients' clocks as in asynq, which keeps whole seconds.
 *
 * Promises, owned: at least once under every fault, no lost update, nobody acknowledges what is not
 * its own, no overlap without faults, idempotent marks. Blind: at least once but under pause.
 *
 * Breaks: who is paused for longer than lease and grace overlaps with its successor. A task in
 * `active` without a lease would never be found (hibiken/asynq issue 1144); no script here makes
 * one.
 *
 * Source: hibiken/asynq 785bb72, internal/rdb/rdb.go, heartbeat.go, recoverer.go. */
#include "strategies/lease.h"

#include "strategies/failing.h"
#include "strategies/item.h"
#include "strategies/promises.h"
#include "strategies/token.h"

enum { MARK_CHUNK = 1000, SERVER_BYTES = 250 };

static const struct lease_forms forms[] = {
    [LEASE_OWNED] = {&lease_enqueue, &lease_done, &lease_requeue},
    [LEASE_BLIND] = {&lease_enqueue_blind, &lease_done_blind, &lease_requeue_blind},
};

/* A task in hand. */
struct held {
    uint64_t id;
    char item[ITEM_TEXT_MAX], owner[TOKEN_TEXT_MAX];
};

static bool lease_open(struct seat *seat)
{
    struct lease *lease = seat->state;
    lease->forms = &forms[seat->values[LEASE_FORM]];
    return key_write(lease->pending, seat, "asynq:{default}:pending") &&
           key_write(lease->paused, seat, "asynq:{default}:paused") &&
           key_write(lease->active, seat, "asynq:{default}:active") &&
           key_write(lease->lease, seat, "asynq:{default}:lease") &&
           key_write(lease->prefix, seat, "asynq:{default}:t:");
}

static void build_task_key(struct seat *seat, const char *item)
{
    const struct lease *lease = seat->state;
    char key[KEY_MAX + ITEM_TEXT_MAX];
    snprintf(key, sizeof key, "%s%s", lease->prefix, item);
    wire_text(seat->wire, key);
}

static enum outcome mark_chunk(struct seat *seat, const uint64_t *ids, size_t n)
{
    const struct lease *lease = seat->state;
    struct wire_reply replies[MARK_CHUNK] = {0};
    int64_t now_ms = (int64_t)seat_unix_ms(seat);
    for (size_t i = 0; i < n; i++) {
        char item[ITEM_TEXT_MAX];
        item_write(item, ids[i], seat->vendor);
        wire_eval_begin(seat->wire, lease->forms->enqueue, 2);
        build_task_key(seat, item);
        wire_text(seat->wire, lease->pending);
        wire_text(seat->wire, item);
        wire_int(seat->wire, now_ms);
        wire_end(seat->wire, &replies[i]);
    }
    return wire_eval_flush(seat->wire, lease->forms->enqueue, replies, n);
}

static enum outcome lease_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    enum outcome outcome = OUTCOME_OK;
    for (size_t at = 0; at < n && outcome == OUTCOME_OK; at += MARK_CHUNK)
        outcome = mark_chunk(seat, ids + at, n - at < MARK_CHUNK ? n - at : MARK_CHUNK);
    return outcome;
}

/* ---- the round */

uint64_t lease_deadline_ms(struct seat *seat)
{
    return seat_unix_ms(seat) + (uint64_t)seat->values[LEASE_TERM];
}

/* False: nothing is pending, or the outcome says why not. */
static bool dequeue(struct seat *seat, struct held *held, enum outcome *outcome)
{
    const struct lease *lease = seat->state;
    struct leases *leases = seat->shared;
    struct wire_reply reply = {0};
    uint64_t token = token_new(seat), until_ms = lease_deadline_ms(seat);
    token_write(held->owner, token);
    wire_eval_begin(seat->wire, &lease_dequeue, 4);
    wire_text(seat->wire, lease->pending);
    wire_text(seat->wire, lease->paused);
    wire_text(seat->wire, lease->active);
    wire_text(seat->wire, lease->lease);
    wire_int(seat->wire, (int64_t)until_ms);
    wire_text(seat->wire, lease->prefix);
    wire_text(seat->wire, held->owner);
    *outcome = wire_eval_end(seat->wire, &lease_dequeue, &reply);
    if (*outcome != OUTCOME_OK || reply.type != WIRE_TEXT)
        return false;
    snprintf(held->item, sizeof held->item, "%s", reply.text);
    item_read(reply.text, reply.len, &held->id);
    atomic_store(&leases->valid_until_ms[seat->worker], until_ms);
    hand_take(&leases->hands, seat, held->id, token);
    seat_event(seat, EVENT_CLAIMED, 1);
    return true;
}

static void begin_on_task(struct seat *seat, const struct wire_script *script, const char *item)
{
    const struct lease *lease = seat->state;
    wire_eval_begin(seat->wire, script, 4);
    wire_text(seat->wire, lease->active);
    wire_text(seat->wire, lease->lease);
    build_task_key(seat, item);
    wire_text(seat->wire, lease->pending);
    wire_text(seat->wire, item);
}

static enum outcome done(struct seat *seat, const struct held *held)
{
    const struct lease *lease = seat->state;
    struct wire_reply reply = {0};
    begin_on_task(seat, lease->forms->done, held->item);
    wire_text(seat->wire, held->owner);
    enum outcome outcome = wire_eval_end(seat->wire, lease->forms->done, &reply);
    if (outcome == OUTCOME_OK && reply.integer <= 0)
        seat_event(seat, EVENT_UNOWNED, 1);
    return outcome;
}

enum outcome lease_put_back(struct seat *seat, const char *push, const char *item,
                            const char *owner, bool *requeued)
{
    const struct lease *lease = seat->state;
    struct wire_reply reply = {0};
    begin_on_task(seat, lease->forms->requeue, item);
    wire_text(seat->wire, push);
    wire_text(seat->wire, owner);
    enum outcome outcome = wire_eval_end(seat->wire, lease->forms->requeue, &reply);
    *requeued = outcome == OUTCOME_OK && reply.integer > 0;
    return outcome;
}

static enum outcome work_on(struct seat *seat, const struct held *held, struct failing *failing)
{
    enum refresh refresh = seat_refresh(seat, held->id);
    bool stop = refresh == REFRESH_STOP, unused;
    if (lease_is_given_up(seat, seat->worker))
        return stop ? OUTCOME_STOP : OUTCOME_OK;
    if (!stop && refresh != REFRESH_FAILED)
        return done(seat, held);
    enum outcome outcome =
        lease_put_back(seat, stop ? "RPUSH" : "LPUSH", held->item, held->owner, &unused);
    if (outcome != OUTCOME_OK)
        return outcome;
    return stop || failing_again(failing, held->id) ? OUTCOME_STOP : OUTCOME_OK;
}

static enum outcome lease_cycle(struct seat *seat)
{
    struct leases *leases = seat->shared;
    struct failing failing = {0};
    struct held held;
    enum outcome outcome = OUTCOME_OK;
    while (outcome == OUTCOME_OK && dequeue(seat, &held, &outcome)) {
        outcome = work_on(seat, &held, &failing);
        hand_drop(&leases->hands, seat);
    }
    return outcome;
}

/* ---- the table */

static struct needs lease_needs(const struct seat *seat)
{
    return (struct needs){
        .round_trips_per_item = 2,
        .items_per_instance = 1.0 / seat->instances,
        .server_bytes_per_item = SERVER_BYTES,
    };
}

enum {
    PROMISES = PROMISES_AT_LEAST_ONCE | PROMISE_NO_OVERLAP | PROMISE_NO_LOST_UPDATE |
               PROMISE_OWNER_CHECKED,
    OF_OWNERS = PROMISE_AT_LEAST_ONCE_PAUSE | PROMISE_NO_LOST_UPDATE | PROMISE_OWNER_CHECKED
};

static unsigned lease_kept(const int64_t *values)
{
    return values[LEASE_FORM] == LEASE_OWNED ? PROMISES : PROMISES & ~(unsigned)OF_OWNERS;
}

static const char *const form_names[] = {[LEASE_OWNED] = "owned", [LEASE_BLIND] = "blind", NULL};

static const struct parameter parameters[] = {
    [LEASE_TERM] = PARAMETER_LEASE("lease", "30s",
                                   "time after which a lease is over (asynq, internal/rdb/rdb.go)"),
    [LEASE_EXTEND] = {.name = "extend",
                      .type = PARAMETER_DURATION,
                      .fallback = "5s",
                      .min = 10,
                      .max = 24 * 3600 * 1000,
                      .help = "time between two extensions of leases in hand (asynq, server.go)"},
    [LEASE_RECOVER] =
        {.name = "recover",
         .type = PARAMETER_DURATION,
         .fallback = "60s",
         .min = 10,
         .max = 24 * 3600 * 1000,
         .help = "least time between two looks for leases that are over (asynq, server.go)"},
    [LEASE_GRACE] =
        {.name = "grace",
         .type = PARAMETER_DURATION,
         .fallback = "30s",
         .min = 0,
         .max = 24 * 3600 * 1000,
         .help = "how long a lease must have been over to be taken back (asynq, recoverer.go)"},
    [LEASE_FORM] = {.name = "form",
                    .type = PARAMETER_CHOICE,
                    .fallback = "owned",
                    .choices = form_names,
                    .help =
                        "who acknowledges proves that it holds the task, or (as published) not"},
    {0},
};

static const struct contender contenders[] = {
    {"lease", "asynq's leases, with owners and without lost marks", ""},
    {"lease-published", "hibiken/asynq 785bb72, with the item as task id", "form=blind"},
    {0},
};

static const struct wire_script *const scripts[] = {
    &lease_enqueue, &lease_enqueue_blind, &lease_dequeue, &lease_done,    &lease_done_blind,
    &lease_requeue, &lease_requeue_blind, &lease_recover, &lease_expired, NULL};

const struct strategy strategy_lease = {
    .name = "lease",
    .summary = "each task in work has a lease in a sorted set, kept by scripts",
    .promises = PROMISES,
    .kept = lease_kept,
    .parameters = parameters,
    .contenders = contenders,
    .scripts = scripts,
    .state_size = sizeof(struct lease),
    .shared_size = sizeof(struct leases),
    .open = lease_open,
    .mark = lease_mark,
    .cycle = lease_cycle,
    .upkeep = lease_upkeep,
    .upkeep_ms = lease_upkeep_ms,
    .census = lease_census,
    .needs = lease_needs,
};
