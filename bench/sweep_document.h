/* The document of sweeps: one object for one contender, else {"sweeps": [...]}.
 *
 * A sweep has contender, fault, points[] (role, nth, command, phase, outcome, items by fate,
 * redundant, recovery_s) and signature.points|once|redundant|stranded|lost|unfinished, which count
 * points by what came of them. */
#ifndef DIBS_BENCH_SWEEP_DOCUMENT_H
#define DIBS_BENCH_SWEEP_DOCUMENT_H

#include "sim/sweep.h"

#include <stdio.h>

/* False: errno. */
bool sweep_document_print(const struct sweep *sweeps, uint32_t count, bool alone, FILE *out);

#endif
