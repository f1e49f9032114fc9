#include "sim/judge/hist.h"

#include <assert.h>
#include <math.h>

/* Values are counted in units of 100 ns. Bucket b holds the values below 2048 << b in steps of
 * 1 << b; the lower half of every bucket but the first is covered by the buckets before it, so
 * each adds 1024 counts. 26 buckets reach beyond one hour. */
enum { UNIT_NS = 100, SUB_BUCKET_BITS = 11, HALF = 1 << (SUB_BUCKET_BITS - 1) };

static_assert(HIST_MAX_NS / UNIT_NS < ((uint64_t)2 * HALF << (HIST_COUNTS / HALF - 2)),
              "the last bucket holds one hour");

static size_t index_of(uint64_t ns)
{
    uint64_t units = ns / UNIT_NS;
    unsigned bits = 64 - (unsigned)__builtin_clzll(units | (2 * HALF - 1));
    unsigned bucket = bits - SUB_BUCKET_BITS;
    return (size_t)bucket * HALF + (size_t)(units >> bucket);
}

/* The first value, in ns, that no longer falls into this count. */
static uint64_t end_ns(size_t index)
{
    size_t bucket = index < 2 * HALF ? 0 : index / HALF - 1;
    uint64_t step = index - bucket * HALF;
    return ((step + 1) << bucket) * UNIT_NS;
}

static uint64_t middle_ns(size_t index)
{
    uint64_t begin = index == 0 ? 0 : end_ns(index - 1);
    return begin + (end_ns(index) - begin) / 2;
}

static uint32_t count_get(const _Atomic uint32_t *count)
{
    return atomic_load_explicit(count, memory_order_relaxed);
}

/* One writer: a load and a store, which cost what an ordinary variable costs. */
static void count_add(_Atomic uint32_t *count, uint32_t n)
{
    atomic_store_explicit(count, count_get(count) + n, memory_order_relaxed);
}

static uint64_t longest_ns(const struct hist *hist)
{
    return atomic_load_explicit(&hist->max_ns, memory_order_relaxed);
}

static void keep_longest(struct hist *hist, uint64_t ns)
{
    if (ns > longest_ns(hist))
        atomic_store_explicit(&hist->max_ns, ns, memory_order_relaxed);
}

void hist_record(struct hist *hist, uint64_t ns)
{
    hist_add(hist, ns, 1);
}

void hist_add(struct hist *hist, uint64_t ns, uint32_t count)
{
    if (count == 0)
        return;
    count_add(ns > HIST_MAX_NS ? &hist->overflow : &hist->counts[index_of(ns)], count);
    keep_longest(hist, ns);
}

void hist_merge(struct hist *to, const struct hist *from)
{
    for (size_t i = 0; i < HIST_COUNTS; i++) {
        uint32_t count = count_get(&from->counts[i]);
        if (count > 0) /* leaves untouched pages of `to` untouched */
            count_add(&to->counts[i], count);
    }
    count_add(&to->overflow, count_get(&from->overflow));
    keep_longest(to, longest_ns(from));
}

uint64_t hist_total(const struct hist *hist)
{
    uint64_t total = count_get(&hist->overflow);
    for (size_t i = 0; i < HIST_COUNTS; i++)
        total += count_get(&hist->counts[i]);
    return total;
}

/* How many samples must lie at or below the quantile. The factor takes back what 0.07 is too much
 * in binary, so that 0.07 of 100 samples are 7. */
static uint64_t rank_of(double quantile, uint64_t total)
{
    double rank = ceil(quantile * (double)total * (1 - 1e-12));
    if (!(rank > 1))
        return 1;
    return rank < (double)total ? (uint64_t)rank : total;
}

uint64_t hist_quantile_ns(const struct hist *hist, double quantile)
{
    uint64_t total = hist_total(hist), seen = 0;
    if (total == 0)
        return 0;
    uint64_t rank = rank_of(quantile, total), longest = longest_ns(hist);
    for (size_t i = 0; i < HIST_COUNTS; i++) {
        seen += count_get(&hist->counts[i]);
        if (seen >= rank) {
            uint64_t upper = end_ns(i) - 1;
            return upper < longest ? upper : longest;
        }
    }
    return longest;
}

double hist_mean_ns(const struct hist *hist)
{
    uint64_t total = 0;
    double sum = 0;
    for (size_t i = 0; i < HIST_COUNTS; i++) {
        uint32_t count = count_get(&hist->counts[i]);
        total += count;
        sum += (double)count * (double)middle_ns(i);
    }
    uint32_t overflow = count_get(&hist->overflow);
    total += overflow;
    sum += (double)overflow * (double)HIST_MAX_NS;
    if (total == 0)
        return 0;
    return fmin(sum / (double)total, (double)longest_ns(hist));
}

bool hist_next(const struct hist *hist, size_t *bucket, uint64_t *upper_ns, uint64_t *count)
{
    while (*bucket <= HIST_COUNTS) {
        size_t i = (*bucket)++;
        *count = count_get(i < HIST_COUNTS ? &hist->counts[i] : &hist->overflow);
        if (*count == 0)
            continue;
        *upper_ns = i < HIST_COUNTS ? end_ns(i) - 1 : longest_ns(hist);
        return true;
    }
    return false;
}
