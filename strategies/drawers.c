#include "strategies/drawers.h"

#include "strategies/census.h"
#include "strategies/item.h"
#include "strategies/scatter.h"

enum {
    FULL = 256,      /* items of a front, past which marks go into the buckets behind the fronts */
    FULL_CHECK = 64, /* marks of a producer between two looks at that */
    DEEP_SHARE = 60, /* of the time that a queue stays deep, a producer relies on a 60th */
};

/* ---- keys */

void drawers_key(const struct drawers *drawers, char key[DRAWERS_KEY_MAX], const char *name,
                 const char *of)
{
    snprintf(key, DRAWERS_KEY_MAX, "%s%s%s", drawers->base, name, of);
}

static void write_front(const struct drawers *drawers, char key[DRAWERS_KEY_MAX], uint32_t drawer)
{
    snprintf(key, DRAWERS_KEY_MAX, "%s%u", drawers->base, drawer);
}

static void write_bucket(const struct drawers *drawers, char key[DRAWERS_KEY_MAX], uint32_t drawer,
                         uint32_t bucket)
{
    snprintf(key, DRAWERS_KEY_MAX, "%s%u.%u", drawers->base, drawer, bucket);
}

void drawers_front_of(const struct drawers *drawers, char key[DRAWERS_KEY_MAX], uint64_t id)
{
    write_front(drawers, key, (uint32_t)(scatter(id) % DRAWERS));
}

static void write_bucket_of(const struct drawers *drawers, char key[DRAWERS_KEY_MAX], uint64_t id)
{
    uint64_t hash = scatter(id);
    write_bucket(drawers, key, (uint32_t)(hash % DRAWERS),
                 (uint32_t)(hash / DRAWERS % drawers->depth));
}

bool drawers_open(struct seat *seat, struct drawers *drawers, uint32_t depth, uint64_t deep_ms)
{
    char name[KEY_MAX];
    snprintf(name, sizeof name, "outdated:{%s}:", seat->vendor);
    *drawers = (struct drawers){
        .depth = depth,
        .deep_ms = deep_ms,
        .patrolled = (uint32_t)(seat_random(seat) % DRAWERS),
        .unchecked = FULL_CHECK,
    };
    if (!key_write(drawers->base, seat, name))
        return false;
    drawers_key(drawers, drawers->deep, "deep", "");
    return true;
}

/* ---- the mark */

void drawers_member(struct seat *seat, uint64_t id)
{
    char item[ITEM_TEXT_MAX];
    wire_arg(seat->wire, item, item_write(item, id, seat->vendor));
}

static void build_add(struct seat *seat, const char *key, uint64_t id)
{
    wire_begin(seat->wire, "SADD");
    wire_text(seat->wire, key);
    drawers_member(seat, id);
    wire_end(seat->wire, NULL);
}

static void build_asking(struct seat *seat, const char *command, const char *key,
                         struct wire_reply *reply)
{
    wire_begin(seat->wire, command);
    wire_text(seat->wire, key);
    wire_end(seat->wire, reply);
}

static enum outcome set_deep(struct seat *seat, const struct drawers *drawers)
{
    wire_begin(seat->wire, "SET");
    wire_text(seat->wire, drawers->deep);
    wire_text(seat->wire, "");
    wire_text(seat->wire, "PX");
    wire_int(seat->wire, (int64_t)drawers->deep_ms);
    wire_end(seat->wire, NULL);
    return wire_flush(seat->wire);
}

/* Sends what is built, and asks with it whether the queue is deep, or this front full. A sign that
 * is about to lapse is none: what is marked into a bucket just then would have to wait there. */
static enum outcome flush_and_check(struct seat *seat, struct drawers *drawers, const char *front)
{
    struct wire_reply left = {0}, items = {0};
    build_asking(seat, "PTTL", drawers->deep, &left);
    build_asking(seat, "SCARD", front, &items);
    uint64_t now_ms = seat_unix_ms(seat);
    enum outcome outcome = wire_flush(seat->wire);
    if (outcome != OUTCOME_OK)
        return outcome;
    drawers->unchecked = 0;
    bool deep = left.integer > (int64_t)(drawers->deep_ms / 2);
    if (!deep && items.integer < FULL)
        return OUTCOME_OK;
    drawers->deep_until_ms = now_ms + drawers->deep_ms / DEEP_SHARE;
    drawers->unchecked = FULL_CHECK;
    return deep ? OUTCOME_OK : set_deep(seat, drawers);
}

enum outcome drawers_mark(struct seat *seat, struct drawers *drawers, const uint64_t *ids, size_t n)
{
    char key[DRAWERS_KEY_MAX];
    bool deep = seat_unix_ms(seat) < drawers->deep_until_ms;
    for (size_t i = 0; i < n; i++) {
        if (deep)
            write_bucket_of(drawers, key, ids[i]);
        else
            drawers_front_of(drawers, key, ids[i]);
        build_add(seat, key, ids[i]);
    }
    if (deep || n == 0)
        return wire_flush(seat->wire);
    drawers->unchecked += n < FULL_CHECK ? (uint32_t)n : FULL_CHECK;
    return drawers->unchecked < FULL_CHECK ? wire_flush(seat->wire)
                                           : flush_and_check(seat, drawers, key);
}

/* ---- the look */

enum outcome drawers_look(struct seat *seat, struct drawers *drawers, const char *other, bool *any)
{
    struct wire_reply reply = {0};
    char key[DRAWERS_KEY_MAX];
    drawers->patrolled = (drawers->patrolled + 1) % DRAWERS;
    wire_begin(seat->wire, "EXISTS");
    wire_text(seat->wire, other);
    wire_text(seat->wire, drawers->deep);
    for (uint32_t i = 0; i < DRAWERS; i++) {
        write_front(drawers, key, i);
        wire_text(seat->wire, key);
    }
    for (uint32_t i = 0; i < drawers->depth; i++) {
        write_bucket(drawers, key, drawers->patrolled, i);
        wire_text(seat->wire, key);
    }
    wire_end(seat->wire, &reply);
    enum outcome outcome = wire_flush(seat->wire);
    *any = outcome == OUTCOME_OK && reply.integer > 0;
    return outcome;
}

/* ---- the census */

static enum outcome census_drawer(struct seat *seat, const struct drawers *drawers, uint32_t drawer,
                                  struct wire_reply *members)
{
    char key[DRAWERS_KEY_MAX];
    write_front(drawers, key, drawer);
    build_asking(seat, "SMEMBERS", key, members);
    for (uint32_t i = 0; i < drawers->depth; i++) {
        write_bucket(drawers, key, drawer, i);
        build_asking(seat, "SMEMBERS", key, members);
    }
    return wire_flush(seat->wire);
}

enum outcome drawers_census(struct seat *seat, const struct drawers *drawers, struct census *census)
{
    struct wire_reply members = {.visit = census_visit_pending, .context = census};
    enum outcome outcome = OUTCOME_OK;
    for (uint32_t i = 0; i < DRAWERS && outcome == OUTCOME_OK; i++)
        outcome = census_drawer(seat, drawers, i, &members);
    return outcome;
}
