/* Which tables there are of a result, and which figure of a run stands in which column. */
#ifndef DIBS_BENCH_TABLE_COLUMNS_H
#define DIBS_BENCH_TABLE_COLUMNS_H

#include "bench/table/cell.h"
#include "sim/run.h"

/* What stands in the cell of a contender with several repeats. */
enum fold { FOLD_MEDIAN, FOLD_MAX, FOLD_WORST /* the repeat that ended worst */ };

typedef double cell_fn(const struct run_result *run);

struct column {
    const char *head, *unit;
    enum form form;
    enum fold fold;
    bool optional; /* left out where every cell is 0 */
    cell_fn *cell;
};

/* The runs of one contender. */
struct row {
    const struct entry *entry;
    const struct run_result **runs;
    size_t count;
};

/* A table of what came of the runs. */
struct table {
    const char *title;
    const struct column *columns;
    size_t column_count;
    const char *word_head; /* the last column, a word */
    const char *(*word)(const struct row *row, bool *good);
    const char *legend;                           /* what its heads do not say; NULL: they do */
    bool (*wanted)(const struct run_result *run); /* NULL: always; else if any run wants it */
};

/* Ends in a table without a title. */
extern const struct table tables[];

#endif
