/* When randomised pairs of repeats are enough to decide: the looks, the levels spent at each, and
 * the verdict. Differences are ln(cost of B / cost of A), so that above 0 B is the slower one. */
#ifndef DIBS_BENCH_PAIR_RULE_H
#define DIBS_BENCH_PAIR_RULE_H

#include "bench/gate/signed_rank.h"

enum { PAIR_LOOKS = 6 };

/* How many pairs there are at each look. */
extern const uint32_t pair_looks[PAIR_LOOKS];

#define PAIR_ALPHA 0.01 /* chance of a false FAIL, over all looks and comparisons together */
#define PAIR_BETA 0.05  /* chance of a false PASS, over all looks of one comparison */

struct pair_rule {
    double margin; /* a slowdown that is estimated below this never fails */
    double target; /* PASS: a slowdown of this is excluded */
    int32_t fail_critical[PAIR_LOOKS], pass_critical[PAIR_LOOKS];
};

/* `comparisons` is how many are made at once: alpha is divided by it, beta is not. */
void pair_rule_open(struct pair_rule *rule, double margin, double target, unsigned comparisons);

enum pair_verdict { PAIR_OPEN, PAIR_PASS, PAIR_FAIL };

/* What a look came to. Shares, not logarithms: 0.05 is a slowdown of 5 %. */
struct pair_finding {
    enum pair_verdict verdict;
    uint32_t pairs;                /* 0: there was no look */
    double slowdown, lower, upper; /* infinite where so few pairs have no bound */
    double would_see; /* a slowdown of this would have been found in this noise, INFINITY: none */
};

/* Look number `look` (from 0) at the first pair_looks[look] differences. False: out of memory. */
bool pair_rule_look(const struct pair_rule *rule, unsigned look, const double *differences,
                    struct pair_finding *finding);

const char *pair_verdict_name(enum pair_verdict verdict);

#endif
