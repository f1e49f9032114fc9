/* A soak as text, each part when it is over. */
#ifndef DIBS_BENCH_SOAK_TABLE_H
#define DIBS_BENCH_SOAK_TABLE_H

#include "sim/trial/oracle.h"
#include "sim/trial/soak.h"

#include <stdio.h>

/* A line for each contender; then what is wrong, and how to run that again. */
void soak_table_faults(FILE *out, const struct soak *soak);

void soak_table_oracle(FILE *out, const struct oracle_report *oracle);
void soak_table_leaks(FILE *out, const struct soak_leaks *leaks);

#endif
