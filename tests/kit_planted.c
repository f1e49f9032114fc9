#include "tests/kit_planted.h"

#include "strategies/batch.h"
#include "strategies/item.h"
#include "strategies/members.h"
#include "strategies/token.h"

#include <stdlib.h>
#include <string.h>

enum { BUG, LEASE };

#define QUEUE "queue"
#define CLAIMS "claims" /* item -> deadline */
#define OWNERS "owners" /* item -> token */
#define LOCK "lock"

static const char *const names[] = {
    [PLANTED_SOUND] = "sound",
    [PLANTED_ACKNOWLEDGE_FIRST] = "acknowledge-first",
    [PLANTED_BLIND_ACKNOWLEDGE] = "blind-acknowledge",
    [PLANTED_NO_RECOVERY] = "no-recovery",
    [PLANTED_RECOVERY_FORGETS] = "recovery-forgets",
    [PLANTED_SETNX_THEN_EXPIRE] = "setnx-then-expire",
    [PLANTED_UNCONDITIONAL_DEL] = "unconditional-del",
    [PLANTED_EXISTS_THEN_SET] = "exists-then-set",
    [PLANTED_POP_THEN_RECORD] = "pop-then-record",
    [PLANTED_REQUEUE_AFTER] = "requeue-after",
    [PLANTED_FAILURE_SWALLOWED] = "failure-swallowed",
    [PLANTED_CLAIM_SHARED] = "claim-shared",
    [PLANTED_REMARK_LOST] = "remark-lost",
    [PLANTED_DONE_TWICE] = "done-twice",
    [PLANTED_LEASE_TOO_SHORT] = "lease-too-short",
    [PLANTED_FOREIGN_RENEWAL] = "foreign-renewal",
    NULL,
};

const char *planted_name(enum planted_bug bug)
{
    return names[bug];
}

struct planted {
    char token[TOKEN_TEXT_MAX];
};

static bool has(const struct seat *seat, enum planted_bug bug)
{
    return seat->values[BUG] == (int64_t)bug;
}

static enum outcome mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    return members_mark(seat, QUEUE, ids, n);
}

static uint64_t deadline_ms(struct seat *seat)
{
    return seat_unix_ms(seat) + (uint64_t)seat->values[LEASE];
}

/* ---- the scripts; each has queue, claims and owners as its keys */

static void claim_inner(struct wire *wire, const struct wire_reply *reply)
{
    bool found = reply->type == WIRE_TEXT;
    wire_inner(wire, "SPOP", 1);
    wire_inner(wire, "ZADD", found);
    wire_inner(wire, "HSET", found);
}

static const struct wire_script claim_script = {
    .name = "claim",
    .body = "local item = redis.call('SPOP', KEYS[1])\n"
            "if not item then return false end\n"
            "redis.call('ZADD', KEYS[2], ARGV[1], item)\n"
            "redis.call('HSET', KEYS[3], item, ARGV[2])\n"
            "return item\n",
    .inner = claim_inner,
};

static void record_inner(struct wire *wire, const struct wire_reply *reply)
{
    (void)reply;
    wire_inner(wire, "ZADD", 1);
    wire_inner(wire, "HSET", 1);
}

/* The second half of claim. */
static const struct wire_script record_script = {
    .name = "record",
    .body = "redis.call('ZADD', KEYS[2], ARGV[1], ARGV[3])\n"
            "redis.call('HSET', KEYS[3], ARGV[3], ARGV[2])\n"
            "return 1\n",
    .inner = record_inner,
};

static void acknowledge_inner(struct wire *wire, const struct wire_reply *reply)
{
    wire_inner(wire, "HGET", 1);
    wire_inner(wire, "ZREM", reply->integer > 0);
    wire_inner(wire, "HDEL", reply->integer > 0);
    wire_inner(wire, "SADD", reply->integer > 1);
}

/* ARGV: token ("" for whoever's it is), item, and "back" to put it back. */
static const struct wire_script acknowledge_script = {
    .name = "acknowledge",
    .body = "local owner = redis.call('HGET', KEYS[3], ARGV[2])\n"
            "if ARGV[1] ~= '' and owner ~= ARGV[1] then return 0 end\n"
            "redis.call('ZREM', KEYS[2], ARGV[2])\n"
            "redis.call('HDEL', KEYS[3], ARGV[2])\n"
            "if ARGV[3] ~= 'back' then return 1 end\n"
            "redis.call('SADD', KEYS[1], ARGV[2])\n"
            "return 2\n",
    .inner = acknowledge_inner,
};

