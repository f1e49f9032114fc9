#include "bench/table.h"

#include "bench/cell.h"
#include "sim/beside.h"

#include <math.h>
#include <string.h>

enum { RANGE_MAX = 32 };

static void write_ratio(FILE *out, int width, struct beside_ratio ratio, bool varies)
{
    char text[RANGE_MAX] = "-";
    if (!isnan(ratio.median))
        snprintf(text, sizeof text, ratio.median < 10 ? "%.3f" : "%.1f", ratio.median);
    if (varies && ratio.least < ratio.most) {
        size_t len = strlen(text);
        snprintf(text + len, sizeof text - len, ratio.most < 10 ? " (%.2f-%.2f)" : " (%.0f-%.0f)",
                 ratio.least, ratio.most);
    }
    fprintf(out, "%*s", width, text);
}

/* Wide enough for its head, or for a ratio with its range. */
static int width_of(const struct beside_figure *figure, bool repeats)
{
    int head = (int)strlen(figure->head) + 2, range = repeats && figure->varies ? 20 : 10;
    return head > range ? head : range;
}

static void write_besides(FILE *out, const struct run_result *runs, size_t count, const char *by,
                          bool colour)
{
    bool repeats = runs[count - 1].repeat > 1;
    fprintf(out, "\n%sTimes what %s takes%s%s\n", cell_paint(colour, CELL_BOLD), by,
            repeats ? ": medians (least-most of the repeats)" : "", cell_paint(colour, CELL_PLAIN));
    fprintf(out, "%-*s", TABLE_NAME_WIDTH, "");
    for (const struct beside_figure *figure = beside_figures; figure->name; figure++)
        fprintf(out, "%*s", width_of(figure, repeats), figure->head);
    fprintf(out, "\n%-*s", TABLE_NAME_WIDTH, "contender");
    for (const struct beside_figure *figure = beside_figures; figure->name; figure++)
        fprintf(out, "%*s", width_of(figure, repeats), figure->unit);
    fputc('\n', out);
    for (size_t i = 0; i < count; i++) {
        const char *label = runs[i].entry->label;
        if (runs[i].repeat > 1 || strcmp(label, by) == 0)
            continue;
        fprintf(out, "%-*.*s", TABLE_NAME_WIDTH, TABLE_NAME_WIDTH, label);
        for (const struct beside_figure *figure = beside_figures; figure->name; figure++)
            write_ratio(out, width_of(figure, repeats),
                        beside_ratio(figure, runs, count, label, by), figure->varies);
        fputc('\n', out);
    }
}

void table_write_beside(FILE *out, const struct scenario *scenario, const struct run_result *runs,
                        size_t count, bool colour)
{
    char by[SCENARIO_LABEL_MAX];
    for (uint32_t n = 0; beside_name(scenario->beside, n, by); n++)
        for (size_t i = 0; i < count; i++)
            if (strcmp(runs[i].entry->label, by) == 0) {
                write_besides(out, runs, count, by, colour);
                break;
            }
}
