#include "bench/gate/comparison_output.h"
#include "bench/table/cell.h"
#include "bench/table/table.h"

#include <string.h>

static const char INDENT[] = "  "; /* of what is a part of a measure */

enum { GAPS = 6 }; /* between four columns */

static size_t wider(size_t width, const char *text)
{
    size_t length = strlen(text);
    return length > width ? length : width;
}

static const char *colour_of(enum finding_kind kind)
{
    return kind <= FINDING_FAIL ? CELL_RED : kind == FINDING_INCONCLUSIVE ? CELL_BOLD : "";
}

static void write_findings(const struct comparison *comparison, FILE *out, bool colour)
{
    size_t names = strlen("contender"), measures = strlen("measure"), verdicts = strlen("verdict");
    size_t texts = 0;
    for (size_t i = 0; i < comparison->count; i++) {
        const struct finding *finding = &comparison->findings[i];
        verdicts = wider(verdicts, finding_kind_name(finding->kind));
        names = wider(names, finding->contender);
        texts = wider(texts, finding->text);
        measures = wider(measures, finding->measure);
        if (finding->detail && strlen(finding->measure) + strlen(INDENT) > measures)
            measures = strlen(finding->measure) + strlen(INDENT);
    }
    /* where that is too wide, what it comes to stands on a line of its own */
    bool fits = verdicts + names + measures + texts + GAPS <= TABLE_WIDTH;
    const char *gap = fits ? "  " : "\n    ";
    if (comparison->count > 0)
        fprintf(out, "%-*s  %-*s  %-*s%s\n", (int)verdicts, "verdict", (int)names, "contender",
                (int)measures, "measure", fits ? "  what it comes to" : "");
    for (size_t i = 0; i < comparison->count; i++) {
        const struct finding *finding = &comparison->findings[i];
        const char *paint = cell_paint(colour, colour_of(finding->kind));
        const char *indent = finding->detail ? INDENT : "";
        fprintf(out, "%s%-*s%s  %-*s  %s%-*s%s%s\n", paint, (int)verdicts,
                finding_kind_name(finding->kind), *paint ? CELL_PLAIN : "", (int)names,
                finding->contender, indent, (int)(measures - strlen(indent)), finding->measure, gap,
                finding->text);
    }
}

void comparison_table(const struct comparison *comparison, FILE *out, bool colour)
{
    bool bad = comparison->status != STATUS_GOOD;
    const char *paint = cell_paint(colour, bad ? CELL_RED : CELL_BOLD);
    fprintf(out, "%s%s%s\n", cell_paint(colour, CELL_BOLD), comparison->title,
            cell_paint(colour, CELL_PLAIN));
    write_findings(comparison, out, colour);
    if (comparison->unchanged > 0)
        fprintf(out, "%zu measures are the same\n", comparison->unchanged);
    if (comparison->unmeasured > 0)
        fprintf(out, "%zu not compared: not known exactly on both sides\n", comparison->unmeasured);
    for (size_t i = 0; i < comparison->note_count; i++)
        fprintf(out, "%s\n", comparison->notes[i]);
    fprintf(out, "%s%s%s\n", paint, comparison->why, *paint ? CELL_PLAIN : "");
}