static void recover_inner(struct wire *wire, const struct wire_reply *reply)
{
    uint64_t found = (uint64_t)reply->integer / 2, back = (uint64_t)reply->integer % 2;
    wire_inner(wire, "ZRANGEBYSCORE", 1);
    wire_inner(wire, "ZREM", found);
    wire_inner(wire, "HDEL", found);
    wire_inner(wire, "SADD", found - back);
}

/* ARGV: now, and "forget" to forget the last. The reply is twice how many, and 1 if one was
 * forgotten. */
static const struct wire_script recover_script = {
    .name = "recover",
    .body = "local lapsed = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1])\n"
            "local forgotten = 0\n"
            "for i, item in ipairs(lapsed) do\n"
            "  redis.call('ZREM', KEYS[2], item)\n"
            "  redis.call('HDEL', KEYS[3], item)\n"
            "  if i == #lapsed and ARGV[2] == 'forget' then forgotten = 1\n"
            "  else redis.call('SADD', KEYS[1], item) end\n"
            "end\n"
            "return 2 * #lapsed + forgotten\n",
    .inner = recover_inner,
};

static void renew_inner(struct wire *wire, const struct wire_reply *reply)
{
    wire_inner(wire, "ZRANGE", 1);
    wire_inner(wire, "ZADD", (uint64_t)reply->integer);
}

/* Of everybody's claims. ARGV: the new deadline. */
static const struct wire_script renew_script = {
    .name = "renew",
    .body = "local claims = redis.call('ZRANGE', KEYS[2], 0, -1)\n"
            "for _, item in ipairs(claims) do redis.call('ZADD', KEYS[2], ARGV[1], item) end\n"
            "return #claims\n",
    .inner = renew_inner,
};

static const struct wire_script *const scripts[] = {
    &claim_script, &record_script, &acknowledge_script, &recover_script, &renew_script, NULL};

static void call(struct seat *seat, const struct wire_script *script)
{
    wire_eval_begin(seat->wire, script, 3);
    wire_text(seat->wire, QUEUE);
    wire_text(seat->wire, CLAIMS);
    wire_text(seat->wire, OWNERS);
}

/* ---- claim and acknowledge */

static enum outcome record(struct seat *seat, const char *item)
{
    const struct planted *planted = seat->state;
    call(seat, &record_script);
    wire_int(seat->wire, (int64_t)deadline_ms(seat));
    wire_text(seat->wire, planted->token);
    wire_text(seat->wire, item);
    return wire_eval_end(seat->wire, &record_script, NULL);
}

/* In two steps: what is taken, and that it is. `item` stays empty where there is none. */
static enum outcome claim_in_two(struct seat *seat, const char *command, char item[ITEM_TEXT_MAX])
{
    struct wire_reply reply = {0};
    enum outcome outcome = wire_ask(seat->wire, &reply, command, QUEUE);
    if (outcome != OUTCOME_OK || reply.type == WIRE_NIL)
        return outcome;
    snprintf(item, ITEM_TEXT_MAX, "%s", reply.text);
    return record(seat, item);
}

static enum outcome claim(struct seat *seat, char item[ITEM_TEXT_MAX])
{
    struct planted *planted = seat->state;
    struct wire_reply reply = {0};
    item[0] = '\0';
    token_write(planted->token, token_new(seat));
    if (has(seat, PLANTED_POP_THEN_RECORD))
        return claim_in_two(seat, "SPOP", item);
    if (has(seat, PLANTED_CLAIM_SHARED) || has(seat, PLANTED_REMARK_LOST))
        return claim_in_two(seat, "SRANDMEMBER", item);
    call(seat, &claim_script);
    wire_int(seat->wire, (int64_t)deadline_ms(seat));
    wire_text(seat->wire, planted->token);
    enum outcome outcome = wire_eval_end(seat->wire, &claim_script, &reply);
    if (outcome == OUTCOME_OK && reply.type == WIRE_TEXT)
        snprintf(item, ITEM_TEXT_MAX, "%s", reply.text);
    return outcome;
}

