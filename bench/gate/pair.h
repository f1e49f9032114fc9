/* Tier two of the gate: what a repeat costs by the clock, and pairs of repeats of two arms, in an
 * order that is drawn by lot, until they are enough to decide. */
#ifndef DIBS_BENCH_PAIR_H
#define DIBS_BENCH_PAIR_H

#include "bench/gate/pair_rule.h"
#include "bench/status.h"
#include "sim/run.h"

enum pair_metric {
    PAIR_TIME, /* from the common start to the last completion */
    PAIR_CPU,  /* of the server process */
    PAIR_P99,  /* of all round trips of instances */
    PAIR_METRICS
};

/* Time and CPU decide. The 99th percentile is looked at by a wider target and shown: tails react
 * more than means do, and to more than what is compared. */
struct pair_metric_rule {
    const char *name;
    double targets; /* its target, in targets of the whole */
    bool decides;
};
extern const struct pair_metric_rule pair_metrics[PAIR_METRICS];

/* One side: a scenario with one contender, and what serves it. */
struct pair_arm {
    const struct scenario *scenario;
    const char *program;             /* of the private server */
    struct environment *environment; /* what that says is filled by the first repeat; or NULL */
};

/* In us: per item refreshed, per item refreshed, and of one round trip. */
struct pair_repeat {
    double cost[PAIR_METRICS];
};

/* One repeat, in a world of its own: a fresh server each time, so that its hash seed and the
 * layout of its memory are noise and no bias. False: `why` is one line, `status` what it means. */
bool pair_repeat_run(const struct pair_arm *arm, uint32_t repeat, const struct run_options *options,
                     struct pair_repeat *result, enum status *status, char why[RUN_REASON_MAX]);

struct pair_rules {
    struct pair_rule of[PAIR_METRICS];
};
/* `target`: the slowdown that a PASS excludes, 0.05 for 5 %. */
void pair_rules_open(struct pair_rules *rules, double target);

/* ln(B/A) of each pair. */
struct pair_differences {
    double of[PAIR_METRICS][SIGNED_RANK_PAIRS_MAX];
};
void pair_differences_set(struct pair_differences *differences, uint32_t pair,
                          const struct pair_repeat *a, const struct pair_repeat *b);

/* Looks at the metrics that are open. True: no more pairs are wanted. */
bool pair_look(const struct pair_rules *rules, unsigned look,
               const struct pair_differences *differences,
               struct pair_finding findings[PAIR_METRICS]);

/* Of those that decide: FAIL if any fails, else open if one is open. */
enum pair_verdict pair_verdict_of(const struct pair_finding findings[PAIR_METRICS]);

/* Drawn by lot: whether B comes before A. */
bool pair_b_first(uint64_t seed, uint32_t pair);

/* A series of pairs. Not to be copied. */
struct pair_series {
    struct pair_arm arms[2];
    struct run_options options;
    struct pair_rules rules;
    uint64_t seed;             /* of the order within pairs */
    uint64_t until_ns;         /* no pair begins after it, CLOCK_MONOTONIC */
    struct progress *progress; /* or NULL */

    struct pair_repeat repeats[SIGNED_RANK_PAIRS_MAX][2];
    bool b_first[SIGNED_RANK_PAIRS_MAX];
    uint32_t pairs;
    struct pair_differences differences;
    struct pair_finding findings[PAIR_METRICS];
    enum status status;
    char why[RUN_REASON_MAX];
};

/* Runs pairs until they decide, the time is over or there are as many as there may be; the first
 * pair warms up and is dropped. False: a repeat failed. */
bool pair_series_run(struct pair_series *series);

/* Of the pairs that were run: the mean of ln(second/first) of the time. */
double pair_series_order_effect(const struct pair_series *series);

#endif
