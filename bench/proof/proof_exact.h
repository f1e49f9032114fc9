/* The exact tier of a proof: the same scenario counted again, without a change and with a command
 * too many now and then. */
#ifndef DIBS_BENCH_PROOF_EXACT_H
#define DIBS_BENCH_PROOF_EXACT_H

#include "sim/run.h"

enum { PROOF_EXACT_EVERY = 100 }; /* items from one planted command to the next: 1 % */

/* Whether the gate failed what was not changed, and what was. */
struct proof_exact_decision {
    bool false_fail, found;
};

/* `scenario` is in lockstep and has planted as its one entry, whose parameter and the scenario's
 * seed are changed. False: `why` is one line. */
bool proof_exact_decide(struct scenario *scenario, const struct run_options *options, uint64_t seed,
                        struct proof_exact_decision *decision, char *why, size_t size);

#endif