static enum outcome acknowledge(struct seat *seat, const char *item, bool back)
{
    const struct planted *planted = seat->state;
    struct wire_reply reply = {0};
    bool blind = has(seat, PLANTED_BLIND_ACKNOWLEDGE);
    if (has(seat, PLANTED_UNCONDITIONAL_DEL) && !back) {
        enum outcome removed = wire_ask(seat->wire, NULL, "ZREM", CLAIMS, item);
        return removed == OUTCOME_OK ? wire_ask(seat->wire, NULL, "HDEL", OWNERS, item) : removed;
    }
    call(seat, &acknowledge_script);
    wire_text(seat->wire, blind ? "" : planted->token);
    wire_text(seat->wire, item);
    wire_text(seat->wire, back ? "back" : "");
    enum outcome outcome = wire_eval_end(seat->wire, &acknowledge_script, &reply);
    if (outcome == OUTCOME_OK && reply.integer == 0)
        seat_event(seat, EVENT_UNOWNED, 1);
    return outcome;
}

static enum outcome give_back(struct seat *seat, const char *item)
{
    if (!has(seat, PLANTED_REQUEUE_AFTER))
        return acknowledge(seat, item, true);
    enum outcome outcome = acknowledge(seat, item, false);
    return outcome == OUTCOME_OK ? wire_ask(seat->wire, NULL, "SADD", QUEUE, item) : outcome;
}

/* ---- the round */

static enum outcome finish(struct seat *seat, const char *item, enum refresh refresh)
{
    if (refresh == REFRESH_STOP)
        return give_back(seat, item);
    if (refresh == REFRESH_FAILED && !has(seat, PLANTED_FAILURE_SWALLOWED))
        return give_back(seat, item);
    bool in_queue = has(seat, PLANTED_CLAIM_SHARED) || has(seat, PLANTED_REMARK_LOST);
    if (in_queue && wire_ask(seat->wire, NULL, "SREM", QUEUE, item) != OUTCOME_OK)
        return OUTCOME_FAILED;
    return acknowledge(seat, item, false);
}

static enum outcome work_on(struct seat *seat, const char *item)
{
    uint64_t id = 0;
    item_read(item, strlen(item), &id);
    if (has(seat, PLANTED_ACKNOWLEDGE_FIRST)) {
        enum outcome outcome = acknowledge(seat, item, false);
        if (outcome == OUTCOME_OK)
            seat_refresh(seat, id);
        return outcome;
    }
    enum refresh refresh = seat_refresh(seat, id);
    if (has(seat, PLANTED_DONE_TWICE) && refresh == REFRESH_DONE)
        seat_refresh(seat, id);
    return finish(seat, item, refresh);
}

static enum outcome drain(struct seat *seat)
{
    char item[ITEM_TEXT_MAX];
    for (;;) {
        enum outcome outcome = claim(seat, item);
        if (outcome != OUTCOME_OK || item[0] == '\0')
            return outcome;
        outcome = work_on(seat, item);
        if (outcome != OUTCOME_OK || seat_stopping(seat))
            return outcome;
    }
}

/* *acquired: the lock around the round is ours. */
static enum outcome lock(struct seat *seat, bool *acquired)
{
    struct wire_reply reply = {0};
    bool setnx = has(seat, PLANTED_SETNX_THEN_EXPIRE);
    enum outcome outcome = setnx ? wire_ask(seat->wire, &reply, "SETNX", LOCK, "1")
                                 : wire_ask(seat->wire, &reply, "EXISTS", LOCK);
    *acquired = outcome == OUTCOME_OK && reply.integer == (setnx ? 1 : 0);
    if (!*acquired)
        return outcome;
    return setnx ? wire_ask(seat->wire, NULL, "EXPIRE", LOCK, "2")
                 : wire_ask(seat->wire, NULL, "SET", LOCK, "1");
}

/* What a round inside the lock does: reads everything, works, removes. */
static enum outcome round_of_all(struct seat *seat)
{
    struct batch batch = {0};
    struct wire_reply reply = {.visit = batch_visit, .context = &batch};
    enum outcome outcome = wire_ask(seat->wire, &reply, "SMEMBERS", QUEUE);
    if (outcome == OUTCOME_OK && batch.n > 0)
        outcome = members_refresh(seat, QUEUE, &batch);
    batch_close(&batch);
    return outcome;
}

static enum outcome cycle(struct seat *seat)
{
    bool acquired;
    if (!has(seat, PLANTED_SETNX_THEN_EXPIRE) && !has(seat, PLANTED_EXISTS_THEN_SET))
        return drain(seat);
    enum outcome outcome = lock(seat, &acquired);
    if (outcome != OUTCOME_OK || !acquired)
        return outcome;
    outcome = round_of_all(seat);
    enum outcome released = wire_ask(seat->wire, NULL, "DEL", LOCK);
    return outcome != OUTCOME_OK ? outcome : released;
}

