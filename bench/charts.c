#include "bench/charts.h"

#include "bench/chart_table.h"
#include "bench/gnuplot.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* The one line for the user, put together from parts. */
struct note {
    char *text;
    size_t size;
};

__attribute__((format(printf, 2, 3))) static void note_add(struct note *note, const char *format,
                                                           ...)
{
    size_t used = strlen(note->text);
    if (used > 0)
        used += (size_t)snprintf(note->text + used, note->size - used, "; ");
    if (used >= note->size)
        return;
    va_list list;
    va_start(list, format);
    vsnprintf(note->text + used, note->size - used, format, list);
    va_end(list);
}

/* ---- which runs are shown, and how they are grouped */

struct groups {
    struct chart_group *groups;
    size_t count;
    const struct run_result **runs; /* of all groups, one after the other */
};

/* Why a run is not shown, or NULL. */
static const char *reason_to_omit(const struct run_result *run)
{
    if (run->status != RUN_COMPLETE)
        return run_status_name(run->status);
    return run->per_item.units == 0 ? "nothing was refreshed" : NULL;
}

/* A contender keeps its style in every result: its place among all that are known, or, where it
 * stands in the scenario once more with other parameters, the next place behind them. */
static unsigned style_of(const struct groups *groups, const struct contender *contender)
{
    unsigned known = 0, place = 0, style;
    for (size_t i = 0; strategies[i]; i++)
        for (const struct contender *c = strategies[i]->contenders; c->name; c++, known++)
            if (strcmp(c->name, contender->name) == 0)
                place = known;
    style = place;
    for (size_t i = 0; i < groups->count; i++)
        if (groups->groups[i].style == place)
            style = known;
    for (size_t i = 0; i < groups->count; i++)
        if (style >= known && groups->groups[i].style >= known)
            style++;
    return style;
}

static bool is_same(const struct run_result *a, const struct run_result *b)
{
    return strcmp(a->entry->label, b->entry->label) == 0;
}

static bool is_grouped(const struct groups *groups, const struct run_result *run)
{
    for (size_t i = 0; i < groups->count; i++)
        if (is_same(groups->groups[i].runs[0], run))
            return true;
    return false;
}

static void label(struct chart_group *group)
{
    bool trustworthy = true;
    for (size_t i = 0; i < group->count; i++)
        trustworthy = trustworthy && group->runs[i]->trustworthy;
    const struct run_result *run = group->runs[0];
    snprintf(group->label, sizeof group->label, "%s%s%s", run->entry->label,
             trustworthy ? "" : " (untrustworthy)",
             run->per_mark.units > 0 ? "" : " (without mark)");
}

/* Room for as many groups as there are runs. */
static void group_runs(struct groups *groups, const struct run_result *runs, size_t count)
{
    const struct run_result **next = groups->runs;
    for (size_t i = 0; i < count; i++) {
        if (reason_to_omit(&runs[i]) || is_grouped(groups, &runs[i]))
            continue;
        unsigned style = style_of(groups, runs[i].entry->contender);
        struct chart_group *group = &groups->groups[groups->count++];
        group->runs = next;
        group->style = style;
        for (size_t j = i; j < count; j++)
            if (is_same(&runs[i], &runs[j]) && !reason_to_omit(&runs[j]))
                *next++ = &runs[j];
        group->count = (size_t)(next - (const struct run_result **)group->runs);
        label(group);
    }
}

static void note_omitted(struct note *note, const struct run_result *runs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *reason = reason_to_omit(&runs[i]);
        if (reason)
            note_add(note, "not in the charts: %s, repeat %u (%s)",
                     runs[i].entry->label, runs[i].repeat, reason);
    }
}

/* ---- tables and pictures */

/* "1,000,000 items, 5 instances" */
static void describe(const struct run_result *run, char *text, size_t size)
{
    char digits[24], grouped[32];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)run->items.total);
    size_t n = 0;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            grouped[n++] = ',';
        grouped[n++] = digits[i];
    }
    grouped[n] = '\0';
    snprintf(text, size, "%s items, %u instance%s", grouped, run->instance_count,
             run->instance_count == 1 ? "" : "s");
}

static bool write_table(const char *directory, const struct chart_table *table,
                        const struct chart_data *data, size_t *rows, struct note *failure)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s.tsv", directory, table->name);
    FILE *file = fopen(path, "w");
    if (!file) {
        note_add(failure, "%s: %s", path, strerror(errno));
        return false;
    }
    fprintf(file, "%s\n", table->header);
    *rows = table->write(file, data);
    bool written = !ferror(file);
    written = fclose(file) == 0 && written;
    if (!written)
        note_add(failure, "%s: %s", path, strerror(errno));
    return written;
}

/* False: gnuplot failed, and the next chart need not be tried. *missing: there is no gnuplot. */
static bool draw(const char *directory, const char *chart, const char *workload, bool *missing,
                 struct note *failure)
{
    char error[400];
    if (*missing)
        return true;
    enum drawing drawing =
        gnuplot_draw_both(directory, chart, chart, workload, error, sizeof error);
    *missing = drawing == DRAWING_NO_PROGRAM;
    if (drawing == DRAWING_FAILED)
        note_add(failure, "%s", error);
    return drawing != DRAWING_FAILED;
}

static bool draw_all(const char *directory, const struct chart_data *data, struct note *failure,
                     struct note *note)
{
    char workload[64] = "";
    bool missing = false;
    if (data->group_count > 0)
        describe(data->groups[0].runs[0], workload, sizeof workload);
    for (const struct chart_table *table = chart_tables; table->name; table++) {
        size_t rows = 0;
        if (!write_table(directory, table, data, &rows, failure))
            return false;
        if (rows == 0 && data->group_count > 0)
            note_add(note, "chart %s: nothing to show", table->name);
        if (rows > 0 && !draw(directory, table->name, workload, &missing, failure))
            return false;
    }
    if (data->group_count == 0)
        note_add(note, "no charts: no run was completed");
    if (missing)
        note_add(note, "%s", GNUPLOT_MISSING);
    return true;
}

bool charts_draw(const char *directory, const struct run_result *runs, size_t count, char *message,
                 size_t size)
{
    char rest[512] = "";
    struct note failure = {message, size}, note = {rest, sizeof rest};
    message[0] = '\0';
    size_t room = count > 0 ? count : 1;
    struct groups groups = {calloc(room, sizeof *groups.groups), 0,
                            calloc(room, sizeof *groups.runs)};
    double *values = calloc(room, sizeof *values);
    struct hist *merged = calloc(1, sizeof *merged);
    bool drawn = false;
    if (groups.groups && groups.runs && values && merged) {
        group_runs(&groups, runs, count);
        struct chart_data data = {groups.groups, groups.count, values, merged};
        note_omitted(&note, runs, count);
        drawn = draw_all(directory, &data, &failure, &note);
    } else {
        note_add(&failure, "no memory for the charts");
    }
    if (rest[0])
        note_add(&failure, "%s", rest);
    free(merged);
    free(values);
    free(groups.runs);
    free(groups.groups);
    return drawn;
}
