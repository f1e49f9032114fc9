#include "bench/claims/claims_table.h"

#include "bench/claims/claims_cells.h"

#include <string.h>

static void write_settings(FILE *out, const struct claim *claim)
{
    char measured[CLAIM_CELL_MAX];
    for (unsigned i = 0; i < claim->setting_count; i++) {
        const struct claim_setting *setting = &claim->settings[i];
        claim_write_measured(setting, measured);
        fprintf(out, "%s%s", i ? "<br>" : "", measured);
        if (setting->when)
            fprintf(out, " %s", setting->when);
    }
}

static void write_claim(FILE *out, const struct claim *claim)
{
    char published[CLAIM_CELL_MAX];
    const struct claim_place *place = &claim->places[0];
    claim_write_published(claim, published);
    fprintf(out, "| `%s` %c%u | %s%s%s%s | %s | ", claim->id, *place->document,
            place->line, claim->text, claim->unit ? " [" : "", claim->unit ? claim->unit : "",
            claim->unit ? "]" : "", published);
    if (claim->not_testable)
        fputs(claim->not_testable, out);
    else
        write_settings(out, claim);
    fprintf(out, " | %s |\n", claim_verdict_name(claim->verdict));
}

static void write_table(FILE *out, const struct claim *const *claims, unsigned count)
{
    fputs("\n| claim, its line | what it says [unit] | published | measured | verdict |\n"
          "|---|---|---|---|---|\n",
          out);
    for (unsigned i = 0; i < count; i++)
        write_claim(out, claims[i]);
}

static unsigned count_of(const struct claim *const *claims, unsigned count,
                         enum claim_verdict verdict)
{
    unsigned n = 0;
    for (unsigned i = 0; i < count; i++)
        n += claims[i]->verdict == verdict;
    return n;
}

static void write_head(FILE *out, const struct claims *claims, const struct claim *const *sorted,
                       unsigned count)
{
    fprintf(out,
            "Of %u statements %u do not hold, %u depend, %u hold, %u were not measured and %u "
            "cannot be.%s\nLines:",
            count, count_of(sorted, count, CLAIM_DOES_NOT_HOLD),
            count_of(sorted, count, CLAIM_DEPENDS), count_of(sorted, count, CLAIM_HOLDS),
            count_of(sorted, count, CLAIM_NOT_MEASURED),
            count_of(sorted, count, CLAIM_NOT_TESTABLE),
            claims->quick ? "\nMeasured at a smaller size: counts are exact or nearly so, times "
                            "are not."
                          : "");
    for (size_t i = 0; claims_documents[i]; i++)
        fprintf(out, "%s %c %s", i ? "," : "", *claims_documents[i], claims_documents[i]);
    fputs(".\nIn parentheses behind what was published: what was expected at the size that was "
          "measured.\n",
          out);
}

/* What is no surprise is folded away. */
bool claims_markdown_write(const void *context, FILE *out)
{
    const struct claims *claims = context;
    const struct claim *sorted[CLAIMS_MAX];
    unsigned count = claims_sort(claims, sorted);
    unsigned surprises = count_of(sorted, count, CLAIM_DOES_NOT_HOLD) +
                         count_of(sorted, count, CLAIM_DEPENDS);
    write_head(out, claims, sorted, count);
    write_table(out, sorted, surprises);
    fputs("\n<details><summary>What holds, was not measured, or cannot be</summary>\n", out);
    write_table(out, sorted + surprises, count - surprises);
    fputs("\n</details>\n", out);
    return !ferror(out);
}
