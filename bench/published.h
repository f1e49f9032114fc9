/* Published beside measured: the figures that the documents state, and what came out here. */
#ifndef DIBS_BENCH_PUBLISHED_H
#define DIBS_BENCH_PUBLISHED_H

#include "sim/run.h"

enum { PUBLISHED_SOURCES_MAX = 3 };

/* A measured value holds within this share of the published value, or of the ends of its range;
 * a published 0 holds only as 0. */
#define PUBLISHED_TOLERANCE 0.10

enum verdict {
    VERDICT_HOLDS,
    VERDICT_DOES_NOT_HOLD,
    VERDICT_NOT_MEASURED, /* no complete and trustworthy run of the contender gives it */
    VERDICT_OTHER_SIZE,   /* it was published for another size or cycle, and does not scale */
};

/* Where a figure stands. */
struct published_source {
    const char *document; /* short name */
    int line;
};

struct published_row {
    const char *figure; /* with its unit, e.g. "SPOP, calls a cycle" */
    const char *contender;
    struct published_source sources[PUBLISHED_SOURCES_MAX]; /* the unused have a NULL document */
    double low, high; /* as published, scaled to the scenario; equal where it is one value */
    double measured;  /* median over `runs`; valid for the first two verdicts, or NaN */
    uint32_t runs;
    enum verdict verdict;
};

/* What was measured. */
struct published_input {
    const struct scenario *scenario;
    const struct run_result *runs;
    size_t run_count;
    const struct entry_race *races; /* each of the entry race_entries[i] */
    const struct entry *const *race_entries;
    size_t race_count;
};

/* All figures that these runs can check, in the order of the documents' claims: one row per figure
 * and contender that was run. Returns their number; rows beyond `max` are not written. */
size_t published_compare(const struct published_input *input, struct published_row *rows,
                         size_t max);

/* The short documents' names, and what each is. */
void published_describe(FILE *out);

const char *verdict_name(enum verdict verdict);

#endif
