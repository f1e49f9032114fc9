#include "bench/claims/claims_verdict.h"

#include "sim/judge/spread.h"

/* Values that only arithmetic keeps apart are the same. */
#define NEARLY 1e-9

static bool is_inside(const struct claim *claim, const struct claim_setting *setting)
{
    double low = setting->expected.low - fabs(setting->expected.low) * (claim->tolerance + NEARLY);
    double high =
        setting->expected.high + fabs(setting->expected.high) * (claim->tolerance + NEARLY);
    return (claim->relation == CLAIM_AT_MOST || setting->low >= low) &&
           (claim->relation == CLAIM_AT_LEAST || setting->high <= high);
}

/* By what factor the value is over the limit. Where one of them is 0 both are counted from 1. */
static double factor_over(double value, double limit)
{
    double shift = limit > 0 && value > 0 ? 0 : 1;
    double factor = (fabs(value) + shift) / (fabs(limit) + shift);
    return factor > 1 ? factor : 1;
}

static double surprise_of(const struct claim *claim, const struct claim_setting *setting)
{
    double over = claim->relation == CLAIM_AT_LEAST
                      ? 1
                      : factor_over(setting->high, setting->expected.high);
    double under =
        claim->relation == CLAIM_AT_MOST ? 1 : factor_over(setting->expected.low, setting->low);
    return over > under ? over : under;
}

void claim_judge_setting(const struct claim *claim, struct claim_setting *setting,
                         const double *values, uint32_t count, double scale)
{
    double sorted[CLAIMS_REPEATS_MAX];
    setting->repeats = count;
    setting->median = setting->low = setting->high = setting->surprise = NAN;
    setting->expected =
        (struct claim_range){claim->expected.low * scale, claim->expected.high * scale};
    setting->verdict = CLAIM_NOT_MEASURED;
    if (count == 0 || count > CLAIMS_REPEATS_MAX || !isfinite(scale))
        return;
    for (uint32_t i = 0; i < count; i++) {
        if (!isfinite(values[i]))
            return;
        sorted[i] = values[i];
    }
    struct spread spread = spread_of(sorted, count);
    setting->median = spread.median;
    setting->low = spread.least;
    setting->high = spread.most;
    bool holds = is_inside(claim, setting);
    setting->verdict = holds ? CLAIM_HOLDS : CLAIM_DOES_NOT_HOLD;
    setting->surprise = holds ? 1 : surprise_of(claim, setting);
}

void claim_conclude(struct claim *claim)
{
    unsigned counts[CLAIM_NOT_TESTABLE + 1] = {0};
    claim->shown = 0;
    if (claim->not_testable) {
        claim->verdict = CLAIM_NOT_TESTABLE;
        return;
    }
    for (unsigned i = 0; i < claim->setting_count; i++) {
        const struct claim_setting *shown = &claim->settings[claim->shown];
        counts[claim->settings[i].verdict]++;
        if (claim->settings[i].surprise > shown->surprise || isnan(shown->surprise))
            claim->shown = i;
    }
    if (counts[CLAIM_HOLDS] && counts[CLAIM_DOES_NOT_HOLD])
        claim->verdict = CLAIM_DEPENDS;
    else if (counts[CLAIM_NOT_MEASURED])
        claim->verdict = CLAIM_NOT_MEASURED;
    else
        claim->verdict = counts[CLAIM_DOES_NOT_HOLD] ? CLAIM_DOES_NOT_HOLD : CLAIM_HOLDS;
}
