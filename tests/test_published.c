#include "bench/published.h"
#include "tests/kit_result.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS_MAX = 128 };

struct comparison {
    struct published_row rows[ROWS_MAX];
    size_t count;
};

static void compare(const struct kit_result *kit, struct comparison *comparison)
{
    struct published_input input = {
        .scenario = &kit->scenario, .runs = kit->runs, .run_count = KIT_RUNS,
        .races = &kit->race, .race_entries = &kit->race_entry, .race_count = 1};
    comparison->count = published_compare(&input, comparison->rows, ROWS_MAX);
    assert_in_range(comparison->count, 1, ROWS_MAX);
}

static const struct published_row *row_of(const struct comparison *comparison, const char *figure,
                                          const char *contender)
{
    for (size_t i = 0; i < comparison->count; i++)
        if (strcmp(comparison->rows[i].figure, figure) == 0 &&
            strcmp(comparison->rows[i].contender, contender) == 0)
            return &comparison->rows[i];
    fail_msg("no row %s of %s", figure, contender);
    return NULL;
}

static void assert_row(const struct comparison *comparison, const char *figure,
                       const char *contender, double low, double high, double measured,
                       enum verdict verdict)
{
    const struct published_row *row = row_of(comparison, figure, contender);
    assert_true(fabs(row->low - low) < 1e-6 && fabs(row->high - high) < 1e-6);
    if (!(fabs(row->measured - measured) < 1e-6))
        fail_msg("%s of %s: measured %f", figure, contender, row->measured);
    assert_string_equal(verdict_name(row->verdict), verdict_name(verdict));
    assert_non_null(row->sources[0].document);
}

static void figures_are_computed_in_their_own_unit(void **state)
{
    struct comparison c;
    compare(*state, &c);
    const enum verdict yes = VERDICT_HOLDS, no = VERDICT_DOES_NOT_HOLD;
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
}

static void only_contenders_that_were_run_have_rows(void **state)
{
    struct comparison c;
    compare(*state, &c);
    for (size_t i = 0; i < c.count; i++)
        assert_true(strcmp(c.rows[i].contender, "instance-id") != 0);
}

static void published_counts_scale_and_times_do_not(void **state)
{
    struct kit_result *kit = *state;
    struct comparison c;
    kit->scenario.items = 20000;
    kit->scenario.instances = 10;
    compare(kit, &c);
    assert_true(row_of(&c, "SCAN operations, keys a cycle", "harbor-2.14")->low == 200000);
    assert_true(row_of(&c, "SPOP, calls a cycle", "claim-published")->low == 10);
    assert_true(fabs(row_of(&c, "redundant refreshes, %", "harbor-2.14")->low - 90) < 1e-6);
    assert_int_equal(row_of(&c, "Redis CPU, % of the cycle", "harbor-2.14")->verdict,
                     VERDICT_OTHER_SIZE);
    assert_int_equal(row_of(&c, "memory of the marks, MB", "harbor-2.14")->verdict,
                     VERDICT_OTHER_SIZE);
}

static void tolerance_is_a_tenth(void **state)
{
    struct kit_result *kit = *state;
    struct comparison c;
    const char *figure = "database statements a cycle";
    static const struct {
        uint64_t statements;
        enum verdict verdict;
    } cases[] = {{17999999, VERDICT_DOES_NOT_HOLD}, {18000000, VERDICT_HOLDS},
                 {22000000, VERDICT_HOLDS},         {22000001, VERDICT_DOES_NOT_HOLD}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        kit->runs[0].database.statements = cases[i].statements;
        compare(kit, &c);
        assert_int_equal(row_of(&c, figure, "harbor-2.14")->verdict, cases[i].verdict);
    }
}

static void what_cannot_be_believed_is_not_measured(void **state)
{
    struct kit_result *kit = *state;
    struct comparison c;
    kit->runs[0].trustworthy = false;
    kit->runs[2].status = RUN_INTERRUPTED;
    kit->race.cycles_done = 0;
    compare(kit, &c);
    assert_int_equal(row_of(&c, "redundant refreshes, %", "harbor-2.14")->verdict,
                     VERDICT_NOT_MEASURED);
    assert_int_equal(row_of(&c, "SPOP, calls a cycle", "claim-published")->verdict,
                     VERDICT_NOT_MEASURED);
    assert_int_equal(row_of(&c, "instances at work at once", "harbor-22572")->verdict,
                     VERDICT_NOT_MEASURED);
}

static void repeats_give_their_median(void **state)
{
    struct kit_result *kit = *state;
    struct comparison c;
    kit->runs[3].entry = kit->runs[2].entry = kit->runs[0].entry;
    kit->runs[2].database.statements = 30000000;
    kit->runs[3].database.statements = 19000000;
    compare(kit, &c);
    const struct published_row *row = row_of(&c, "database statements a cycle", "harbor-2.14");
    assert_int_equal(row->runs, 3);
    assert_true(row->measured == 20e6);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kit_result_open, kit_result_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(figures_are_computed_in_their_own_unit),
        TEST(only_contenders_that_were_run_have_rows),
        TEST(published_counts_scale_and_times_do_not),
        TEST(tolerance_is_a_tenth),
        TEST(what_cannot_be_believed_is_not_measured),
        TEST(repeats_give_their_median),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
