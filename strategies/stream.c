/* A stream with a consumer group: the server keeps for each entry that was handed out who has it,
 * and since when.
 *
 *     mark    XADD outdated 0-* item <id>:<vendor>: each mark is an entry of its own
 *     enter   once: XGROUP CREATE outdated refresh 0 MKSTREAM
 *     cycle   first what this consumer has not acknowledged: XREADGROUP GROUP refresh
 *             <host>:<worker> COUNT 100 STREAMS outdated <id>, from 0 to the end; then what is new:
 *             the same with `>`, until a batch comes with fewer than it asked for
 *     ack     per batch: XDEL outdated <ids>, XACK outdated refresh <ids> of what was refreshed;
 *             what failed stays with its consumer, which reads it again in its next cycle
 *     upkeep  each third of 30 s: per batch in hand XPENDING outdated refresh <first> <last> 100
 *             <consumer>, then XCLAIM ... 0 <ids> JUSTID to the same consumer, which resets their
 *             idle time; XAUTOCLAIM outdated refresh <host>:0 30000 0-0 COUNT 100 JUSTID to the
 *             end: what nobody has renewed is this instance's now
 *
 * A stream keeps repeats: two marks are two entries and two refreshes. Ids count (0-1, 0-2, ...)
 * where the published ones tell the server's time (`*`), so that nothing of the machine's clock
 * stands in a command. The idle time is by the server's clock, which all share.
 *
 * An entry is deleted before it is acknowledged: what a crash leaves between the two is an id
 * without an entry, which whoever reads it acknowledges, or XAUTOCLAIM drops; the other way round
 * it would be an entry that nobody ever looks at.
 *
 * Promises: at least once under every fault; after a lost connection a consumer finds in its own
 * list what it did not hear of. No lost update: a later mark is an entry of its own. The
 * acknowledge does not ask whose the entry is, which loses nothing here: who acknowledges has
 * refreshed after it was handed the entry, so the mark is served, whoever has it now.
 *
 * Breaks: a crash repeats up to a batch. Who is paused for longer than the idle time overlaps with
 * its successor. Consumers of dead instances stay in the group. Published, and not done here, are
 * two ways to lose entries: a limit on the stream (MAXLEN) drops what nobody has read, and
 * XGROUP DELCONSUMER what its consumer has not acknowledged (redis/redis issue 9745).
 *
 * Source: Redis' documentation of streams, t_stream.c of Redis 7.0. */
#include "strategies/stream.h"

#include "strategies/hands.h"
#include "strategies/item.h"
#include "strategies/key.h"
#include "strategies/promises.h"

#include <string.h>

enum { BATCH, IDLE };
enum { MARK_CHUNK = 1000, CLAIM_COUNT = 100, SERVER_BYTES = 41 };
enum { RENEWALS_PER_IDLE = 3, CONSUMER_MAX = 64 };

struct stream {
    char key[KEY_MAX], consumer[CONSUMER_MAX];
    bool has_group;
};

static void consumer_write(char consumer[CONSUMER_MAX], const struct seat *seat, uint32_t worker)
{
    snprintf(consumer, CONSUMER_MAX, "%s:%u", seat->host, worker);
}

static bool stream_open(struct seat *seat)
{
    struct stream *stream = seat->state;
    consumer_write(stream->consumer, seat, seat->worker);
    return key_write(stream->key, seat, "outdated");
}

static enum outcome stream_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    const struct stream *stream = seat->state;
    enum outcome outcome = OUTCOME_OK;
    for (size_t i = 0; i < n && outcome == OUTCOME_OK; i++) {
        char item[ITEM_TEXT_MAX];
        wire_begin(seat->wire, "XADD");
        wire_text(seat->wire, stream->key);
        wire_text(seat->wire, "0-*");
        wire_text(seat->wire, "item");
        wire_arg(seat->wire, item, item_write(item, ids[i], seat->vendor));
        wire_end(seat->wire, NULL);
        if (i + 1 == n || (i + 1) % MARK_CHUNK == 0)
            outcome = wire_flush(seat->wire);
    }
    return outcome;
}

