/* A server that stands still is seen by those who wait for it, not only by those who ask it: marks
 * are made by plan, and their delay counts from there. */
#include "tests/kit_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* Of at most 400 marks 200 are planned while it stands still, and none of the first 100 of them is
 * served in less than a second: more than one in ten. Who counts from when a mark was made finds
 * only those that stood there before, about ten. */
static void a_stopped_server_shows_in_the_delay(void **state)
{
    struct kit_run *kit = *state;
    struct scenario *scenario = &kit->scenario;
    scenario->items = 1000;
    scenario->cycle_ms = 100;
    scenario->cycles = 40;
    scenario->producers.count = 1;
    scenario->producers.per_s = 100;
    scenario->producers.seeded = 0;
    kit_run_event(kit, "at 500ms redis stall for 2s");
    kit->options.without_marks = true;
    kit_run_name(kit, "lease", "");
    kit_run_contender(kit);
    const struct run_result *result = &kit->result;
    if (result->status != RUN_COMPLETE || !result->trustworthy)
        kit_run_fail(kit, "the run is not trustworthy");
    assert_int_equal(result->findings.faults_hit, 1);
    assert_in_range(result->marks, 101, 401);
    assert_true(hist_quantile_ns(result->delay, 0.99) >= NS_PER_S);
    assert_true(hist_quantile_ns(result->delay, 0.9) >= NS_PER_S);
    assert_true(result->findings.stalled_s >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_stopped_server_shows_in_the_delay, kit_run_open,
                                        kit_run_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
