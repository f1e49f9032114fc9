#include "bench/gate/comparison_output.h"

/* Of the UTF-8 character that begins here; 0: none does, as where a text was cut or is of another
 * encoding. */
static size_t character_length(const char *raw)
{
    unsigned char first = (unsigned char)*raw;
    size_t length = first < 0x80                     ? 1
                    : first >= 0xc2 && first <= 0xdf ? 2
                    : (first & 0xf0) == 0xe0         ? 3
                    : first >= 0xf0 && first <= 0xf4 ? 4
                                                     : 0;
    for (size_t i = 1; i < length; i++)
        if (((unsigned char)raw[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

static void text(const char *raw, FILE *out)
{
    for (size_t length; *raw != '\0'; raw += length > 0 ? length : 1) {
        unsigned char c = (unsigned char)*raw;
        length = character_length(raw);
        if (c == '&')
            fputs("&amp;", out);
        else if (c == '<')
            fputs("&lt;", out);
        else if (c == '>')
            fputs("&gt;", out);
        else if (c == '"')
            fputs("&quot;", out);
        else if (length == 0 || c < ' ')
            fputc(length == 0 ? '?' : ' ', out);
        else
            fwrite(raw, 1, length, out);
    }
}

/* What a reader of test reports makes of a finding. */
static const char *element_of(enum finding_kind kind)
{
    if (kind < FINDING_INCONCLUSIVE)
        return "failure";
    return kind == FINDING_INCONCLUSIVE ? "skipped" : NULL;
}

/* Ends the tag of a case; `element` is NULL of one that passes. The message stands as an attribute
 * and as text: some readers show only one of them. */
static void end_case(const char *element, const char *message, FILE *out)
{
    if (element == NULL) {
        fputs("/>\n", out);
        return;
    }
    fprintf(out, ">\n      <%s message=\"", element);
    text(message, out);
    fputs("\">", out);
    text(message, out);
    fprintf(out, "</%s>\n    </testcase>\n", element);
}

static void case_of(const char *kind, const struct finding *finding, FILE *out)
{
    fprintf(out, "    <testcase classname=\"dibs.%s.", kind);
    text(finding->contender, out);
    fputs("\" name=\"", out);
    text(finding->measure, out);
    fputs("\"", out);
    end_case(element_of(finding->kind), finding->text, out);
}

static bool is_skipped(const struct comparison *comparison)
{
    return comparison->status == STATUS_NOT_COMPARABLE || comparison->status == STATUS_UNKNOWN;
}

/* One case for the whole, so that what could not be compared is seen as well. */
static void whole_case(const struct comparison *comparison, FILE *out)
{
    const char *element = is_skipped(comparison) ? "skipped" : "failure";
    fprintf(out, "    <testcase classname=\"dibs.%s\" name=\"verdict\"", comparison->kind);
    end_case(comparison->status == STATUS_GOOD ? NULL : element, comparison->why, out);
}

static size_t count_of(const struct comparison *comparison, bool failures)
{
    size_t sum = 0;
    for (size_t i = 0; i < comparison->count; i++) {
        enum finding_kind kind = comparison->findings[i].kind;
        sum += failures ? kind < FINDING_INCONCLUSIVE : kind == FINDING_INCONCLUSIVE;
    }
    return sum + (comparison->status != STATUS_GOOD && is_skipped(comparison) != failures);
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
