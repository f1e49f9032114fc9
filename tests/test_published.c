#include "bench/claims/published.h"
#include "bench/document/result.h"
#include "tests/kit_result.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void compare(const struct kit_result *kit, struct published *published)
{
    *published = (struct published){0};
    if (!published_compare(published, &kit->result, DIBS_HOME "/scenarios/claims.yaml"))
        fail_msg("%s", published->error);
    assert_in_range(published->count, 1, PUBLISHED_MAX);
}

static const struct published_row *row_of(const struct published *published, const char *figure,
                                          const char *contender)
{
    for (size_t i = 0; i < published->count; i++)
        if (strcmp(published->rows[i].claim->figure, figure) == 0 &&
            strcmp(published->rows[i].setting->contender, contender) == 0)
            return &published->rows[i];
    fail_msg("no row %s of %s", figure, contender);
    return NULL;
}

static void assert_verdict(const struct published *published, const char *figure,
                           const char *contender, const char *verdict)
{
    assert_string_equal(published_verdict(row_of(published, figure, contender)), verdict);
}

static double expected_of(const struct published *published, const char *figure,
                          const char *contender)
{
    return row_of(published, figure, contender)->setting->expected.low;
}

static void assert_row(const struct published *published, const char *figure, const char *contender,
                       double low, double high, double measured, const char *verdict)
{
    const struct claim_setting *setting = row_of(published, figure, contender)->setting;
    if (!(fabs(setting->expected.low - low) < 1e-6 && fabs(setting->expected.high - high) < 1e-6))
        fail_msg("%s of %s: expected %f to %f", figure, contender, setting->expected.low,
                 setting->expected.high);
    if (!(fabs(setting->median - measured) < 1e-6))
        fail_msg("%s of %s: measured %f", figure, contender, setting->median);
    assert_verdict(published, figure, contender, verdict);
}

static void figures_are_computed_in_their_own_unit(void **state)
{
    struct published c;
    compare(*state, &c);
    const char *yes = "holds", *no = "does not hold";
    assert_row(&c, "SCAN operations, calls a cycle", "harbor-2.14", 5e6, 5e6, 5005, no);
    assert_row(&c, "SCAN operations, keys a cycle", "harbor-2.14", 5e6, 5e6, 5e6, yes);
    assert_row(&c, "SCAN operations, keys a cycle", "harbor-22572", 5e6, 5e6, 2e6, no);
    assert_row(&c, "lock operations, calls a cycle", "harbor-22572", 5e6, 5e6, 9, no);
    assert_row(&c, "instances at work at once", "harbor-22572", 1, 1, 4, no);
    assert_row(&c, "SPOP, calls a cycle", "claim-published", 5, 5, 5, yes);
    assert_row(&c, "all Redis calls a cycle", "claim-published", 5, 5, 505, no);
    assert_row(&c, "Redis CPU, % of the cycle", "harbor-2.14", 90, 100, 95, yes);
    assert_row(&c, "Redis CPU, % of the cycle", "claim-published", 10, 20, 0.2, no);
    assert_row(&c, "memory of the marks, MB", "harbor-2.14", 100, 100, 131, no);
    assert_row(&c, "memory of the marks, MB", "claim-published", 70, 70, 70, yes);
    assert_row(&c, "database statements a cycle", "harbor-2.14", 20e6, 20e6, 20e6, yes);
    assert_row(&c, "database statements a cycle", "claim-published", 4e6, 4e6, 2000, no);
    assert_row(&c, "redundant refreshes, %", "harbor-2.14", 80, 80, 80, yes);
    assert_row(&c, "redundant refreshes, %", "harbor-22572", 0, 0, 50, no);
    assert_row(&c, "redundant refreshes, %", "claim-published", 0, 0, 0, yes);
    published_close(&c);
}

static void only_contenders_that_were_run_have_rows(void **state)
{
    struct published c;
    compare(*state, &c);
    for (size_t i = 0; i < c.count; i++)
        assert_true(strcmp(c.rows[i].setting->contender, "instance-id") != 0);
    published_close(&c);
}

