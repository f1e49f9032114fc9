/* Published beside measured: the figures of scenarios/claims.yaml that any run of a contender can
 * check, judged in the runs at hand by the rules of claims. */
#ifndef DIBS_BENCH_PUBLISHED_H
#define DIBS_BENCH_PUBLISHED_H

#include "bench/claims/claims.h"

#include <stdio.h>

struct result;
struct scenario;

enum { PUBLISHED_MAX = 128 };

/* A figure and a contender that was run. */
struct published_row {
    const struct claim *claim;           /* whose figure it is, and where it stands */
    const struct claim_setting *setting; /* the contender, what was measured and expected */
    bool other_size; /* it was published for another size or cycle, and does not scale */
};

struct published {
    struct claims *claims; /* owned: what rows point into */
    struct published_row rows[PUBLISHED_MAX];
    size_t count;
    char error[640]; /* one line, where published_compare returned false */
};

/* Why a scenario can check no published figure, or NULL. They are of one aligned cycle in which
 * every instance runs its round to the end and nothing else happens; how many items and instances
 * there are does not matter. */
const char *published_why_not(const struct scenario *scenario);

/* Judges all figures that these runs can check, in the order of the file at `path`: a row for each
 * figure and contender that was run, or none where published_why_not says why. `published` is zero;
 * published_close in any case. False: error, and there are no rows. */
bool published_compare(struct published *published, const struct result *result, const char *path);
void published_close(struct published *published);

/* "holds", "does not hold", "not measured" or "other size". */
const char *published_verdict(const struct published_row *row);

/* The short names of the documents that rows name, and what is judged how. */
void published_describe(FILE *out);

#endif
