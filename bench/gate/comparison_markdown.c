#include "bench/gate/comparison_output.h"

#include <string.h>

/* What would end a cell or format it stands as itself. */
static void put(const char *before, const char *text, const char *after, FILE *out)
{
    fputs(before, out);
    for (; *text != '\0'; text++) {
        if (strchr("|*_<`[~&\\", *text) != NULL)
            fputc('\\', out);
        fputc(*text == '\n' ? ' ' : *text, out);
    }
    fputs(after, out);
}

static void cell(const char *text, FILE *out)
{
    put("| ", text, " ", out);
}

/* What could not be compared, or not be decided, is not red. */
static const struct tone {
    const char *mark, *lead;
} good_tone = {"✅", "**"}, open_tone = {"⚠️", "**"}, bad_tone = {"❌", "Red: **"};

static const struct tone *tone_of(enum status status)
{
    if (status == STATUS_GOOD)
        return &good_tone;
    return status == STATUS_NOT_COMPARABLE || status == STATUS_UNKNOWN ? &open_tone : &bad_tone;
}

bool comparison_markdown(const struct comparison *comparison, FILE *out)
{
    const struct tone *tone = tone_of(comparison->status);
    fprintf(out, "### %s ", tone->mark);
    put("", comparison->title, "\n\n", out);
    put(tone->lead, comparison->why, "**\n\n", out);
    if (comparison->count > 0)
        fputs("| verdict | contender | measure | what it comes to |\n|---|---|---|---|\n", out);
    for (size_t i = 0; i < comparison->count; i++) {
        const struct finding *finding = &comparison->findings[i];
        cell(finding_kind_name(finding->kind), out);
        cell(finding->contender, out);
        cell(finding->measure, out);
        cell(finding->text, out);
        fputs("|\n", out);
    }
    fprintf(out, "\n%zu measures are the same.\n", comparison->unchanged);
    if (comparison->unmeasured > 0)
        fprintf(out, "%zu not compared: not known exactly on both sides.\n",
                comparison->unmeasured);
    for (size_t i = 0; i < comparison->note_count; i++)
        put("* ", comparison->notes[i], "\n", out);
    return fputc('\n', out) != EOF && fflush(out) == 0 && !ferror(out);
}
