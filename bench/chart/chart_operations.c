/* Server calls per item, by command. */
#include "bench/chart/chart_table.h"

#include <math.h>
#include <string.h>

/* Marks have a row of their own, so what producers sent is taken out of the commands. */
static double calls_of_command(const json *run, const char *name)
{
    const json *command = json_get(json_get(run, "commands"), name);
    double producers = json_number(command, "producer_calls");
    double calls = json_number(command, "server_calls") - (isfinite(producers) ? producers : 0);
    return command ? calls / json_number(run, "per_item.units") : 0;
}

static double per_mark(const json *run)
{
    double calls = json_number(run, "per_mark.server_calls");
    return isfinite(calls) ? calls : 0;
}

static double calls_per_mark(const json *run, const char *name)
{
    (void)name;
    return per_mark(run);
}

static double calls_in_total(const json *run, const char *name)
{
    (void)name;
    return json_number(run, "per_item.server_calls") + per_mark(run);
}

static size_t write_calls(FILE *table, const struct chart_data *data,
                          const struct chart_group *group, const char *part, measure_fn *measure)
{
    fprintf(table, "%s\t%u\t%s", group->label, group->style, part);
    chart_table_figure(table, chart_figure(data, group, measure, part));
    fputc('\n', table);
    return 1;
}

/* Whether run `r` of the group is the first in which instances called this. */
static bool is_new(const struct chart_group *group, size_t r, const char *name)
{
    for (size_t i = 0; i < r; i++)
        if (calls_of_command(group->runs[i], name) > 0)
            return false;
    return true;
}

static size_t write_commands(FILE *table, const struct chart_data *data,
                             const struct chart_group *group)
{
    size_t rows = 0;
    for (size_t r = 0; r < group->count; r++) {
        const json *run = group->runs[r];
        const char *name;
        json *command;
        for (void *at = NULL; json_next(json_get(run, "commands"), &at, &name, &command);)
            if (calls_of_command(run, name) > 0 && is_new(group, r, name))
                rows += write_calls(table, data, group, name, calls_of_command);
    }
    return rows;
}

size_t chart_table_operations(FILE *table, const struct chart_data *data)
{
    size_t rows = 0;
    for (const struct chart_group *g = data->groups; g < data->groups + data->group_count; g++) {
        if (json_count(g->runs[0], "per_mark.units") > 0)
            rows += write_calls(table, data, g, "mark", calls_per_mark);
        rows += write_commands(table, data, g);
        rows += write_calls(table, data, g, "total", calls_in_total);
    }
    return rows;
}
