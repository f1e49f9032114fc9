/* One lease for a whole batch: a script pops the batch, stores it under a key of its own and enters
 * that claim into a sorted set of deadlines; one call acknowledges all of it.
 *
 *     mark    SADD queue <id>:<vendor>
 *     claim   script: SPOP queue 100; if anything came: SADD claim:<token> all of it,
 *             ZADD claims <deadline> <token>; the token is new for each claim
 *     ack     script: ZREM claims <token>; if it was there: DEL claim:<token>, and SADD queue of
 *             what failed or, at a stop, was not begun; if not, the claim was taken back: nothing
 *     cycle   claims until a batch comes with fewer than it asked for
 *     upkeep  each third of the lease: ZADD claims XX <deadline> <token> for each claim in hand;
 *             script: ZRANGEBYSCORE claims -inf <now>; per token: SMEMBERS claim:<token>,
 *             ZREM claims <token>, SADD queue all of it, DEL claim:<token>
 *
 * The keys stand inside {outdated} so that all of them are in one slot of a cluster.
 *
 * Promises: at least once under every fault, for an item is either in the queue or in a claim at
 * any time, and every claim has a deadline. No lost update: a mark that arrives while its item is
 * in work enters the queue anew, and the truth was read after the earlier mark was gone. Nobody can
 * acknowledge a claim that was taken back, for a token is never used again. Marks are idempotent.
 *
 * Breaks: a crash repeats up to a batch. An instance that is paused for longer than the lease
 * overlaps with its successor; so may two instances when an item is marked again while in work. The
 * deadlines are by the clients' clocks.
 *
 * Source: ours; the claim that the study of what systems do on Redis measured. */
#include "strategies/batch.h"
#include "strategies/census.h"
#include "strategies/cursor.h"
#include "strategies/failing.h"
#include "strategies/hands.h"
#include "strategies/item.h"
#include "strategies/key.h"
#include "strategies/members.h"
#include "strategies/promises.h"
#include "strategies/texts.h"
#include "strategies/token.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH, LEASE };
enum { BATCH_MAX = 5000, RENEWALS_PER_LEASE = 3, RECOVER_CHUNK = 100, CENSUS_COUNT = 1000 };

struct batch_lease {
    char queue[KEY_MAX], claims[KEY_MAX], claim[KEY_MAX];
};

static bool batch_lease_open(struct seat *seat)
{
    struct batch_lease *lease = seat->state;
    return key_write(lease->queue, seat, "{outdated}:queue") &&
           key_write(lease->claims, seat, "{outdated}:claims") &&
           key_write(lease->claim, seat, "{outdated}:claim:");
}

static enum outcome batch_lease_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    const struct batch_lease *lease = seat->state;
    return members_mark(seat, lease->queue, ids, n);
}

/* ---- the scripts */

/* Whether the same claim was asked for before, and its items. */
struct claimed {
    struct batch *batch;
    int64_t again;
};

static void claimed_visit(void *context, const struct wire_element *element)
{
    struct claimed *claimed = context;
    if (element->type == WIRE_INTEGER)
        claimed->again = element->integer;
    else
        batch_visit(claimed->batch, element);
}

/* KEYS: queue, claims, claim; ARGV: how many, deadline, token. A client that has had no answer may
 * ask once more. */
static void claim_inner(struct wire *wire, const struct wire_reply *reply)
{
    const struct claimed *claimed = reply->context;
    bool new = claimed->again == 0, some = claimed->batch->n > 0;
    wire_inner(wire, "EXISTS", 1);
    wire_inner(wire, "SMEMBERS", !new);
    wire_inner(wire, "SPOP", new);
    wire_inner(wire, "SADD", new &&some);
    wire_inner(wire, "ZADD", new &&some);
}

