#include "bench/gate/pair.h"

#include "bench/progress.h"
#include "sim/machine/random.h"
#include "strategies/clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A slowdown that is estimated below this part of the target is never a FAIL. */
#define MARGIN_OF_TARGET 0.4

const struct pair_metric_rule pair_metrics[PAIR_METRICS] = {
    [PAIR_TIME] = {"time per item", 1, true},
    [PAIR_CPU] = {"server CPU per item", 1, true},
    [PAIR_P99] = {"p99 round trip", 5, false},
};

/* ---- a repeat */

static double p99_us(const struct run_result *run)
{
    struct hist *all = calloc(1, sizeof *all);
    for (uint32_t i = 0; all != NULL && i < run->command_count; i++)
        if (run->commands[i].latency != NULL)
            hist_merge(all, run->commands[i].latency);
    double us = all != NULL ? (double)hist_quantile_ns(all, 0.99) / 1e3 : 0;
    free(all);
    return us;
}

/* NULL: it can be measured by. */
static const char *fault_of(const struct run_result *run)
{
    if (run->status != RUN_COMPLETE)
        return run->error;
    if (!run->trustworthy)
        return run->reasons[0];
    if (*run->broken_promise != '\0')
        return run->broken_promise;
    return run->distinct_refreshed == 0 ? "no item was refreshed: there is nothing to compare"
                                        : NULL;
}

bool pair_repeat_run(const struct pair_arm *arm, uint32_t repeat, const struct run_options *options,
                     struct pair_repeat *result, enum status *status, char why[RUN_REASON_MAX])
{
    struct run_options own = *options;
    struct run_result run;
    own.program = arm->program;
    own.environment = arm->environment;
    own.without_marks = true;
    run_contender(arm->scenario, &arm->scenario->entries[0], repeat, &own, &run);
    const char *fault = fault_of(&run);
    double items = (double)run.distinct_refreshed;
    *status = fault == NULL ? STATUS_GOOD : status_worse(status_of_run(&run), STATUS_UNKNOWN);
    if (fault != NULL)
        snprintf(why, RUN_REASON_MAX, "%.40s: %.190s", arm->scenario->entries[0].label, fault);
    else
        *result = (struct pair_repeat){{[PAIR_TIME] = run.duration_s * 1e6 / items,
                                        [PAIR_CPU] = run.redis.cpu_seconds * 1e6 / items,
                                        [PAIR_P99] = p99_us(&run)}};
    run_result_close(&run);
    return fault == NULL;
}

/* ---- looks */

void pair_rules_open(struct pair_rules *rules, double target)
{
    unsigned decisions = 0;
    for (int i = 0; i < PAIR_METRICS; i++)
        decisions += pair_metrics[i].decides;
    for (int i = 0; i < PAIR_METRICS; i++) {
        double own = target * pair_metrics[i].targets;
        pair_rule_open(&rules->of[i], own * MARGIN_OF_TARGET, own, decisions);
    }
}

void pair_differences_set(struct pair_differences *differences, uint32_t pair,
                          const struct pair_repeat *a, const struct pair_repeat *b)
{
    for (int i = 0; i < PAIR_METRICS; i++) {
        double d = log(b->cost[i] / a->cost[i]);
        differences->of[i][pair] = isfinite(d) ? d : 0; /* a cost of 0 on either side */
    }
}

enum pair_verdict pair_verdict_of(const struct pair_finding findings[PAIR_METRICS])
{
    enum pair_verdict verdict = PAIR_PASS;
    for (int i = 0; i < PAIR_METRICS; i++) {
        if (!pair_metrics[i].decides)
            continue;
        if (findings[i].verdict == PAIR_FAIL)
            return PAIR_FAIL;
        if (findings[i].verdict == PAIR_OPEN)
            verdict = PAIR_OPEN;
    }
    return verdict;
}

bool pair_look(const struct pair_rules *rules, unsigned look,
               const struct pair_differences *differences,
               struct pair_finding findings[PAIR_METRICS])
{
    for (int i = 0; i < PAIR_METRICS; i++)
        if (findings[i].verdict == PAIR_OPEN)
            pair_rule_look(&rules->of[i], look, differences->of[i], &findings[i]);
    return pair_verdict_of(findings) != PAIR_OPEN;
}

/* ---- a series */

bool pair_b_first(uint64_t seed, uint32_t pair)
{
    uint64_t coin = random_fork(seed, pair);
    return random_below(&coin, 2) == 1;
}

static bool run_pair(struct pair_series *series, uint32_t pair, uint32_t repeat, bool b_first)
{
    for (int i = 0; i < 2; i++) {
        int arm = i ^ b_first;
        if (!pair_repeat_run(&series->arms[arm], repeat, &series->options,
                             &series->repeats[pair][arm], &series->status, series->why))
            return false;
    }
    series->b_first[pair] = b_first;
    return true;
}

bool pair_series_run(struct pair_series *series)
{
    bool decided = false;
    const char *label = series->arms[1].scenario->entries[0].label;
    progress_count(series->progress, label, "warming up", 0, 1);
    if (!run_pair(series, 0, 1, false)) /* the warm-up; the next one overwrites it */
        return false;
    for (unsigned look = 0; look < PAIR_LOOKS && !decided; look++) {
        while (series->pairs < pair_looks[look] && clock_ns() < series->until_ns) {
            uint32_t pair = series->pairs;
            progress_count(series->progress, label, "pairs until the next look", pair,
                           pair_looks[look]);
            if (!run_pair(series, pair, pair + 2, pair_b_first(series->seed, pair)))
                return false;
            pair_differences_set(&series->differences, pair, &series->repeats[pair][0],
                                 &series->repeats[pair][1]);
            series->pairs++;
        }
        if (series->pairs < pair_looks[look])
            break;
        decided = pair_look(&series->rules, look, &series->differences, series->findings);
    }
    return true;
}

double pair_series_order_effect(const struct pair_series *series)
{
    double sum = 0;
    for (uint32_t i = 0; i < series->pairs; i++) {
        double d = series->differences.of[PAIR_TIME][i];
        sum += series->b_first[i] ? -d : d;
    }
    return series->pairs > 0 ? sum / series->pairs : 0;
}
