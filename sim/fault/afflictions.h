/* Items with which something is wrong, as faults order it: drawn from the seed, the same for all
 * instances. Lies on the board. */
#ifndef DIBS_SIM_AFFLICTIONS_H
#define DIBS_SIM_AFFLICTIONS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { AFFLICTED_ALL = 1000000, AFFLICTED_POISON_MAX = 16 };

struct afflictions {
    uint64_t seed, items;
    _Atomic uint32_t fails;            /* of AFFLICTED_ALL, items whose refreshes all fail */
    _Atomic uint32_t fails_once;       /* the same, of which only the first one does */
    _Atomic uint32_t poisonous;        /* items that kill whoever works on them */
    _Atomic uint64_t failed, poisoned; /* how often that has happened */
};

/* The refresh of this item fails, having failed `before` times. */
bool afflictions_fail(struct afflictions *afflictions, uint64_t index, uint32_t before);

/* It is one of this share of the items, all of whose refreshes fail. */
bool afflictions_doom(const struct afflictions *afflictions, uint64_t index, double share);

/* Whoever works on this item dies. */
bool afflictions_kill(struct afflictions *afflictions, uint64_t index);

#endif
