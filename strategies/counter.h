/* A counter in shared memory with exactly one writer and any number of readers.
 *
 * A plain load and store, so it costs what an ordinary variable costs; a writer killed
 * between the two leaves it one short, never torn. */
#ifndef DIBS_STRATEGIES_COUNTER_H
#define DIBS_STRATEGIES_COUNTER_H

#include <assert.h>
#include <stdatomic.h>
#include <stdint.h>

typedef _Atomic uint64_t counter;

static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "counters are shared between processes");

static inline uint64_t counter_get(const counter *c)
{
    return atomic_load_explicit(c, memory_order_relaxed);
}

static inline void counter_set(counter *c, uint64_t value)
{
    atomic_store_explicit(c, value, memory_order_relaxed);
}

static inline void counter_add(counter *c, uint64_t n)
{
    counter_set(c, counter_get(c) + n);
}

#endif
