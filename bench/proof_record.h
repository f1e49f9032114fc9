/* The recording of a proof: measured block by block, kept in a directory as it grows, so that it
 * can be made in pieces. */
#ifndef DIBS_BENCH_PROOF_RECORD_H
#define DIBS_BENCH_PROOF_RECORD_H

#include "bench/proof.h"

enum { PROOF_EVERY = 20 }; /* items from one planted command to the next: 5 % */

/* Not to be copied. */
struct proof_recorder {
    struct pair_arm arms[PROOF_ARMS]; /* A and A again are the same */
    struct run_options options;
    const char *directory;
    uint64_t seed;
    void (*progress)(const char *condition, const char *what, uint32_t done, uint32_t of);
    struct proof_recording recordings[PROOF_CONDITIONS];
    enum run_status status;
    char why[512]; /* one line, why something failed */
};

/* Reads what the directory holds already. Close it in any case. */
bool proof_recorder_open(struct proof_recorder *recorder);
void proof_recorder_close(struct proof_recorder *recorder);

/* Makes it as many blocks and live decisions of each kind as wanted, counting those that are there.
 * False: status and why. */
bool proof_record(struct proof_recorder *recorder, enum proof_condition condition, uint32_t blocks,
                  uint32_t decisions);

const char *proof_condition_name(enum proof_condition condition);

#endif
