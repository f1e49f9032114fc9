/* The statistics of the gate, against values that were worked out elsewhere. */
#include "bench/gate/pair_rule.h"
#include "sim/machine/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Critical values of FAIL and PASS at the looks, as published with the levels. */
static void critical_values_at_the_looks(void **state)
{
    static const struct {
        double alpha;
        int32_t expected[PAIR_LOOKS];
    } rows[] = {
        {0.01, {1, 44, 297, 1533, 7087, 31099}},
        {0.01 / 24, {-1, 22, 223, 1305, 6412, 29106}},
        {0.05, {5, 59, 345, 1677, 7513, 32373}},
    };
    static const double shares[PAIR_LOOKS] = {0.05, 0.08, 0.12, 0.17, 0.23, 0.35};
    (void)state;
    for (size_t row = 0; row < 3; row++)
        for (unsigned look = 0; look < PAIR_LOOKS; look++)
            assert_int_equal(signed_rank_critical(pair_looks[look], rows[row].alpha * shares[look]),
                             rows[row].expected[look]);
}

static void the_rule_spends_what_it_says(void **state)
{
    static const int32_t fail_24[] = {-1, 22, 223, 1305, 6412, 29106};
    static const int32_t pass[] = {5, 59, 345, 1677, 7513, 32373};
    struct pair_rule rule;
    (void)state;
    pair_rule_open(&rule, 0.02, 0.05, 24);
    assert_memory_equal(rule.fail_critical, fail_24, sizeof fail_24);
    assert_memory_equal(rule.pass_critical, pass, sizeof pass);
}

/* Small tables by hand: of 3 pairs the sums 0 1 2 3 3 4 5 6 are equally likely. */
static void small_tables_by_hand(void **state)
{
    (void)state;
    assert_int_equal(signed_rank_critical(3, 0.12), -1);
    assert_int_equal(signed_rank_critical(3, 0.125), 0);
    assert_int_equal(signed_rank_critical(3, 0.375), 2);
    assert_int_equal(signed_rank_critical(3, 0.625), 3);
    assert_int_equal(signed_rank_critical(3, 1), 6);
}

static void estimate_and_bounds_by_hand(void **state)
{
    /* Walsh averages: -1 0 1 1 2 3 3.5 4.5 5.5 8 (of -1, 1, 3, 8 in any order) */
    static const double differences[] = {3, -1, 8, 1};
    struct signed_rank bounds;
    (void)state;
    assert_true(signed_rank_bounds(differences, 4, 0, 2, &bounds));
    assert_true(bounds.estimate == (2 + 3) / 2.0);
    assert_true(bounds.lower == -1);
    assert_true(bounds.upper == 4.5);
    assert_true(signed_rank_bounds(differences, 4, -1, -1, &bounds));
    assert_true(isinf(bounds.lower) && bounds.lower < 0);
    assert_true(isinf(bounds.upper) && bounds.upper > 0);
}

/* A slowdown of `effect`, and noise that a caller can foresee. */
static void fill(double *differences, double effect, double noise)
{
    for (int i = 0; i < SIGNED_RANK_PAIRS_MAX; i++)
        differences[i] = log1p(effect) + noise * ((i * 7 % 13) - 6) / 6;
}

static struct pair_finding look_at(double effect, double noise, unsigned look)
{
    double differences[SIGNED_RANK_PAIRS_MAX];
    struct pair_rule rule;
    struct pair_finding finding;
    pair_rule_open(&rule, 0.02, 0.05, 2);
    fill(differences, effect, noise);
    assert_true(pair_rule_look(&rule, look, differences, &finding));
    return finding;
}

static void three_verdicts(void **state)
{
    (void)state;
    assert_int_equal(look_at(0, 0.01, 0).verdict, PAIR_PASS);
    assert_int_equal(look_at(0.05, 0.01, 0).verdict, PAIR_FAIL);
    assert_int_equal(look_at(0.05, 0.2, 0).verdict, PAIR_OPEN);
    /* Certain, but too small to be a regression. */
    struct pair_finding small = look_at(0.015, 0.001, 0);
    assert_true(small.lower > 0);
    assert_int_equal(small.verdict, PAIR_PASS);
    /* Faster is no regression. */
    assert_int_equal(look_at(-0.3, 0.1, 0).verdict, PAIR_PASS);
}

static void what_would_have_been_seen_shrinks(void **state)
{
    (void)state;
    struct pair_finding first = look_at(0, 0.2, 0), last = look_at(0, 0.2, 5);
    assert_true(first.would_see > last.would_see);
    assert_true(first.would_see > 0.05);
    assert_in_range(first.pairs, 12, 12);
    assert_in_range(last.pairs, 384, 384);
}

/* Twenty-four comparisons leave the first look no level for FAIL: only PASS can come of it. */
static void a_look_without_a_level(void **state)
{
    double differences[SIGNED_RANK_PAIRS_MAX];
    struct pair_rule rule;
    struct pair_finding finding;
    (void)state;
    pair_rule_open(&rule, 0.02, 0.05, 24);
    fill(differences, 0.5, 0);
    assert_true(pair_rule_look(&rule, 0, differences, &finding));
    assert_int_equal(finding.verdict, PAIR_OPEN);
    assert_true(isinf(finding.would_see));
    assert_true(pair_rule_look(&rule, 1, differences, &finding));
    assert_int_equal(finding.verdict, PAIR_FAIL);
}

/* Simulated decisions on plain noise: the error rates of the study, with room for chance. */
static enum pair_verdict decide(const struct pair_rule *rule, double effect, double spread,
                                uint64_t *seed)
{
    double differences[SIGNED_RANK_PAIRS_MAX];
    struct pair_finding finding = {0};
    for (int i = 0; i < SIGNED_RANK_PAIRS_MAX; i++) {
        double noise = 0;
        for (int k = 0; k < 12; k++) /* nearly normal */
            noise += random_unit(seed) - 0.5;
        differences[i] = log1p(effect) + spread * sqrt(2) * noise;
    }
    for (unsigned look = 0; look < PAIR_LOOKS && finding.verdict == PAIR_OPEN; look++)
        assert_true(pair_rule_look(rule, look, differences, &finding));
    return finding.verdict;
}

static void error_rates_on_plain_noise(void **state)
{
    static const struct {
        double spread; /* of one repeat */
        unsigned decisions, found_percent;
    } rows[] = {{0.02, 1000, 98}, {0.05, 300, 97}};
    struct pair_rule rule;
    uint64_t seed = 1;
    (void)state;
    pair_rule_open(&rule, 0.02, 0.05, 1);
    for (size_t row = 0; row < sizeof rows / sizeof *rows; row++) {
        unsigned decisions = rows[row].decisions, false_fails = 0, found = 0;
        for (unsigned i = 0; i < decisions; i++) {
            false_fails += decide(&rule, 0, rows[row].spread, &seed) == PAIR_FAIL;
            found += decide(&rule, 0.05, rows[row].spread, &seed) == PAIR_FAIL;
        }
        assert_in_range(false_fails, 0, decisions / 100);
        assert_in_range(found, decisions * rows[row].found_percent / 100, decisions);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(critical_values_at_the_looks),
        cmocka_unit_test(the_rule_spends_what_it_says),
        cmocka_unit_test(small_tables_by_hand),
        cmocka_unit_test(estimate_and_bounds_by_hand),
        cmocka_unit_test(three_verdicts),
        cmocka_unit_test(what_would_have_been_seen_shrinks),
        cmocka_unit_test(a_look_without_a_level),
        cmocka_unit_test(error_rates_on_plain_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
