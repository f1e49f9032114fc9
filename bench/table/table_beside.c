#include "bench/table/table.h"

#include "bench/table/cell.h"

#include <math.h>
#include <string.h>

/* The widest table, with ranges, has 100 columns. */
enum { RANGE_MAX = 32, NAME_WIDTH = 24 };

static const struct {
    const char *head, *unit;
    bool varies; /* from repeat to repeat, and by how much is to be shown */
} columns[BESIDE_MEASURES] = {
    [BESIDE_CALLS] = {"claim+ack", "calls", false},
    [BESIDE_MEMORY] = {"memory", "of marks", false},
    [BESIDE_ITEM_CPU] = {"claim+ack", "CPU", true},
    [BESIDE_MARK_CPU] = {"mark", "CPU", true},
    [BESIDE_COST] = {"mark+claim+ack", "CPU", true},
};

static void write_ratio(FILE *out, int width, struct spread ratio, bool varies)
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
static int width_of(int column, bool repeats)
{
    int head = (int)strlen(columns[column].head) + 1;
    int range = !columns[column].varies ? 9 : repeats ? 19 : 11;
    return head > range ? head : range;
}

static void write_head(FILE *out, const char *by, bool repeats, bool colour)
{
    fprintf(out, "\n%sTimes what %s takes%s%s\n", cell_paint(colour, CELL_BOLD), by,
            repeats ? ": medians (least-most of the repeats)" : "", cell_paint(colour, CELL_PLAIN));
    fprintf(out, "%-*s", NAME_WIDTH, "");
    for (int i = 0; i < BESIDE_MEASURES; i++)
        fprintf(out, "%*s", width_of(i, repeats), columns[i].head);
    fprintf(out, "\n%-*s", NAME_WIDTH, "contender");
    for (int i = 0; i < BESIDE_MEASURES; i++)
        fprintf(out, "%*s", width_of(i, repeats), columns[i].unit);
    fputc('\n', out);
}

void table_write_beside(FILE *out, const struct beside *beside, bool repeats, bool colour)
{
    for (size_t i = 0; i < beside->count; i++) {
        const struct beside_row *row = &beside->rows[i];
        if (i == 0 || row->by != row[-1].by)
            write_head(out, row->by->label, repeats, colour);
        fprintf(out, "%-*.*s", NAME_WIDTH, NAME_WIDTH - 1, row->entry->label);
        for (int m = 0; m < BESIDE_MEASURES; m++)
            write_ratio(out, width_of(m, repeats), row->ratios[m], columns[m].varies);
        fputc('\n', out);
    }
}
