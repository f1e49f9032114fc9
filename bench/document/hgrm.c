#include "bench/document/hgrm.h"

#include "bench/document/whole_file.h"

#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <string.h>

enum { TICKS_PER_HALF = 5 };

/* Samples at or below the value, and the spread of all around their mean. */
static uint64_t count_up_to(const struct hist *hist, uint64_t ns)
{
    size_t bucket = 0;
    uint64_t upper_ns, count, sum = 0;
    while (hist_next(hist, &bucket, &upper_ns, &count) && upper_ns <= ns)
        sum += count;
    return sum;
}

static double deviation_ns(const struct hist *hist, double mean_ns)
{
    size_t bucket = 0;
    uint64_t upper_ns, count;
    double squares = 0;
    while (hist_next(hist, &bucket, &upper_ns, &count)) {
        double distance = (double)upper_ns - mean_ns;
        squares += distance * distance * (double)count;
    }
    return sqrt(squares / (double)hist_total(hist));
}

static void write_line(const struct hist *hist, double quantile, FILE *out)
{
    uint64_t ns = hist_quantile_ns(hist, quantile);
    fprintf(out, "%12.6f %2.12f %10" PRIu64, (double)ns / 1e6, quantile, count_up_to(hist, ns));
    if (quantile < 1)
        fprintf(out, " %14.2f", 1 / (1 - quantile));
    fputc('\n', out);
}

/* Steps halve whenever the distance to 1 has. */
static bool print(const void *context, FILE *out)
{
    const struct hist *hist = context;
    uint64_t total = hist_total(hist);
    double mean_ns = hist_mean_ns(hist);
    fprintf(out, "%12s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount",
            "1/(1-Percentile)");
    double rest = 1;
    while (rest * (double)total > 0.5) {
        for (int i = 0; i < TICKS_PER_HALF; i++)
            write_line(hist, 1 - rest * (1 - 0.5 * i / TICKS_PER_HALF), out);
        rest /= 2;
    }
    write_line(hist, 1, out);
    fprintf(out, "#[Mean    = %12.3f, StdDeviation   = %12.3f]\n", mean_ns / 1e6,
            deviation_ns(hist, mean_ns) / 1e6);
    fprintf(out, "#[Max     = %12.3f, Total count    = %12" PRIu64 "]\n",
            (double)hist_quantile_ns(hist, 1) / 1e6, total);
    return !ferror(out);
}

bool hgrm_write_all(const char *directory, const char *suffix, const struct chart_data *data,
                    char *error, size_t size)
{
    for (const struct chart_group *g = data->groups; g < data->groups + data->group_count; g++) {
        char path[PATH_MAX], name[SCENARIO_LABEL_MAX];
        const struct hist *hist = chart_merge(data, g, "delay");
        if (hist_total(hist) == 0)
            continue;
        snprintf(name, sizeof name, "%s", g->name);
        for (char *c = name; *c; c++) /* a label may hold what a file's name may not */
            if (!isalnum((unsigned char)*c) && !strchr("._=-", *c))
                *c = '_';
        snprintf(path, sizeof path, "%s/delay-%s%s.hgrm", directory, name, suffix);
        if (!whole_file_write(path, print, hist, error, size))
            return false;
    }
    return true;
}
