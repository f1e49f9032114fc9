#include "strategies/processing.h"

#include "strategies/cursor.h"
#include "strategies/item.h"
#include "strategies/texts.h"

#include <stdio.h>
#include <string.h>

enum { CENSUS_COUNT = 1000 };

/* "<id>:<vendor>:<node>:<time>" */
struct entry {
    uint64_t id;
    size_t item_len; /* of "<id>:<vendor>" in front */
    uint64_t time;
};

static bool entry_read(const char *text, size_t len, struct entry *entry)
{
    const char *vendor = memchr(text, ':', len), *last = memrchr(text, ':', len);
    if (vendor == NULL)
        return false;
    const char *node = memchr(vendor + 1, ':', len - (size_t)(vendor + 1 - text));
    if (node == NULL || last == node)
        return false;
    entry->item_len = (size_t)(node - text);
    return item_read(text, len, &entry->id) &&
           item_read(last + 1, len - (size_t)(last + 1 - text), &entry->time);
}

static enum outcome remove_entries(struct seat *seat, const char *key, const struct texts *entries)
{
    if (entries->n == 0) /* recovered meanwhile, or the whole set has expired */
        return OUTCOME_OK;
    wire_begin(seat->wire, "SREM");
    wire_text(seat->wire, key);
    for (size_t i = 0; i < entries->n; i++)
        wire_text(seat->wire, texts_at(entries, i));
    wire_end(seat->wire, NULL);
    return wire_flush(seat->wire);
}

enum outcome processing_remove(struct seat *seat, const char *key, const char *item, int64_t count)
{
    char pattern[ITEM_TEXT_MAX + 2];
    snprintf(pattern, sizeof pattern, "%s:*", item);
    struct texts entries = {0};
    struct cursor_range range = {key, pattern, count};
    enum outcome outcome = cursor_walk(seat->wire, &range, texts_visit, &entries);
    if (outcome == OUTCOME_OK && entries.incomplete)
        outcome = wire_fail(seat->wire, "out of memory for the entries of an item");
    if (outcome == OUTCOME_OK)
        outcome = remove_entries(seat, key, &entries);
    texts_close(&entries);
    return outcome;
}

struct recovery {
    uint64_t now, unit_ms, stale_ms;
    struct texts stale;
};

static void collect_stale(void *context, const struct wire_element *element)
{
    struct recovery *recovery = context;
    struct entry entry;
    if (element->type != WIRE_TEXT || !entry_read(element->text, element->len, &entry))
        return;
    if (recovery->now > entry.time &&
        (recovery->now - entry.time) * recovery->unit_ms > recovery->stale_ms)
        texts_add(&recovery->stale, element->text, element->len);
}

/* An item goes back before its entry goes: a crash between the two repeats work and loses none. */
static enum outcome requeue(struct seat *seat, const char *key, const char *queue, const char *text)
{
    struct entry entry;
    if (!entry_read(text, strlen(text), &entry))
        return OUTCOME_OK;
    wire_begin(seat->wire, "SADD");
    wire_text(seat->wire, queue);
    wire_arg(seat->wire, text, entry.item_len);
    wire_end(seat->wire, NULL);
    enum outcome outcome = wire_flush(seat->wire);
    if (outcome != OUTCOME_OK)
        return outcome;
    return wire_ask(seat->wire, NULL, "SREM", key, text);
}

static enum outcome requeue_all(struct seat *seat, const char *key, const char *queue,
                                const struct texts *stale)
{
    enum outcome outcome = OUTCOME_OK;
    size_t done = 0;
    while (done < stale->n && outcome == OUTCOME_OK) {
        outcome = requeue(seat, key, queue, texts_at(stale, done));
        done += outcome == OUTCOME_OK;
    }
    if (done > 0)
        seat_event(seat, EVENT_RECOVERED, done);
    return outcome;
}

enum outcome processing_recover(struct seat *seat, const char *key, const char *queue,
                                uint64_t stale_ms)
{
    struct recovery recovery = {
        .now = processing_now(seat), .unit_ms = processing_unit_ms(seat), .stale_ms = stale_ms};
    struct wire_reply reply = {.visit = collect_stale, .context = &recovery};
    enum outcome outcome = wire_ask(seat->wire, &reply, "SMEMBERS", key);
    if (outcome == OUTCOME_OK && recovery.stale.incomplete)
        outcome = wire_fail(seat->wire, "out of memory for stale entries");
    if (outcome == OUTCOME_OK)
        outcome = requeue_all(seat, key, queue, &recovery.stale);
    texts_close(&recovery.stale);
    return outcome;
}

struct report {
    uint64_t unit_ms, taken_back_ms;
    struct census *census;
};

static void report_claimed(void *context, const struct wire_element *element)
{
    const struct report *report = context;
    struct entry entry;
    if (element->type == WIRE_TEXT && entry_read(element->text, element->len, &entry))
        census_claimed(report->census, entry.id,
                       entry.time * report->unit_ms + report->taken_back_ms);
}

enum outcome processing_census(struct seat *seat, const char *key, uint64_t taken_back_ms,
                               struct census *census)
{
    struct report report = {processing_unit_ms(seat), taken_back_ms, census};
    struct cursor_range all = {.key = key, .count = CENSUS_COUNT};
    return cursor_walk(seat->wire, &all, report_claimed, &report);
}
