#include "bench/cell.h"
#include "bench/table.h"

#include <inttypes.h>
#include <math.h>

enum { RANGE_MAX = 2 * CELL_MAX + 4 };

/* "5,000,000" or "90 - 100". */
static void write_range(double low, double high, char text[RANGE_MAX])
{
    char from[CELL_MAX], to[CELL_MAX];
    cell_write(low, low == floor(low) ? FORM_COUNT : FORM_2, from);
    cell_write(high, high == floor(high) ? FORM_COUNT : FORM_2, to);
    if (low == high)
        snprintf(text, RANGE_MAX, "%s", from);
    else
        snprintf(text, RANGE_MAX, "%s - %s", from, to);
}

static void write_sources(const struct published_row *row, char *text, size_t size)
{
    size_t len = 0;
    *text = '\0';
    for (size_t i = 0; i < PUBLISHED_SOURCES_MAX && row->sources[i].document && len < size; i++)
        len += (size_t)snprintf(text + len, size - len, "%s%c%d", i ? " " : "",
                                *row->sources[i].document, row->sources[i].line);
}

void table_write_published(FILE *out, const struct published_row *rows, size_t count,
                           const struct scenario *scenario, bool colour)
{
    char text[RANGE_MAX], items[CELL_MAX];
    if (count == 0)
        return;
    cell_write((double)scenario->items, FORM_COUNT, items);
    fprintf(out, "%sPublished beside measured, %" PRIu32 " instances and %s items%s\n",
            cell_paint(colour, CELL_BOLD), scenario->instances, items,
            cell_paint(colour, CELL_PLAIN));
    fprintf(out, "%-*s%-31s%11s%11s  %-14s%s\n", TABLE_NAME_WIDTH, "contender", "figure",
            "published", "measured", "verdict", "source");
    for (size_t i = 0; i < count; i++) {
        const struct published_row *row = &rows[i];
        char measured[CELL_MAX], sources[48];
        write_range(row->low, row->high, text);
        cell_write(row->measured, row->measured == floor(row->measured) ? FORM_COUNT : FORM_1,
                   measured);
        write_sources(row, sources, sizeof sources);
        bool red = colour && row->verdict == VERDICT_DOES_NOT_HOLD;
        fprintf(out, "%-*s%-31s%11s%11s  %s%-14s%s%s\n", TABLE_NAME_WIDTH, row->contender,
                row->figure, text, measured, cell_paint(red, CELL_RED),
                verdict_name(row->verdict), cell_paint(red, CELL_PLAIN), sources);
    }
    published_describe(out);
}

void table_write_race(FILE *out, const struct entry_race *race, const struct entry *entry,
                      const struct scenario *scenario)
{
    if (race->cycles_done == 0) {
        fprintf(out, "\nEntry race of %s: not measured%s%s\n", entry->label,
                *race->error ? ": " : "", race->error);
        return;
    }
    fprintf(out,
            "\nEntry race of %s: %" PRIu32 " to %" PRIu32 " of %" PRIu32
            " aligned instances enter (mean %.2f) in %" PRIu32 " cycles\n",
            entry->label, race->min, race->max, scenario->instances, race->mean,
            race->cycles_done);
}
