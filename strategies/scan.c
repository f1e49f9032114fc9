/* The cache scan of Harbor up to 2.14: an outdated item is a key of its own, and every instance
 * lists and works on all of them.
 *
 *     mark    EXISTS key; only if it is absent, SET key
 *     cycle   SCAN to the end, all keys kept in memory, shuffled; per key: refresh, then DEL
 *
 * Promises: a key goes only after its refresh, so whatever dies, hangs or comes back, the next
 * scan of any instance finds what is left. A refresh that fails leaves its key; an item that is
 * gone from the database loses it.
 *
 * Breaks: instances that wake together refresh the same items. An update is lost when a producer
 * finds the key present while an instance, which has read the older truth, is about to delete it.
 * SCAN may return a key twice while the table is resized; nothing here takes the second one out,
 * as in the published code, so that it costs one more refresh.
 *
 * Source: goharbor/harbor 2.14, the execution status refresher and its cache. */
#include "strategies/scan.h"

#include "strategies/cursor.h"
#include "strategies/item.h"
#include "strategies/promises.h"
#include "strategies/texts.h"

#include <string.h>

enum { KEY_TEXT_MAX = 2 * KEY_MAX + 24, MARK_CHUNK = 512, CENSUS_COUNT = 1000 };
enum { KEY_SERVER_BYTES = 131 }; /* Redis' memory for one key, measured at 1,000,000 */

static const char marked[] = "\xa0"; /* an empty text in msgpack */

bool scan_open(struct seat *seat)
{
    struct scan *scan = seat->state;
    int len = snprintf(scan->tail, KEY_MAX, ":vendor:%s:status_outdate", seat->vendor);
    return len < KEY_MAX && key_write(scan->head, seat, "cache:execution:id:") &&
           key_write(scan->pattern, seat, "cache:*execution:id:*vendor:*status_outdate*");
}

static void build_key_command(struct seat *seat, const char *command, uint64_t id,
                              const char *value, struct wire_reply *reply)
{
    const struct scan *scan = seat->state;
    char key[KEY_TEXT_MAX];
    int len = snprintf(key, sizeof key, "%s%llu%s", scan->head, (unsigned long long)id, scan->tail);
    wire_begin(seat->wire, command);
    wire_arg(seat->wire, key, (size_t)len);
    if (value != NULL)
        wire_text(seat->wire, value);
    wire_end(seat->wire, reply);
}

/* One item costs the two round trips of the published code; many go in two batches. */
static enum outcome mark_chunk(struct seat *seat, const uint64_t *ids, size_t n)
{
    struct wire_reply present[MARK_CHUNK] = {0};
    for (size_t i = 0; i < n; i++)
        build_key_command(seat, "EXISTS", ids[i], NULL, &present[i]);
    enum outcome outcome = wire_flush(seat->wire);
    if (outcome != OUTCOME_OK)
        return outcome;
    for (size_t i = 0; i < n; i++)
        if (present[i].integer == 0)
            build_key_command(seat, "SET", ids[i], marked, NULL);
    return wire_flush(seat->wire);
}

enum outcome scan_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    enum outcome outcome = OUTCOME_OK;
    for (size_t at = 0; at < n && outcome == OUTCOME_OK; at += MARK_CHUNK)
        outcome = mark_chunk(seat, ids + at, n - at < MARK_CHUNK ? n - at : MARK_CHUNK);
    return outcome;
}

static bool read_id(const struct scan *scan, const char *key, size_t len, uint64_t *id)
{
    size_t head = strlen(scan->head);
    return len > head && memcmp(key, scan->head, head) == 0 &&
           item_read(key + head, len - head, id);
}

static enum outcome collect(struct seat *seat, struct texts *keys)
{
    const struct scan *scan = seat->state;
    struct cursor_range range = {.match = scan->pattern, .count = seat->values[SCAN_COUNT]};
    enum outcome outcome = cursor_walk(seat->wire, &range, texts_visit, keys);
    if (outcome == OUTCOME_OK && keys->incomplete)
        return wire_fail(seat->wire, "out of memory for the keys of a scan");
    return outcome;
}

