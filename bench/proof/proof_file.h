/* What the directory of a proof holds: blocks.tsv, decisions.tsv and exact.tsv, a line for each
 * thing that was measured, and origin.txt, what they were measured of and on. */
#ifndef DIBS_BENCH_PROOF_FILE_H
#define DIBS_BENCH_PROOF_FILE_H

#include "bench/proof/proof_record.h"

/* Reads all into the recordings, and writes the origin where nothing is kept yet. A line that was
 * cut off by the end of whoever wrote it is taken away. False: status (RUN_REFUSED: it is of
 * another origin, or nobody knows of which) and why. */
bool proof_file_read(struct proof_recorder *recorder);

/* Adds a line. False: status and why. */
bool proof_file_keep_block(struct proof_recorder *recorder, enum proof_condition condition,
                           const struct proof_block *block);
bool proof_file_keep_decision(struct proof_recorder *recorder, enum proof_condition condition,
                              bool planted, const struct proof_decision *decision);
bool proof_file_keep_exact(struct proof_recorder *recorder,
                           const struct proof_exact_decision *decision);

#endif