static const struct wire_script claim_script = {
    .name = "claim",
    .body = "if redis.call('EXISTS', KEYS[3]) == 1 then\n"
            "  return {1, redis.call('SMEMBERS', KEYS[3])}\n"
            "end\n"
            "local items = redis.call('SPOP', KEYS[1], ARGV[1])\n"
            "if #items > 0 then\n"
            "  redis.call('SADD', KEYS[3], unpack(items))\n"
            "  redis.call('ZADD', KEYS[2], ARGV[2], ARGV[3])\n"
            "end\n"
            "return {0, items}\n",
    .inner = claim_inner,
};

/* KEYS: queue, claims, claim; ARGV: token, items that go back. 0: the claim was taken back; 1: all
 * is done; 2: and some went back. */
static void acknowledge_inner(struct wire *wire, const struct wire_reply *reply)
{
    wire_inner(wire, "ZREM", 1);
    wire_inner(wire, "DEL", reply->integer > 0);
    wire_inner(wire, "SADD", reply->integer > 1);
}

static const struct wire_script acknowledge_script = {
    .name = "acknowledge",
    .body = "if redis.call('ZREM', KEYS[2], ARGV[1]) == 0 then return 0 end\n"
            "redis.call('DEL', KEYS[3])\n"
            "if #ARGV == 1 then return 1 end\n"
            "redis.call('SADD', KEYS[1], unpack(ARGV, 2))\n"
            "return 2\n",
    .inner = acknowledge_inner,
};

/* KEYS: queue, claims; ARGV: now, how many, what claims' keys begin with. Returns the number of
 * claims taken back; below 0 the last of them had lost its items, and there may be more. */
static uint64_t taken_back(const struct wire_reply *reply)
{
    return (uint64_t)(reply->integer < 0 ? -reply->integer : reply->integer);
}

static void recover_inner(struct wire *wire, const struct wire_reply *reply)
{
    uint64_t claims = taken_back(reply), restored = claims - (reply->integer < 0);
    wire_inner(wire, "ZRANGEBYSCORE", 1);
    wire_inner(wire, "SMEMBERS", claims);
    wire_inner(wire, "ZREM", claims);
    wire_inner(wire, "SADD", restored);
    wire_inner(wire, "DEL", restored);
}

static const struct wire_script recover_script = {
    .name = "recover",
    .body = "local lapsed = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1],\n"
            "                          'LIMIT', 0, ARGV[2])\n"
            "for i, token in ipairs(lapsed) do\n"
            "  local items = redis.call('SMEMBERS', ARGV[3] .. token)\n"
            "  redis.call('ZREM', KEYS[2], token)\n"
            "  if #items == 0 then return -i end\n"
            "  redis.call('SADD', KEYS[1], unpack(items))\n"
            "  redis.call('DEL', ARGV[3] .. token)\n"
            "end\n"
            "return #lapsed\n",
    .inner = recover_inner,
};

/* ---- the round */

static void begin_on_claim(struct seat *seat, const struct wire_script *script, const char *token)
{
    const struct batch_lease *lease = seat->state;
    char key[KEY_MAX + TOKEN_TEXT_MAX];
    snprintf(key, sizeof key, "%s%s", lease->claim, token);
    wire_eval_begin(seat->wire, script, 3);
    wire_text(seat->wire, lease->queue);
    wire_text(seat->wire, lease->claims);
    wire_text(seat->wire, key);
}

static int64_t deadline_ms(struct seat *seat)
{
    return (int64_t)seat_unix_ms(seat) + seat->values[LEASE];
}

static enum outcome claim(struct seat *seat, const char *token, struct batch *batch)
{
    struct claimed claimed = {.batch = batch};
    struct wire_reply reply = {.visit = claimed_visit, .context = &claimed};
    batch->n = 0;
    begin_on_claim(seat, &claim_script, token);
    wire_int(seat->wire, seat->values[BATCH]);
    wire_int(seat->wire, deadline_ms(seat));
    wire_text(seat->wire, token);
    enum outcome outcome = wire_eval_end(seat->wire, &claim_script, &reply);
    if (outcome == OUTCOME_OK && batch->incomplete)
        return wire_fail(seat->wire, "out of memory for a batch");
    return outcome;
}

