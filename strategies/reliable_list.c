/* A private list for each worker: what is claimed moves into it in the command that pops it, and
 * stays there until it is acknowledged.
 *
 *     mark    LPUSH queue:default <id>:<vendor>: each mark is an entry of its own
 *     enter   once: SET <host> 1 EX 60, then ZADD processes <now> <host>:<worker>
 *     claim   LMOVE queue:default queue:default|<host>:<worker> RIGHT LEFT
 *     ack     LREM queue:default|<host>:<worker> 1 <id>:<vendor>
 *     fail    LMOVE from the private list back, behind the others; at a stop in front of them
 *     cycle   claims until the queue is empty. reread=yes: a worker that begins, or whose last
 *             round has not ended well, or had to send anything twice, first moves back what stands
 *             in its own list
 *     upkeep  every 10 s the same for all workers; and every 60 s recovery: ZRANGE processes; per
 *             owner EXISTS <host>, and if it is gone LMOVE from its list back until that is empty
 *     leave   reread=no: ZREM processes, DEL <host>, as Sidekiq clears its heartbeat
 *
 * The key's time to live decides who is dead; the score is the time of the last beat, for who looks
 * on (Sidekiq keeps a set, and that time in a hash).
 *
 * `reliable-list-published` is the published form: recovery looks at the lists of dead owners, and
 * nobody at those of the living. An answer to LMOVE that is lost with its connection leaves an
 * entry in the list of an owner who does not know of it and whose heart goes on beating. It is
 * stranded for as long as that owner lives; and when it has left in order, its list is one that
 * nobody knows of (super_fetch then finds it by a walk through all keys, at most once an hour,
 * which is not reproduced). So does an owner that dies and is back under its own name before
 * anybody has looked, or whose fellows have all died with it: its heart beats again, and its list
 * is not looked at (Sidekiq's owners have a new name in each life, which a host's does not have).
 * The cure is reread=yes.
 *
 * Promises: at least once under every fault; published, neither under crash nor under what cuts
 * connections. No lost update: the truth is read after the entry is out of the queue, and a later
 * mark is an entry of its own. Nobody can acknowledge what is not in its own list.
 *
 * Breaks: who is paused, or cannot reach Redis, for 60 s is robbed and overlaps with its
 * successor. Two marks are two refreshes. A crash leaves one member in `processes` for ever: to
 * remove it safely, one would have to know that its owner is not merely slow.
 *
 * Source: Sidekiq Pro's super_fetch, as its wiki and its changes describe it (heartbeat of 60 s and
 * 10 s: sidekiq/sidekiq 1bb4aa06, launcher.rb; recovery once a minute); adjust/rmq 1d31dc9. */
#include "strategies/reliable_list.h"

#include "strategies/failing.h"
#include "strategies/item.h"
#include "strategies/listing.h"
#include "strategies/promises.h"

#include <string.h>

#define QUEUE "queue:default"

bool reliable_list_heartbeat(char key[KEY_MAX], struct seat *seat, const char *host, size_t len)
{
    char name[RELIABLE_LIST_OWNER_MAX];
    snprintf(name, sizeof name, "%.*s", (int)len, host);
    return key_write(key, seat, name);
}

bool reliable_list_key(char key[KEY_MAX], struct seat *seat, const char *owner)
{
    char name[KEY_MAX];
    snprintf(name, sizeof name, QUEUE "|%s", owner);
    return key_write(key, seat, name);
}

void reliable_list_owner(char owner[RELIABLE_LIST_OWNER_MAX], const struct seat *seat,
                         uint32_t worker)
{
    snprintf(owner, RELIABLE_LIST_OWNER_MAX, "%s:%u", seat->host, worker);
}

static bool reliable_list_open(struct seat *seat)
{
    struct reliable_list *list = seat->state;
    char owner[RELIABLE_LIST_OWNER_MAX];
    reliable_list_owner(owner, seat, seat->worker);
    return key_write(list->queue, seat, QUEUE) && key_write(list->processes, seat, "processes") &&
           reliable_list_key(list->own, seat, owner) &&
           reliable_list_heartbeat(list->heartbeat, seat, seat->host, strlen(seat->host));
}

static enum outcome reliable_list_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    const struct reliable_list *list = seat->state;
    return listing_mark(seat, list->queue, ids, n);
}

/* ---- claims */

/* Back into the queue: LEFT is behind the others, RIGHT in front of them. */
static enum outcome move_back(struct seat *seat, const char *from, const char *to, bool *moved)
{
    const struct reliable_list *list = seat->state;
    struct wire_reply reply = {0};
    enum outcome outcome = wire_ask(seat->wire, &reply, "LMOVE", from, list->queue, "LEFT", to);
    *moved = outcome == OUTCOME_OK && reply.type != WIRE_NIL;
    return outcome;
}

enum outcome reliable_list_move_all_back(struct seat *seat, const char *from, uint64_t *entries)
{
    bool moved;
    enum outcome outcome;
    while ((outcome = move_back(seat, from, "RIGHT", &moved)) == OUTCOME_OK && moved)
        ++*entries;
    return outcome;
}

/* Who was robbed meanwhile finds nothing to remove. */
static enum outcome acknowledge(struct seat *seat, const char *item)
{
    const struct reliable_list *list = seat->state;
    struct wire_reply reply = {0};
    enum outcome outcome = wire_ask(seat->wire, &reply, "LREM", list->own, "1", item);
    if (outcome == OUTCOME_OK && reply.integer == 0)
        seat_event(seat, EVENT_UNOWNED, 1);
    return outcome;
}

