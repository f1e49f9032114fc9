/* Harbor pull request 22572 (closed, never merged): the round of `scan` inside a lock.
 *
 *     cycle   EXISTS lock; if it is there, skip this cycle
 *             SET lock <one byte> EX <cycle>
 *             the round of scan
 *             DEL lock, also when nothing was found
 *
 * Three lock commands for an instance that enters, one for an instance that skips.
 *
 * Promises: what scan promises, for the keys are scan's, and the lock frees itself: it is set
 * with its time to live in one command.
 *
 * Breaks: everyone who asks EXISTS before another's SET enters. The time to live is one cycle
 * and is never renewed, so that a longer round outlives its lock. DEL removes the lock whoever
 * owns it by then. So neither "no overlap" nor an owner-checked release is promised; with
 * acquire=set-nx and release=compare-delete only the second way in, the lapsed lease, is left.
 *
 * Source: goharbor/harbor pull request 22572. */
#include "strategies/owned_key.h"
#include "strategies/promises.h"
#include "strategies/scan.h"
#include "strategies/ttl.h"

enum { ACQUIRE = SCAN_PARAMETERS, RELEASE, TTL };
enum { EXISTS_THEN_SET, SET_NX };
enum { DELETE, COMPARE_DELETE };
enum { TOKEN_MAX = 17 };

struct lock {
    struct scan scan; /* first: scan finds it there */
    char key[KEY_MAX];
    char token[TOKEN_MAX]; /* the lock's value while this seat believes to hold it */
};

static bool lock_open(struct seat *seat)
{
    struct lock *lock = seat->state;
    return scan_open(seat) && key_write(lock->key, seat, "cache:execution:status:refresh:lock");
}

/* The cycle's length unless the scenario says otherwise. */
static uint64_t ttl_ms(const struct seat *seat)
{
    return seat->values[TTL] > 0 ? (uint64_t)seat->values[TTL] : seat->cycle_ms;
}

/* One byte as published; where the release compares, a value that no other acquisition has. */
static void write_token(struct seat *seat, struct lock *lock)
{
    if (seat->values[RELEASE] == DELETE)
        snprintf(lock->token, TOKEN_MAX, "%s", "1");
    else
        snprintf(lock->token, TOKEN_MAX, "%016llx", (unsigned long long)seat_random(seat));
}

static enum outcome set_lock(struct seat *seat, struct lock *lock, struct wire_reply *reply)
{
    write_token(seat, lock);
    wire_begin(seat->wire, "SET");
    wire_text(seat->wire, lock->key);
    wire_text(seat->wire, lock->token);
    ttl_add(seat, ttl_ms(seat));
    if (seat->values[ACQUIRE] == SET_NX)
        wire_text(seat->wire, "NX");
    wire_end(seat->wire, reply);
    return wire_flush(seat->wire);
}

static enum outcome acquire(struct seat *seat, struct lock *lock, bool *acquired)
{
    struct wire_reply reply = {0};
    *acquired = false;
    if (seat->values[ACQUIRE] == EXISTS_THEN_SET) {
        enum outcome outcome = wire_ask(seat->wire, &reply, "EXISTS", lock->key);
        if (outcome != OUTCOME_OK || reply.integer != 0)
            return outcome;
    }
    enum outcome outcome = set_lock(seat, lock, &reply);
    *acquired = outcome == OUTCOME_OK && reply.type == WIRE_STATUS; /* NX refuses with nil */
    return outcome;
}

static enum outcome release(struct seat *seat, const struct lock *lock)
{
    bool unused;
    enum outcome outcome = seat->values[RELEASE] == DELETE
                               ? wire_ask(seat->wire, NULL, "DEL", lock->key)
                               : owned_key_delete(seat->wire, lock->key, lock->token, &unused);
    if (outcome == OUTCOME_OK)
        seat_event(seat, EVENT_RELEASED, 1);
    return outcome;
}

static enum outcome lock_cycle(struct seat *seat)
{
    struct lock *lock = seat->state;
    bool acquired;
    enum outcome outcome = acquire(seat, lock, &acquired);
    if (outcome != OUTCOME_OK)
        return outcome;
    seat_event(seat, acquired ? EVENT_ACQUIRED : EVENT_SKIPPED, 1);
    if (!acquired)
        return OUTCOME_OK;
    enum outcome round = scan_round(seat);
    if (round != OUTCOME_OK && round != OUTCOME_STOP)
        return round; /* its reason is worth more than the DEL: the lock lapses by itself */
    enum outcome released = release(seat, lock);
    return round != OUTCOME_OK ? round : released;
}

static struct needs lock_needs(const struct seat *seat)
{
    struct needs needs = scan_needs(seat);
    needs.server_ttl_ms = ttl_ms(seat);
    return needs;
}

static const char *const acquire_forms[] = {
    [EXISTS_THEN_SET] = "exists-then-set", [SET_NX] = "set-nx", NULL};
static const char *const release_forms[] = {
    [DELETE] = "delete", [COMPARE_DELETE] = "compare-delete", NULL};

static const struct parameter parameters[] = {
    [SCAN_COUNT] = SCAN_PARAMETER_COUNT,
    [SCAN_SHUFFLE] = SCAN_PARAMETER_SHUFFLE,
    [ACQUIRE] = {.name = "acquire",
                 .type = PARAMETER_CHOICE,
                 .fallback = "exists-then-set",
                 .choices = acquire_forms,
                 .help = "how the lock is taken (as published)"},
    [RELEASE] = {.name = "release",
                 .type = PARAMETER_CHOICE,
                 .fallback = "delete",
                 .choices = release_forms,
                 .help = "how the lock is given back (as published)"},
    [TTL] = {.name = "ttl",
             .type = PARAMETER_DURATION,
             .fallback = "0s",
             .min = 0,
             .max = 24 * 3600 * 1000,
             .lease = true,
             .help = "time to live of the lock; 0: one cycle (as published)"},
    {0},
};

static const struct contender contenders[] = {
    {"harbor-22572", "goharbor/harbor pull request 22572, closed", ""},
    {0},
};

static const struct wire_script *const scripts[] = {&owned_key_delete_script, NULL};

const struct strategy strategy_lock = {
    .name = "lock",
    .summary = "scan inside a lock that is asked for, then taken",
    .promises = PROMISES_AT_LEAST_ONCE,
    .parameters = parameters,
    .contenders = contenders,
    .scripts = scripts,
    .state_size = sizeof(struct lock),
    .locks = true,
    .open = lock_open,
    .mark = scan_mark,
    .cycle = lock_cycle,
    .census = scan_census,
    .needs = lock_needs,
};
