/* Ratios of one contender's figures to another's, and what is expected of them. */
#include "sim/beside.h"

#include "sim/expectation.h"
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
    expect(kit, text);
    beside_judge(&kit->scenario, kit->runs, count);
    return expectation_ruling(&kit->runs[run]);
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

static void beside_who_was_not_run_it_is_unknown(void **state)
{
    assert_int_equal(ruled(*state, SCAN, CLAIM, "ratio.memory: <= 9"), RULING_UNKNOWN);
}

/* What is expected of all is expected of all others. */
static void nobody_is_judged_beside_himself(void **state)
{
    assert_int_equal(ruled(*state, CLAIM, KIT_RUNS, "ratio.memory: <= 9"), RULING_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_ratio_is_as_expected_or_not, kit_result_open,
                                        kit_result_close),
        cmocka_unit_test_setup_teardown(nothing_measured_is_unknown, kit_result_open,
                                        kit_result_close),
        cmocka_unit_test_setup_teardown(beside_who_was_not_run_it_is_unknown, kit_result_open,
                                        kit_result_close),
        cmocka_unit_test_setup_teardown(nobody_is_judged_beside_himself, kit_result_open,
                                        kit_result_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
