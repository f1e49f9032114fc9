#include "bench/gate/pair_rule.h"

#include <assert.h>
#include <math.h>

const uint32_t pair_looks[PAIR_LOOKS] = {12, 24, 48, 96, 192, SIGNED_RANK_PAIRS_MAX};

/* Of alpha and of beta, at each look; they add up to 1. */
static const double shares[PAIR_LOOKS] = {0.05, 0.08, 0.12, 0.17, 0.23, 0.35};

void pair_rule_open(struct pair_rule *rule, double margin, double target, unsigned comparisons)
{
    assert(comparisons > 0);
    *rule = (struct pair_rule){.margin = margin, .target = target};
    for (unsigned i = 0; i < PAIR_LOOKS; i++) {
        double alpha = PAIR_ALPHA / comparisons * shares[i];
        rule->fail_critical[i] = signed_rank_critical(pair_looks[i], alpha);
        rule->pass_critical[i] = signed_rank_critical(pair_looks[i], PAIR_BETA * shares[i]);
    }
}

bool pair_rule_look(const struct pair_rule *rule, unsigned look, const double *differences,
                    struct pair_finding *finding)
{
    struct signed_rank bounds;
    if (!signed_rank_bounds(differences, pair_looks[look], rule->fail_critical[look],
                            rule->pass_critical[look], &bounds))
        return false;
    /* A slowdown as large as the whole interval is estimated above its upper half but for beta,
     * and then its lower bound is above 0. */
    *finding = (struct pair_finding){
        .pairs = pair_looks[look],
        .slowdown = expm1(bounds.estimate),
        .lower = isinf(bounds.lower) ? -INFINITY : expm1(bounds.lower),
        .upper = expm1(bounds.upper),
        .would_see = fmax(expm1(bounds.upper - bounds.lower), rule->margin),
    };
    if (bounds.lower > 0 && bounds.estimate >= log1p(rule->margin))
        finding->verdict = PAIR_FAIL;
    else if (bounds.upper < log1p(rule->target))
        finding->verdict = PAIR_PASS;
    return true;
}

const char *pair_verdict_name(enum pair_verdict verdict)
{
    static const char *const names[] = {
        [PAIR_OPEN] = "INCONCLUSIVE", [PAIR_PASS] = "PASS", [PAIR_FAIL] = "FAIL"};
    return names[verdict];
}
