#include "bench/gate/comparison_output.h"

static void text(const char *raw, FILE *out)
{
    for (; *raw != '\0'; raw++) {
        unsigned char c = (unsigned char)*raw;
        if (c == '&')
            fputs("&amp;", out);
        else if (c == '<')
            fputs("&lt;", out);
        else if (c == '>')
            fputs("&gt;", out);
        else if (c == '"')
            fputs("&quot;", out);
        else
            fputc(c < ' ' ? ' ' : c, out);
    }
}

/* What a reader of test reports makes of a finding. */
static const char *element_of(enum finding_kind kind)
{
    if (kind < FINDING_INCONCLUSIVE)
        return "failure";
    return kind == FINDING_INCONCLUSIVE ? "skipped" : NULL;
}

/* The message stands as an attribute and as text: some readers show only one of them. */
static void case_of(const char *kind, const struct finding *finding, FILE *out)
{
    const char *element = element_of(finding->kind);
    fprintf(out, "    <testcase classname=\"dibs.%s.", kind);
    text(finding->contender, out);
    fputs("\" name=\"", out);
    text(finding->measure, out);
    if (element == NULL) {
        fputs("\"/>\n", out);
        return;
    }
    fprintf(out, "\">\n      <%s message=\"", element);
    text(finding->text, out);
    fputs("\">", out);
    text(finding->text, out);
    fprintf(out, "</%s>\n    </testcase>\n", element);
}

/* One case for the whole, so that what could not be compared is seen as well. */
static void whole_case(const struct comparison *comparison, FILE *out)
{
    bool skipped =
        comparison->status == STATUS_NOT_COMPARABLE || comparison->status == STATUS_UNKNOWN;
    const char *element = skipped ? "skipped" : "failure";
    fprintf(out, "    <testcase classname=\"dibs.%s\" name=\"verdict\"", comparison->kind);
    if (comparison->status == STATUS_GOOD) {
        fputs("/>\n", out);
        return;
    }
    fprintf(out, ">\n      <%s message=\"", element);
    text(comparison->why, out);
    fputs("\">", out);
    text(comparison->why, out);
    fprintf(out, "</%s>\n    </testcase>\n", element);
}

static size_t count_of(const struct comparison *comparison, bool failures)
{
    size_t sum = 0;
    for (size_t i = 0; i < comparison->count; i++) {
        enum finding_kind kind = comparison->findings[i].kind;
        sum += failures ? kind < FINDING_INCONCLUSIVE : kind == FINDING_INCONCLUSIVE;
    }
    bool skipped =
        comparison->status == STATUS_NOT_COMPARABLE || comparison->status == STATUS_UNKNOWN;
    return sum + (comparison->status != STATUS_GOOD && skipped != failures);
}

bool comparison_junit(const struct comparison *comparison, FILE *out)
{
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
            "  <testsuite name=\"dibs %s\" tests=\"%zu\" failures=\"%zu\" skipped=\"%zu\">\n",
            comparison->kind, comparison->count + 1, count_of(comparison, true),
            count_of(comparison, false));
    whole_case(comparison, out);
    for (size_t i = 0; i < comparison->count; i++)
        case_of(comparison->kind, &comparison->findings[i], out);
    return fputs("  </testsuite>\n</testsuites>\n", out) != EOF && fflush(out) == 0 && !ferror(out);
}
