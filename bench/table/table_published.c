#include "bench/claims/claims_cells.h"
#include "bench/table/cell.h"
#include "bench/table/table.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { RANGE_MAX = 2 * CELL_MAX + 4, FIGURES_WIDTH = 69 };

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

/* No more of the places than fit the width. */
static void cut_places(char *places)
{
    size_t width = TABLE_WIDTH - TABLE_NAME_WIDTH - FIGURES_WIDTH;
    if (strlen(places) <= width)
        return;
    while (width > 0 && places[width] != ' ')
        width--;
    places[width] = '\0';
}

void table_write_published(FILE *out, const struct published_row *rows, size_t count,
                           const struct scenario *scenario, bool colour)
{
    char text[RANGE_MAX], items[CELL_MAX];
    const char *why_not = published_why_not(scenario);
    if (why_not)
        fprintf(out, "Published figures do not apply: %s (see million, quick).\n", why_not);
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
        const struct claim_setting *setting = row->setting;
        char measured[CELL_MAX], places[CLAIM_CELL_MAX];
        double median = setting->median;
        write_range(setting->expected.low, setting->expected.high, text);
        cell_write(median, median == floor(median) ? FORM_COUNT : FORM_1, measured);
        claim_write_places(row->claim, places);
        cut_places(places);
        bool red = colour && !row->other_size && setting->verdict == CLAIM_DOES_NOT_HOLD;
        fprintf(out, "%-*s%-31s%11s%11s  %s%-14s%s%s\n", TABLE_NAME_WIDTH, setting->contender,
                row->claim->figure, text, measured, cell_paint(red, CELL_RED),
                published_verdict(row), cell_paint(red, CELL_PLAIN), places);
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
            " aligned instances enter (mean %.2f) in %" PRIu32
            " cycles;\nin %" PRIu32 " of them work is done twice\n",
            entry->label, race->min, race->max, scenario->instances, race->mean, race->cycles_done,
            race->cycles_redundant);
}
