#include "bench/gate/comparison_output.h"

/* Only some are shown for each step. */
enum { ANNOTATIONS_MAX = 10 };

/* Data of a workflow command; a property has two characters more that mean something. */
static void escaped(const char *text, bool property, FILE *out)
{
    for (; *text != '\0'; text++) {
        bool special = *text == '%' || *text == '\r' || *text == '\n' ||
                       (property && (*text == ':' || *text == ','));
        if (special)
            fprintf(out, "%%%02X", (unsigned)(unsigned char)*text);
        else
            fputc(*text, out);
    }
}

static void annotate(const char *level, const char *title, const char *line, FILE *out)
{
    fprintf(out, "::%s title=", level);
    escaped(title, true, out);
    fputs("::", out);
    escaped(line, false, out);
    fputc('\n', out);
}

void comparison_annotations(const struct comparison *comparison, FILE *out)
{
    unsigned written = 0;
    for (size_t i = 0; i < comparison->count && written < ANNOTATIONS_MAX; i++) {
        const struct finding *finding = &comparison->findings[i];
        char line[2 * COMPARISON_LINE_MAX];
        if (finding->detail || finding->kind > FINDING_BETTER)
            continue;
        const char *level = finding->kind < FINDING_INCONCLUSIVE    ? "error"
                            : finding->kind == FINDING_INCONCLUSIVE ? "warning"
                                                                    : "notice";
        snprintf(line, sizeof line, "%s: %s: %s", finding->contender, finding->measure,
                 finding->text);
        annotate(level, finding_kind_name(finding->kind), line, out);
        written++;
    }
    bool open = comparison->status == STATUS_NOT_COMPARABLE || comparison->status == STATUS_UNKNOWN;
    if (comparison->status != STATUS_GOOD && (comparison->refused || written == 0))
        annotate(open ? "warning" : "error", comparison->title, comparison->why, out);
}
