/* The recording of a proof: measured block by block, kept in a directory as it grows, so that it
 * can be made in pieces. */
#ifndef DIBS_BENCH_PROOF_RECORD_H
#define DIBS_BENCH_PROOF_RECORD_H

#include "bench/proof/proof.h"
#include "bench/proof/proof_exact.h"
#include "strategies/texts.h"

enum { PROOF_EVERY = 20 }; /* items from one planted command to the next: 5 % */

/* Not to be copied. */
struct proof_recorder {
    struct pair_arm arms[PROOF_ARMS]; /* A and A again are the same */
    struct scenario *counted;         /* for proof_exact_decide */
    struct run_options options;
    const char *directory;
    struct texts origin; /* sorted lines "key value": of what and on what; owned */
    uint64_t seed;
    void (*progress)(const struct proof_recorder *recorder, const char *condition, const char *what,
                     uint32_t done, uint32_t of); /* before the done-th; or NULL */
    void *progress_context;
    pid_t neighbour;                              /* the load beside what is measured; 0: none */
    struct proof_recording recordings[PROOF_CONDITIONS];
    struct proof_exact_decision exact[PROOF_DECISIONS_MAX];
    uint32_t exact_count;
    enum run_status status;
    char why[512]; /* one line, why something failed */
};

/* Reads what the directory holds already. False: status and why. Close it in any case. */
bool proof_recorder_open(struct proof_recorder *recorder);
void proof_recorder_close(struct proof_recorder *recorder);

/* Makes it as many blocks and live decisions of each kind as wanted, counting those that are there.
 * What was measured without the load that it should have had is not kept. False: status and why. */
bool proof_record(struct proof_recorder *recorder, enum proof_condition condition, uint32_t blocks,
                  uint32_t decisions);

/* As many decisions of the exact tier as wanted, at most PROOF_DECISIONS_MAX. */
bool proof_record_exact(struct proof_recorder *recorder, uint32_t decisions);

/* Keeps the first failure. Always false. */
__attribute__((format(printf, 3, 4))) bool proof_recorder_fail(struct proof_recorder *recorder,
                                                               enum run_status status,
                                                               const char *format, ...);

#endif
