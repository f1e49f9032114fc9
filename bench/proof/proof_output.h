/* What a proof came to: as a table, and as a document. */
#ifndef DIBS_BENCH_PROOF_OUTPUT_H
#define DIBS_BENCH_PROOF_OUTPUT_H

#include "bench/proof/proof_record.h"

#define PROOF_SCHEMA "dibs/gate-proof"
#define PROOF_VERSION "1.0"

/* What the gate is to keep. */
#define PROOF_FALSE_FAIL_MAX 0.01
#define PROOF_FOUND_MIN 0.95

struct proof_outcome {
    const struct proof_recorder *recorder;
    struct proof_rates rates[PROOF_CONDITIONS]; /* where something was recorded */
    uint32_t draws;
    const struct environment *environment;
};

void proof_table(const struct proof_outcome *outcome, FILE *out);

/* The document, for whole_file_write: `context` is the outcome. False: errno. */
bool proof_document(const void *context, FILE *out);

bool proof_keeps_rates(const struct proof_rates *rates);

/* Live decisions that failed. */
uint32_t proof_failed(const struct proof_decision *decisions, uint32_t count);

/* The exact tier: all is to be found, and nothing failed falsely. */
struct proof_exact_tally {
    uint32_t false_fails, found;
    bool met;
};
struct proof_exact_tally proof_tally(const struct proof_recorder *recorder);

#endif
