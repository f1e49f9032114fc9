/* What redis-benchmark does with SPOP, as a strategy: members one at a time, many in a batch, no
 * work on any, until half of them are left. (Emptying the set would measure Redis looking for
 * members in a sparse table.) Not in the registry: it exists to be measured. */
#ifndef DIBS_BENCH_POPPING_H
#define DIBS_BENCH_POPPING_H

#include "strategies/strategy.h"

/* Where the members are. */
extern const char popping_queue[];

enum { POPPING_PIPELINE }; /* its parameter: commands of a batch */

extern const struct strategy strategy_popping;

#endif
