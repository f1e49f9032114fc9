#include "bench/sweep_chart.h"

#include "bench/whole_file.h"

#include <inttypes.h>
#include <limits.h>

static bool print_table(const void *context, FILE *out)
{
    const struct sweep *sweep = context;
    fprintf(out, "%s\n", SWEEP_CHART_HEADER);
    for (uint32_t i = 0; i < sweep->count; i++) {
        const struct sweep_point *point = &sweep->points[i];
        fprintf(out, "%s\t%u\t%s\t%u\t%u\t%s\t%s\t%s\t%" PRIu64 "\t%.3f\n",
                sweep->entry->label, point->outcome, sweep_role_name(point), point->step,
                point->fault.nth, point->command, fault_phase_name(point->fault.phase),
                sweep_outcome_name(point->outcome), point->redundant, point->recovery_s);
    }
    return !ferror(out);
}

enum drawing sweep_chart_draw(const char *directory, const char *stem, const struct sweep *sweep,
                              char *error, size_t size)
{
    char path[PATH_MAX], workload[160];
    snprintf(path, sizeof path, "%s/%s.tsv", directory, stem);
    if (!whole_file_write(path, print_table, sweep, error, size))
        return DRAWING_FAILED;
    snprintf(workload, sizeof workload, "%s, %s", sweep->entry->label,
             fault_kind_name(sweep->kind));
    return gnuplot_draw_both(directory, "sweep", stem, workload, error, size);
}
