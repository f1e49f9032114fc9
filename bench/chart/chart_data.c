#include "bench/chart/chart_data.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *chart_data_omits(const json *run)
{
    const char *status = json_text(run, "status");
    if (!status || strcmp(status, "complete") != 0)
        return status ? status : "without a status";
    return json_count(run, "per_item.units") == 0 ? "nothing was refreshed" : NULL;
}

static const char *name_of(const json *run)
{
    const char *name = json_text(run, "contender");
    return name ? name : "(without a name)";
}

static struct chart_group *find_group(struct chart_data *data, const char *name)
{
    for (size_t i = 0; i < data->group_count; i++)
        if (strcmp(data->groups[i].name, name) == 0)
            return &data->groups[i];
    return NULL;
}

static void label(struct chart_group *group)
{
    bool trustworthy = true;
    for (size_t i = 0; i < group->count; i++)
        trustworthy = trustworthy && json_flag(group->runs[i], "trustworthy");
    snprintf(group->label, sizeof group->label, "%s%s%s", group->name,
             trustworthy ? "" : " (untrustworthy)",
             json_count(group->runs[0], "per_mark.units") > 0 ? "" : " (without mark)");
}

static const json *probe_of(const json *document, const char *name)
{
    const json *probes = json_get(document, "crash_probe");
    for (size_t i = 0; i < json_size(probes); i++) {
        const json *probe = json_at(probes, i);
        if (strcmp(name_of(probe), name) == 0 && json_size(json_get(probe, "kills")) > 0)
            return probe;
    }
    return NULL;
}

/* In the order in which they come first. */
static void group_runs(struct chart_data *data, const json *runs, struct chart_styles *styles)
{
    const json **next = data->runs;
    for (size_t i = 0; i < json_size(runs); i++) {
        const json *run = json_at(runs, i);
        const char *name = name_of(run);
        if (chart_data_omits(run) || find_group(data, name))
            continue;
        struct chart_group *group = &data->groups[data->group_count++];
        *group = (struct chart_group){.name = name, .runs = next};
        group->style = chart_style_of(styles, name);
        group->probe = probe_of(data->document, name);
        for (size_t j = i; j < json_size(runs); j++)
            if (strcmp(name_of(json_at(runs, j)), name) == 0 && !chart_data_omits(json_at(runs, j)))
                *next++ = json_at(runs, j);
        group->count = (size_t)(next - group->runs);
        label(group);
    }
}

bool chart_data_open(struct chart_data *data, const json *document, struct chart_styles *styles)
{
    const json *runs = json_get(document, "runs");
    size_t room = json_size(runs) + 1;
    *data = (struct chart_data){
        .document = document,
        .groups = calloc(room, sizeof *data->groups),
        .runs = calloc(room, sizeof *data->runs),
        .values = calloc(room, sizeof *data->values),
        .merged = calloc(1, sizeof *data->merged),
    };
    if (!data->groups || !data->runs || !data->values || !data->merged)
        return false;
    group_runs(data, runs, styles);
    return true;
}

void chart_data_close(struct chart_data *data)
{
    free(data->merged);
    free(data->values);
    free(data->runs);
    free(data->groups);
    *data = (struct chart_data){0};
}

static void group_digits(uint64_t number, char *text, size_t size)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    size_t n = 0;
    for (int i = 0; i < len && n + 2 < size; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            text[n++] = ',';
        text[n++] = digits[i];
    }
    text[n] = '\0';
}

void chart_data_describe(const struct chart_data *data, char *text, size_t size)
{
    char items[32];
    text[0] = '\0';
    if (data->group_count == 0)
        return;
    const json *run = data->groups[0].runs[0];
    size_t instances = json_size(json_get(run, "instances"));
    group_digits(json_count(run, "items.total"), items, sizeof items);
    snprintf(text, size, "%s items, %zu instance%s", items, instances, instances == 1 ? "" : "s");
}

struct spread chart_figure(const struct chart_data *data, const struct chart_group *group,
                           measure_fn *measure, const char *name)
{
    size_t n = 0;
    for (size_t i = 0; i < group->count; i++) {
        double value = measure(group->runs[i], name);
        if (isfinite(value))
            data->values[n++] = value;
    }
    return spread_of(data->values, n);
}

struct spread chart_figure_at(const struct chart_data *data, const struct chart_group *group,
                              const char *path)
{
    return chart_figure(data, group, json_number, path);
}

static double sum_of_units(const json *run, const char *item, const char *mark)
{
    double of_mark = json_number(run, mark);
    return json_number(run, item) + (isfinite(of_mark) ? of_mark : 0);
}

double chart_cpu_usec(const json *run, const char *name)
{
    (void)name;
    return sum_of_units(run, "per_item.server_cpu_usec", "per_mark.server_cpu_usec");
}

double chart_round_trips(const json *run, const char *name)
{
    (void)name;
    return sum_of_units(run, "per_item.round_trips", "per_mark.round_trips");
}

void chart_merge_into(struct hist *hist, const json *histogram)
{
    const json *buckets = json_get(histogram, "buckets");
    for (size_t i = 0; i < json_size(buckets); i++) {
        const json *bucket = json_at(buckets, i);
        double upper_ns = json_number_of(json_at(bucket, 0));
        double count = json_number_of(json_at(bucket, 1));
        if (upper_ns >= 0 && count > 0 && count < (double)UINT32_MAX)
            hist_add(hist, (uint64_t)upper_ns, (uint32_t)count);
    }
}

const struct hist *chart_merge(const struct chart_data *data, const struct chart_group *group,
                               const char *path)
{
    memset(data->merged, 0, sizeof *data->merged);
    for (size_t i = 0; i < group->count; i++)
        chart_merge_into(data->merged, json_find(group->runs[i], path));
    return data->merged;
}

bool chart_harm(const struct chart_group *group, struct spread *harm, size_t *kills)
{
    enum { KILLS_MAX = 1000 };
    double values[KILLS_MAX];
    const json *list = json_get(group->probe, "kills");
    size_t n = 0;
    for (size_t i = 0; i < json_size(list) && n < KILLS_MAX; i++) {
        const json *kill = json_at(list, i);
        double sum = json_number(kill, "lost") + json_number(kill, "stranded");
        if (isfinite(sum))
            values[n++] = sum;
    }
    *kills = n;
    *harm = spread_of(values, n);
    return n > 0;
}
