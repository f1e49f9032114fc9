#include "bench/claims/claims_cells.h"

#include "bench/table/cell.h"

#include <stdlib.h>
#include <string.h>

enum { RANGE_MAX = 2 * CELL_MAX + 4, DOCUMENTS_A_LINE = 3 };

/* ---- the order */

static int rank(const struct claim *claim)
{
    static const int ranks[] = {
        [CLAIM_DOES_NOT_HOLD] = 0, [CLAIM_DEPENDS] = 1,      [CLAIM_HOLDS] = 2,
        [CLAIM_NOT_MEASURED] = 3,  [CLAIM_NOT_TESTABLE] = 4,
    };
    return ranks[claim->verdict];
}

static double surprise(const struct claim *claim)
{
    double value = claim->setting_count ? claim->settings[claim->shown].surprise : 1;
    return isfinite(value) ? value : 1;
}

static int by_surprise(const void *a, const void *b)
{
    const struct claim *first = *(const struct claim *const *)a;
    const struct claim *second = *(const struct claim *const *)b;
    if (rank(first) != rank(second))
        return rank(first) - rank(second);
    if (surprise(first) != surprise(second))
        return surprise(first) < surprise(second) ? 1 : -1;
    return first < second ? -1 : 1; /* as in the file */
}

unsigned claims_sort(const struct claims *claims, const struct claim *sorted[CLAIMS_MAX])
{
    unsigned count = 0;
    for (unsigned i = 0; i < claims->count; i++)
        if (claims->claims[i].wanted)
            sorted[count++] = &claims->claims[i];
    qsort(sorted, count, sizeof *sorted, by_surprise);
    return count;
}

/* ---- cells */

static void write_figure(double value, char text[CELL_MAX])
{
    cell_write(value, value == floor(value) ? FORM_COUNT : fabs(value) < 1 ? FORM_3 : FORM_2, text);
}

static void write_range(double low, double high, char text[RANGE_MAX])
{
    char from[CELL_MAX], to[CELL_MAX];
    write_figure(low, from);
    write_figure(high, to);
    if (strcmp(from, to) == 0)
        snprintf(text, RANGE_MAX, "%s", from);
    else
        snprintf(text, RANGE_MAX, "%s-%s", from, to);
}

void claim_write_places(const struct claim *claim, char text[CLAIM_CELL_MAX])
{
    size_t len = 0;
    *text = '\0';
    for (unsigned i = 0; i < claim->place_count && len < CLAIM_CELL_MAX; i++)
        len += (size_t)snprintf(text + len, CLAIM_CELL_MAX - len, "%s%c%u", i ? " " : "",
                                *claim->places[i].document, claim->places[i].line);
}

void claim_write_measured(const struct claim_setting *setting, char text[CLAIM_CELL_MAX])
{
    char median[CELL_MAX], interval[RANGE_MAX];
    write_figure(setting->median, median);
    write_range(setting->low, setting->high, interval);
    if (strcmp(median, interval) == 0 || isnan(setting->low))
        snprintf(text, CLAIM_CELL_MAX, "%s", median);
    else
        snprintf(text, CLAIM_CELL_MAX, "%s (%s)", median, interval);
}

void claim_write_published(const struct claim *claim, char text[CLAIM_CELL_MAX])
{
    char published[RANGE_MAX], expected[RANGE_MAX];
    const struct claim_setting *setting = &claim->settings[claim->shown];
    write_range(claim->published.low, claim->published.high, published);
    snprintf(text, CLAIM_CELL_MAX, "%s", claim->published_word ? claim->published_word : published);
    if (claim->not_testable || isnan(setting->expected.low))
        return;
    write_range(setting->expected.low, setting->expected.high, expected);
    if (claim->published_word || strcmp(expected, published) != 0) {
        size_t len = strlen(text);
        snprintf(text + len, CLAIM_CELL_MAX - len, " (%s%s)",
                 claim->relation == CLAIM_AT_MOST    ? "<= "
                 : claim->relation == CLAIM_AT_LEAST ? ">= "
                                                     : "",
                 expected);
    }
}

void claims_documents_write(FILE *out, const char *title)
{
    fprintf(out, "%s (letter and line):", title);
    for (size_t i = 0; claims_documents[i]; i++)
        fprintf(out, "%s%s%c %s", i ? "," : "", i == DOCUMENTS_A_LINE ? "\n" : " ",
                *claims_documents[i], claims_documents[i]);
    fputs(".\n", out);
}
