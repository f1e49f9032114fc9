/* Ratios of one contender's figures to another's, and what is expected of them. */
#include "sim/judge/beside.h"

#include "sim/judge/expectation.h"
#include "tests/kit_result.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Beside claim-published, in which an item costs 1.01 calls and 70 MB were seeded. */
static void expect(struct kit_result *kit, const char *text)
{
    char error[256];
    struct scenario *scenario = &kit->scenario;
    snprintf(scenario->beside, sizeof scenario->beside, "claim-published, harbor-2.14");
    scenario->expectation_count = 1;
    if (!expectation_read(text, &scenario->expectations[0], error, sizeof error))
        fail_msg("%s", error);
    for (unsigned i = 0; i < KIT_RUNS; i++) {
        free(kit->runs[i].expectations);
        expectation_judge(scenario, &kit->runs[i]);
    }
}

/* Of the contender of that run, judged over the first `count` runs. */
static enum ruling ruled(struct kit_result *kit, unsigned run, size_t count, const char *text)
{
    struct beside beside;
    expect(kit, text);
    assert_true(beside_open(&beside, &kit->scenario, kit->runs, count));
    beside_judge(&beside, &kit->scenario, kit->runs, count);
    beside_close(&beside);
    return expectation_ruling(&kit->runs[run]);
}

static void is_nearly(double value, double expected)
{
    if (!(fabs(value - expected) < 1e-9))
        fail_msg("%g is not %g", value, expected);
}

enum { SCAN, LOCK, CLAIM, NOTHING };

static void a_ratio_is_as_expected_or_not(void **state)
{
    assert_int_equal(ruled(*state, SCAN, KIT_RUNS, "harbor-2.14/ratio.calls: <= 5"), RULING_PASS);
    assert_int_equal(ruled(*state, SCAN, KIT_RUNS, "harbor-2.14/ratio.calls: <= 4"), RULING_FAIL);
    assert_int_equal(ruled(*state, SCAN, KIT_RUNS, "ratio.memory: <= 1.9"), RULING_PASS);
    assert_int_equal(ruled(*state, LOCK, KIT_RUNS, "ratio.memory: <= 1.8"), RULING_FAIL);
}

/* Nothing over something is no good ratio, it is none. */
static void nothing_measured_is_unknown(void **state)
{
    struct kit_result *kit = *state;
    assert_int_equal(ruled(kit, NOTHING, KIT_RUNS, "null/ratio.calls: <= 1"), RULING_UNKNOWN);
    assert_int_equal(ruled(kit, NOTHING, KIT_RUNS, "null/ratio.item_cpu: <= 1"), RULING_UNKNOWN);
    kit->runs[CLAIM].per_mark = (struct unit_cost){.units = 10, .server_cpu_usec = 5};
    assert_int_equal(ruled(kit, SCAN, KIT_RUNS, "harbor-2.14/ratio.mark_cpu: <= 1"),
                     RULING_UNKNOWN);
    kit->runs[CLAIM].per_item.server_cpu_usec = 2;
    assert_int_equal(ruled(kit, SCAN, KIT_RUNS, "harbor-2.14/ratio.cost: <= 1"), RULING_UNKNOWN);
    kit->runs[SCAN].redis.memory_seeded_bytes = 0;
    assert_int_equal(ruled(kit, SCAN, KIT_RUNS, "harbor-2.14/ratio.memory: <= 1"), RULING_UNKNOWN);
    assert_non_null(strstr(kit->runs[SCAN].expectations[0].line, "not known"));
}

/* Marks that were measured in turn with those of the other say more than each by itself; and it
 * is the same however often that is seen to. */
static void marks_in_turn_count_for_more(void **state)
{
    struct kit_result *kit = *state;
    struct beside beside;
    struct run_result *scan = &kit->runs[SCAN], *claim = &kit->runs[CLAIM];
    snprintf(kit->scenario.beside, sizeof kit->scenario.beside, "claim-published");
    scan->per_mark = claim->per_mark = (struct unit_cost){.units = 10, .server_cpu_usec = 6};
    scan->per_item.server_cpu_usec = 1;
    claim->per_item.server_cpu_usec = 2;
    scan->mark_ratio = 0.5;
    for (int in_turn = 0; in_turn < 2; in_turn++) {
        snprintf(scan->mark_by, sizeof scan->mark_by, in_turn ? "claim-published" : "harbor-22572");
        beside_level_marks(kit->runs, KIT_RUNS);
        beside_level_marks(kit->runs, KIT_RUNS);
        assert_true(beside_open(&beside, &kit->scenario, kit->runs, KIT_RUNS));
        assert_string_equal(beside.rows[0].entry->label, scan->entry->label);
        is_nearly(scan->per_mark.server_cpu_usec, in_turn ? 3 : 6);
        is_nearly(claim->per_mark.server_cpu_usec, 6);
        is_nearly(beside.rows[0].ratios[BESIDE_MARK_CPU].median, in_turn ? 0.5 : 1);
        is_nearly(beside.rows[0].ratios[BESIDE_COST].median, in_turn ? 4.0 / 8 : 7.0 / 8);
        beside_close(&beside);
    }
}

