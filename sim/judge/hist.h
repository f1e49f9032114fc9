/* A latency histogram of fixed size: 1 us to 1 h, 3 significant digits, overflow counted.
 *
 * Flat, without pointers or totals, so that it can lie in shared memory, survive a killed writer
 * (who costs at most one sample) and be merged by addition. One writer, any number of readers.
 * The shape is HdrHistogram's: unit 100 ns, 2048 sub-buckets. */
#ifndef DIBS_SIM_HIST_H
#define DIBS_SIM_HIST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HIST_MAX_NS UINT64_C(3600000000000) /* 1 h; anything longer is overflow */

enum { HIST_COUNTS = 27 * 1024 };

struct hist {
    _Atomic uint32_t counts[HIST_COUNTS];
    _Atomic uint32_t overflow; /* samples over HIST_MAX_NS */
    _Atomic uint64_t max_ns;   /* the longest sample, exact, overflow included */
};

void hist_record(struct hist *hist, uint64_t ns);
/* The same, `count` times. */
void hist_add(struct hist *hist, uint64_t ns, uint32_t count);
/* Adds all of `from` to `to`. */
void hist_merge(struct hist *to, const struct hist *from);

/* Samples, overflow included. */
uint64_t hist_total(const struct hist *hist);
/* The value below or at which `quantile` (0..1) of all samples lie, as the upper end of its
 * bucket but never over max_ns; 0 when empty; max_ns when it falls into the overflow. */
uint64_t hist_quantile_ns(const struct hist *hist, double quantile);
/* To 3 digits, and never over max_ns; what overflowed enters as one hour. */
double hist_mean_ns(const struct hist *hist);

/* Walks the buckets that hold something, in order, the overflow last and with max_ns as its upper
 * end: start with *bucket = 0. False at the end. */
bool hist_next(const struct hist *hist, size_t *bucket, uint64_t *upper_ns, uint64_t *count);

#endif
