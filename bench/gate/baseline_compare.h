/* Two sets of exact counts, contender by contender. More fails; fewer passes, and is said; another
 * mix of commands at the same total fails; a bounded counter is never compared. */
#ifndef DIBS_BENCH_BASELINE_COMPARE_H
#define DIBS_BENCH_BASELINE_COMPARE_H

#include "bench/gate/baseline.h"
#include "bench/gate/comparison.h"

/* Adds findings and notes. Who stands on one side only is named and does not count. */
void baseline_compare(const struct baseline *before, const struct baseline *now,
                      struct comparison *comparison);

#endif
