/* Cost and throughput at each value of the one thing that a scenario varies. */
#include "bench/chart/chart_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double value_of(const json *run, bool items)
{
    return items ? json_number(run, "items.total") : (double)json_size(json_get(run, "instances"));
}

static double rate_of(const json *run, const char *name)
{
    (void)name;
    return json_number(run, "items.refreshed") / json_number(run, "duration_s");
}

static size_t write_point(FILE *table, const struct chart_data *data,
                          const struct chart_group *group, const char *what, double value)
{
    struct chart_group at = *group;
    at.count = 0;
    at.runs = malloc((group->count + 1) * sizeof *at.runs);
    for (size_t i = 0; at.runs && i < group->count; i++)
        if (value_of(group->runs[i], strcmp(what, "items") == 0) == value)
            at.runs[at.count++] = group->runs[i];
    if (at.count > 0) {
        fprintf(table, "%s\t%u\t%s\t%.0f", group->label, group->style, what, value);
        chart_table_figure(table, chart_figure(data, &at, chart_cpu_usec, NULL));
        chart_table_figure(table, chart_figure(data, &at, rate_of, NULL));
        fputc('\n', table);
    }
    free(at.runs);
    return at.count > 0;
}

size_t chart_table_scaling(FILE *table, const struct chart_data *data)
{
    const char *what = json_text(data->document, "vary.what");
    const json *values = json_find(data->document, "vary.values");
    size_t rows = 0;
    for (const struct chart_group *g = data->groups; g < data->groups + data->group_count; g++)
        for (size_t i = 0; what && i < json_size(values); i++)
            rows += write_point(table, data, g, what, json_number_of(json_at(values, i)));
    return rows;
}
