/* A small seeded generator (splitmix64): the same seed gives the same run. */
#ifndef DIBS_SIM_RANDOM_H
#define DIBS_SIM_RANDOM_H

#include <stdint.h>

static inline uint64_t random_next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Uniform in 0..bound-1, without the cost or the care of rejecting the last 2^-32 of bias. */
static inline uint64_t random_below(uint64_t *state, uint64_t bound)
{
    return (uint64_t)(((unsigned __int128)random_next(state) * bound) >> 64);
}

/* Uniform in [0, 1). */
static inline double random_unit(uint64_t *state)
{
    return (double)(random_next(state) >> 11) * 0x1p-53;
}

/* The seed of a part (a seat, a repeat) of what `seed` drives. */
static inline uint64_t random_fork(uint64_t seed, uint64_t part)
{
    uint64_t state = seed ^ (part + 1) * UINT64_C(0xd1342543de82ef95);
    return random_next(&state);
}

#endif
