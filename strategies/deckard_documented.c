/* Deckard's distributed housekeeper as its document has it (June 2025): a lock for each task.
 *
 *     round of a task  SET deckard:housekeeper:lock:<task> <instance id> NX EX 30; if it is there,
 *                      skip this round
 *                      the task's work
 *                      GET the lock; if it is our id, DEL it
 *     metrics          before that: SET deckard:housekeeper:lock:metrics_leader <id> NX EX 60; if
 *                      it is there, skip this round. The document does not say which of the two
 *                      locks comes first; the other order costs more in a round that is skipped
 *     no housekeeper   the instance runs no task
 *     disabled         every lock succeeds, and Redis is not asked
 *
 * Tasks, by their period: unlock, timeout, recovery, ttl, max_elements each second; metrics each
 * minute. Recovery is anybody's. The items are the rounds of the tasks.
 *
 * Promises: none. A round that nobody ran is not made up.
 *
 * Breaks: the lock is given back when the work is done, so that an instance that wakes a moment
 * later finds it free and runs the same round again; only those that meet are kept apart. The lock
 * is never renewed: work of over 30 s overlaps. Between GET and DEL it may have lapsed and be
 * another's. The leader cannot renew its key either: at the end of its minute its own attempt
 * fails, or another's succeeds first, so that leadership wanders, and the one before believes in
 * itself until its next metrics round. Disabled, every instance runs everything and leads.
 *
 * Source: Deckard's document on distributed housekeeper execution. */
#include "strategies/housekeeping.h"
#include "strategies/ttl.h"

#include <string.h>

enum { LEADER_TTLS = 2 };

struct documented {
    struct housekeeping keeping; /* first: housekeeping finds it there */
    char leader_key[KEY_MAX];
};

static const struct task tasks[] = {
    [TASK_UNLOCK] = {"unlock", SECOND_MS, false},
    [TASK_TIMEOUT] = {"timeout", SECOND_MS, false},
    [TASK_RECOVERY] = {"recovery", SECOND_MS, false},
    [TASK_TTL] = {"ttl", SECOND_MS, false},
    [TASK_MAX_ELEMENTS] = {"max_elements", SECOND_MS, false},
    [TASK_METRICS] = {"metrics", MINUTE_MS, true},
    {0},
};

static bool documented_open(struct seat *seat)
{
    struct documented *documented = seat->state;
    return housekeeping_open(seat, tasks, "deckard:housekeeper:lock:%s") &&
           key_write(documented->leader_key, seat, "deckard:housekeeper:lock:metrics_leader");
}

static enum outcome acquire(struct seat *seat, const char *key, uint64_t ttl_ms, bool *acquired)
{
    const struct housekeeping *keeping = seat->state;
    struct wire_reply reply = {0};
    *acquired = true;
    if (!seat->values[HOUSEKEEPING_ENABLED])
        return OUTCOME_OK;
    wire_begin(seat->wire, "SET");
    wire_text(seat->wire, key);
    wire_text(seat->wire, keeping->id);
    wire_text(seat->wire, "NX");
    ttl_add(seat, ttl_ms);
    wire_end(seat->wire, &reply);
    enum outcome outcome = wire_flush(seat->wire);
    *acquired = outcome == OUTCOME_OK && reply.type == WIRE_STATUS; /* NX refuses with nil */
    return outcome;
}

static enum outcome release(struct seat *seat, const char *key)
{
    const struct housekeeping *keeping = seat->state;
    struct wire_reply reply = {0};
    if (!seat->values[HOUSEKEEPING_ENABLED])
        return OUTCOME_OK;
    enum outcome outcome = wire_ask(seat->wire, &reply, "GET", key);
    if (outcome != OUTCOME_OK || reply.type != WIRE_TEXT || strcmp(reply.text, keeping->id) != 0)
        return outcome;
    outcome = wire_ask(seat->wire, NULL, "DEL", key);
    if (outcome == OUTCOME_OK)
        seat_event(seat, EVENT_RELEASED, 1);
    return outcome;
}

