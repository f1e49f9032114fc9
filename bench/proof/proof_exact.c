#include "bench/proof/proof_exact.h"

#include "bench/gate/baseline_compare.h"
#include "bench/gate/gate.h"
#include "bench/proof/planted.h"

#include <stdio.h>

static bool count(struct scenario *scenario, const struct run_options *options, int64_t every,
                  struct baseline *baseline, struct comparison *comparison)
{
    struct environment environment = {0};
    struct gate gate = {.scenario = scenario, .options = *options, .runs = 2};
    gate.options.environment = &environment;
    scenario->entries[0].values[PLANTED_EVERY] = every;
    gate_describe(&gate, baseline);
    return gate_measure(&gate, baseline, comparison);
}

/* Whether the gate fails what is counted now. */
static bool fails(struct scenario *scenario, const struct run_options *options, int64_t every,
                  const struct baseline *before, struct comparison *comparison)
{
    struct baseline now = {0};
    if (count(scenario, options, every, &now, comparison)) {
        baseline_compare(before, &now, comparison);
        comparison_close_findings(comparison);
    }
    baseline_close(&now);
    return comparison->status == STATUS_REGRESSION;
}

bool proof_exact_decide(struct scenario *scenario, const struct run_options *options, uint64_t seed,
                        struct proof_exact_decision *decision, char *why, size_t size)
{
    struct baseline before = {0};
    struct comparison clean = {.kind = "gate"}, planted = {.kind = "gate"};
    scenario->seed = seed;
    if (count(scenario, options, 0, &before, &clean)) {
        decision->false_fail = fails(scenario, options, 0, &before, &clean);
        decision->found = fails(scenario, options, PROOF_EXACT_EVERY, &before, &planted);
    }
    /* What could not be compared is no decision. */
    const struct comparison *both[] = {&clean, &planted};
    bool good = true;
    for (int i = 1; i >= 0; i--)
        if (both[i]->status != STATUS_GOOD && both[i]->status != STATUS_REGRESSION) {
            snprintf(why, size, "%s", both[i]->why);
            good = false;
        }
    comparison_free(&clean);
    comparison_free(&planted);
    baseline_close(&before);
    return good;
}
