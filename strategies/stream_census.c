/* Where the entries of a stream are: the stream's own, beside the group's list of pending ones. */
#include "strategies/stream.h"

#include <stdio.h>
#include <string.h>

enum { CHUNK = 1000 };

/* Both lists are in the order of ids, so that one walk beside the other finds what they share. */
struct group {
    uint64_t last_delivered;
    bool last_comes; /* the next text of XINFO GROUPS is that id */
    struct batch pending, idle_ms;
};

void stream_pending_visit(void *context, const struct wire_element *element)
{
    uint64_t number;
    if (element->type == WIRE_TEXT && element->depth == 2 && element->index == 0 &&
        stream_id_read(element->text, element->len, &number))
        batch_add(context, number);
}

static void group_visit(void *context, const struct wire_element *element)
{
    struct group *group = context;
    static const char name[] = "last-delivered-id";
    if (element->type != WIRE_TEXT)
        return;
    if (group->last_comes)
        stream_id_read(element->text, element->len, &group->last_delivered);
    group->last_comes =
        element->len == strlen(name) && memcmp(element->text, name, element->len) == 0;
}

static void idle_visit(void *context, const struct wire_element *element)
{
    struct group *group = context;
    stream_pending_visit(&group->pending, element);
    if (element->type == WIRE_INTEGER && element->depth == 2 && element->index == 2)
        batch_add(&group->idle_ms, (uint64_t)element->integer);
}

/* Ranges of ids are read in steps; the next one begins behind the last id that came. */
static void build_start(struct wire *wire, const struct batch *so_far)
{
    char after[STREAM_ID_MAX + 1];
    if (so_far->n == 0) {
        wire_text(wire, "-");
        return;
    }
    snprintf(after, sizeof after, "(0-%llu", (unsigned long long)so_far->ids[so_far->n - 1]);
    wire_text(wire, after);
}

static enum outcome read_group(struct wire *wire, const char *key, struct group *group)
{
    struct wire_reply info = {.visit = group_visit, .context = group};
    struct wire_reply reply = {.visit = idle_visit, .context = group};
    enum outcome outcome = wire_ask(wire, &info, "XINFO GROUPS", key);
    for (reply.integer = CHUNK; outcome == OUTCOME_OK && reply.integer == CHUNK;) {
        wire_begin(wire, "XPENDING");
        wire_text(wire, key);
        wire_text(wire, STREAM_GROUP);
        build_start(wire, &group->pending);
        wire_text(wire, "+");
        wire_int(wire, CHUNK);
        wire_end(wire, &reply);
        outcome = wire_flush(wire);
    }
    if (outcome == OUTCOME_OK && (group->pending.incomplete || group->idle_ms.incomplete))
        return wire_fail(wire, "out of memory for pending entries");
    return outcome;
}

/* *at is how much of the group's list has been passed. */
static void report(const struct stream_entries *entries, const struct group *group, size_t *at,
                   uint64_t due_ms, struct census *census)
{
    for (size_t i = 0; i < entries->numbers.n; i++) {
        uint64_t number = entries->numbers.ids[i], item = entries->items.ids[i];
        while (*at < group->pending.n && group->pending.ids[*at] < number)
            ++*at;
        bool is_pending = *at < group->pending.n && group->pending.ids[*at] == number;
        if (is_pending)
            census_claimed(census, item, due_ms - group->idle_ms.ids[*at]);
        else if (number > group->last_delivered)
            census_pending(census, item);
    }
}

static enum outcome report_stream(struct seat *seat, const char *key, const struct group *group,
                                  uint64_t wait_ms, struct census *census)
{
    struct stream_entries entries = {.depth = 2};
    struct wire_reply reply = {.visit = stream_entries_visit, .context = &entries};
    uint64_t due_ms = seat_unix_ms(seat) + wait_ms;
    size_t at = 0;
    enum outcome outcome;
    do {
        wire_begin(seat->wire, "XRANGE");
        wire_text(seat->wire, key);
        build_start(seat->wire, &entries.numbers);
        wire_text(seat->wire, "+");
        wire_text(seat->wire, "COUNT");
        wire_int(seat->wire, CHUNK);
        wire_end(seat->wire, &reply);
        stream_entries_clear(&entries);
        outcome = wire_flush(seat->wire);
        if (outcome == OUTCOME_OK && (entries.numbers.incomplete || entries.items.incomplete))
            outcome = wire_fail(seat->wire, "out of memory for entries");
        if (outcome == OUTCOME_OK)
            report(&entries, group, &at, due_ms, census);
    } while (outcome == OUTCOME_OK && entries.numbers.n == CHUNK);
    stream_entries_close(&entries);
    return outcome;
}

enum outcome stream_census(struct seat *seat, const char *key, uint64_t wait_ms,
                           struct census *census)
{
    struct group group = {0};
    enum outcome outcome = read_group(seat->wire, key, &group);
    if (outcome == OUTCOME_OK)
        outcome = report_stream(seat, key, &group, wait_ms, census);
    batch_close(&group.pending);
    batch_close(&group.idle_ms);
    return outcome;
}
