/* Where the items of claim-sets lie until they are claimed: 64 drawers, each a set in front and,
 * while the queue is deep, a number of buckets behind it. */
#ifndef DIBS_STRATEGIES_DRAWERS_H
#define DIBS_STRATEGIES_DRAWERS_H

#include "strategies/key.h"

enum { DRAWERS = 64, DRAWERS_DEPTH_MAX = 1024, DRAWERS_KEY_MAX = KEY_MAX + 32 };

struct drawers {
    char base[KEY_MAX];         /* of all keys, with the tag */
    char deep[DRAWERS_KEY_MAX]; /* exists while marks go into buckets */
    uint32_t depth;             /* buckets of a drawer */
    uint64_t deep_ms;           /* how long a queue stays deep once it is */
    uint32_t patrolled;         /* drawer whose buckets are looked at in any case */
    uint32_t unchecked;         /* marks since this producer looked how full a front is */
    uint64_t deep_until_ms;     /* until then it marks into buckets */
};

/* False: the reason is in wire->err. */
bool drawers_open(struct seat *seat, struct drawers *drawers, uint32_t depth, uint64_t deep_ms);

/* Writes "<base><name><of>". */
void drawers_key(const struct drawers *drawers, char key[DRAWERS_KEY_MAX], const char *name,
                 const char *of);
/* The front of this item's drawer. */
void drawers_front_of(const struct drawers *drawers, char key[DRAWERS_KEY_MAX], uint64_t id);

/* Adds the member that stands for this item to the command that is being built. */
void drawers_member(struct seat *seat, uint64_t id);

enum outcome drawers_mark(struct seat *seat, struct drawers *drawers, const uint64_t *ids,
                          size_t n);

/* Whether there is the key `other`, a front, a bucket of the drawer on patrol, which is another one
 * each time, or a sign that other buckets may be in use. One command. */
enum outcome drawers_look(struct seat *seat, struct drawers *drawers, const char *other, bool *any);

enum outcome drawers_census(struct seat *seat, const struct drawers *drawers,
                            struct census *census);

#endif