/* Leaves in the batch what has to go back. OUTCOME_STOP: the round should end. */
static enum outcome work_on(struct seat *seat, struct batch *batch, struct failing *failing)
{
    bool again = false;
    enum outcome outcome = batch_refresh(seat, batch, NULL);
    for (size_t i = 0; i < batch->n && outcome == OUTCOME_OK; i++)
        again |= failing_again(failing, batch->ids[i]);
    return again ? OUTCOME_STOP : outcome;
}

static enum outcome acknowledge(struct seat *seat, const char *token, const struct batch *back)
{
    begin_on_claim(seat, &acknowledge_script, token);
    wire_text(seat->wire, token);
    for (size_t i = 0; i < back->n; i++) {
        char item[ITEM_TEXT_MAX];
        wire_arg(seat->wire, item, item_write(item, back->ids[i], seat->vendor));
    }
    struct wire_reply reply = {0};
    enum outcome outcome = wire_eval_end(seat->wire, &acknowledge_script, &reply);
    if (outcome == OUTCOME_OK && reply.integer == 0)
        seat_event(seat, EVENT_UNOWNED, 1);
    return outcome;
}

/* *items is how many were claimed. */
static enum outcome take_and_work(struct seat *seat, struct batch *batch, struct failing *failing,
                                  size_t *items)
{
    uint64_t number = token_new(seat);
    char token[TOKEN_TEXT_MAX];
    token_write(token, number);
    enum outcome outcome = claim(seat, token, batch);
    *items = batch->n;
    if (outcome != OUTCOME_OK || batch->n == 0)
        return outcome;
    seat_event(seat, EVENT_CLAIMED, batch->n);
    hand_take(seat->shared, seat, number, 0);
    enum outcome worked = work_on(seat, batch, failing);
    hand_drop(seat->shared, seat);
    outcome = acknowledge(seat, token, batch);
    return outcome != OUTCOME_OK ? outcome : worked;
}

static enum outcome batch_lease_cycle(struct seat *seat)
{
    struct batch batch = {0};
    struct failing failing = {0};
    enum outcome outcome;
    size_t items;
    do
        outcome = take_and_work(seat, &batch, &failing, &items);
    while (outcome == OUTCOME_OK && items == (size_t)seat->values[BATCH]);
    batch_close(&batch);
    return outcome;
}

/* ---- upkeep */

static enum outcome renew(struct seat *seat)
{
    const struct batch_lease *lease = seat->state;
    uint64_t number, unused;
    for (uint32_t worker = 0; worker < seat->workers; worker++) {
        char token[TOKEN_TEXT_MAX];
        if (!hand_look(seat->shared, worker, &number, &unused))
            continue;
        token_write(token, number);
        wire_begin(seat->wire, "ZADD");
        wire_text(seat->wire, lease->claims);
        wire_text(seat->wire, "XX");
        wire_int(seat->wire, deadline_ms(seat));
        wire_text(seat->wire, token);
        wire_end(seat->wire, NULL);
    }
    return wire_flush(seat->wire);
}

static enum outcome recover(struct seat *seat)
{
    const struct batch_lease *lease = seat->state;
    struct wire_reply reply;
    enum outcome outcome;
    do {
        reply = (struct wire_reply){0};
        wire_eval_begin(seat->wire, &recover_script, 2);
        wire_text(seat->wire, lease->queue);
        wire_text(seat->wire, lease->claims);
        wire_int(seat->wire, (int64_t)seat_unix_ms(seat));
        wire_int(seat->wire, RECOVER_CHUNK);
        wire_text(seat->wire, lease->claim);
        outcome = wire_eval_end(seat->wire, &recover_script, &reply);
        if (outcome == OUTCOME_OK && reply.integer != 0)
            seat_event(seat, EVENT_RECOVERED, taken_back(&reply));
    } while (outcome == OUTCOME_OK && (reply.integer < 0 || reply.integer == RECOVER_CHUNK));
    return outcome;
}

