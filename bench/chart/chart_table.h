/* The tables behind the charts: rows of plain figures, a header row, units in the names. */
#ifndef DIBS_BENCH_CHART_TABLE_H
#define DIBS_BENCH_CHART_TABLE_H

#include "bench/chart/chart_data.h"

#include <stdio.h>

/* One chart: <name>.tsv, drawn by plots/<name>.gp. */
struct chart_table {
    const char *name;
    const char *header;
    /* Writes the rows; returns how many. Errors stay in the stream. */
    size_t (*write)(FILE *table, const struct chart_data *data);
    bool optional; /* that there is nothing to show is not worth a word */
    bool of_varied; /* of a scenario that varies something; the others are of those that do not */
};

enum { CHART_TABLES_MAX = 16 };

/* Ends in an entry with a NULL name. */
extern const struct chart_table chart_tables[CHART_TABLES_MAX];

/* "\t<median>\t<min>\t<max>" */
void chart_table_figure(FILE *table, struct spread spread);

/* Of the tables, each in a file of its own. */
size_t chart_table_frontier(FILE *table, const struct chart_data *data);
size_t chart_table_operations(FILE *table, const struct chart_data *data);
size_t chart_table_delay(FILE *table, const struct chart_data *data);
size_t chart_table_service(FILE *table, const struct chart_data *data);
size_t chart_table_progress(FILE *table, const struct chart_data *data);
size_t chart_table_timeline(FILE *table, const struct chart_data *data);
size_t chart_table_shares(FILE *table, const struct chart_data *data);
size_t chart_table_scaling(FILE *table, const struct chart_data *data);
size_t chart_table_published(FILE *table, const struct chart_data *data);

#endif
