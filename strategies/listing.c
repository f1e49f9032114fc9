#include "strategies/listing.h"

#include "strategies/census.h"
#include "strategies/item.h"

enum { MARK_CHUNK = 1000, WALK_CHUNK = 1000 };

void listing_build_push(struct seat *seat, const char *push, const char *key, const uint64_t *ids,
                        size_t n)
{
    char item[ITEM_TEXT_MAX];
    wire_begin(seat->wire, push);
    wire_text(seat->wire, key);
    for (size_t i = 0; i < n; i++)
        wire_arg(seat->wire, item, item_write(item, ids[i], seat->vendor));
    wire_end(seat->wire, NULL);
}

enum outcome listing_mark(struct seat *seat, const char *key, const uint64_t *ids, size_t n)
{
    for (size_t at = 0; at < n; at += MARK_CHUNK)
        listing_build_push(seat, "LPUSH", key, ids + at, n - at < MARK_CHUNK ? n - at : MARK_CHUNK);
    return wire_flush(seat->wire);
}

enum outcome listing_walk(struct wire *wire, const char *key, wire_visit *visit, void *context)
{
    struct wire_reply reply = {.visit = visit, .context = context};
    enum outcome outcome;
    int64_t from = 0;
    do {
        wire_begin(wire, "LRANGE");
        wire_text(wire, key);
        wire_int(wire, from);
        wire_int(wire, from + WALK_CHUNK - 1);
        wire_end(wire, &reply);
        outcome = wire_flush(wire);
        from += WALK_CHUNK;
    } while (outcome == OUTCOME_OK && reply.integer == WALK_CHUNK);
    return outcome;
}

enum outcome listing_census(struct seat *seat, const char *key, struct census *census)
{
    return listing_walk(seat->wire, key, census_visit_pending, census);
}
