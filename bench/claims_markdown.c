#include "bench/claims_table.h"

#include "bench/claims_cells.h"

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
    char places[CLAIM_CELL_MAX], published[CLAIM_CELL_MAX];
    claim_write_places(claim, places);
    claim_write_published(claim, published);
    fprintf(out, "| `%s` %s | %s%s%s%s | %s | ", claim->id, places, claim->text,
            claim->unit ? " [" : "", claim->unit ? claim->unit : "", claim->unit ? "]" : "",
            published);
    if (claim->not_testable)
        fputs(claim->not_testable, out);
    else
        write_settings(out, claim);
    fprintf(out, " | %s |\n", claim_verdict_name(claim->verdict));
}

bool claims_markdown_write(const void *context, FILE *out)
{
    const struct claims *claims = context;
    const struct claim *sorted[CLAIMS_MAX];
    unsigned count = claims_sort(claims, sorted);
    fputs("| claim, its lines | what it says [unit] | published | measured | verdict |\n"
          "|---|---|---|---|---|\n",
          out);
    for (unsigned i = 0; i < count; i++)
        write_claim(out, sorted[i]);
    return !ferror(out);
}
