/* The catalogue of faults: each of its scenarios against each contender that it makes sense for. */
#ifndef DIBS_BENCH_MATRIX_H
#define DIBS_BENCH_MATRIX_H

#include "bench/status.h"

#include <limits.h>

enum { MATRIX_SCENARIOS_MAX = 64, MATRIX_CONTENDERS_MAX = 64, MATRIX_NAME_MAX = 48 };

/* What a cell of the matrix comes to. */
enum matrix_verdict {
    MATRIX_NOT_RUN,
    MATRIX_PASS,
    MATRIX_FAIL,         /* a declared promise was broken */
    MATRIX_UNKNOWN,      /* the fault hit nothing, or the counts leave it open */
    MATRIX_NOT_PROMISED, /* nothing is promised that covers it: the counts stand alone */
    MATRIX_NOT_JUDGED,   /* it ends by its number of cycles: what is left says nothing */
    MATRIX_UNTRUSTWORTHY,
    MATRIX_COULD_NOT_RUN,
    MATRIX_VERDICTS
};

/* Lies in memory that is shared with the process that runs it: no pointers into that. */
struct matrix_cell {
    uint32_t scenario, contender; /* of struct matrix */
    enum matrix_verdict verdict;
    enum run_status status;
    bool hit; /* every fault that was ordered struck; true where none was */
    uint32_t faults, faults_hit;
    struct fates items;
    struct findings findings;
    bool converged;
    uint32_t attempts; /* runs that it took: one that dibs itself held up is made again */
    double seconds;
    char why[RUN_REASON_MAX]; /* the broken promise, or what is wrong */
};

struct matrix_skipped {
    uint32_t scenario, contender;
    char reason[96];
};

struct matrix_contender {
    const struct contender *contender;
    const struct strategy *strategy;
};

struct matrix {
    char (*scenarios)[MATRIX_NAME_MAX]; /* owned; "02-kill-one" */
    char (*questions)[160];             /* owned */
    uint32_t scenario_count;
    struct matrix_contender contenders[MATRIX_CONTENDERS_MAX];
    uint32_t contender_count;
    struct matrix_cell *cells; /* mapped shared */
    uint32_t cell_count, cell_capacity;
    struct matrix_skipped *skipped; /* owned */
    uint32_t skipped_count;
    double seconds;
};

/* Lays out the pairs; `contenders` is a list with commas or NULL for all, `quick` takes one row of
 * each kind. False: `error` is one line. matrix_close in any case. */
bool matrix_prepare(struct matrix *matrix, const char *contenders, bool quick, char *error,
                    size_t error_size);
void matrix_close(struct matrix *matrix);

/* Runs all cells, several side by side. False: `error`; what has been run stays. The caller must
 * have no other threads. */
bool matrix_run(struct matrix *matrix, const struct run_options *options, char *error,
                size_t error_size);

const char *matrix_verdict_name(enum matrix_verdict verdict); /* "pass" */
enum status matrix_status(const struct matrix *matrix);

/* The matrix, and why something in it is red; the document. */
void matrix_table(const struct matrix *matrix, FILE *out);
bool matrix_document(const struct matrix *matrix, FILE *out);

#endif
