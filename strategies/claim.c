/* Work claiming with a processing set (version 2 of the queue): SPOP and a record of who holds
 * what since when, in one script.
 *
 *     mark      SADD queue <id>:<vendor>
 *     claim     script: SPOP queue n; per item SADD processing <id>:<vendor>:<node>:<time> and
 *               EXPIRE processing 600
 *     complete  SSCAN processing MATCH <id>:<vendor>:* COUNT 100 to the end, SREM what matched
 *     fail      complete, then SADD queue
 *     recover   each minute: SMEMBERS processing; entries older than 300 s: SADD queue, then
 *               SREM processing
 *     cycle     one claim as published, or claims until the queue is empty (drain=yes)
 *
 * Promises: no lost update; the truth is read after the mark is gone, so that whoever marks later
 * adds a new one. At least once holds under none of the faults: `fail` removes the record before
 * it puts the item back; `complete` removes every entry of the item, a successor's claim too; and
 * the time to live is the whole set's, so that ten minutes without a claim or a recovery forget
 * all that crashed instances held.
 *
 * Breaks also: an instance that holds an item for over five minutes is robbed of it and overlaps
 * with its successor; two instances that recover at once put an item back twice.
 *
 * Source: version 2 of the queue, as documented; `drained` loops the published claim. */
#include "strategies/batch.h"
#include "strategies/item.h"
#include "strategies/key.h"
#include "strategies/members.h"
#include "strategies/processing.h"

enum { BATCH, DRAIN, COUNT, TTL, STALE, RECOVER };
enum { NODE_MAX = 96 };

struct claim {
    char queue[KEY_MAX];
    char processing[KEY_MAX];
};

static bool claim_open(struct seat *seat)
{
    struct claim *claim = seat->state;
    return key_write(claim->queue, seat, "cache:execution:refresh:queue:v2") &&
           key_write(claim->processing, seat, "cache:execution:refresh:processing");
}

static enum outcome claim_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    const struct claim *claim = seat->state;
    return members_mark(seat, claim->queue, ids, n);
}

/* ARGV: how many, node, time, EXPIRE or PEXPIRE, time to live. */
static void claim_inner(struct wire *wire, const struct wire_reply *reply)
{
    uint64_t items = (uint64_t)reply->integer;
    wire_inner(wire, "SPOP", 1);
    wire_inner(wire, "SADD", items);
    wire_inner(wire, "EXPIRE", items); /* also where it was PEXPIRE: the published name */
}

static const struct wire_script claim_script = {
    .name = "claim",
    .body = "local items = redis.call('SPOP', KEYS[1], ARGV[1])\n"
            "for _, item in ipairs(items) do\n"
            "  redis.call('SADD', KEYS[2], item .. ':' .. ARGV[2] .. ':' .. ARGV[3])\n"
            "  redis.call(ARGV[4], KEYS[2], ARGV[5])\n"
            "end\n"
            "return items\n",
    .inner = claim_inner,
};

/* *items is how many the script has claimed. */
static enum outcome claim_batch(struct seat *seat, const char *node, struct batch *batch,
                                int64_t *items)
{
    const struct claim *claim = seat->state;
    struct wire_reply reply = {.visit = batch_visit, .context = batch};
    batch->n = 0;
    wire_eval_begin(seat->wire, &claim_script, 2);
    wire_text(seat->wire, claim->queue);
    wire_text(seat->wire, claim->processing);
    wire_int(seat->wire, seat->values[BATCH]);
    wire_text(seat->wire, node);
    wire_int(seat->wire, (int64_t)processing_now(seat));
    wire_text(seat->wire, seat->time_scaled ? "PEXPIRE" : "EXPIRE");
    wire_int(seat->wire, seat->values[TTL] / (int64_t)processing_unit_ms(seat));
    enum outcome outcome = wire_eval_end(seat->wire, &claim_script, &reply);
    if (outcome == OUTCOME_OK && batch->incomplete)
        return wire_fail(seat->wire, "out of memory for a batch");
    *items = reply.integer;
    return outcome;
}

static enum outcome complete(struct seat *seat, const char *item)
{
    const struct claim *claim = seat->state;
    return processing_remove(seat, claim->processing, item, seat->values[COUNT]);
}

static enum outcome fail(struct seat *seat, const char *item)
{
    const struct claim *claim = seat->state;
    enum outcome outcome = complete(seat, item);
    if (outcome != OUTCOME_OK)
        return outcome;
    return wire_ask(seat->wire, NULL, "SADD", claim->queue, item);
}

/* What a stop or an error leaves of the batch stays in the processing set, for recovery. */
static enum outcome work_on(struct seat *seat, const struct batch *batch)
{
    for (size_t i = 0; i < batch->n; i++) {
        char item[ITEM_TEXT_MAX];
        item_write(item, batch->ids[i], seat->vendor);
        enum refresh refresh = seat_refresh(seat, batch->ids[i]);
        if (refresh == REFRESH_STOP)
            return OUTCOME_STOP;
        enum outcome outcome = refresh == REFRESH_FAILED ? fail(seat, item) : complete(seat, item);
        if (outcome != OUTCOME_OK)
            return outcome;
    }
    return OUTCOME_OK;
}

