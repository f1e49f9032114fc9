/* How much several intervals overlap: by a sweep over their ends, and so exact. */
#ifndef DIBS_SIM_OVERLAP_H
#define DIBS_SIM_OVERLAP_H

#include <stddef.h>
#include <stdint.h>

struct edge {
    uint64_t t_ns;
    int32_t step; /* +1: something begins here; -1: it ends */
};

struct overlap {
    uint64_t count;   /* begins while something else went on */
    uint64_t time_ns; /* in which more than one went on */
    uint32_t depth;   /* at once, at most */
};

/* Sorts `edges`. What ends where another begins does not overlap it. */
struct overlap overlap_measure(struct edge *edges, size_t count);

/* Adds the counts and times of `one` to `sum`, and keeps the greater depth. */
void overlap_add(struct overlap *sum, const struct overlap *one);

#endif
