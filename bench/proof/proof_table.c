#include "bench/proof/proof_output.h"

bool proof_keeps_rates(const struct proof_rates *rates)
{
    return rates->false_fail <= PROOF_FALSE_FAIL_MAX && rates->found >= PROOF_FOUND_MIN;
}

struct proof_exact_tally proof_tally(const struct proof_recorder *recorder)
{
    struct proof_exact_tally tally = {0};
    for (uint32_t i = 0; i < recorder->exact_count; i++) {
        tally.false_fails += recorder->exact[i].false_fail;
        tally.found += recorder->exact[i].found;
    }
    tally.met = tally.found == recorder->exact_count && tally.false_fails == 0;
    return tally;
}

uint32_t proof_failed(const struct proof_decision *decisions, uint32_t count)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += decisions[i].verdict == PAIR_FAIL;
    return sum;
}

static const char *met(bool is_met)
{
    return is_met ? "yes" : "missed";
}

static void write_rates(const char *name, const struct proof_recording *recording,
                        const struct proof_rates *rates, FILE *out)
{
    fprintf(out, "%-10s  %6u  %7.2f %%  %8.1f %%  %5.0f / %-5.0f  %5u of %-2u  %6u of %-2u  %s\n",
            name, recording->count, rates->false_fail * 100, rates->found * 100, rates->pairs_none,
            rates->pairs_planted, proof_failed(recording->none, recording->none_count),
            recording->none_count, proof_failed(recording->planted, recording->planted_count),
            recording->planted_count, met(proof_keeps_rates(rates)));
}

static void write_metrics(const char *name, const struct proof_rates *rates, FILE *out)
{
    for (int i = 0; i < PAIR_METRICS; i++) {
        const struct proof_metric *metric = &rates->metrics[i];
        fprintf(out, "%-10s  %-20s  %7.2f %%  %+9.2f %%  %9.2f %%\n", name, pair_metrics[i].name,
                metric->spread * 100, metric->slowdown * 100, metric->would_see * 100);
    }
}

void proof_table(const struct proof_outcome *outcome, FILE *out)
{
    const struct proof_recording *recordings = outcome->recorder->recordings;
    const struct proof_exact_tally exact = proof_tally(outcome->recorder);
    uint32_t counted = outcome->recorder->exact_count;
    fprintf(out,
            "One command more per %d items (5 %%): %u decisions drawn from the blocks, and live\n",
            PROOF_EVERY, outcome->draws);
    fprintf(out, "%-10s  %6s  %9s  %10s  %13s  %11s  %12s  %s\n", "other core", "blocks", "false",
            "found", "pairs -/+", "live: false", "found", "met");
    for (int i = 0; i < PROOF_CONDITIONS; i++)
        if (recordings[i].count > 0)
            write_rates(proof_condition_name(i), &recordings[i], &outcome->rates[i], out);
    fprintf(out, "\n%-10s  %-20s  %9s  %11s  %11s\n", "other core", "measure", "spread", "planted",
            "would see");
    for (int i = 0; i < PROOF_CONDITIONS; i++)
        if (recordings[i].count > 0)
            write_metrics(proof_condition_name(i), &outcome->rates[i], out);
    fprintf(out, "\nOne command more per %d items, counted: found %u of %u, false %u of %u  %s\n",
            PROOF_EXACT_EVERY, exact.found, counted, exact.false_fails, counted, met(exact.met));
}