/* ---- recovery */

static enum outcome upkeep(struct seat *seat)
{
    if (has(seat, PLANTED_NO_RECOVERY))
        return OUTCOME_OK;
    if (has(seat, PLANTED_FOREIGN_RENEWAL)) {
        call(seat, &renew_script);
        wire_int(seat->wire, (int64_t)deadline_ms(seat));
        enum outcome outcome = wire_eval_end(seat->wire, &renew_script, NULL);
        if (outcome != OUTCOME_OK)
            return outcome;
    }
    call(seat, &recover_script);
    wire_int(seat->wire, (int64_t)seat_unix_ms(seat));
    wire_text(seat->wire, has(seat, PLANTED_RECOVERY_FORGETS) ? "forget" : "");
    return wire_eval_end(seat->wire, &recover_script, NULL);
}

static uint64_t upkeep_ms(const struct seat *seat)
{
    return (uint64_t)seat->values[LEASE] / 2 + 1;
}

struct claims {
    struct census *census;
    uint64_t id;
    bool deadline_next;
    uint64_t recovery_ms; /* after the deadline; 0: never */
};

/* A claim and then its deadline. */
static void visit_claim(void *context, const struct wire_element *element)
{
    struct claims *claims = context;
    if (claims->deadline_next)
        census_claimed(
            claims->census, claims->id,
            claims->recovery_ms > 0 ? strtoull(element->text, NULL, 10) + claims->recovery_ms : 0);
    else
        item_read(element->text, element->len, &claims->id);
    claims->deadline_next = !claims->deadline_next;
}

static enum outcome census(struct seat *seat, struct census *census)
{
    struct claims claims = {.census = census,
                            .recovery_ms = has(seat, PLANTED_NO_RECOVERY) ? 0 : upkeep_ms(seat)};
    struct wire_reply reply = {.visit = visit_claim, .context = &claims};
    enum outcome outcome = members_census(seat, QUEUE, census);
    if (outcome == OUTCOME_OK)
        outcome = wire_ask(seat->wire, &reply, "ZRANGE", CLAIMS, "0", "-1", "WITHSCORES");
    return outcome;
}

static struct needs needs(const struct seat *seat)
{
    return (struct needs){.round_trips_per_item = 2, .items_per_instance = 1.0 / seat->instances};
}

static const struct parameter parameters[] = {
    [BUG] = {.name = "bug",
             .type = PARAMETER_CHOICE,
             .choices = names,
             .fallback = "sound",
             .help = "what is wrong with it"},
    [LEASE] = {.name = "lease",
               .type = PARAMETER_DURATION,
               .fallback = "2s",
               .min = 1,
               .max = 3600000,
               .lease = true,
               .help = "after which a claim is taken back"},
    {0},
};

/* A crash repeats what it interrupts: only where nothing crashes is that a promise. */
static unsigned kept(const int64_t *values)
{
    const unsigned at_most_once = values[BUG] == PLANTED_DONE_TWICE ? PROMISE_AT_MOST_ONCE : 0;
    return PROMISE_AT_LEAST_ONCE_CRASH | PROMISE_AT_LEAST_ONCE_CUT | PROMISE_AT_LEAST_ONCE_PAUSE |
           PROMISE_NO_OVERLAP | PROMISE_NO_LOST_UPDATE | PROMISE_OWNER_CHECKED | at_most_once;
}

static const struct contender contenders[] = {{"planted", "a test", ""}, {0}};

const struct strategy planted_strategy = {
    .name = "planted",
    .summary = "a lease and an owner for each item, and one way of getting it wrong",
    .promises = PROMISE_AT_MOST_ONCE | PROMISE_AT_LEAST_ONCE_CRASH | PROMISE_AT_LEAST_ONCE_CUT |
                PROMISE_AT_LEAST_ONCE_PAUSE | PROMISE_NO_OVERLAP | PROMISE_NO_LOST_UPDATE |
                PROMISE_OWNER_CHECKED,
    .kept = kept,
    .parameters = parameters,
    .contenders = contenders,
    .scripts = scripts,
    .state_size = sizeof(struct planted),
    .mark = mark,
    .cycle = cycle,
    .upkeep = upkeep,
    .upkeep_ms = upkeep_ms,
    .census = census,
    .needs = needs,
};
