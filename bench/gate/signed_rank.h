/* The exact signed-rank test on paired differences, with the Hodges-Lehmann estimate and bounds.
 *
 * Nothing is assumed about the noise: under the null hypothesis only the sign of each difference
 * is by chance, and the order within a pair was drawn by lot. */
#ifndef DIBS_BENCH_SIGNED_RANK_H
#define DIBS_BENCH_SIGNED_RANK_H

#include <stdbool.h>
#include <stdint.h>

enum { SIGNED_RANK_PAIRS_MAX = 384 };

/* The largest c with P(T <= c) <= level, where T is the rank sum of n pairs (at most
 * SIGNED_RANK_PAIRS_MAX) under the null hypothesis. -1: even c = 0 is more likely than that, or
 * memory did not suffice; either way nothing may be concluded. */
int32_t signed_rank_critical(uint32_t n, double level);

struct signed_rank {
    double estimate; /* of the difference: the median of the Walsh averages */
    double lower;    /* one-sided, by the first critical value; -INFINITY where that is -1 */
    double upper;    /* one-sided, by the second; INFINITY where that is -1 */
};

/* `n` is 1 or more. False: out of memory. */
bool signed_rank_bounds(const double *differences, uint32_t n, int32_t lower_critical,
                        int32_t upper_critical, struct signed_rank *bounds);

#endif
