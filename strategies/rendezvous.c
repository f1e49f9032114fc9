/* Rendezvous hashing: every instance reads the whole queue and works on the items for which, of
 * all living instances, it draws the highest number. Nothing is configured; who lives is known by
 * heartbeats.
 *
 *     mark    SADD queue <id>:<vendor>
 *     cycle   ZRANGEBYSCORE members <now - 3 heartbeats> +inf: the instances that live
 *             SMEMBERS queue; those for which hash(id, member) is highest for this instance:
 *             refresh, then SREM
 *     upkeep  each heartbeat, and once on joining: ZADD members <now> <host>, and
 *             ZREMRANGEBYSCORE members -inf (<now - 3 heartbeats>
 *
 * The number depends on the item and the member alone, so that of N instances one that comes takes
 * 1/N of the items from the others, one that goes leaves its own to them, and no other item moves.
 * This is what the documents call consistent hashing and `modulo` is not.
 *
 * Promises: a member of the queue goes only after its refresh, and each living instance hashes the
 * whole queue in each cycle. So what an instance leaves undone, by its crash, its pause or its
 * leaving, falls to another once its heartbeat has lapsed; cut connections and a restart of Redis
 * with its data cost a cycle. An instance that is not in its own view works on nothing, for the
 * others have shared its items out.
 *
 * Breaks: while views differ (an instance has joined, left or was thought dead between the reads
 * of two others) an item has two owners and is refreshed twice, or none until the next cycle; so
 * "no overlap" is not promised, though it holds while nobody comes or goes. Heartbeats bear the
 * clocks of those who send them: one that lags by 3 heartbeats is dead to the others. An update
 * is lost when SREM takes a mark that was set again during the refresh.
 *
 * Source: ours, after Thaler and Ravishankar's highest random weight; queue as in `modulo`. */
#include "strategies/key.h"
#include "strategies/members.h"
#include "strategies/promises.h"
#include "strategies/scatter.h"

#include <string.h>

enum { HEARTBEAT };
enum { HEARTBEATS_TO_LIVE = 3 };

struct rendezvous {
    char queue[KEY_MAX];
    char members[KEY_MAX];
};

/* ---- who lives */

static uint64_t oldest_ms(struct seat *seat)
{
    return seat_unix_ms(seat) - HEARTBEATS_TO_LIVE * (uint64_t)seat->values[HEARTBEAT];
}

static enum outcome beat(struct seat *seat)
{
    const struct rendezvous *rendezvous = seat->state;
    char dead[32];
    snprintf(dead, sizeof dead, "(%llu", (unsigned long long)oldest_ms(seat));
    wire_begin(seat->wire, "ZADD");
    wire_text(seat->wire, rendezvous->members);
    wire_int(seat->wire, (int64_t)seat_unix_ms(seat));
    wire_text(seat->wire, seat->host);
    wire_end(seat->wire, NULL);
    wire_begin(seat->wire, "ZREMRANGEBYSCORE");
    wire_text(seat->wire, rendezvous->members);
    wire_text(seat->wire, "-inf");
    wire_text(seat->wire, dead);
    wire_end(seat->wire, NULL);
    return wire_flush(seat->wire);
}

/* Who keeps up announces the instance as it opens, before there is a cycle: instances that start
 * together know each other in their first one. */
static bool rendezvous_open(struct seat *seat)
{
    struct rendezvous *rendezvous = seat->state;
    if (!key_write(rendezvous->queue, seat, "cache:execution:refresh:queue") ||
        !key_write(rendezvous->members, seat, "cache:execution:refresh:members"))
        return false;
    return !seat->keeps_up || beat(seat) == OUTCOME_OK;
}

/* ---- whose is it */

/* FNV-1a, scattered, for hosts differ in their last letters. */
static uint64_t number_of(const char *host, size_t len)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)host[i]) * UINT64_C(0x100000001b3);
    return scatter(hash);
}

/* Who shares the items out, as one worker sees it. */
struct view {
    struct batch living; /* their numbers */
    uint64_t self;
    bool lives; /* self is among them */
    uint32_t worker, workers;
};

static void add_member(void *context, const struct wire_element *element)
{
    struct view *view = context;
    if (element->type != WIRE_TEXT)
        return;
    uint64_t number = number_of(element->text, element->len);
    view->lives = view->lives || number == view->self;
    batch_add(&view->living, number);
}