static void beside_who_was_not_run_it_is_unknown(void **state)
{
    assert_int_equal(ruled(*state, SCAN, CLAIM, "ratio.memory: <= 9"), RULING_UNKNOWN);
}

/* What is expected of all is expected of all others. */
static void nobody_is_judged_beside_himself(void **state)
{
    assert_int_equal(ruled(*state, CLAIM, KIT_RUNS, "ratio.memory: <= 9"), RULING_NONE);
}

/* Everyone over each that is named and was run; repeats that are not sound do not count. */
static void rows_are_of_all_that_were_run(void **state)
{
    struct kit_result *kit = *state;
    struct beside beside;
    snprintf(kit->scenario.beside, sizeof kit->scenario.beside, "claim-published, stream, null");
    kit->runs[LOCK].trustworthy = false;
    assert_true(beside_open(&beside, &kit->scenario, kit->runs, KIT_RUNS));
    assert_int_equal(beside.count, 2 * (KIT_RUNS - 1));
    const struct beside_row *rows = beside.rows;
    assert_string_equal(rows[0].entry->label, "harbor-2.14");
    assert_string_equal(rows[0].by->label, "claim-published");
    is_nearly(rows[0].ratios[BESIDE_MEMORY].median, 131.0 / 70);
    is_nearly(rows[0].ratios[BESIDE_CALLS].least, 5.005005 / 1.01);
    assert_true(isnan(rows[1].ratios[BESIDE_MEMORY].median)); /* of LOCK */
    assert_true(isnan(rows[2].ratios[BESIDE_CALLS].median));  /* of NOTHING */
    is_nearly(rows[2].ratios[BESIDE_MEMORY].most, 131.0 / 70);
    assert_string_equal(rows[3].by->label, "null");
    beside_close(&beside);
}

/* The same contender again: of three repeats the one in the middle, and both ends. */
static void a_ratio_is_of_its_repeats(void **state)
{
    struct kit_result *kit = *state;
    struct run_result runs[6];
    struct beside beside;
    for (unsigned i = 0; i < 6; i++) {
        runs[i] = kit->runs[i % 2 == 0 ? SCAN : CLAIM];
        runs[i].repeat = 1 + i / 2;
        runs[i].redis.memory_seeded_bytes = i % 2 == 0 ? 100 * (7 - i) : 100;
    }
    snprintf(kit->scenario.beside, sizeof kit->scenario.beside, "claim-published");
    assert_true(beside_open(&beside, &kit->scenario, runs, 6));
    assert_int_equal(beside.count, 1);
    const struct spread *memory = &beside.rows[0].ratios[BESIDE_MEMORY];
    is_nearly(memory->median, 5);
    is_nearly(memory->least, 3);
    is_nearly(memory->most, 7);
    beside_close(&beside);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_are_of_all_that_were_run, kit_result_open,
                                        kit_result_close),
        cmocka_unit_test_setup_teardown(a_ratio_is_of_its_repeats, kit_result_open,
                                        kit_result_close),
        cmocka_unit_test_setup_teardown(a_ratio_is_as_expected_or_not, kit_result_open,
                                        kit_result_close),
        cmocka_unit_test_setup_teardown(nothing_measured_is_unknown, kit_result_open,
                                        kit_result_close),
        cmocka_unit_test_setup_teardown(marks_in_turn_count_for_more, kit_result_open,
                                        kit_result_close),
        cmocka_unit_test_setup_teardown(beside_who_was_not_run_it_is_unknown, kit_result_open,
                                        kit_result_close),
        cmocka_unit_test_setup_teardown(nobody_is_judged_beside_himself, kit_result_open,
                                        kit_result_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
