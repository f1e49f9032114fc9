#include "bench/gate/comparison_output.h"

/* Text in a cell: what would end or format it stands as itself. */
static void cell(const char *text, FILE *out)
{
    fputs("| ", out);
    for (; *text != '\0'; text++) {
        if (*text == '|' || *text == '*' || *text == '_' || *text == '<' || *text == '`')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputc(' ', out);
}

/* What could not be compared, or not be decided, is not red. */
static const struct tone {
    const char *mark, *lead;
} good_tone = {"✅", ""}, open_tone = {"⚠️", ""}, bad_tone = {"❌", "Red: "};

static const struct tone *tone_of(enum status status)
{
    if (status == STATUS_GOOD)
        return &good_tone;
    return status == STATUS_NOT_COMPARABLE || status == STATUS_UNKNOWN ? &open_tone : &bad_tone;
}

bool comparison_markdown(const struct comparison *comparison, FILE *out)
{
    const struct tone *tone = tone_of(comparison->status);
    fprintf(out, "### %s %s\n\n%s**%s**\n\n", tone->mark, comparison->title, tone->lead,
            comparison->why);
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
    for (size_t i = 0; i < comparison->note_count; i++)
        fprintf(out, "* %s\n", comparison->notes[i]);
    return fputc('\n', out) != EOF && fflush(out) == 0 && !ferror(out);
}
