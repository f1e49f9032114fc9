/* The catalogue of faults: each of its scenarios against each contender that it makes sense for. */
#ifndef DIBS_BENCH_MATRIX_H
#define DIBS_BENCH_MATRIX_H

#include "bench/document/provenance.h"
#include "bench/status.h"
#include "sim/trial/sweep.h"

#include <limits.h>

enum { MATRIX_ROWS_MAX = 64, MATRIX_CONTENDERS_MAX = 64, MATRIX_NAME_MAX = 48 };

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

/* A scenario of the catalogue, or a sweep: one fault at every point of a protocol. */
struct matrix_row {
    char name[MATRIX_NAME_MAX]; /* "02-kill-one" */
    char question[160];
    enum fault_kind sweep; /* FAULT_NONE: it is a scenario */
    unsigned roles;        /* of a sweep: SWEEP_WORKER and SWEEP_UPKEEP */
    uint64_t seed;
};

/* Lies in memory that is shared with the process that runs it: no pointers into that. */
struct matrix_cell {
    uint32_t row, contender; /* of struct matrix */
    enum matrix_verdict verdict;
    enum run_status status;
    bool hit; /* every fault that was ordered struck; true where none was */
    uint32_t faults, faults_hit;
    struct fates items;
    struct findings findings;
    bool converged;
    uint32_t attempts; /* runs that it took: one that dibs itself held up is made again */
    double seconds;
    uint32_t points;                    /* of a sweep; fates and findings are those of all points */
    uint32_t signature[SWEEP_OUTCOMES]; /* of a sweep: its points by what came of them */
    char why[RUN_REASON_MAX];           /* the broken promise, or what is wrong */
};

struct matrix_skipped {
    uint32_t row, contender;
    char reason[96];
};

struct matrix_contender {
    const struct contender *contender;
    const struct strategy *strategy;
};

struct matrix {
    struct matrix_row *rows; /* owned; by name */
    uint32_t row_count;
    struct matrix_contender contenders[MATRIX_CONTENDERS_MAX];
    uint32_t contender_count;
    struct matrix_cell *cells; /* mapped shared */
    uint32_t cell_count, cell_capacity;
    struct matrix_skipped *skipped; /* owned */
    uint32_t skipped_count;
    double seconds;
    enum status status; /* what it all amounts to */
    const struct provenance *provenance; /* borrowed, or NULL */
};

/* Lays out the pairs; `contenders` is a list with commas or NULL for all, `quick` takes one row of
 * each kind. False: `error` is one line. matrix_close in any case. */
bool matrix_prepare(struct matrix *matrix, const char *contenders, bool quick, char *error,
                    size_t error_size);
void matrix_close(struct matrix *matrix);

/* The rows that are sweeps, by name; the last one has none. */
extern const struct matrix_row matrix_sweeps[];

/* Runs the sweep of a cell. `options->interrupted` is shared with the processes that it makes. */
void matrix_sweep_cell(const struct matrix *matrix, struct matrix_cell *cell,
                       const struct run_options *options);

/* Runs all cells, several side by side. False: `error`; what has been run stays. The caller must
 * have no other threads. */
bool matrix_run(struct matrix *matrix, const struct run_options *options, char *error,
                size_t error_size);

const char *matrix_verdict_name(enum matrix_verdict verdict); /* "pass" */
enum status matrix_status(const struct matrix *matrix);       /* of its cells */

/* The matrix, and why something in it is red; the document. */
void matrix_table(const struct matrix *matrix, FILE *out);
#define MATRIX_VERSION "1.2" /* of faults.schema.json */
bool matrix_document(const struct matrix *matrix, FILE *out);

#endif
