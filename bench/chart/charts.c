#include "bench/chart/charts.h"

#include "bench/chart/chart_table.h"
#include "bench/chart/gnuplot.h"

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

static void note_omitted(struct note *note, const json *runs)
{
    for (size_t i = 0; i < json_size(runs); i++) {
        const json *run = json_at(runs, i);
        const char *reason = chart_data_omits(run), *name = json_text(run, "contender");
        if (reason)
            note_add(note, "not in the charts: %s, repeat %u (%s)", name ? name : "?",
                     (unsigned)json_count(run, "repeat"), reason);
    }
}

/* ---- tables and pictures */

static bool write_table(const char *directory, const char *stem, const struct chart_table *table,
                        const struct chart_data *data, size_t *rows, struct note *failure)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s.tsv", directory, stem);
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

/* Writes every table, and lists the charts that there is something to draw for. */
static bool write_tables(const char *directory, const char *suffix, const struct chart_data *data,
                         struct gnuplot_chart *charts, size_t *count, struct note *failure,
                         struct note *note)
{
    bool varied = json_size(json_get(data->document, "vary")) > 0;
    *count = 0;
    for (const struct chart_table *table = chart_tables; table->name; table++) {
        struct gnuplot_chart *chart = &charts[*count];
        size_t rows = 0;
        if (table->of_varied != varied)
            continue;
        chart->name = table->name;
        snprintf(chart->stem, sizeof chart->stem, "%s%s", table->name, suffix);
        if (!write_table(directory, chart->stem, table, data, &rows, failure))
            return false;
        if (rows == 0 && data->group_count > 0 && !table->optional)
            note_add(note, "chart %s: nothing to show", table->name);
        *count += rows > 0;
    }
    return true;
}

static bool draw_all(const char *directory, const char *suffix, const struct chart_data *data,
                     struct note *failure, struct note *note)
{
    struct gnuplot_chart charts[CHART_TABLES_MAX];
    char workload[64] = "", error[400];
    size_t count;
    if (json_size(json_get(data->document, "vary")) == 0)
        chart_data_describe(data, workload, sizeof workload);
    if (!write_tables(directory, suffix, data, charts, &count, failure, note))
        return false;
    enum drawing drawing = gnuplot_draw(directory, charts, count, workload, error, sizeof error);
    if (drawing == DRAWING_FAILED) {
        note_add(failure, "%s", error);
        return false;
    }
    if (data->group_count == 0)
        note_add(note, "no charts: no run was completed");
    if (drawing == DRAWING_NO_PROGRAM)
        note_add(note, "%s", GNUPLOT_MISSING);
    return true;
}

bool charts_draw(const char *directory, const char *suffix, const struct chart_data *data,
                 char *message, size_t size)
{
    char rest[512] = "";
    struct note failure = {message, size}, note = {rest, sizeof rest};
    message[0] = '\0';
    note_omitted(&note, json_get(data->document, "runs"));
    bool drawn = draw_all(directory, suffix, data, &failure, &note);
    if (rest[0])
        note_add(&failure, "%s", rest);
    return drawn;
}
