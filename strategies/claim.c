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
#include "strategies/claim.h"

#include "strategies/batch.h"
#include "strategies/item.h"
#include "strategies/members.h"
#include "strategies/processing.h"

enum { NODE_MAX = 96 };

#define QUEUE "cache:execution:refresh:queue:v2"
#define PROCESSING "cache:execution:refresh:processing"

bool claim_open(struct seat *seat, struct claim *claim, const int64_t *values)
{
    claim->values = values;
    return key_write(claim->queue, seat, QUEUE) &&
           key_write(claim->processing, seat, PROCESSING);
}

enum outcome claim_mark(struct seat *seat, const struct claim *claim, const uint64_t *ids, size_t n)
{
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

const struct wire_script claim_script = {
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
static enum outcome claim_batch(struct seat *seat, const struct claim *claim, const char *node,
                                struct batch *batch, int64_t *items)
{
    struct wire_reply reply = {.visit = batch_visit, .context = batch};
    batch->n = 0;
    wire_eval_begin(seat->wire, &claim_script, 2);
    wire_text(seat->wire, claim->queue);
    wire_text(seat->wire, claim->processing);
    wire_int(seat->wire, claim->values[CLAIM_BATCH]);
    wire_text(seat->wire, node);
    wire_int(seat->wire, (int64_t)processing_now(seat));
    wire_text(seat->wire, seat->time_scaled ? "PEXPIRE" : "EXPIRE");
    wire_int(seat->wire, claim->values[CLAIM_TTL] / (int64_t)processing_unit_ms(seat));
    enum outcome outcome = wire_eval_end(seat->wire, &claim_script, &reply);
    if (outcome == OUTCOME_OK && batch->incomplete)
        return wire_fail(seat->wire, "out of memory for a batch");
    *items = reply.integer;
    return outcome;
}

static enum outcome complete(struct seat *seat, const struct claim *claim, const char *item)
{
    return processing_remove(seat, claim->processing, item, claim->values[CLAIM_COUNT]);
}

static enum outcome fail(struct seat *seat, const struct claim *claim, const char *item)
{
    enum outcome outcome = complete(seat, claim, item);
    if (outcome != OUTCOME_OK)
        return outcome;
    return wire_ask(seat->wire, NULL, "SADD", claim->queue, item);
}

/* What a stop or an error leaves of the batch stays in the processing set, for recovery. */
static enum outcome work_on(struct seat *seat, const struct claim *claim, const struct batch *batch)
{
    for (size_t i = 0; i < batch->n; i++) {
        char item[ITEM_TEXT_MAX];
        item_write(item, batch->ids[i], seat->vendor);
        enum refresh refresh = seat_refresh(seat, batch->ids[i]);
        if (refresh == REFRESH_STOP)
            return OUTCOME_STOP;
        enum outcome outcome =
            refresh == REFRESH_FAILED ? fail(seat, claim, item) : complete(seat, claim, item);
        if (outcome != OUTCOME_OK)
            return outcome;
    }
    return OUTCOME_OK;
}

/* Drained: a claim that brings fewer than it asked for has emptied the queue, for the script is
 * atomic. It is also where the merged code (pop) ends its round, so that the two differ by the
 * claim alone; to wait for an empty claim would let a single item that always fails keep the
 * round going for ever. */
static enum outcome claim_rounds(struct seat *seat, const struct claim *claim, const char *node,
                                 struct batch *batch)
{
    int64_t items = 0;
    do {
        enum outcome outcome = claim_batch(seat, claim, node, batch, &items);
        if (outcome != OUTCOME_OK)
            return outcome;
        if (items > 0)
            seat_event(seat, EVENT_CLAIMED, (uint64_t)items);
        outcome = work_on(seat, claim, batch);
        if (outcome != OUTCOME_OK)
            return outcome;
    } while (claim->values[CLAIM_DRAIN] && items == claim->values[CLAIM_BATCH]);
    return OUTCOME_OK;
}

/* The documents make a queue object, and with it a node id, in each cycle. */
enum outcome claim_cycle(struct seat *seat, const struct claim *claim)
{
    char node[NODE_MAX];
    snprintf(node, sizeof node, "%s-%llu", seat->host, (unsigned long long)processing_now(seat));
    struct batch batch = {0};
    enum outcome outcome = claim_rounds(seat, claim, node, &batch);
    batch_close(&batch);
    return outcome;
}

enum outcome claim_recover(struct seat *seat, const struct claim *claim)
{
    return processing_recover(seat, claim->processing, claim->queue,
                              (uint64_t)claim->values[CLAIM_STALE]);
}

/* An entry is older than `stale` one unit of time later at most, and then waits for the next
 * recovery. */
enum outcome claim_census(struct seat *seat, const struct claim *claim, struct census *census)
{
    enum outcome outcome = members_census(seat, claim->queue, census);
    if (outcome != OUTCOME_OK)
        return outcome;
    uint64_t wait_ms = (uint64_t)(claim->values[CLAIM_STALE] + claim->values[CLAIM_RECOVER]) +
                       processing_unit_ms(seat);
    return processing_census(seat, claim->processing, wait_ms, census);
}

struct needs claim_needs(const struct seat *seat, const int64_t *values)
{
    double batch = (double)values[CLAIM_BATCH];
    /* Instances that work side by side hold half a batch each on average, and the last step of
     * a walk is half empty. */
    double steps = 0.5 + seat->instances * batch / 2 / (double)values[CLAIM_COUNT];
    if (steps < 1)
        steps = 1;
    return (struct needs){
        .round_trips_per_item = steps + 1 + 1 / batch, /* SSCAN, SREM, the claim */
        .items_per_instance = 1.0 / seat->instances,
        .server_bytes_per_item = MEMBERS_SERVER_BYTES, /* an entry replaces its member */
        .items_per_cycle = values[CLAIM_DRAIN] ? 0 : (uint64_t)values[CLAIM_BATCH],
        .server_ttl_ms = (uint64_t)values[CLAIM_TTL],
    };
}

/* Sizes as the documents watch them, each second, with their two alerts. For the list of who
 * processes what they give a command and no interval: once a cycle of 30 s is ours. */
const struct probe claim_probes[] = {
    {.name = "queue", .command = "SCARD", .key = QUEUE, .interval_ms = 1000,
     .alert = "ExecutionQueueGrowing", .alert_over = 10000,
     .source = "monitoring and alerts of the final summary"},
    {.name = "processing", .command = "SCARD", .key = PROCESSING, .interval_ms = 1000,
     .alert = "StaleProcessingHigh", .alert_over = 1000,
     .source = "monitoring and alerts of the final summary"},
    {.name = "who", .command = "SMEMBERS", .key = PROCESSING, .interval_ms = 30000,
     .source = "monitoring of the final summary; the interval is ours"},
    {0},
};

/* ---- the strategy: nothing but a claim */

static bool open_alone(struct seat *seat)
{
    return claim_open(seat, seat->state, seat->values);
}

static enum outcome mark_alone(struct seat *seat, const uint64_t *ids, size_t n)
{
    return claim_mark(seat, seat->state, ids, n);
}

static enum outcome cycle_alone(struct seat *seat)
{
    return claim_cycle(seat, seat->state);
}

static enum outcome recover_alone(struct seat *seat)
{
    return claim_recover(seat, seat->state);
}

static uint64_t recover_alone_ms(const struct seat *seat)
{
    return (uint64_t)seat->values[CLAIM_RECOVER];
}

static enum outcome census_alone(struct seat *seat, struct census *census)
{
    return claim_census(seat, seat->state, census);
}

static struct needs needs_alone(const struct seat *seat)
{
    return claim_needs(seat, seat->values);
}

static const struct parameter parameters[] = {
    [CLAIM_BATCH] = CLAIM_PARAMETER_BATCH,
    [CLAIM_DRAIN] = CLAIM_PARAMETER_DRAIN,
    [CLAIM_COUNT] = CLAIM_PARAMETER_COUNT,
    [CLAIM_TTL] = CLAIM_PARAMETER_TTL,
    [CLAIM_STALE] = CLAIM_PARAMETER_STALE,
    [CLAIM_RECOVER] = CLAIM_PARAMETER_RECOVER,
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
    .open = open_alone,
    .mark = mark_alone,
    .cycle = cycle_alone,
    .upkeep = recover_alone,
    .upkeep_ms = recover_alone_ms,
    .census = census_alone,
    .needs = needs_alone,
    .probes = claim_probes,
};