/* All ask for the group; who comes second is told so by an error. */
static enum outcome enter(struct seat *seat)
{
    struct stream *stream = seat->state;
    if (stream->has_group)
        return OUTCOME_OK;
    enum outcome outcome =
        wire_ask(seat->wire, NULL, "XGROUP CREATE", stream->key, STREAM_GROUP, "0", "MKSTREAM");
    bool is_there = outcome == OUTCOME_FAILED && strstr(seat->wire->err, "BUSYGROUP") != NULL;
    stream->has_group = outcome == OUTCOME_OK || is_there;
    return is_there ? OUTCOME_OK : outcome;
}

/* ---- the round */

/* after: NULL for what is new, else for own entries above that number. */
static enum outcome read_group(struct seat *seat, const uint64_t *after,
                               struct stream_entries *entries)
{
    struct stream *stream = seat->state;
    struct wire_reply reply = {.visit = stream_entries_visit, .context = entries};
    stream_entries_clear(entries);
    wire_begin(seat->wire, "XREADGROUP");
    wire_text(seat->wire, "GROUP");
    wire_text(seat->wire, STREAM_GROUP);
    wire_text(seat->wire, stream->consumer);
    wire_text(seat->wire, "COUNT");
    wire_int(seat->wire, seat->values[BATCH]);
    wire_text(seat->wire, "STREAMS");
    wire_text(seat->wire, stream->key);
    if (after == NULL)
        wire_text(seat->wire, ">");
    else
        stream_build_id(seat->wire, *after);
    wire_end(seat->wire, &reply);
    enum outcome outcome = wire_flush(seat->wire);
    stream->has_group = outcome == OUTCOME_OK;
    if (outcome == OUTCOME_OK && (entries->numbers.incomplete || entries->items.incomplete))
        return wire_fail(seat->wire, "out of memory for a batch");
    return outcome;
}

/* Moves what may be acknowledged to the front of `done`. */
static enum outcome work_on(struct seat *seat, const struct stream_entries *entries,
                            struct batch *done)
{
    done->n = 0;
    for (size_t i = 0; i < entries->items.n; i++) {
        uint64_t item = entries->items.ids[i];
        enum refresh refresh = item == STREAM_NO_ITEM ? REFRESH_GONE : seat_refresh(seat, item);
        if (refresh == REFRESH_STOP)
            return OUTCOME_STOP;
        if (refresh != REFRESH_FAILED)
            batch_add(done, entries->numbers.ids[i]);
    }
    return OUTCOME_OK;
}

static void build_with_ids(struct seat *seat, const char *command, const char *group,
                           const struct batch *numbers)
{
    const struct stream *stream = seat->state;
    wire_begin(seat->wire, command);
    wire_text(seat->wire, stream->key);
    if (group != NULL)
        wire_text(seat->wire, group);
    for (size_t i = 0; i < numbers->n; i++)
        stream_build_id(seat->wire, numbers->ids[i]);
    wire_end(seat->wire, NULL);
}

static enum outcome acknowledge(struct seat *seat, const struct batch *done)
{
    if (done->n == 0)
        return OUTCOME_OK;
    build_with_ids(seat, "XDEL", NULL, done);
    build_with_ids(seat, "XACK", STREAM_GROUP, done);
    return wire_flush(seat->wire);
}

/* A consumer's entries of one reply stand next to each other: the first and the last tell them. */
static enum outcome work_through(struct seat *seat, const struct stream_entries *entries)
{
    const struct batch *numbers = &entries->numbers;
    struct batch done = {0};
    seat_event(seat, EVENT_CLAIMED, numbers->n);
    hand_take(seat->shared, seat, numbers->ids[0], numbers->ids[numbers->n - 1]);
    enum outcome worked = work_on(seat, entries, &done);
    hand_drop(seat->shared, seat);
    enum outcome outcome = acknowledge(seat, &done);
    batch_close(&done);
    return outcome != OUTCOME_OK ? outcome : worked;
}