/* Fisher and Yates. */
static void shuffle(struct seat *seat, struct texts *keys)
{
    for (size_t left = keys->n; left > 1; left--) {
        size_t other = seat_random(seat) % left;
        size_t start = keys->starts[left - 1];
        keys->starts[left - 1] = keys->starts[other];
        keys->starts[other] = start;
    }
}

enum outcome scan_work_on(struct seat *seat, const char *key, uint64_t id)
{
    enum refresh refresh = seat_refresh(seat, id);
    if (refresh == REFRESH_STOP)
        return OUTCOME_STOP;
    return refresh == REFRESH_FAILED ? OUTCOME_OK : wire_ask(seat->wire, NULL, "DEL", key);
}

static enum outcome work_on_all(struct seat *seat, const struct texts *keys, scan_work *work)
{
    enum outcome outcome = OUTCOME_OK;
    for (size_t i = 0; i < keys->n && outcome == OUTCOME_OK; i++) {
        const char *key = texts_at(keys, i);
        uint64_t id;
        if (read_id(seat->state, key, strlen(key), &id))
            outcome = work(seat, key, id);
    }
    return outcome;
}

enum outcome scan_round_with(struct seat *seat, scan_work *work)
{
    struct texts keys = {0};
    enum outcome outcome = collect(seat, &keys);
    if (outcome == OUTCOME_OK) {
        if (keys.n > 0)
            seat_event(seat, EVENT_CLAIMED, keys.n);
        if (seat->values[SCAN_SHUFFLE])
            shuffle(seat, &keys);
        outcome = work_on_all(seat, &keys, work);
    }
    texts_close(&keys);
    return outcome;
}

enum outcome scan_round(struct seat *seat)
{
    return scan_round_with(seat, scan_work_on);
}

struct report {
    const struct scan *scan;
    struct census *census;
};

static void report_pending(void *context, const struct wire_element *element)
{
    struct report *report = context;
    uint64_t id;
    if (element->type == WIRE_TEXT && read_id(report->scan, element->text, element->len, &id))
        census_pending(report->census, id);
}

enum outcome scan_census(struct seat *seat, struct census *census)
{
    struct report report = {seat->state, census};
    struct cursor_range range = {.match = report.scan->pattern, .count = CENSUS_COUNT};
    return cursor_walk(seat->wire, &range, report_pending, &report);
}

struct needs scan_needs(const struct seat *seat)
{
    size_t id_digits = (size_t)snprintf(NULL, 0, "%llu", (unsigned long long)seat->first_id);
    size_t key = strlen(seat->prefix) + strlen("cache:execution:id:") + id_digits +
                 strlen(":vendor::status_outdate") + strlen(seat->vendor);
    return (struct needs){
        .round_trips_per_item = 1 + 1.0 / (double)seat->values[SCAN_COUNT], /* DEL, and SCAN */
        .items_per_instance = 1,
        .private_bytes_per_item = key + 1 + sizeof(size_t), /* all keys, held to the round's end */
        .server_bytes_per_item = KEY_SERVER_BYTES,
    };
}

static const struct parameter parameters[] = {
    [SCAN_COUNT] = SCAN_PARAMETER_COUNT,
    [SCAN_SHUFFLE] = SCAN_PARAMETER_SHUFFLE,
    {0},
};

static const struct contender contenders[] = {
    {"harbor-2.14", "goharbor/harbor v2.14, as released", ""},
    {0},
};

const struct strategy strategy_scan = {
    .name = "scan",
    .summary = "every instance scans all keys and works on all of them",
    .promises = PROMISES_AT_LEAST_ONCE,
    .parameters = parameters,
    .contenders = contenders,
    .state_size = sizeof(struct scan),
    .open = scan_open,
    .mark = scan_mark,
    .cycle = scan_round,
    .census = scan_census,
    .needs = scan_needs,
};
