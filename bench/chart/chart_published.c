/* Published figures beside what was measured, where both are of the same size. */
#include "bench/chart/chart_table.h"

#include <math.h>
#include <string.h>

static unsigned style_of(const struct chart_data *data, const char *name)
{
    for (size_t i = 0; i < data->group_count; i++)
        if (strcmp(data->groups[i].name, name) == 0)
            return data->groups[i].style;
    return 0;
}

size_t chart_table_published(FILE *table, const struct chart_data *data)
{
    const json *rows = json_get(data->document, "published");
    size_t written = 0;
    for (size_t i = 0; i < json_size(rows); i++) {
        const json *row = json_at(rows, i);
        const char *contender = json_text(row, "contender"), *figure = json_text(row, "figure");
        const char *verdict = json_text(row, "verdict");
        double measured = json_number(row, "measured");
        if (!contender || !figure || !isfinite(measured) || !verdict ||
            strcmp(verdict, "other size") == 0)
            continue;
        fprintf(table, "%s\t%u\t%s\t%.6g\t%.6g\t%.6g\t%s\n", contender, style_of(data, contender),
                figure, json_number(row, "published_low"), json_number(row, "published_high"),
                measured, verdict);
        written++;
    }
    return written;
}
