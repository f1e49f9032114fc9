/* Deckard's distributed housekeeper a year later: locks that are renewed, and an elected leader.
 *
 *     round of a task  SET deckard_v1:{housekeeper:lock:<task>} <instance id> NX PX 30000; if it is
 *                      there, skip this round
 *                      the task's work
 *                      script: GET the lock; if it is our id, DEL it
 *     upkeep           a lock in hand, each third of its time to live: script: GET it; if it is our
 *                      id, PEXPIRE it 30000. If that is refused the work goes on all the same
 *     election         at the start and each third of the lease, by everybody: who does not lead,
 *                      SET deckard_v1:{housekeeper:election:leader} <id> NX PX 15000; who leads,
 *                      the renewal; if that is refused it leads no more. On an orderly stop it is
 *                      given back by the script above
 *     recovery, metrics  as leader only, and in their locks as well
 *     no housekeeper   the instance runs no task and does not campaign
 *     disabled         every lock succeeds, everybody leads, and Redis is not asked
 *
 * Promises: no overlap while nothing goes wrong (and it is not disabled), for the lock is renewed
 * beside the longest work. Nothing else: a round that nobody ran is not made up.
 *
 * Breaks: as in the document's version the lock is free when the work is done, so that an instance
 * that wakes a moment later runs the same round again; only what the leader alone may do is done
 * once. Work goes on under a lock that was lost. The value is the same for the life of the process,
 * not of one acquisition: its later self passes for its former one. Who is paused for longer than
 * the lease believes in itself until its next renewal, and so two lead; when the leader dies nobody
 * leads, recovers or measures until the lease has lapsed and somebody campaigns.
 *
 * Source: Deckard's code a year after its document; the campaign at the start is made before the
 * first round that needs a leader. */
#include "strategies/housekeeping.h"
#include "strategies/owned_key.h"

enum { LEASE = HOUSEKEEPING_PARAMETERS };
enum { RENEWALS_PER_TTL = 3, LOOKS_PER_RENEWAL = 5 };

/* What the seats of an instance share. */
struct hands {
    struct housekeeping_shared shared;                /* first: housekeeping finds it there */
    _Atomic uint64_t renew_at_ms[HOUSEKEEPING_TASKS]; /* of a lock in hand; 0: not held */
    atomic_bool campaigns;                            /* somebody has begun to */
    _Atomic uint64_t campaign_at_ms;                  /* the next one; 0: after the first */
    atomic_bool leads;
};

struct renewed {
    struct housekeeping keeping; /* first: housekeeping finds it there */
    char leader_key[KEY_MAX];
};

static const struct task tasks[] = {
    [TASK_UNLOCK] = {"unlock", SECOND_MS, false},
    [TASK_TIMEOUT] = {"timeout", SECOND_MS, false},
    [TASK_RECOVERY] = {"recovery", SECOND_MS, true},
    [TASK_TTL] = {"ttl", SECOND_MS, false},
    [TASK_MAX_ELEMENTS] = {"max_elements", SECOND_MS, false},
    [TASK_METRICS] = {"metrics", MINUTE_MS, true},
    {0},
};

static bool renewed_open(struct seat *seat)
{
    struct renewed *renewed = seat->state;
    return housekeeping_open(seat, tasks, "deckard_v1:{housekeeper:lock:%s}") &&
           key_write(renewed->leader_key, seat, "deckard_v1:{housekeeper:election:leader}");
}

static bool is_enabled(const struct seat *seat)
{
    return seat->values[HOUSEKEEPING_ENABLED] != 0;
}

/* ---- locks */

static enum outcome acquire(struct seat *seat, const char *key, int64_t ttl_ms, bool *acquired)
{
    const struct housekeeping *keeping = seat->state;
    return owned_key_take(seat->wire, key, keeping->id, ttl_ms, acquired);
}

static enum outcome release(struct seat *seat, const char *key)
{
    const struct housekeeping *keeping = seat->state;
    bool released;
    enum outcome outcome = owned_key_delete(seat->wire, key, keeping->id, &released);
    if (released)
        seat_event(seat, EVENT_RELEASED, 1);
    return outcome;
}

static enum outcome renew(struct seat *seat, const char *key, int64_t ttl_ms, bool *renewed)
{
    const struct housekeeping *keeping = seat->state;
    return owned_key_expire(seat->wire, key, keeping->id, ttl_ms, renewed);
}