static enum outcome batch_lease_upkeep(struct seat *seat)
{
    enum outcome outcome = renew(seat);
    return outcome == OUTCOME_OK ? recover(seat) : outcome;
}

static uint64_t batch_lease_upkeep_ms(const struct seat *seat)
{
    return (uint64_t)seat->values[LEASE] / RENEWALS_PER_LEASE;
}

/* ---- census */

/* claims: token and deadline in turn. */
static enum outcome census_claims(struct seat *seat, const struct texts *claims,
                                  struct census *census)
{
    const struct batch_lease *lease = seat->state;
    enum outcome outcome = OUTCOME_OK;
    for (size_t i = 0; outcome == OUTCOME_OK && i + 1 < claims->n; i += 2) {
        char key[KEY_MAX + TOKEN_TEXT_MAX];
        snprintf(key, sizeof key, "%s%s", lease->claim, texts_at(claims, i));
        struct census_claims of = {census, strtoull(texts_at(claims, i + 1), NULL, 10) +
                                               2 * batch_lease_upkeep_ms(seat)};
        struct cursor_range range = {.key = key, .count = CENSUS_COUNT};
        outcome = cursor_walk(seat->wire, &range, census_visit_claimed, &of);
    }
    return outcome;
}

static enum outcome batch_lease_census(struct seat *seat, struct census *census)
{
    const struct batch_lease *lease = seat->state;
    struct texts claims = {0};
    struct wire_reply reply = {.visit = texts_visit, .context = &claims};
    enum outcome outcome = members_census(seat, lease->queue, census);
    if (outcome == OUTCOME_OK)
        outcome = wire_ask(seat->wire, &reply, "ZRANGE", lease->claims, "0", "-1", "WITHSCORES");
    if (outcome == OUTCOME_OK && claims.incomplete)
        outcome = wire_fail(seat->wire, "out of memory for the claims");
    if (outcome == OUTCOME_OK)
        outcome = census_claims(seat, &claims, census);
    texts_close(&claims);
    return outcome;
}

static struct needs batch_lease_needs(const struct seat *seat)
{
    return (struct needs){
        .round_trips_per_item = 2 / (double)seat->values[BATCH],
        .items_per_instance = 1.0 / seat->instances,
        .server_bytes_per_item = MEMBERS_SERVER_BYTES,
    };
}

static const struct parameter parameters[] = {
    [BATCH] = {.name = "batch",
               .type = PARAMETER_INTEGER,
               .fallback = "100",
               .min = 1,
               .max = BATCH_MAX,
               .help = "items of one claim (ours)"},
    [LEASE] = PARAMETER_LEASE("lease", "30s",
                              "time after which a claim lapses, renewed each third of it (ours)"),
    {0},
};

static const struct contender contenders[] = {
    {"batch-lease", "ours: SPOP a batch, store it, one lease, acknowledged as a whole", ""},
    {0},
};

static const struct wire_script *const scripts[] = {&claim_script, &acknowledge_script,
                                                    &recover_script, NULL};

const struct strategy strategy_batch_lease = {
    .name = "batch-lease",
    .summary = "batches are popped and stored under one key with one lease by a script",
    .promises = PROMISES_AT_LEAST_ONCE | PROMISE_NO_LOST_UPDATE | PROMISE_OWNER_CHECKED,
    .parameters = parameters,
    .contenders = contenders,
    .scripts = scripts,
    .state_size = sizeof(struct batch_lease),
    .shared_size = sizeof(struct hands),
    .open = batch_lease_open,
    .mark = batch_lease_mark,
    .cycle = batch_lease_cycle,
    .upkeep = batch_lease_upkeep,
    .upkeep_ms = batch_lease_upkeep_ms,
    .census = batch_lease_census,
    .needs = batch_lease_needs,
};