static enum outcome campaign(struct seat *seat, bool *leads)
{
    const struct documented *documented = seat->state;
    uint64_t ttl_ms = LEADER_TTLS * (uint64_t)seat->values[HOUSEKEEPING_LOCK_TTL];
    enum outcome outcome = acquire(seat, documented->leader_key, ttl_ms, leads);
    if (outcome == OUTCOME_OK)
        seat_event(seat, EVENT_LEADING, *leads);
    return outcome;
}

static enum outcome try_round(struct seat *seat, uint32_t task, uint64_t round)
{
    const struct housekeeping *keeping = seat->state;
    uint64_t ttl_ms = (uint64_t)seat->values[HOUSEKEEPING_LOCK_TTL];
    bool good = true;
    enum outcome outcome = tasks[task].leader_only ? campaign(seat, &good) : OUTCOME_OK;
    if (outcome == OUTCOME_OK && good)
        outcome = acquire(seat, keeping->keys[task], ttl_ms, &good);
    if (outcome != OUTCOME_OK)
        return outcome;
    if (seat->values[HOUSEKEEPING_ENABLED])
        seat_event(seat, good ? EVENT_ACQUIRED : EVENT_SKIPPED, 1);
    if (!good)
        return OUTCOME_OK;
    enum outcome work = housekeeping_run(seat, task, round);
    enum outcome released = release(seat, keeping->keys[task]);
    return work != OUTCOME_OK ? work : released;
}

static enum outcome documented_cycle(struct seat *seat)
{
    return housekeeping_cycle(seat, try_round);
}

static struct needs documented_needs(const struct seat *seat)
{
    bool enabled = seat->values[HOUSEKEEPING_ENABLED];
    return (struct needs){
        .round_trips_per_item = enabled ? 3 : 0, /* SET, GET, DEL */
        .items_per_instance = 1,
        .server_ttl_ms = enabled ? (uint64_t)seat->values[HOUSEKEEPING_LOCK_TTL] : 0,
    };
}

static const struct parameter parameters[] = {
    [HOUSEKEEPING_RUNS] = HOUSEKEEPING_PARAMETER_RUNS,
    [HOUSEKEEPING_ENABLED] = HOUSEKEEPING_PARAMETER_ENABLED,
    [HOUSEKEEPING_INSTANCE_ID] = HOUSEKEEPING_PARAMETER_INSTANCE_ID,
    [HOUSEKEEPING_LOCK_TTL] = HOUSEKEEPING_PARAMETER_LOCK_TTL,
    [HOUSEKEEPING_PARALLELISM] = HOUSEKEEPING_PARAMETER_PARALLELISM,
    [HOUSEKEEPING_QUEUES] = HOUSEKEEPING_PARAMETER_QUEUES,
    {0},
};

static const struct contender contenders[] = {
    {"deckard-documented", "Deckard's document on distributed housekeeping, June 2025", ""},
    {0},
};

/* The document gives the command and no interval. The leader's key is of the pattern too. */
static const struct probe probes[] = {
    {.name = "locks", .command = "KEYS", .key = "deckard:housekeeper:lock:*", .interval_ms = 30000,
     .source = "troubleshooting of the document; the interval is ours"},
    {0},
};

const struct strategy strategy_deckard_documented = {
    .name = "deckard-documented",
    .summary = "periodic tasks, each in a lock that is given back after its work",
    .promises = 0,
    .tasks = tasks,
    .parameters = parameters,
    .contenders = contenders,
    .state_size = sizeof(struct documented),
    .locks = true,
    .shared_size = sizeof(struct housekeeping_shared),
    .open = documented_open,
    .cycle = documented_cycle,
    .census = housekeeping_census,
    .needs = documented_needs,
    .probes = probes,
};
