#include "bench/claims_table.h"

#include "bench/cell.h"

#include <stdlib.h>
#include <string.h>

/* Columns; what is said wraps, and the lines of the documents stand below the id. */
enum { ID_WIDTH = 20, TEXT_WIDTH = 36, FIGURE_WIDTH = 13, LINE_MAX_TEXT = 2048 };

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

/* ---- cells */

static void write_figure(double value, char text[CELL_MAX])
{
    cell_write(value, value == floor(value) ? FORM_COUNT : fabs(value) < 1 ? FORM_3 : FORM_2, text);
}

static void write_range(double low, double high, char text[2 * CELL_MAX + 4])
{
    char from[CELL_MAX], to[CELL_MAX];
    write_figure(low, from);
    write_figure(high, to);
    if (strcmp(from, to) == 0)
        snprintf(text, 2 * CELL_MAX + 4, "%s", from);
    else
        snprintf(text, 2 * CELL_MAX + 4, "%s-%s", from, to);
}

static void write_places(const struct claim *claim, char *text, size_t size)
{
    size_t len = 0;
    *text = '\0';
    for (unsigned i = 0; i < claim->place_count && len < size; i++)
        len += (size_t)snprintf(text + len, size - len, "%s%c%u", i ? " " : "",
                                *claim->places[i].document, claim->places[i].line);
}

/* Takes the words that fit into a line of this width off the front of *text. */
static void take_line(const char **text, size_t width, char line[LINE_MAX_TEXT])
{
    size_t len = strlen(*text);
    if (len > width) {
        len = width;
        while (len > 0 && (*text)[len] != ' ')
            len--;
        if (len == 0)
            len = strcspn(*text, " ");
    }
    snprintf(line, LINE_MAX_TEXT, "%.*s", (int)len, *text);
    *text += len;
    *text += strspn(*text, " ");
}

/* ---- rows */

static const char *colour_of(const struct claim *claim)
{
    return claim->verdict == CLAIM_DOES_NOT_HOLD ? CELL_RED : "";
}

/* A row is as many lines as its longest cell. */
struct row {
    const char *cells[4]; /* id and places, what is said, published, measured */
    const char *verdict, *paint;
};

static void write_row(FILE *out, struct row row, bool colour)
{
    static const int widths[] = {ID_WIDTH, TEXT_WIDTH, FIGURE_WIDTH, FIGURE_WIDTH};
    char line[LINE_MAX_TEXT];
    do {
        for (size_t i = 0; i < 4; i++) {
            take_line(&row.cells[i], (size_t)widths[i], line);
            fprintf(out, i < 2 ? "%-*s  " : "%*s  ", widths[i], line);
        }
        fprintf(out, "%s%s%s\n", cell_paint(colour, row.paint), row.verdict,
                cell_paint(colour && *row.paint, CELL_PLAIN));
        row.verdict = row.paint = "";
    } while (*row.cells[0] || *row.cells[1] || *row.cells[2] || *row.cells[3]);
}

/* "measured (low-high)" of a setting; its interval only where it is one. */
static void write_measured(const struct claim_setting *setting, char *text, size_t size)
{
    char median[CELL_MAX], interval[2 * CELL_MAX + 4];
    write_figure(setting->median, median);
    write_range(setting->low, setting->high, interval);
    if (strcmp(median, interval) == 0 || isnan(setting->low))
        snprintf(text, size, "%s", median);
    else
        snprintf(text, size, "%s (%s)", median, interval);
}

/* What was expected at the size that was measured, where that is not what was published. */
static void write_published(const struct claim *claim, char *text, size_t size)
{
    char published[2 * CELL_MAX + 4], expected[2 * CELL_MAX + 4];
    const struct claim_setting *setting = &claim->settings[claim->shown];
    write_range(claim->published.low, claim->published.high, published);
    snprintf(text, size, "%s", claim->published_word ? claim->published_word : published);
    if (claim->not_testable || isnan(setting->expected.low))
        return;
    write_range(setting->expected.low, setting->expected.high, expected);
    if (claim->published_word || strcmp(expected, published) != 0) {
        size_t len = strlen(text);
        snprintf(text + len, size - len, " (%s%s)",
                 claim->relation == CLAIM_AT_MOST    ? "<= "
                 : claim->relation == CLAIM_AT_LEAST ? ">= "
                                                     : "",
                 expected);
    }
}

