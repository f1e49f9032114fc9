/* What happened over time: what was left in every repeat; and of the first one, everything. */
#include "bench/chart/chart_table.h"

#include <inttypes.h>
#include <math.h>

enum { SAMPLES_MAX = 400, WINDOWS_MAX = 200 };

static double sample(const json *samples, const char *name, size_t i)
{
    return json_number_of(json_at(json_get(samples, name), i));
}

static uint64_t whole(double value)
{
    return value > 0 ? (uint64_t)value : 0;
}

static size_t write_samples(FILE *table, const struct chart_group *group, const json *run)
{
    const json *samples = json_get(run, "samples");
    size_t rows = 0, count = json_size(json_get(samples, "t_s")), stride = count / SAMPLES_MAX + 1;
    for (size_t i = 0; i < count; i++) {
        if (i % stride != 0 && i + 1 != count)
            continue;
        fprintf(table, "%s\t%u\t%" PRIu64 "\t%.6g\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n",
                group->label, group->style, json_count(run, "repeat"), sample(samples, "t_s", i),
                whole(sample(samples, "backlog", i)), whole(sample(samples, "held", i)),
                whole(sample(samples, "done", i)));
        rows++;
    }
    return rows;
}

size_t chart_table_progress(FILE *table, const struct chart_data *data)
{
    size_t rows = 0;
    for (const struct chart_group *g = data->groups; g < data->groups + data->group_count; g++)
        for (size_t r = 0; r < g->count; r++)
            rows += write_samples(table, g, g->runs[r]);
    return rows;
}

/* One window: from sample `from` to sample `to`. Shares of a core are means over the window. */
static void write_window(FILE *table, const struct chart_group *group, const json *samples,
                         size_t from, size_t to)
{
    double begin_s = sample(samples, "t_s", from), end_s = sample(samples, "t_s", to), busy_s = 0;
    double done = sample(samples, "done", to) - sample(samples, "done", from);
    for (size_t i = from + 1; i <= to; i++)
        busy_s += sample(samples, "redis_cpu", i) *
                  (sample(samples, "t_s", i) - sample(samples, "t_s", i - 1));
    double span_s = end_s > begin_s ? end_s - begin_s : NAN;
    fprintf(table, "%s\t%u\t%.6g\t%.6g\t%.6g\t%.6g\t%.6g\t%.6g\t%.6g\t-\n", group->label,
            group->style, end_s, sample(samples, "backlog", to), sample(samples, "held", to),
            done / span_s, busy_s / span_s, sample(samples, "alive", to),
            sample(samples, "wanted", to));
}

static size_t write_events(FILE *table, const struct chart_group *group, const json *run)
{
    const json *events = json_get(run, "events");
    for (size_t i = 0; i < json_size(events); i++) {
        const json *event = json_at(events, i);
        const char *what = json_text(event, "text");
        fprintf(table, "%s\t%u\t%.6g\tnan\tnan\tnan\tnan\tnan\tnan\t%s\n", group->label,
                group->style, json_number(event, "asked_s"), what ? what : "event");
    }
    return json_size(events);
}

size_t chart_table_timeline(FILE *table, const struct chart_data *data)
{
    size_t rows = 0;
    for (const struct chart_group *g = data->groups; g < data->groups + data->group_count; g++) {
        const json *samples = json_get(g->runs[0], "samples");
        size_t count = json_size(json_get(samples, "t_s")), stride = count / WINDOWS_MAX + 1;
        for (size_t to = 0, from = 0; to + 1 < count; from = to, rows++) {
            to = from + stride < count ? from + stride : count - 1;
            write_window(table, g, samples, from, to);
        }
        rows += write_events(table, g, g->runs[0]);
    }
    return rows;
}
