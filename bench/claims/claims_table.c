#include "bench/claims/claims_table.h"

#include "bench/claims/claims_cells.h"
#include "bench/table/cell.h"

#include <string.h>

/* Columns; what is said wraps, and the lines of the documents stand below the id. */
enum { ID_WIDTH = 20, TEXT_WIDTH = 33, FIGURE_WIDTH = 13 };
enum { TABLE_WIDTH = 100, LINE_MAX_TEXT = 2048 };

/* ---- rows */

/* How much of a word too long for a line stands on it: a range is broken between its ends. */
static size_t part_of_word(const char *word, size_t width)
{
    size_t len = width;
    while (len > 0 && word[len - 1] != '-')
        len--;
    return len > 0 ? len : width;
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
            len = part_of_word(*text, width);
    }
    snprintf(line, LINE_MAX_TEXT, "%.*s", (int)len, *text);
    *text += len;
    *text += strspn(*text, " ");
}

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

static void write_claim(FILE *out, const struct claim *claim, bool colour)
{
    char places[CLAIM_CELL_MAX], published[CLAIM_CELL_MAX], measured[CLAIM_CELL_MAX];
    char left[2 * CLAIM_CELL_MAX], said[1024];
    const struct claim_setting *setting = &claim->settings[claim->shown];
    bool several = claim->setting_count > 1;
    claim_write_places(claim, places);
    snprintf(left, sizeof left, "%s %s", claim->id, places);
    snprintf(said, sizeof said, "%s%s%s%s", claim->text, claim->unit ? " [" : "",
             claim->unit ? claim->unit : "", claim->unit ? "]" : "");
    claim_write_published(claim, published);
    if (claim->not_testable || several)
        snprintf(measured, sizeof measured, "%s", several ? "" : "-");
    else
        claim_write_measured(setting, measured);
    write_row(out, (struct row){{left, said, published, measured},
                                claim_verdict_name(claim->verdict), colour_of(claim)}, colour);
    for (unsigned i = 0; several && i < claim->setting_count; i++) {
        claim_write_measured(&claim->settings[i], measured);
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
    fprintf(out, "\nMeasured by (./dibs claims %s--only CLAIM measures one again, and judges it)\n",
            claims->quick ? "--quick " : "");
    for (unsigned i = 0; i < claims->count; i++)
        for (unsigned j = 0; claims->claims[i].wanted && j < claims->claims[i].setting_count; j++)
            write_command(out, claims, i, &claims->claims[i].settings[j]);
}

static void write_reason(FILE *out, const struct claim *claim, enum claim_verdict verdict,
                         const char *reason)
{
    char text[LINE_MAX_TEXT], line[LINE_MAX_TEXT];
    const char *rest = text;
    snprintf(text, sizeof text, "%s: %s: %s", claim->id, claim_verdict_name(verdict), reason);
    do {
        take_line(&rest, TABLE_WIDTH - 2, line);
        fprintf(out, "%s\n%s", line, *rest ? "  " : "");
    } while (*rest);
}

static void write_reasons(FILE *out, const struct claim *const *claims, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const struct claim *claim = claims[i];
        if (claim->not_testable)
            write_reason(out, claim, CLAIM_NOT_TESTABLE, claim->not_testable);
        for (unsigned j = 0; j < claim->setting_count; j++)
            if (*claim->settings[j].why)
                write_reason(out, claim, CLAIM_NOT_MEASURED, claim->settings[j].why);
    }
}

void claims_table_write(FILE *out, const struct claims *claims, bool colour)
{
    const struct claim *sorted[CLAIMS_MAX];
    unsigned count = claims_sort(claims, sorted);
    fprintf(out, "%sWhat the documents state, and what was measured%s%s\n",
            cell_paint(colour, CELL_BOLD), claims->quick ? ", at a smaller size" : "",
            cell_paint(colour, CELL_PLAIN));
    write_row(out, (struct row){{"claim, its lines", "what it says [unit]", "published",
                                 "measured"}, "verdict", ""}, false);
    for (unsigned i = 0; i < count; i++)
        write_claim(out, sorted[i], colour);
    write_counts(out, sorted, count);
    claims_documents_write(out, "Documents");
    write_reasons(out, sorted, count);
    write_commands(out, claims);
}
