#include "bench/proof/planted.h"

#include "strategies/item.h"

static const char LIST[] = "planted";

enum { MARK_CHUNK = 1000 };

/* How many items this seat has taken. */
struct planted {
    uint64_t taken;
};

static enum outcome planted_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    char item[ITEM_TEXT_MAX];
    for (size_t at = 0; at < n; at += MARK_CHUNK) {
        wire_begin(seat->wire, "RPUSH");
        wire_text(seat->wire, LIST);
        for (size_t i = at; i < n && i < at + MARK_CHUNK; i++)
            wire_arg(seat->wire, item, item_write(item, ids[i], seat->vendor));
        wire_end(seat->wire, NULL);
    }
    return wire_flush(seat->wire);
}

/* The command that nobody needs costs about what taking an item costs. */
static enum outcome waste(struct seat *seat)
{
    const struct planted *planted = seat->state;
    int64_t every = seat->values[PLANTED_EVERY];
    if (every == 0 || planted->taken % (uint64_t)every != 0)
        return OUTCOME_OK;
    return wire_ask(seat->wire, NULL, "LINDEX", LIST, "0");
}

static enum outcome planted_cycle(struct seat *seat)
{
    struct planted *planted = seat->state;
    for (;;) {
        struct wire_reply reply = {0};
        uint64_t id;
        enum outcome outcome = wire_ask(seat->wire, &reply, "LPOP", LIST);
        if (outcome != OUTCOME_OK || reply.type == WIRE_NIL)
            return outcome;
        if (!item_read(reply.text, reply.len, &id))
            return wire_fail(seat->wire, "what is in the list is no item");
        if (seat_refresh(seat, id) == REFRESH_STOP)
            return OUTCOME_STOP;
        planted->taken++;
        outcome = waste(seat);
        if (outcome != OUTCOME_OK)
            return outcome;
    }
}

static void report(void *context, const struct wire_element *element)
{
    uint64_t id;
    if (element->type == WIRE_TEXT && item_read(element->text, element->len, &id))
        census_pending(context, id);
}

static enum outcome planted_census(struct seat *seat, struct census *census)
{
    struct wire_reply reply = {.visit = report, .context = census};
    return wire_ask(seat->wire, &reply, "LRANGE", LIST, "0", "-1");
}

static struct needs planted_needs(const struct seat *seat)
{
    return (struct needs){.round_trips_per_item = 1,
                          .items_per_instance = 1.0 / seat->instances,
                          .server_bytes_per_item = 32};
}

static const struct parameter parameters[] = {
    [PLANTED_EVERY] = {.name = "every",
                       .type = PARAMETER_INTEGER,
                       .fallback = "0",
                       .min = 0,
                       .max = 1000000,
                       .help = "items from one command too many to the next; 0: there is none"},
    {0},
};

static const struct contender contenders[] = {{"planted", "ours", ""}, {0}};

static const struct wire_script *const scripts[] = {NULL};

const struct strategy strategy_planted = {
    .name = "planted",
    .summary = "items leave a list one at a time; a command too many now and then",
    .parameters = parameters,
    .contenders = contenders,
    .scripts = scripts,
    .state_size = sizeof(struct planted),
    .mark = planted_mark,
    .cycle = planted_cycle,
    .census = planted_census,
    .needs = planted_needs,
};
