/* The round of `scan` with a lock for each item: the one reading under which the documents' "5M
 * lock operations" of 5 instances and 1,000,000 items comes true.
 *
 *     cycle   SCAN to the end, all keys kept in memory, shuffled; per key:
 *             SET cache:lock:execution:id:<id>:vendor:<vendor> <one byte> EX 30 NX; if it is
 *             there, on to the next key
 *             (recheck=yes: EXISTS key; if it is gone, only the last step)
 *             refresh, then DEL key
 *             DEL lock
 *
 * What that counts, for N instances that have listed I keys each: N x I SETs, one attempt per
 * instance and item, which are the documents' 5M. They leave out what follows an attempt that
 * succeeds: one more lock command to release it, 5M again where all do, and the DEL of the key.
 *
 * Promises: what scan promises, for the keys are scan's, and a lock frees itself: it is set with
 * its time to live in one command.
 *
 * Breaks: the lock keeps two instances from refreshing an item at the same time, and not from
 * doing so one after the other: the list of the second is older than the first one's DEL. So
 * nearly as much is refreshed again as without locks, unless it is checked under the lock whether
 * the key is still there. The lock is not renewed, so that a refresh which takes longer overlaps
 * with the next, and the release deletes the lock whoever owns it by then. An update is lost as
 * in scan.
 *
 * Source: ours, of the documents' count alone; they describe no such lock. */
#include "strategies/promises.h"
#include "strategies/scan.h"
#include "strategies/ttl.h"

enum { RECHECK = SCAN_PARAMETERS, TTL };
enum { LOCK_KEY_MAX = 2 * KEY_MAX + 24 };

struct item_lock {
    struct scan scan;   /* first: scan finds it there */
    char head[KEY_MAX]; /* of a lock's key, in front of the id; the vendor follows it */
};

static bool item_lock_open(struct seat *seat)
{
    struct item_lock *item_lock = seat->state;
    return scan_open(seat) && key_write(item_lock->head, seat, "cache:lock:execution:id:");
}

static enum outcome acquire(struct seat *seat, const char *lock, bool *acquired)
{
    struct wire_reply reply = {0};
    wire_begin(seat->wire, "SET");
    wire_text(seat->wire, lock);
    wire_text(seat->wire, "1");
    ttl_add(seat, (uint64_t)seat->values[TTL]);
    wire_text(seat->wire, "NX");
    wire_end(seat->wire, &reply);
    enum outcome outcome = wire_flush(seat->wire);
    *acquired = outcome == OUTCOME_OK && reply.type == WIRE_STATUS; /* NX refuses with nil */
    return outcome;
}

static enum outcome work_under_lock(struct seat *seat, const char *key, uint64_t id)
{
    if (seat->values[RECHECK]) {
        struct wire_reply reply = {0};
        enum outcome outcome = wire_ask(seat->wire, &reply, "EXISTS", key);
        if (outcome != OUTCOME_OK || reply.integer == 0)
            return outcome;
    }
    return scan_work_on(seat, key, id);
}

static enum outcome work_on(struct seat *seat, const char *key, uint64_t id)
{
    const struct item_lock *item_lock = seat->state;
    char lock[LOCK_KEY_MAX];
    snprintf(lock, sizeof lock, "%s%llu:vendor:%s", item_lock->head, (unsigned long long)id,
             seat->vendor);
    bool acquired;
    enum outcome outcome = acquire(seat, lock, &acquired);
    if (!acquired)
        return outcome;
    enum outcome worked = work_under_lock(seat, key, id);
    if (worked != OUTCOME_OK && worked != OUTCOME_STOP)
        return worked; /* its reason is worth more than the DEL: the lock lapses by itself */
    enum outcome released = wire_ask(seat->wire, NULL, "DEL", lock);
    return worked != OUTCOME_OK ? worked : released;
}

static enum outcome item_lock_cycle(struct seat *seat)
{
    return scan_round_with(seat, work_on);
}

static struct needs item_lock_needs(const struct seat *seat)
{
    struct needs needs = scan_needs(seat);
    needs.round_trips_per_item += 2; /* SET and DEL of the lock */
    needs.server_ttl_ms = (uint64_t)seat->values[TTL];
    return needs;
}

static const struct parameter parameters[] = {
    [SCAN_COUNT] = SCAN_PARAMETER_COUNT,
    [SCAN_SHUFFLE] = SCAN_PARAMETER_SHUFFLE,
    [RECHECK] = {.name = "recheck",
                 .type = PARAMETER_SWITCH,
                 .fallback = "no",
                 .help = "work on an item only if its key is still there under the lock (ours)"},
    [TTL] = PARAMETER_LEASE("ttl", "30s",
                            "time to live of each lock (one published cycle, as in harbor-22572)"),
    {0},
};

static const struct contender contenders[] = {
    {"lock-per-item", "ours: what \"5M lock operations\" of the documents would take", ""},
    {0},
};

const struct strategy strategy_item_lock = {
    .name = "item-lock",
    .summary = "scan with a lock around each item",
    .promises = PROMISES_AT_LEAST_ONCE,
    .parameters = parameters,
    .contenders = contenders,
    .state_size = sizeof(struct item_lock),
    .open = item_lock_open,
    .mark = scan_mark,
    .cycle = item_lock_cycle,
    .census = scan_census,
    .needs = item_lock_needs,
};
