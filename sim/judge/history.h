/* The history of a run, worked out after it from the journal and the times of deaths: what
 * overlapped, what was done twice and why, what was overwritten, how long it took to recover. */
#ifndef DIBS_SIM_HISTORY_H
#define DIBS_SIM_HISTORY_H

#include "sim/judge/deaths.h"
#include "sim/judge/findings.h"
#include "sim/world/board.h"

/* Fills what is of the journal, and overlaps and redundant refreshes with it; nothing without a
 * journal. `end_ns`: of the run, since the start. False: `error` (one line) says why the journal,
 * or what is known of deaths, cannot be believed. */
bool history_read(const struct board *board, const struct deaths *deaths, uint64_t owed_at_start,
                  uint64_t end_ns, struct findings *findings, char *error, size_t error_size);

#endif
