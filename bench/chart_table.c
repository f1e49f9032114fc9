#include "bench/chart_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES_MAX = 600, TAIL_MIN = 10, POINTS_PER_DECADE = 20 };

/* One figure over the repeats of a contender. */
struct figure {
    double median, min, max;
};

/* A figure of one run; `command` names the row where the figure has one. */
typedef double measure_fn(const struct run_result *run, const char *command);

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct figure figure_of(const struct chart_data *data, const struct chart_group *group,
                               measure_fn *measure, const char *command)
{
    double *v = data->values;
    size_t n = group->count;
    for (size_t i = 0; i < n; i++)
        v[i] = measure(group->runs[i], command);
    qsort(v, n, sizeof *v, compare_doubles);
    return (struct figure){(v[(n - 1) / 2] + v[n / 2]) / 2, v[0], v[n - 1]};
}

static void write_figure(FILE *table, struct figure f)
{
    fprintf(table, "\t%.6g\t%.6g\t%.6g", f.median, f.min, f.max);
}

/* ---- server calls per item */

static const struct command_result *find_command(const struct run_result *run, const char *name)
{
    for (uint32_t i = 0; i < run->command_count; i++)
        if (strcmp(run->commands[i].name, name) == 0)
            return &run->commands[i];
    return NULL;
}

/* Marks have a row of their own, so what producers sent is taken out of the commands. */
static double calls_of_command(const struct run_result *run, const char *name)
{
    const struct command_result *c = find_command(run, name);
    return c ? (double)(c->server_calls - c->producer_calls) / (double)run->per_item.units : 0;
}

static double calls_per_mark(const struct run_result *run, const char *command)
{
    (void)command;
    return run->per_mark.server_calls;
}

static double calls_in_total(const struct run_result *run, const char *command)
{
    (void)command;
    return run->per_item.server_calls + run->per_mark.server_calls;
}

static size_t write_calls(FILE *table, const struct chart_data *data,
                          const struct chart_group *group, const char *part, measure_fn *measure)
{
    struct figure f = figure_of(data, group, measure, part);
    fprintf(table, "%s\t%u\t%s", group->label, group->style, part);
    write_figure(table, f);
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
        const struct run_result *run = group->runs[r];
        for (uint32_t c = 0; c < run->command_count; c++) {
            const char *name = run->commands[c].name;
            if (calls_of_command(run, name) > 0 && is_new(group, r, name))
                rows += write_calls(table, data, group, name, calls_of_command);
        }
    }
    return rows;
}

static size_t write_operations(FILE *table, const struct chart_data *data)
{
    size_t rows = 0;
    for (const struct chart_group *g = data->groups; g < data->groups + data->group_count; g++) {
        if (g->runs[0]->per_mark.units > 0)
            rows += write_calls(table, data, g, "mark", calls_per_mark);
        rows += write_commands(table, data, g);
        rows += write_calls(table, data, g, "total", calls_in_total);
    }
    return rows;
}

/* ---- server CPU per item */

static double cpu_per_mark(const struct run_result *run, const char *command)
{
    (void)command;
    return run->per_mark.server_cpu_usec;
}

static double cpu_per_item(const struct run_result *run, const char *command)
{
    (void)command;
    return run->per_item.server_cpu_usec;
}

static double cpu_in_total(const struct run_result *run, const char *command)
{
    return cpu_per_mark(run, command) + cpu_per_item(run, command);
}

static size_t write_server_cpu(FILE *table, const struct chart_data *data)
{
    static measure_fn *const measures[] = {cpu_per_mark, cpu_per_item, cpu_in_total};
    for (const struct chart_group *g = data->groups; g < data->groups + data->group_count; g++) {
        fprintf(table, "%s\t%u", g->label, g->style);
        for (size_t m = 0; m < sizeof measures / sizeof *measures; m++)
            write_figure(table, figure_of(data, g, measures[m], NULL));
        fputc('\n', table);
    }
    return data->group_count;
}

/* ---- refresh delay */

static size_t write_curve(FILE *table, const struct chart_group *group, const struct hist *delay)
{
    size_t rows = 0;
    double rarest = (double)hist_total(delay) / TAIL_MIN;
    for (int k = 1;; k++, rows++) {
        double one_in = pow(10, (double)k / POINTS_PER_DECADE);
        if (one_in > rarest * (1 + 1e-9))
            return rows;
        double quantile = 1 - 1 / one_in;
        /* The scale is logarithmic; the histogram knows nothing below a microsecond. */
        uint64_t ns = hist_quantile_ns(delay, quantile);
        fprintf(table, "%s\t%u\t%.9g\t%.6g\t%.6g\n", group->label, group->style, 100 * quantile,
                one_in, (double)(ns > 1000 ? ns : 1000) / 1e9);
    }
}

static size_t write_delay(FILE *table, const struct chart_data *data)
{
    size_t rows = 0;
    for (const struct chart_group *g = data->groups; g < data->groups + data->group_count; g++) {
        memset(data->merged, 0, sizeof *data->merged);
        for (size_t r = 0; r < g->count; r++)
            if (g->runs[r]->delay)
                hist_merge(data->merged, g->runs[r]->delay);
        rows += write_curve(table, g, data->merged);
    }
    return rows;
}

/* ---- progress */

static size_t write_samples(FILE *table, const struct chart_group *group,
                            const struct run_result *run)
{
    size_t rows = 0;
    uint32_t stride = run->sample_count / SAMPLES_MAX + 1;
    for (uint32_t i = 0; i < run->sample_count; i++) {
        const struct sample *s = &run->samples[i];
        if (i % stride != 0 && i + 1 != run->sample_count)
            continue;
        fprintf(table, "%s\t%u\t%u\t%.6g\t%llu\t%llu\t%llu\n", group->label, group->style,
                run->repeat, s->t_s, (unsigned long long)s->backlog, (unsigned long long)s->held,
                (unsigned long long)s->done);
        rows++;
    }
    return rows;
}

static size_t write_progress(FILE *table, const struct chart_data *data)
{
    size_t rows = 0;
    for (const struct chart_group *g = data->groups; g < data->groups + data->group_count; g++)
        for (size_t r = 0; r < g->count; r++)
            rows += write_samples(table, g, g->runs[r]);
    return rows;
}

const struct chart_table chart_tables[] = {
    {"operations",
     "contender\tstyle\tpart\tserver_calls\tserver_calls_min\tserver_calls_max",
     write_operations},
    {"server_cpu",
     "contender\tstyle\tper_mark_usec\tper_mark_usec_min\tper_mark_usec_max\t"
     "per_item_usec\tper_item_usec_min\tper_item_usec_max\t"
     "total_usec\ttotal_usec_min\ttotal_usec_max",
     write_server_cpu},
    {"delay", "contender\tstyle\tpercentile\tone_in\tdelay_s", write_delay},
    {"progress", "contender\tstyle\trepeat\tt_s\tbacklog\theld\tdone", write_progress},
    {NULL, NULL, NULL},
};
