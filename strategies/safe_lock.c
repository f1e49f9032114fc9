/* The lock around `scan` as it should have been: one instance at a time holds it, proves it with
 * every write, and stops when it cannot.
 *
 *     cycle   SET lock <token> NX PX 30000, the token new for each acquisition, and with fencing
 *             INCR fence, in one script; if the lock is there, skip this cycle
 *             the round of scan; per key: refresh, with fencing under the number from INCR; then
 *             a script: GET lock; if it is our token, DEL key
 *             script: GET lock; if it is our token, DEL lock
 *     upkeep  each third of the time to live, while the lock is held: script: GET lock; if it is
 *             our token, PEXPIRE lock 30000
 *
 * The lock counts as held until its time to live after the moment *before* it was asked for or
 * renewed, less what clocks may differ by. A renewal that is refused or fails ends that at once,
 * and what is over is over: no further refresh is begun. Two workers of one instance exclude each
 * other in memory.
 *
 * Promises: what scan promises, for the keys are scan's and the lock frees itself. No overlap
 * while nothing goes wrong, for the upkeep renews beside the longest refresh. A key is deleted by
 * who holds the lock, and by nobody else.
 *
 * Breaks: an instance that is paused in the middle of a refresh outlives its lock and finishes
 * beside its successor, as with every lock that lapses. With fencing the database refuses its
 * write once the successor has written; without, an older truth stands until the next mark. A
 * Redis that has lost its data counts from 1 again, and the database refuses everybody until the
 * count has caught up. While the holder is dead or paused nobody works until the lock has lapsed;
 * while its worker hangs, its upkeep keeps the lock for ever. A mark is lost as in scan when it is
 * set again between the read and the DEL. All work is one instance's.
 *
 * Source: ours, after the Redis documentation's page on distributed locks. */
#include "strategies/owned_key.h"
#include "strategies/promises.h"
#include "strategies/scan.h"
#include "strategies/token.h"

#include <stdatomic.h>

enum { FENCING = SCAN_PARAMETERS, TTL };
enum { RENEWALS_PER_TTL = 3, DRIFT_SHARE = 100, DRIFT_MS = 2 };

/* What the seats of an instance share: the lock in its hands. Wherever two of them meet in here,
 * the earlier end is what remains. */
struct grant {
    atomic_bool wanted;     /* a worker holds the lock or asks for it */
    _Atomic uint64_t token; /* 0: not held */
    _Atomic uint64_t valid_until_ms;
};

struct safe_lock {
    struct scan scan; /* first: scan finds it there */
    char key[KEY_MAX];
    char fence_key[KEY_MAX];
    char token[TOKEN_TEXT_MAX]; /* of this worker's acquisition */
    uint32_t fence;
};

static bool safe_lock_open(struct seat *seat)
{
    struct safe_lock *lock = seat->state;
    return scan_open(seat) && key_write(lock->key, seat, "cache:execution:status:refresh:lock") &&
           key_write(lock->fence_key, seat, "cache:execution:status:refresh:fence");
}

/* ---- how long the lock is ours */

/* Of a lock that was asked for, or renewed, at asked_ms. */
static uint64_t valid_until(const struct seat *seat, uint64_t asked_ms)
{
    uint64_t ttl_ms = (uint64_t)seat->values[TTL];
    return asked_ms + ttl_ms - ttl_ms / DRIFT_SHARE - DRIFT_MS;
}

static bool is_valid(struct seat *seat)
{
    const struct grant *grant = seat->shared;
    return seat_unix_ms(seat) < atomic_load(&grant->valid_until_ms);
}

/* ---- the lock */

static void acquire_inner(struct wire *wire, const struct wire_reply *reply)
{
    wire_inner(wire, "SET", 1);
    wire_inner(wire, "INCR", reply->integer > 0);
}

static const struct wire_script acquire_script = {
    .name = "acquire",
    .body = "if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end\n"
            "return redis.call('INCR', KEYS[2])\n",
    .inner = acquire_inner,
};

static enum outcome ask_fenced(struct seat *seat, struct safe_lock *lock, bool *acquired)
{
    struct wire_reply reply = {0};
    wire_eval_begin(seat->wire, &acquire_script, 2);
    wire_text(seat->wire, lock->key);
    wire_text(seat->wire, lock->fence_key);
    wire_text(seat->wire, lock->token);
    wire_int(seat->wire, seat->values[TTL]);
    enum outcome outcome = wire_eval_end(seat->wire, &acquire_script, &reply);
    lock->fence = (uint32_t)reply.integer;
    *acquired = outcome == OUTCOME_OK && reply.integer > 0;
    return outcome;
}

static enum outcome acquire(struct seat *seat, bool *acquired)
{
    struct safe_lock *lock = seat->state;
    struct grant *grant = seat->shared;
    uint64_t token = token_new(seat);
    uint64_t asked_ms = seat_unix_ms(seat);
    token_write(lock->token, token);
    enum outcome outcome =
        seat->values[FENCING]
            ? ask_fenced(seat, lock, acquired)
            : owned_key_take(seat->wire, lock->key, lock->token, seat->values[TTL], acquired);
    if (*acquired) {
        atomic_store(&grant->valid_until_ms, valid_until(seat, asked_ms));
        atomic_store(&grant->token, token);
    }
    return outcome;
}

