/* Sweeps as text: the signature of each, and the points of one. */
#ifndef DIBS_BENCH_SWEEP_TABLE_H
#define DIBS_BENCH_SWEEP_TABLE_H

#include "sim/trial/sweep.h"

#include <stdio.h>

/* The head of the signatures, then one line for each sweep. */
void sweep_table_head(FILE *out);
void sweep_table_signature(FILE *out, const struct sweep *sweep);

void sweep_table_points(FILE *out, const struct sweep *sweep);

#endif
