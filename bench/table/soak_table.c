#include "bench/table/soak_table.h"

#include <inttypes.h>

static void print_findings(FILE *out, const struct soak *soak)
{
    uint32_t shown = soak->finding_count;
    if (shown > SOAK_FINDINGS_MAX)
        shown = SOAK_FINDINGS_MAX;
    for (uint32_t i = 0; i < shown; i++) {
        const struct soak_finding *f = &soak->findings[i];
        const char *label = soak->rows[f->row].entry.label;
        fprintf(out, "%s: %s, seed %" PRIu64 ": %s\n", f->accused ? "accused" : "unsure", label,
                f->seed, f->why);
        fprintf(out, "  again: dibs soak --contender %s --seed %" PRIu64 "\n", label, f->seed);
    }
    if (shown < soak->finding_count)
        fprintf(out, "and %u more\n", soak->finding_count - shown);
}

void soak_table_faults(FILE *out, const struct soak *soak)
{
    uint32_t runs = 0;
    fprintf(out, "%-23s %6s %8s %6s %10s %6s %8s %8s\n", "contender", "runs", "faults", "hit",
            "redundant", "lost", "accused", "unsure");
    for (uint32_t i = 0; i < soak->row_count; i++) {
        const struct soak_row *row = &soak->rows[i];
        runs += row->runs;
        fprintf(out, "%-23s %6u %8u %6u %10" PRIu64 " %6" PRIu64 " %8u %8u\n", row->entry.label,
                row->runs, row->faults, row->faults_hit, row->redundant, row->lost, row->accused,
                row->unsure);
    }
    if (runs < soak->planned)
        fprintf(out, "a part: %u of %u runs\n", runs, soak->planned);
    print_findings(out, soak);
    fflush(out);
}

void soak_table_oracle(FILE *out, const struct oracle_report *oracle)
{
    fprintf(out,
            "\nkilled writers  %u in %u histories of %u refreshes, %u of them in the middle of a "
            "write; disagreements with the oracle: %u\n",
            oracle->kills, oracle->histories, oracle->refreshes, oracle->writes_cut,
            oracle->disagreements);
    if (oracle->first[0] != '\0')
        fprintf(out, "%s\n", oracle->first);
    fflush(out);
}

void soak_table_leaks(FILE *out, const struct soak_leaks *leaks)
{
    fprintf(out,
            "runs for leaks  %u; left: %u descriptors, %u mappings, %u processes, %u files, "
            "%" PRIu64 " bytes of memory\n",
            leaks->runs, leaks->descriptors, leaks->mappings, leaks->processes, leaks->files,
            leaks->bytes);
}
