#include "strategies/members.h"

#include "strategies/cursor.h"
#include "strategies/item.h"

/* Members of one SADD of a large mark. */
enum { MARK_CHUNK = 1000, CENSUS_COUNT = 1000 };

void members_build_add(struct seat *seat, const char *key, const uint64_t *ids, size_t n)
{
    char item[ITEM_TEXT_MAX];
    wire_begin(seat->wire, "SADD");
    wire_text(seat->wire, key);
    for (size_t i = 0; i < n; i++)
        wire_arg(seat->wire, item, item_write(item, ids[i], seat->vendor));
    wire_end(seat->wire, NULL);
}

enum outcome members_mark(struct seat *seat, const char *key, const uint64_t *ids, size_t n)
{
    for (size_t at = 0; at < n; at += MARK_CHUNK)
        members_build_add(seat, key, ids + at, n - at < MARK_CHUNK ? n - at : MARK_CHUNK);
    return wire_flush(seat->wire);
}

static void report_pending(void *context, const struct wire_element *element)
{
    uint64_t id;
    if (element->type == WIRE_TEXT && item_read(element->text, element->len, &id))
        census_pending(context, id);
}

enum outcome members_census(struct seat *seat, const char *key, struct census *census)
{
    struct cursor_range all = {.key = key, .count = CENSUS_COUNT};
    return cursor_walk(seat->wire, &all, report_pending, census);
}