static enum outcome drain(struct seat *seat, bool own, struct stream_entries *entries)
{
    size_t batch = (size_t)seat->values[BATCH];
    uint64_t last = 0;
    enum outcome outcome;
    do {
        outcome = read_group(seat, own ? &last : NULL, entries);
        if (outcome != OUTCOME_OK || entries->numbers.n == 0)
            return outcome;
        last = entries->numbers.ids[entries->numbers.n - 1];
        outcome = work_through(seat, entries);
    } while (outcome == OUTCOME_OK && entries->numbers.n == batch);
    return outcome;
}

static enum outcome stream_cycle(struct seat *seat)
{
    struct stream_entries entries = {.depth = 4};
    enum outcome outcome = enter(seat);
    if (outcome == OUTCOME_OK)
        outcome = drain(seat, true, &entries);
    if (outcome == OUTCOME_OK)
        outcome = drain(seat, false, &entries);
    stream_entries_close(&entries);
    return outcome;
}

/* ---- upkeep */

static enum outcome find_pending(struct seat *seat, const char *consumer, uint64_t first,
                                 uint64_t last, struct batch *pending)
{
    const struct stream *stream = seat->state;
    struct wire_reply reply = {.visit = stream_pending_visit, .context = pending};
    wire_begin(seat->wire, "XPENDING");
    wire_text(seat->wire, stream->key);
    wire_text(seat->wire, STREAM_GROUP);
    stream_build_id(seat->wire, first);
    stream_build_id(seat->wire, last);
    wire_int(seat->wire, seat->values[BATCH]);
    wire_text(seat->wire, consumer);
    wire_end(seat->wire, &reply);
    enum outcome outcome = wire_flush(seat->wire);
    if (outcome == OUTCOME_OK && pending->incomplete)
        return wire_fail(seat->wire, "out of memory for pending entries");
    return outcome;
}

static enum outcome claim_again(struct seat *seat, const char *consumer,
                                const struct batch *pending)
{
    const struct stream *stream = seat->state;
    if (pending->n == 0)
        return OUTCOME_OK;
    wire_begin(seat->wire, "XCLAIM");
    wire_text(seat->wire, stream->key);
    wire_text(seat->wire, STREAM_GROUP);
    wire_text(seat->wire, consumer);
    wire_text(seat->wire, "0");
    for (size_t i = 0; i < pending->n; i++)
        stream_build_id(seat->wire, pending->ids[i]);
    wire_text(seat->wire, "JUSTID");
    wire_end(seat->wire, NULL);
    return wire_flush(seat->wire);
}

static enum outcome renew(struct seat *seat, uint32_t worker)
{
    struct batch pending = {0};
    char consumer[CONSUMER_MAX];
    uint64_t first, last;
    if (!hand_look(seat->shared, worker, &first, &last))
        return OUTCOME_OK;
    consumer_write(consumer, seat, worker);
    enum outcome outcome = find_pending(seat, consumer, first, last, &pending);
    if (outcome == OUTCOME_OK)
        outcome = claim_again(seat, consumer, &pending);
    batch_close(&pending);
    return outcome;
}

/* The reply: where to go on, what was claimed, and what of it is no longer in the stream. */
struct autoclaim {
    char cursor[STREAM_ID_MAX];
    size_t array;
    uint64_t entries;
};

static void autoclaim_visit(void *context, const struct wire_element *element)
{
    struct autoclaim *autoclaim = context;
    if (element->type == WIRE_ARRAY)
        autoclaim->array = element->index;
    else if (element->depth == 1)
        snprintf(autoclaim->cursor, STREAM_ID_MAX, "%.*s", (int)element->len, element->text);
    else
        autoclaim->entries += autoclaim->array == 1;
}

