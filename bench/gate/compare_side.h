/* A result document as one side of a comparison. */
#ifndef DIBS_BENCH_COMPARE_SIDE_H
#define DIBS_BENCH_COMPARE_SIDE_H

#include "bench/gate/baseline.h"
#include "sim/judge/spread.h"

enum { SIDE_FIGURES = 4, SIDE_REPEATS_MAX = 1000 };

/* What is shown as advice; less is better. */
extern const char *const side_figures[SIDE_FIGURES];

struct compare_side {
    json *document;       /* owned */
    struct baseline base; /* workload, server; of lockstep runs the counts as well */
    bool lockstep;
    bool walks; /* some contender uses SSCAN or the like, whose steps one run cannot tell exactly */
};

/* Reads a result, or that of a directory. STATUS_USAGE: it is no result of dibs.
 * STATUS_NOT_COMPARABLE: of another schema. STATUS_UNKNOWN: nothing in it can be compared. `error`
 * is one line. Close it in any case. */
enum status side_read(struct compare_side *side, const char *path, char *error, size_t size);
void side_close(struct compare_side *side);

/* The next run from *i on that is not complete and trustworthy, or NULL. Borrowed. */
const json *side_unusable(const struct compare_side *side, size_t *i);

/* Repeats of a contender that are complete and trustworthy, at most SIDE_REPEATS_MAX. */
uint32_t side_repeats(const struct compare_side *side, const char *label);
/* Over these; NAN: not known. */
struct spread side_times(const struct compare_side *side, const char *label, int figure);

/* A promise that one of them broke, or NULL. Borrowed. */
const char *side_broken(const struct compare_side *side, const char *label);

#endif