static enum outcome prepare(struct seat *seat)
{
    struct reliable_list *list = seat->state;
    uint64_t entries = 0;
    enum outcome outcome = list->entered ? OUTCOME_OK : reliable_list_beat(seat, seat->worker, 1);
    list->entered = outcome == OUTCOME_OK;
    if (outcome == OUTCOME_OK && !list->clean && seat->values[RELIABLE_LIST_REREAD])
        outcome = reliable_list_move_all_back(seat, list->own, &entries);
    if (entries > 0)
        seat_event(seat, EVENT_RECOVERED, entries);
    return outcome;
}

static enum outcome work_on(struct seat *seat, const char *item, struct failing *failing)
{
    const struct reliable_list *list = seat->state;
    uint64_t id = 0;
    item_read(item, strlen(item), &id);
    enum refresh refresh = seat_refresh(seat, id);
    if (refresh != REFRESH_STOP && refresh != REFRESH_FAILED)
        return acknowledge(seat, item);
    bool stop = refresh == REFRESH_STOP, moved;
    enum outcome outcome = move_back(seat, list->own, stop ? "RIGHT" : "LEFT", &moved);
    if (outcome != OUTCOME_OK)
        return outcome;
    return stop || failing_again(failing, id) ? OUTCOME_STOP : OUTCOME_OK;
}

static enum outcome drain(struct seat *seat)
{
    const struct reliable_list *list = seat->state;
    struct failing failing = {0};
    for (;;) {
        struct wire_reply reply = {0};
        char item[ITEM_TEXT_MAX];
        enum outcome outcome =
            wire_ask(seat->wire, &reply, "LMOVE", list->queue, list->own, "RIGHT", "LEFT");
        if (outcome != OUTCOME_OK || reply.type == WIRE_NIL)
            return outcome;
        seat_event(seat, EVENT_CLAIMED, 1);
        snprintf(item, sizeof item, "%s", reply.text);
        outcome = work_on(seat, item, &failing);
        if (outcome != OUTCOME_OK)
            return outcome;
    }
}

static enum outcome reliable_list_cycle(struct seat *seat)
{
    struct reliable_list *list = seat->state;
    enum outcome outcome = prepare(seat);
    if (outcome != OUTCOME_OK)
        return outcome;
    unsigned resent = seat->wire->resent;
    list->clean = false;
    outcome = drain(seat);
    list->clean =
        (outcome == OUTCOME_OK || outcome == OUTCOME_STOP) && seat->wire->resent == resent;
    return outcome;
}

/* ---- the table */

static struct needs reliable_list_needs(const struct seat *seat)
{
    return (struct needs){
        .round_trips_per_item = 2,
        .items_per_instance = 1.0 / seat->instances,
        .server_bytes_per_item = LISTING_SERVER_BYTES,
        .server_ttl_ms = (uint64_t)seat->values[RELIABLE_LIST_TTL],
    };
}

enum {
    PROMISES = PROMISES_AT_LEAST_ONCE | PROMISE_NO_LOST_UPDATE | PROMISE_OWNER_CHECKED,
    OF_OWN_LISTS =
        PROMISE_AT_LEAST_ONCE_CRASH | PROMISE_AT_LEAST_ONCE_CUT | PROMISE_AT_LEAST_ONCE_RESTART
};

static unsigned reliable_list_kept(const int64_t *values)
{
    return values[RELIABLE_LIST_REREAD] ? PROMISES : PROMISES & ~(unsigned)OF_OWN_LISTS;
}

#define HOUR_MS (3600 * 1000)

static const struct parameter parameters[] = {
    [RELIABLE_LIST_TTL] = {.name = "heartbeat_ttl",
                           .type = PARAMETER_DURATION,
                           .fallback = "60s",
                           .min = 100,
                           .max = HOUR_MS,
                           .lease = true,
                           .help = "an owner not heard of for so long is dead (as published)"},
    [RELIABLE_LIST_BEAT] = {.name = "beat",
                            .type = PARAMETER_DURATION,
                            .fallback = "10s",
                            .min = 10,
                            .max = HOUR_MS,
                            .help = "time between two beats (as published)"},
    [RELIABLE_LIST_RECOVER] = {.name = "recover",
                               .type = PARAMETER_DURATION,
                               .fallback = "60s",
                               .min = 10,
                               .max = HOUR_MS,
                               .help =
                                   "least time between two looks for dead owners (as published)"},
    [RELIABLE_LIST_REREAD] =
        {.name = "reread",
         .type = PARAMETER_SWITCH,
         .fallback = "yes",
         .help = "a worker looks into its own list after a round that ended badly (ours)"},
    {0},
};

static const struct contender contenders[] = {
    {"reliable-list", "super_fetch and rmq, and an owner that looks into its own list", ""},
    {"reliable-list-published", "Sidekiq Pro's super_fetch as documented; rmq (1d31dc9)",
     "reread=no"},
    {0},
};

const struct strategy strategy_reliable_list = {
    .name = "reliable-list",
    .summary = "each worker moves items into a list of its own; those of the dead are recovered",
    .promises = PROMISES,
    .kept = reliable_list_kept,
    .parameters = parameters,
    .contenders = contenders,
    .state_size = sizeof(struct reliable_list),
    .open = reliable_list_open,
    .mark = reliable_list_mark,
    .cycle = reliable_list_cycle,
    .upkeep = reliable_list_upkeep,
    .upkeep_ms = reliable_list_upkeep_ms,
    .leave = reliable_list_leave,
    .census = reliable_list_census,
    .needs = reliable_list_needs,
};
