#include "bench/chart/sweep_chart.h"

#include "bench/document/whole_file.h"
#include "sim/trial/sweep.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

static const char *text(const json *object, const char *name)
{
    const char *value = json_text(object, name);
    return value ? value : "?";
}

static unsigned style_of(const char *outcome)
{
    for (enum sweep_outcome o = 0; o < SWEEP_OUTCOMES; o++)
        if (strcmp(outcome, sweep_outcome_name(o)) == 0)
            return o;
    return SWEEP_UNFINISHED;
}

static bool print_table(const void *context, FILE *out)
{
    const json *sweep = context, *points = json_get(sweep, "points");
    fprintf(out, "%s\n", SWEEP_CHART_HEADER);
    for (size_t i = 0; i < json_size(points); i++) {
        const json *point = json_at(points, i);
        const char *outcome = text(point, "outcome");
        fprintf(out, "%s\t%u\t%s\t%" PRIu64 "\t%" PRIu64 "\t%s\t%s\t%s\t%" PRIu64 "\t%.3f\n",
                text(sweep, "contender"), style_of(outcome), text(point, "role"),
                json_count(point, "step"), json_count(point, "nth"), text(point, "command"),
                text(point, "phase"), outcome, json_count(point, "redundant"),
                json_number(point, "recovery_s"));
    }
    return !ferror(out);
}

enum drawing sweep_chart_draw(const char *directory, const char *stem, const json *sweep,
                              char *error, size_t size)
{
    struct gnuplot_chart chart = {.name = "sweep"};
    char path[PATH_MAX], workload[160];
    snprintf(path, sizeof path, "%s/%s.tsv", directory, stem);
    if (!whole_file_write(path, print_table, sweep, error, size))
        return DRAWING_FAILED;
    if (json_size(json_get(sweep, "points")) == 0)
        return DRAWING_DONE;
    snprintf(workload, sizeof workload, "%s, %s", text(sweep, "contender"), text(sweep, "fault"));
    snprintf(chart.stem, sizeof chart.stem, "%s", stem);
    return gnuplot_draw(directory, &chart, 1, workload, error, size);
}
