/* What a person reads at the end: the tables of a result, at most 100 columns wide. */
#ifndef DIBS_BENCH_TABLE_H
#define DIBS_BENCH_TABLE_H

#include "bench/claims/published.h"
#include "sim/judge/beside.h"
#include "sim/trial/crash_probe.h"

enum { TABLE_WIDTH = 100, TABLE_NAME_WIDTH = 16 };

/* The tables of table_columns.h, one row per contender: of several repeats the median, but of what
 * went wrong the worst. Then a line for everything that a reader must not overlook. */
void table_write(FILE *out, const struct run_result *runs, size_t count, bool colour);

/* Contender by promise, where something happened to the deployment; table_write calls it. */
void table_write_verdicts(FILE *out, const struct run_result *runs, size_t count, bool colour);

/* Or one line why this scenario checks none. */
void table_write_published(FILE *out, const struct published_row *rows, size_t count,
                           const struct scenario *scenario, bool colour);

/* What one killed instance took with it; nothing where nobody was probed. */
void table_write_probes(FILE *out, const struct crash_probe *probes, size_t count, bool colour);

void table_write_race(FILE *out, const struct entry_race *race, const struct entry *entry,
                      const struct scenario *scenario);

/* Ratios to each contender that the scenario names as the one to stand beside. */
void table_write_beside(FILE *out, const struct beside *beside, bool repeats, bool colour);

/* What monitoring cost and saw; nothing of runs that were not observed. */
void table_write_observed(FILE *out, const struct run_result *runs, size_t count, bool colour);

#endif
