#include "strategies/members.h"

#include "strategies/census.h"
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

struct selection {
    members_filter *is_own;
    const void *context;
    struct batch *own;
};

static void select_own(void *context, const struct wire_element *element)
{
    struct selection *selection = context;
    uint64_t id;
    if (element->type == WIRE_TEXT && item_read(element->text, element->len, &id) &&
        selection->is_own(selection->context, id))
        batch_add(selection->own, id);
}

/* The published code holds the whole reply and filters then; here the filter sees each member
 * while the reply is read, and only the own ids are kept. */
enum outcome members_select(struct seat *seat, const char *key, members_filter *is_own,
                            const void *context, struct batch *own)
{
    struct selection selection = {is_own, context, own};
    struct wire_reply reply = {.visit = select_own, .context = &selection};
    enum outcome outcome = wire_ask(seat->wire, &reply, "SMEMBERS", key);
    if (outcome == OUTCOME_OK && own->incomplete)
        return wire_fail(seat->wire, "out of memory for the own members of the queue");
    return outcome;
}

enum outcome members_refresh(struct seat *seat, const char *key, const struct batch *batch)
{
    for (size_t i = 0; i < batch->n; i++) {
        enum refresh refresh = seat_refresh(seat, batch->ids[i]);
        if (refresh == REFRESH_STOP)
            return OUTCOME_STOP;
        if (refresh == REFRESH_FAILED)
            continue;
        char item[ITEM_TEXT_MAX];
        item_write(item, batch->ids[i], seat->vendor);
        enum outcome outcome = wire_ask(seat->wire, NULL, "SREM", key, item);
        if (outcome != OUTCOME_OK)
            return outcome;
    }
    return OUTCOME_OK;
}

enum outcome members_census(struct seat *seat, const char *key, struct census *census)
{
    struct cursor_range all = {.key = key, .count = CENSUS_COUNT};
    return cursor_walk(seat->wire, &all, census_visit_pending, census);
}
