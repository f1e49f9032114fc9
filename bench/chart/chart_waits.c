/* How long things take, as curves of percentiles: the delay of a refresh, from when it was planned;
 * and the service time of a round trip, in a closed loop. */
#include "bench/chart/chart_table.h"

#include <math.h>
#include <string.h>

enum { TAIL_MIN = 10, POINTS_PER_DECADE = 20 };

static size_t write_curve(FILE *table, const struct chart_group *group, const struct hist *hist)
{
    size_t rows = 0;
    double rarest = (double)hist_total(hist) / TAIL_MIN;
    for (int k = 1;; k++, rows++) {
        double one_in = pow(10, (double)k / POINTS_PER_DECADE);
        if (one_in > rarest * (1 + 1e-9))
            return rows;
        double quantile = 1 - 1 / one_in;
        /* The scale is logarithmic; the histogram knows nothing below a microsecond. */
        uint64_t ns = hist_quantile_ns(hist, quantile);
        fprintf(table, "%s\t%u\t%.9g\t%.6g\t%.6g\n", group->label, group->style, 100 * quantile,
                one_in, (double)(ns > 1000 ? ns : 1000) / 1e9);
    }
}

size_t chart_table_delay(FILE *table, const struct chart_data *data)
{
    size_t rows = 0;
    for (const struct chart_group *g = data->groups; g < data->groups + data->group_count; g++)
        rows += write_curve(table, g, chart_merge(data, g, "delay"));
    return rows;
}

/* All commands of the instances and producers together. */
size_t chart_table_service(FILE *table, const struct chart_data *data)
{
    size_t rows = 0;
    for (const struct chart_group *g = data->groups; g < data->groups + data->group_count; g++) {
        memset(data->merged, 0, sizeof *data->merged);
        for (size_t r = 0; r < g->count; r++) {
            const char *name;
            json *command;
            for (void *at = NULL;
                 json_next(json_get(g->runs[r], "commands"), &at, &name, &command);)
                chart_merge_into(data->merged, json_get(command, "latency"));
        }
        rows += write_curve(table, g, data->merged);
    }
    return rows;
}