static void write_claim(FILE *out, const struct claim *claim, bool colour)
{
    char places[256], left[512], said[1024], published[256], measured[256];
    const struct claim_setting *setting = &claim->settings[claim->shown];
    bool several = claim->setting_count > 1;
    write_places(claim, places, sizeof places);
    snprintf(left, sizeof left, "%s %s", claim->id, places);
    snprintf(said, sizeof said, "%s%s%s%s", claim->text, claim->unit ? " [" : "",
             claim->unit ? claim->unit : "", claim->unit ? "]" : "");
    write_published(claim, published, sizeof published);
    if (claim->not_testable || several)
        snprintf(measured, sizeof measured, "%s", several ? "" : "-");
    else
        write_measured(setting, measured, sizeof measured);
    write_row(out, (struct row){{left, said, published, measured},
                                claim_verdict_name(claim->verdict), colour_of(claim)}, colour);
    for (unsigned i = 0; several && i < claim->setting_count; i++) {
        write_measured(&claim->settings[i], measured, sizeof measured);
        snprintf(said, sizeof said, "  %s", claim->settings[i].when);
        write_row(out, (struct row){{"", said, "", measured},
                                    claim_verdict_name(claim->settings[i].verdict), ""}, colour);
    }
}

/* ---- what stands below */

static void write_counts(FILE *out, const struct claim *const *claims, unsigned count)
{
    for (enum claim_verdict verdict = CLAIM_HOLDS; verdict <= CLAIM_NOT_TESTABLE; verdict++) {
        unsigned n = 0;
        for (unsigned i = 0; i < count; i++)
            n += claims[i]->verdict == verdict;
        fprintf(out, "%s%u %s", verdict ? ", " : "", n, claim_verdict_name(verdict));
    }
    fputs(".\n", out);
}

/* Who was measured by the command of this setting, from the first such claim on. */
static void write_command(FILE *out, const struct claims *claims, unsigned first,
                          const struct claim_setting *setting)
{
    char command[CLAIMS_COMMAND_MAX], other[CLAIMS_COMMAND_MAX];
    claims_command(claims, setting, command);
    for (unsigned i = 0; i < first; i++)
        for (unsigned j = 0; claims->claims[i].wanted && j < claims->claims[i].setting_count; j++) {
            claims_command(claims, &claims->claims[i].settings[j], other);
            if (strcmp(command, other) == 0)
                return;
        }
    fprintf(out, "  %s\n     ", command);
    for (unsigned i = first; i < claims->count; i++)
        for (unsigned j = 0; claims->claims[i].wanted && j < claims->claims[i].setting_count; j++) {
            claims_command(claims, &claims->claims[i].settings[j], other);
            if (strcmp(command, other) == 0)
                fprintf(out, " %s", claims->claims[i].id);
        }
    fputc('\n', out);
}

static void write_commands(FILE *out, const struct claims *claims)
{
    fputs("\nMeasured by\n", out);
    for (unsigned i = 0; i < claims->count; i++)
        for (unsigned j = 0; claims->claims[i].wanted && j < claims->claims[i].setting_count; j++)
            write_command(out, claims, i, &claims->claims[i].settings[j]);
}

static void write_reasons(FILE *out, const struct claim *const *claims, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const struct claim *claim = claims[i];
        if (claim->not_testable)
            fprintf(out, "%s: not testable: %s\n", claim->id, claim->not_testable);
        for (unsigned j = 0; j < claim->setting_count; j++)
            if (*claim->settings[j].why)
                fprintf(out, "%s: not measured: %s\n", claim->id, claim->settings[j].why);
    }
}

void claims_table_write(FILE *out, const struct claims *claims, bool colour)
{
    const struct claim *sorted[CLAIMS_MAX];
    unsigned count = 0;
    for (unsigned i = 0; i < claims->count; i++)
        if (claims->claims[i].wanted)
            sorted[count++] = &claims->claims[i];
    qsort(sorted, count, sizeof *sorted, by_surprise);
    fprintf(out, "%sWhat the documents state, and what was measured%s%s\n",
            cell_paint(colour, CELL_BOLD), claims->quick ? ", at a smaller size" : "",
            cell_paint(colour, CELL_PLAIN));
    write_row(out, (struct row){{"claim, its lines", "what it says [unit]", "published",
                                 "measured"}, "verdict", ""}, false);
    for (unsigned i = 0; i < count; i++)
        write_claim(out, sorted[i], colour);
    write_counts(out, sorted, count);
    fputs("Documents (letter and line):", out);
    for (size_t i = 0; claims_documents[i]; i++)
        fprintf(out, "%s %c %s", i ? "," : "", *claims_documents[i], claims_documents[i]);
    fputs(".\n", out);
    write_reasons(out, sorted, count);
    write_commands(out, claims);
}
