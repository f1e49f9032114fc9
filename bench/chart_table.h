/* The tables behind the charts: rows of plain figures, a header row, units in the names. */
#ifndef DIBS_BENCH_CHART_TABLE_H
#define DIBS_BENCH_CHART_TABLE_H

#include "sim/run.h"

#include <stdio.h>

/* The completed repeats of one contender. */
struct chart_group {
    char label[96]; /* the contender, with what a reader must know of it */
    unsigned style; /* colour and point: the contender's place in the registry */
    const struct run_result *const *runs;
    size_t count;
};

struct chart_data {
    const struct chart_group *groups;
    size_t group_count;
    double *values;      /* room for one figure of every run of a group */
    struct hist *merged; /* room for one histogram */
};

/* One chart: <name>.tsv, drawn by plots/<name>.gp. */
struct chart_table {
    const char *name;
    const char *header;
    /* Writes the rows; returns how many. Errors stay in the stream. */
    size_t (*write)(FILE *table, const struct chart_data *data);
};

/* Ends in an entry with a NULL name. */
extern const struct chart_table chart_tables[];

#endif