/* When to renew what is asked for now. */
static uint64_t renewal_ms(struct seat *seat, int64_t ttl_ms)
{
    return seat_unix_ms(seat) + (uint64_t)(ttl_ms / RENEWALS_PER_TTL);
}

/* ---- election */

static void lead(struct seat *seat, bool leads)
{
    struct hands *hands = seat->shared;
    atomic_store(&hands->leads, leads);
    seat_event(seat, EVENT_LEADING, leads);
}

static enum outcome campaign(struct seat *seat)
{
    const struct renewed *renewed = seat->state;
    struct hands *hands = seat->shared;
    int64_t lease_ms = seat->values[LEASE];
    bool led = atomic_load(&hands->leads), leads = true;
    enum outcome outcome = OUTCOME_OK;
    atomic_store(&hands->campaign_at_ms, renewal_ms(seat, lease_ms));
    if (is_enabled(seat))
        outcome = led ? renew(seat, renewed->leader_key, lease_ms, &leads)
                      : acquire(seat, renewed->leader_key, lease_ms, &leads);
    if (outcome == OUTCOME_OK && leads != led)
        lead(seat, leads);
    return outcome;
}

static enum outcome look_for_leader(struct seat *seat, bool *leads)
{
    struct hands *hands = seat->shared;
    enum outcome outcome = OUTCOME_OK;
    if (!atomic_exchange(&hands->campaigns, true))
        outcome = campaign(seat);
    *leads = atomic_load(&hands->leads);
    return outcome;
}

/* ---- rounds */

static enum outcome run_locked(struct seat *seat, uint32_t task, uint64_t round)
{
    const struct housekeeping *keeping = seat->state;
    struct hands *hands = seat->shared;
    int64_t ttl_ms = seat->values[HOUSEKEEPING_LOCK_TTL];
    uint64_t renew_at_ms = renewal_ms(seat, ttl_ms);
    bool acquired;
    enum outcome outcome = acquire(seat, keeping->keys[task], ttl_ms, &acquired);
    if (outcome != OUTCOME_OK)
        return outcome;
    seat_event(seat, acquired ? EVENT_ACQUIRED : EVENT_SKIPPED, 1);
    if (!acquired)
        return OUTCOME_OK;
    atomic_store(&hands->renew_at_ms[task], renew_at_ms);
    enum outcome work = housekeeping_run(seat, task, round);
    atomic_store(&hands->renew_at_ms[task], 0);
    enum outcome released = release(seat, keeping->keys[task]);
    return work != OUTCOME_OK ? work : released;
}

static enum outcome try_round(struct seat *seat, uint32_t task, uint64_t round)
{
    bool may = true;
    enum outcome outcome = tasks[task].leader_only ? look_for_leader(seat, &may) : OUTCOME_OK;
    if (outcome != OUTCOME_OK || !may)
        return outcome;
    return is_enabled(seat) ? run_locked(seat, task, round) : housekeeping_run(seat, task, round);
}

static enum outcome renewed_cycle(struct seat *seat)
{
    return housekeeping_cycle(seat, try_round);
}

/* ---- upkeep */

/* A lock that its worker gives back meanwhile stays given back: the script finds no key, or one of
 * the next acquisition, for which a renewal does no harm. */
static enum outcome renew_if_due(struct seat *seat, uint32_t task, uint64_t now_ms)
{
    const struct housekeeping *keeping = seat->state;
    struct hands *hands = seat->shared;
    int64_t ttl_ms = seat->values[HOUSEKEEPING_LOCK_TTL];
    uint64_t due_ms = atomic_load(&hands->renew_at_ms[task]);
    bool renewed;
    if (due_ms == 0 || now_ms < due_ms)
        return OUTCOME_OK;
    uint64_t next_ms = renewal_ms(seat, ttl_ms);
    enum outcome outcome = renew(seat, keeping->keys[task], ttl_ms, &renewed);
    atomic_compare_exchange_strong(&hands->renew_at_ms[task], &due_ms, next_ms);
    return outcome;
}

