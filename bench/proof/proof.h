/* The proof of the gate: blocks of A, A again and B (a command more per so many items), in an order
 * drawn by lot, recorded once; the gate's error rates by drawing from the recording again and
 * again; and decisions as a user would have them. */
#ifndef DIBS_BENCH_PROOF_H
#define DIBS_BENCH_PROOF_H

#include "bench/gate/pair.h"

enum proof_arm { PROOF_A, PROOF_AGAIN, PROOF_B, PROOF_ARMS };
enum proof_condition { PROOF_IDLE, PROOF_LOAD, PROOF_CONDITIONS }; /* of the other cores */
enum { PROOF_BLOCKS_MAX = 10000, PROOF_DECISIONS_MAX = 20 };

struct proof_block {
    struct pair_repeat arms[PROOF_ARMS];
};

/* A decision of the gate, on the recording or live: none of A against A should fail. */
struct proof_decision {
    enum pair_verdict verdict;
    uint32_t pairs;
};

/* Of one condition. */
struct proof_recording {
    struct proof_block *blocks; /* owned */
    uint32_t count;
    struct proof_decision none[PROOF_DECISIONS_MAX], planted[PROOF_DECISIONS_MAX]; /* live */
    uint32_t none_count, planted_count;
};

/* False: out of memory, or PROOF_BLOCKS_MAX are there. */
bool proof_add_block(struct proof_recording *recording, const struct proof_block *block);
/* Beyond PROOF_DECISIONS_MAX it is left out. */
void proof_add_decision(struct proof_recording *recording, bool planted,
                        struct proof_decision decision);
void proof_recording_close(struct proof_recording *recording);

const char *proof_condition_name(enum proof_condition condition);

/* What is in the recording of one condition for one metric. */
struct proof_metric {
    double spread;    /* of a repeat: from the quartiles of ln(A again/A) */
    double slowdown;  /* of B against A, Hodges-Lehmann, a share */
    double would_see; /* at the last look that the recording has pairs for */
};

/* Shares of decisions that were drawn from it. */
struct proof_rates {
    double false_fail, found;
    double pairs_none, pairs_planted; /* means */
    struct proof_metric metrics[PAIR_METRICS];
};

#define PROOF_TARGET 0.05

/* From `draws` decisions of each kind. False: out of memory. */
bool proof_resample(const struct proof_recording *recording, uint32_t draws, uint64_t seed,
                    struct proof_rates *rates);

#endif
