/* Sweeps in a report: a picture each. */
#ifndef DIBS_BENCH_REPORT_SWEEP_H
#define DIBS_BENCH_REPORT_SWEEP_H

#include "bench/document/json.h"

#include <stddef.h>

/* The sweeps of a document: of one contender, or of several. */
size_t report_sweep_count(const json *document);
const json *report_sweep_at(const json *document, size_t i);
/* What the picture of one is called: "sweep" where it is alone, else its contender. */
void report_sweep_stem(const json *document, size_t i, const char *suffix, char *stem, size_t size);

/* Tables and pictures of all of them. False: `message` is one line. */
bool report_sweep_draw(const char *directory, const char *suffix, const json *document,
                       char *message, size_t size);

#endif