static enum outcome claim_idle(struct seat *seat)
{
    const struct stream *stream = seat->state;
    struct autoclaim autoclaim = {.cursor = "0-0"};
    struct wire_reply reply = {.visit = autoclaim_visit, .context = &autoclaim};
    char consumer[CONSUMER_MAX];
    enum outcome outcome;
    consumer_write(consumer, seat, 0);
    do {
        autoclaim.entries = 0;
        wire_begin(seat->wire, "XAUTOCLAIM");
        wire_text(seat->wire, stream->key);
        wire_text(seat->wire, STREAM_GROUP);
        wire_text(seat->wire, consumer);
        wire_int(seat->wire, seat->values[IDLE]);
        wire_text(seat->wire, autoclaim.cursor);
        wire_text(seat->wire, "COUNT");
        wire_int(seat->wire, CLAIM_COUNT);
        wire_text(seat->wire, "JUSTID");
        wire_end(seat->wire, &reply);
        outcome = wire_flush(seat->wire);
        if (outcome == OUTCOME_OK && autoclaim.entries > 0)
            seat_event(seat, EVENT_RECOVERED, autoclaim.entries);
    } while (outcome == OUTCOME_OK && strcmp(autoclaim.cursor, "0-0") != 0);
    return outcome;
}

static enum outcome stream_upkeep(struct seat *seat)
{
    enum outcome outcome = enter(seat);
    for (uint32_t worker = 0; outcome == OUTCOME_OK && worker < seat->workers; worker++)
        outcome = renew(seat, worker);
    return outcome == OUTCOME_OK ? claim_idle(seat) : outcome;
}

static uint64_t stream_upkeep_ms(const struct seat *seat)
{
    return (uint64_t)seat->values[IDLE] / RENEWALS_PER_IDLE;
}

static enum outcome stream_take_census(struct seat *seat, struct census *census)
{
    const struct stream *stream = seat->state;
    uint64_t wait_ms = (uint64_t)seat->values[IDLE] + 2 * stream_upkeep_ms(seat);
    enum outcome outcome = enter(seat);
    return outcome == OUTCOME_OK ? stream_census(seat, stream->key, wait_ms, census) : outcome;
}

static struct needs stream_needs(const struct seat *seat)
{
    return (struct needs){
        .round_trips_per_item = 2 / (double)seat->values[BATCH],
        .items_per_instance = 1.0 / seat->instances,
        .server_bytes_per_item = SERVER_BYTES,
        .server_ttl_ms = (uint64_t)seat->values[IDLE],
    };
}

static const struct parameter parameters[] = {
    [BATCH] = {.name = "batch",
               .type = PARAMETER_INTEGER,
               .fallback = "100",
               .min = 1,
               .max = 100000,
               .help = "COUNT of each XREADGROUP (ours)"},
    [IDLE] = PARAMETER_LEASE(
        "idle", "30s", "entries idle for so long are claimed by others; renewed each third (ours)"),
    {0},
};

static const struct contender contenders[] = {
    {"stream", "Redis' documentation of streams: a consumer group, renewed", ""},
    {0},
};

const struct strategy strategy_stream = {
    .name = "stream",
    .summary = "a stream's consumer group keeps who has what, and since when",
    .promises = PROMISES_AT_LEAST_ONCE | PROMISE_NO_LOST_UPDATE,
    .parameters = parameters,
    .contenders = contenders,
    .state_size = sizeof(struct stream),
    .shared_size = sizeof(struct hands),
    .open = stream_open,
    .mark = stream_mark,
    .cycle = stream_cycle,
    .upkeep = stream_upkeep,
    .upkeep_ms = stream_upkeep_ms,
    .census = stream_take_census,
    .needs = stream_needs,
};
