/* The CSV: a header row, then one line per run, with the names of result.json joined by dots. */
#ifndef DIBS_BENCH_CSV_H
#define DIBS_BENCH_CSV_H

#include "sim/run.h"

#include <stdio.h>

/* Writes path as a whole. False: `error` is one line. */
bool csv_write(const char *path, const struct run_result *runs, size_t count, char *error,
               size_t error_size);

/* A field of text: quoted where a comma, a quote or a line break would be misread. */
void csv_write_text(FILE *out, const char *text);

#endif