static enum outcome renewed_upkeep(struct seat *seat)
{
    struct hands *hands = seat->shared;
    uint64_t now_ms = seat_unix_ms(seat);
    for (uint32_t task = 0; task < HOUSEKEEPING_TASKS; task++) {
        enum outcome outcome = renew_if_due(seat, task, now_ms);
        if (outcome != OUTCOME_OK)
            return outcome;
    }
    uint64_t campaign_at_ms = atomic_load(&hands->campaign_at_ms);
    return campaign_at_ms > 0 && now_ms >= campaign_at_ms ? campaign(seat) : OUTCOME_OK;
}

/* How often the upkeep looks whether something is due. */
static uint64_t renewed_upkeep_ms(const struct seat *seat)
{
    int64_t ttl_ms = seat->values[HOUSEKEEPING_LOCK_TTL], lease_ms = seat->values[LEASE];
    int64_t shorter_ms = ttl_ms < lease_ms ? ttl_ms : lease_ms;
    return (uint64_t)(shorter_ms / RENEWALS_PER_TTL / LOOKS_PER_RENEWAL);
}

static enum outcome renewed_leave(struct seat *seat)
{
    const struct renewed *renewed = seat->state;
    struct hands *hands = seat->shared;
    if (!atomic_load(&hands->leads))
        return OUTCOME_OK;
    enum outcome outcome = is_enabled(seat) ? release(seat, renewed->leader_key) : OUTCOME_OK;
    lead(seat, false);
    return outcome;
}

/* ---- the table */

static unsigned renewed_kept(const int64_t *values)
{
    return values[HOUSEKEEPING_ENABLED] ? PROMISE_NO_OVERLAP : 0;
}

static struct needs renewed_needs(const struct seat *seat)
{
    int64_t ttl_ms = seat->values[HOUSEKEEPING_LOCK_TTL], lease_ms = seat->values[LEASE];
    return (struct needs){
        .round_trips_per_item = is_enabled(seat) ? 2 : 0, /* SET, the script */
        .items_per_instance = 1,
        .server_ttl_ms = is_enabled(seat) ? (uint64_t)(ttl_ms < lease_ms ? ttl_ms : lease_ms) : 0,
    };
}

static const struct parameter parameters[] = {
    [HOUSEKEEPING_RUNS] = HOUSEKEEPING_PARAMETER_RUNS,
    [HOUSEKEEPING_ENABLED] = HOUSEKEEPING_PARAMETER_ENABLED,
    [HOUSEKEEPING_INSTANCE_ID] = HOUSEKEEPING_PARAMETER_INSTANCE_ID,
    [HOUSEKEEPING_LOCK_TTL] = HOUSEKEEPING_PARAMETER_LOCK_TTL,
    [HOUSEKEEPING_PARALLELISM] = HOUSEKEEPING_PARAMETER_PARALLELISM,
    [HOUSEKEEPING_QUEUES] = HOUSEKEEPING_PARAMETER_QUEUES,
    [LEASE] = {.name = "lease",
               .type = PARAMETER_DURATION,
               .fallback = "15s",
               .min = SECOND_MS,
               .max = 24 * 60 * MINUTE_MS,
               .lease = true,
               .help = "of the leader, who renews it, and for which all campaign, each third of "
                       "it (as published)"},
    {0},
};

static const struct contender contenders[] = {
    {"deckard-renewed", "Deckard's code a year after that document", ""},
    {0},
};

static const struct wire_script *const scripts[] = {&owned_key_delete_script,
                                                    &owned_key_expire_script, NULL};

/* What the document tells its operators to ask, with the keys as they are a year later. */
static const struct probe probes[] = {
    {.name = "locks", .command = "KEYS", .key = "deckard_v1:{housekeeper:lock:*",
     .interval_ms = 30000,
     .source = "troubleshooting of the document; the interval is ours"},
    {0},
};

const struct strategy strategy_deckard_renewed = {
    .name = "deckard-renewed",
    .summary = "periodic tasks in renewed locks, and an elected leader",
    .promises = PROMISE_NO_OVERLAP,
    .kept = renewed_kept,
    .tasks = tasks,
    .parameters = parameters,
    .contenders = contenders,
    .scripts = scripts,
    .state_size = sizeof(struct renewed),
    .locks = true,
    .shared_size = sizeof(struct hands),
    .open = renewed_open,
    .cycle = renewed_cycle,
    .upkeep = renewed_upkeep,
    .upkeep_ms = renewed_upkeep_ms,
    .leave = renewed_leave,
    .census = housekeeping_census,
    .needs = renewed_needs,
    .probes = probes,
};