/* Drained: a claim that brings fewer than it asked for has emptied the queue, for the script is
 * atomic. It is also where the merged code (pop) ends its round, so that the two differ by the
 * claim alone; to wait for an empty claim would let a single item that always fails keep the
 * round going for ever. */
static enum outcome claim_rounds(struct seat *seat, const char *node, struct batch *batch)
{
    int64_t items = 0;
    do {
        enum outcome outcome = claim_batch(seat, node, batch, &items);
        if (outcome != OUTCOME_OK)
            return outcome;
        if (items > 0)
            seat_event(seat, EVENT_CLAIMED, (uint64_t)items);
        outcome = work_on(seat, batch);
        if (outcome != OUTCOME_OK)
            return outcome;
    } while (seat->values[DRAIN] && items == seat->values[BATCH]);
    return OUTCOME_OK;
}

/* The documents make a queue object, and with it a node id, in each cycle. */
static enum outcome claim_cycle(struct seat *seat)
{
    char node[NODE_MAX];
    snprintf(node, sizeof node, "%s-%llu", seat->host, (unsigned long long)processing_now(seat));
    struct batch batch = {0};
    enum outcome outcome = claim_rounds(seat, node, &batch);
    batch_close(&batch);
    return outcome;
}

static enum outcome claim_recover(struct seat *seat)
{
    const struct claim *claim = seat->state;
    return processing_recover(seat, claim->processing, claim->queue, (uint64_t)seat->values[STALE]);
}

static uint64_t claim_recover_ms(const struct seat *seat)
{
    return (uint64_t)seat->values[RECOVER];
}

/* An entry is older than `stale` one unit of time later at most, and then waits for the next
 * recovery. */
static enum outcome claim_census(struct seat *seat, struct census *census)
{
    const struct claim *claim = seat->state;
    enum outcome outcome = members_census(seat, claim->queue, census);
    if (outcome != OUTCOME_OK)
        return outcome;
    uint64_t wait_ms =
        (uint64_t)(seat->values[STALE] + seat->values[RECOVER]) + processing_unit_ms(seat);
    return processing_census(seat, claim->processing, wait_ms, census);
}

static struct needs claim_needs(const struct seat *seat)
{
    double batch = (double)seat->values[BATCH];
    /* Instances that work side by side hold half a batch each on average, and the last step of
     * a walk is half empty. */
    double steps = 0.5 + seat->instances * batch / 2 / (double)seat->values[COUNT];
    if (steps < 1)
        steps = 1;
    return (struct needs){
        .round_trips_per_item = steps + 1 + 1 / batch, /* SSCAN, SREM, the claim */
        .items_per_instance = 1.0 / seat->instances,
        .server_bytes_per_item = MEMBERS_SERVER_BYTES, /* an entry replaces its member */
        .items_per_cycle = seat->values[DRAIN] ? 0 : (uint64_t)seat->values[BATCH],
        .server_ttl_ms = (uint64_t)seat->values[TTL],
    };
}

static const struct parameter parameters[] = {
    [BATCH] = {.name = "batch",
               .type = PARAMETER_INTEGER,
               .fallback = "100",
               .min = 1,
               .max = 100000,
               .help = "items of one claim (as published)"},
    [DRAIN] = {.name = "drain",
               .type = PARAMETER_SWITCH,
               .fallback = "no",
               .help = "claim until the queue is empty (published: once per cycle)"},
    [COUNT] = {.name = "count",
               .type = PARAMETER_INTEGER,
               .fallback = "100",
               .min = 1,
               .max = 1000000,
               .help = "COUNT of each SSCAN (as published)"},
    [TTL] = {.name = "ttl",
             .type = PARAMETER_DURATION,
             .fallback = "600s",
             .min = 1000,
             .max = 24 * 3600 * 1000,
             .lease = true,
             .help = "time to live of the whole processing set (as published)"},
    [STALE] = {.name = "stale",
               .type = PARAMETER_DURATION,
               .fallback = "300s",
               .min = 1000,
               .max = 24 * 3600 * 1000,
               .lease = true,
               .help = "age past which a claim is taken back (as published)"},
    [RECOVER] = {.name = "recover",
                 .type = PARAMETER_DURATION,
                 .fallback = "60s",
                 .min = 1000,
                 .max = 24 * 3600 * 1000,
                 .help = "period of the recovery (as published)"},
    {0},
};

static const struct contender contenders[] = {
    {"claim-published", "queue version 2 of the documents, one claim per cycle", ""},
    {"claim-drained", "the same, claiming until the queue is empty", "drain=yes"},
    {0},
};

static const struct wire_script *const scripts[] = {&claim_script, NULL};

const struct strategy strategy_claim = {
    .name = "claim",
    .summary = "batches are popped and recorded in a processing set by one script",
    .promises = PROMISE_NO_LOST_UPDATE,
    .parameters = parameters,
    .contenders = contenders,
    .scripts = scripts,
    .state_size = sizeof(struct claim),
    .open = claim_open,
    .mark = claim_mark,
    .cycle = claim_cycle,
    .upkeep = claim_recover,
    .upkeep_ms = claim_recover_ms,
    .census = claim_census,
    .needs = claim_needs,
};