static void published_counts_scale_and_times_do_not(void **state)
{
    struct kit_result *kit = *state;
    struct published c;
    kit->scenario.items = 20000;
    kit->scenario.instances = 10;
    compare(kit, &c);
    assert_true(expected_of(&c, "SCAN operations, keys a cycle", "harbor-2.14") == 200000);
    assert_true(expected_of(&c, "SPOP, calls a cycle", "claim-published") == 10);
    assert_true(fabs(expected_of(&c, "redundant refreshes, %", "harbor-2.14") - 90) < 1e-6);
    assert_verdict(&c, "Redis CPU, % of the cycle", "harbor-2.14", "other size");
    assert_verdict(&c, "memory of the marks, MB", "harbor-2.14", "other size");
    published_close(&c);
}

/* Another workload checks nothing; how many items and instances there are is no other workload. */
static void only_the_published_shape_is_judged(void **state)
{
    struct kit_result *kit = *state;
    struct published c = {0};
    struct scenario shapes[9];
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        shapes[i] = kit->scenario;
    shapes[0].producers.count = 2;
    shapes[1].producers.seeded = 0;
    shapes[2].event_count = 1;
    shapes[3].cycles = 20;
    shapes[4].wake = WAKE_SPREAD;
    shapes[5].round_bound_ms = 1000;
    shapes[6].refresh.statement_us = 200;
    shapes[7].refresh.failures = 0.1;
    shapes[8].scaler.kind = SCALER_HPA;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        kit->scenario = shapes[i];
        assert_non_null(published_why_not(&shapes[i]));
        assert_true(published_compare(&c, &kit->result, DIBS_HOME "/scenarios/claims.yaml"));
        assert_int_equal(c.count, 0);
        published_close(&c);
    }
}

/* What the claims file says of the figure, which is what `dibs claims` judges too. */
static void tolerance_is_that_of_the_claim(void **state)
{
    struct kit_result *kit = *state;
    struct published c;
    const char *figure = "database statements a cycle";
    static const struct {
        uint64_t statements;
        const char *verdict;
    } cases[] = {{19799999, "does not hold"},
                 {19800000, "holds"},
                 {20200000, "holds"},
                 {20200001, "does not hold"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        kit->runs[0].database.statements = cases[i].statements;
        compare(kit, &c);
        assert_string_equal(row_of(&c, figure, "harbor-2.14")->claim->id, "queries-original");
        assert_verdict(&c, figure, "harbor-2.14", cases[i].verdict);
        published_close(&c);
    }
}

static void what_cannot_be_believed_is_not_measured(void **state)
{
    struct kit_result *kit = *state;
    struct published c;
    kit->runs[0].trustworthy = false;
    kit->runs[2].status = RUN_INTERRUPTED;
    kit->race.cycles_done = 0;
    compare(kit, &c);
    assert_verdict(&c, "redundant refreshes, %", "harbor-2.14", "not measured");
    assert_verdict(&c, "SPOP, calls a cycle", "claim-published", "not measured");
    assert_verdict(&c, "instances at work at once", "harbor-22572", "not measured");
    published_close(&c);
}

static void all_repeats_must_lie_inside(void **state)
{
    struct kit_result *kit = *state;
    struct published c;
    kit->scenario.repeats = 3;
    for (unsigned i = 2; i < KIT_RUNS; i++) {
        kit->runs[i].entry = kit->runs[0].entry;
        kit->runs[i].repeat = i;
    }
    kit->runs[2].database.statements = 30000000;
    kit->runs[3].database.statements = 19000000;
    compare(kit, &c);
    const struct claim_setting *setting =
        row_of(&c, "database statements a cycle", "harbor-2.14")->setting;
    assert_int_equal(setting->repeats, 3);
    assert_true(setting->median == 20e6 && setting->low == 19e6 && setting->high == 30e6);
    assert_verdict(&c, "database statements a cycle", "harbor-2.14", "does not hold");
    published_close(&c);
}

static void a_file_that_is_wrong_is_told(void **state)
{
    const struct kit_result *kit = *state;
    struct published c = {0};
    assert_false(published_compare(&c, &kit->result, DIBS_HOME "/scenarios/million.yaml"));
    assert_non_null(strstr(c.error, "million.yaml:"));
    assert_int_equal(c.count, 0);
    published_close(&c);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kit_result_open, kit_result_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(figures_are_computed_in_their_own_unit),
        TEST(only_contenders_that_were_run_have_rows),
        TEST(published_counts_scale_and_times_do_not),
        TEST(only_the_published_shape_is_judged),
        TEST(tolerance_is_that_of_the_claim),
        TEST(what_cannot_be_believed_is_not_measured),
        TEST(all_repeats_must_lie_inside),
        TEST(a_file_that_is_wrong_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
