/* Tier one of the gate: the exact counts of a lockstep run of every contender of a scenario. */
#ifndef DIBS_BENCH_GATE_H
#define DIBS_BENCH_GATE_H

#include "bench/gate/baseline.h"
#include "bench/gate/comparison.h"
#include "bench/progress.h"

struct gate {
    const struct scenario *scenario; /* in lockstep */
    struct run_options options; /* its environment, of the server, is filled by the first run */
    uint32_t runs;              /* of each contender with one seed, 2 or more */
    struct progress *progress;  /* or NULL */
};

/* Fills the workload of an empty baseline; nothing is run. */
void gate_describe(const struct gate *gate, struct baseline *now);

/* Fills its server and contenders; what a run breaks is a finding of the
 * comparison. False: a run did not complete, and the comparison says why. */
bool gate_measure(struct gate *gate, struct baseline *now, struct comparison *comparison);

/* False: the two are not the same workload (or, where both are known, not the same server), and
 * the comparison says so. */
bool gate_comparable(const struct baseline *before, const struct baseline *now,
                     struct comparison *comparison);

#endif
