/* Who did the work: each instance's part of it, and the time that it idled with work left. */
#include "bench/chart/chart_table.h"

#include <math.h>

/* From when on nothing was left; the end of the run where something was. */
static double drained_s(const json *run)
{
    const json *samples = json_get(run, "samples");
    const json *backlog = json_get(samples, "backlog"), *t_s = json_get(samples, "t_s");
    size_t left = json_size(backlog);
    while (left > 0 && json_number_of(json_at(backlog, left - 1)) <= 0)
        left--;
    double drained = json_number_of(json_at(t_s, left));
    double end_s = json_number(run, "duration_s");
    return isfinite(drained) && drained < end_s ? drained : end_s;
}

/* Jain's index: 1 where all do the same, 1/n where one does everything. */
static double jain(const json *instances)
{
    double sum = 0, squares = 0;
    size_t n = json_size(instances);
    for (size_t i = 0; i < n; i++) {
        double x = json_number(json_at(instances, i), "refreshes");
        sum += x;
        squares += x * x;
    }
    return squares > 0 ? sum * sum / ((double)n * squares) : NAN;
}

static void write_instances(FILE *table, const struct chart_group *group, const json *run)
{
    const json *instances = json_get(run, "instances");
    double drained = drained_s(run), all = 0;
    size_t n = json_size(instances);
    for (size_t i = 0; i < n; i++)
        all += json_number(json_at(instances, i), "refreshes");
    for (size_t i = 0; i < n; i++) {
        const json *instance = json_at(instances, i);
        double refreshes = json_number(instance, "refreshes");
        double idle_s = fmax(drained - json_number(instance, "finished_s"), 0);
        fprintf(table, "%s\t%u\t%zu\t%.6g\t%.6g\t%.6g\t%.6g\n", group->label, group->style, i,
                refreshes, all > 0 ? refreshes * (double)n / all : NAN, idle_s, jain(instances));
    }
}

/* Of the first repeat: an average over repeats would hide who got nothing. */
size_t chart_table_shares(FILE *table, const struct chart_data *data)
{
    size_t rows = 0;
    for (const struct chart_group *g = data->groups; g < data->groups + data->group_count; g++) {
        write_instances(table, g, g->runs[0]);
        rows += json_size(json_get(g->runs[0], "instances"));
    }
    return rows;
}