static enum outcome read_view(struct seat *seat, struct view *view)
{
    const struct rendezvous *rendezvous = seat->state;
    struct wire_reply reply = {.visit = add_member, .context = view};
    wire_begin(seat->wire, "ZRANGEBYSCORE");
    wire_text(seat->wire, rendezvous->members);
    wire_int(seat->wire, (int64_t)oldest_ms(seat));
    wire_text(seat->wire, "+inf");
    wire_end(seat->wire, &reply);
    enum outcome outcome = wire_flush(seat->wire);
    if (outcome == OUTCOME_OK && view->living.incomplete)
        return wire_fail(seat->wire, "out of memory for the members");
    return outcome;
}

/* The workers of the instance share what is its own by the item's hash alone. */
static bool is_own(const void *context, uint64_t id)
{
    const struct view *view = context;
    uint64_t item = scatter(id);
    if (item % view->workers != view->worker)
        return false;
    uint64_t own = scatter(item ^ view->self);
    for (size_t i = 0; i < view->living.n; i++)
        if (scatter(item ^ view->living.ids[i]) > own)
            return false;
    return true;
}

/* ---- the strategy */

static enum outcome rendezvous_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    const struct rendezvous *rendezvous = seat->state;
    return members_mark(seat, rendezvous->queue, ids, n);
}

static enum outcome work_on_own(struct seat *seat, const struct view *view)
{
    const struct rendezvous *rendezvous = seat->state;
    struct batch own = {0};
    enum outcome outcome = members_select(seat, rendezvous->queue, is_own, view, &own);
    if (outcome == OUTCOME_OK) {
        if (own.n > 0)
            seat_event(seat, EVENT_CLAIMED, own.n);
        outcome = members_refresh(seat, rendezvous->queue, &own);
    }
    batch_close(&own);
    return outcome;
}

static enum outcome rendezvous_cycle(struct seat *seat)
{
    struct view view = {
        .self = number_of(seat->host, strlen(seat->host)),
        .worker = seat->worker,
        .workers = seat->workers,
    };
    enum outcome outcome = read_view(seat, &view);
    if (outcome == OUTCOME_OK && view.lives)
        outcome = work_on_own(seat, &view);
    else if (outcome == OUTCOME_OK)
        seat_event(seat, EVENT_SKIPPED, 1);
    batch_close(&view.living);
    return outcome;
}

static uint64_t rendezvous_beat_ms(const struct seat *seat)
{
    return (uint64_t)seat->values[HEARTBEAT];
}

static enum outcome rendezvous_census(struct seat *seat, struct census *census)
{
    const struct rendezvous *rendezvous = seat->state;
    return members_census(seat, rendezvous->queue, census);
}

static struct needs rendezvous_needs(const struct seat *seat)
{
    return (struct needs){
        .round_trips_per_item = 1, /* SREM */
        .items_per_instance = 1.0 / seat->instances,
        .private_bytes_per_item = sizeof(uint64_t) / seat->instances + 1,
        .server_bytes_per_item = MEMBERS_SERVER_BYTES,
    };
}

static const struct parameter parameters[] = {
    [HEARTBEAT] = {.name = "heartbeat",
                   .type = PARAMETER_DURATION,
                   .fallback = "5s",
                   .min = 100,
                   .max = 3600 * 1000,
                   .lease = true,
                   .help = "period of the heartbeats; after 3 without one an instance is dead "
                           "(ours)"},
    {0},
};

static const struct contender contenders[] = {
    {"rendezvous", "ours: highest random weight among those whose heartbeat is fresh", ""},
    {0},
};

const struct strategy strategy_rendezvous = {
    .name = "rendezvous",
    .summary = "living instances share the queue out by hashing, without configuration",
    .promises = PROMISES_AT_LEAST_ONCE,
    .parameters = parameters,
    .contenders = contenders,
    .state_size = sizeof(struct rendezvous),
    .open = rendezvous_open,
    .mark = rendezvous_mark,
    .cycle = rendezvous_cycle,
    .upkeep = beat,
    .upkeep_ms = rendezvous_beat_ms,
    .census = rendezvous_census,
    .needs = rendezvous_needs,
};