/* Given back even when it is no longer valid: the script looks whose it is. */
static enum outcome release(struct seat *seat)
{
    const struct safe_lock *lock = seat->state;
    struct grant *grant = seat->shared;
    bool released;
    atomic_store(&grant->token, 0);
    enum outcome outcome = owned_key_delete(seat->wire, lock->key, lock->token, &released);
    if (released)
        seat_event(seat, EVENT_RELEASED, 1);
    return outcome;
}

/* ---- the round */

static enum outcome acknowledge(struct seat *seat, const char *key)
{
    const struct safe_lock *lock = seat->state;
    bool owned;
    enum outcome outcome = owned_key_delete_other(seat->wire, lock->key, lock->token, key, &owned);
    if (outcome != OUTCOME_OK || owned)
        return outcome;
    seat_event(seat, EVENT_UNOWNED, 1);
    return OUTCOME_STOP;
}

/* OUTCOME_STOP: the lock is lost, and the round is over. */
static enum outcome work_on(struct seat *seat, const char *key, uint64_t id)
{
    const struct safe_lock *lock = seat->state;
    if (!is_valid(seat))
        return OUTCOME_STOP;
    enum refresh refresh =
        seat->values[FENCING] ? seat_refresh_fenced(seat, id, lock->fence) : seat_refresh(seat, id);
    if (refresh == REFRESH_STOP || refresh == REFRESH_FENCED)
        return OUTCOME_STOP;
    return refresh == REFRESH_FAILED ? OUTCOME_OK : acknowledge(seat, key);
}

static enum outcome enter(struct seat *seat)
{
    bool acquired = false;
    enum outcome outcome = acquire(seat, &acquired);
    if (outcome != OUTCOME_OK)
        return outcome;
    seat_event(seat, acquired ? EVENT_ACQUIRED : EVENT_SKIPPED, 1);
    if (!acquired)
        return OUTCOME_OK;
    enum outcome round = scan_round_with(seat, work_on);
    if (round != OUTCOME_OK && round != OUTCOME_STOP)
        return round; /* its reason is worth more than the release: the lock lapses by itself */
    enum outcome released = release(seat);
    return round != OUTCOME_OK ? round : released;
}

static enum outcome safe_lock_cycle(struct seat *seat)
{
    struct grant *grant = seat->shared;
    if (atomic_exchange(&grant->wanted, true)) {
        seat_event(seat, EVENT_SKIPPED, 1);
        return OUTCOME_OK;
    }
    enum outcome outcome = enter(seat);
    atomic_store(&grant->token, 0);
    atomic_store(&grant->wanted, false);
    return outcome;
}

/* ---- the renewal */

/* While the reply is on its way the worker may release the lock and acquire it anew. What is then
 * stored for the old token ends earlier than what is valid for the new one, which is safe. */
static enum outcome safe_lock_renew(struct seat *seat)
{
    const struct safe_lock *lock = seat->state;
    struct grant *grant = seat->shared;
    uint64_t token = atomic_load(&grant->token);
    if (token == 0)
        return OUTCOME_OK;
    char text[TOKEN_TEXT_MAX];
    bool renewed;
    uint64_t asked_ms = seat_unix_ms(seat);
    token_write(text, token);
    enum outcome outcome =
        owned_key_expire(seat->wire, lock->key, text, seat->values[TTL], &renewed);
    if (atomic_load(&grant->token) == token)
        atomic_store(&grant->valid_until_ms, renewed ? valid_until(seat, asked_ms) : 0);
    return outcome;
}

static uint64_t safe_lock_renew_ms(const struct seat *seat)
{
    return (uint64_t)seat->values[TTL] / RENEWALS_PER_TTL;
}

static struct needs safe_lock_needs(const struct seat *seat)
{
    struct needs needs = scan_needs(seat);
    needs.items_per_instance = 1.0 / seat->instances;
    needs.private_bytes_per_item = needs.private_bytes_per_item / seat->instances + 1;
    needs.server_ttl_ms = (uint64_t)seat->values[TTL];
    return needs;
}

static const struct parameter parameters[] = {
    [SCAN_COUNT] = SCAN_PARAMETER_COUNT,
    [SCAN_SHUFFLE] = SCAN_PARAMETER_SHUFFLE,
    [FENCING] = {.name = "fencing",
                 .type = PARAMETER_SWITCH,
                 .fallback = "yes",
                 .help = "the database refuses the write of who held the lock before (ours)"},
    [TTL] =
        PARAMETER_LEASE("ttl", "30s", "time to live of the lock, renewed each third of it (ours)"),
    {0},
};

static const struct contender contenders[] = {
    {"lock-safe", "ours, after the Redis documentation on distributed locks", ""},
    {"lock-unfenced", "the same, where the database knows no fencing", "fencing=no"},
    {0},
};

static const struct wire_script *const scripts[] = {&acquire_script, &owned_key_expire_script,
                                                    &owned_key_delete_script, NULL};

const struct strategy strategy_safe_lock = {
    .name = "safe-lock",
    .summary = "scan inside a lock with owners, renewal and fencing",
    .promises = PROMISES_AT_LEAST_ONCE | PROMISE_NO_OVERLAP | PROMISE_OWNER_CHECKED,
    .parameters = parameters,
    .contenders = contenders,
    .scripts = scripts,
    .state_size = sizeof(struct safe_lock),
    .locks = true,
    .shared_size = sizeof(struct grant),
    .open = safe_lock_open,
    .mark = scan_mark,
    .cycle = safe_lock_cycle,
    .upkeep = safe_lock_renew,
    .upkeep_ms = safe_lock_renew_ms,
    .census = scan_census,
    .needs = safe_lock_needs,
};
