/* Environment variables of instances, and killed instances that their deployment brings back. */
#include "sim/fault/timeline.h"
#include "tests/kit_run.h"

#include "sim/scenario/variables.h"
#include "sim/trial/soak.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_lines(void **state)
{
    (void)state;
    struct variable variable;
    char error[256];
    assert_true(variable_read("CORE_INSTANCE_TOTAL=5", &variable, error, sizeof error));
    assert_int_equal(variable.instance, VARIABLE_OF_ALL);
    assert_string_equal(variable.name, "CORE_INSTANCE_TOTAL");
    assert_string_equal(variable.value, "5");
    assert_true(variable_read("on 3 CORE_INSTANCE_ID=1", &variable, error, sizeof error));
    assert_int_equal(variable.instance, 3);
    assert_string_equal(variable.name, "CORE_INSTANCE_ID");
    assert_false(variable_read("CORE_INSTANCE_ID", &variable, error, sizeof error));
    assert_string_equal(error, "not an assignment: \"CORE_INSTANCE_ID\"; NAME=VALUE, or on N "
                               "NAME=VALUE for instance N alone would be right");
    assert_false(variable_read("on x A=1", &variable, error, sizeof error));
}

static void give(struct kit_run *kit, const char *text)
{
    char error[256];
    struct scenario *scenario = &kit->scenario;
    assert_true(
        variable_read(text, &scenario->variables[scenario->variable_count++], error, sizeof error));
}

static void test_what_means_nothing_is_refused(void **state)
{
    struct kit_run *kit = *state;
    char error[512];
    kit_run_name(kit, "instance-id", "");
    kit->scenario.variable_count = 0;
    give(kit, "CORE_INSTANCE_TOTL=5");
    assert_false(variables_check(&kit->scenario, error, sizeof error));
    assert_string_equal(error, "CORE_INSTANCE_TOTL=5 means nothing to any contender here; did you "
                               "mean \"CORE_INSTANCE_TOTAL\"?");
    kit->scenario.variable_count = 0;
    give(kit, "CORE_INSTANCE_TOTAL=many");
    assert_false(variables_check(&kit->scenario, error, sizeof error));
    assert_non_null(strstr(error, "CORE_INSTANCE_TOTAL: total: \"many\" is not a whole number"));
    /* The published code takes an id that it cannot read for 0. */
    kit->scenario.variable_count = 0;
    give(kit, "CORE_INSTANCE_ID=many");
    assert_true(variables_check(&kit->scenario, error, sizeof error));
    kit->scenario.variable_count = 0;
}

static void test_one_instance_is_configured_for_itself(void **state)
{
    struct kit_run *kit = *state;
    parameter_values values;
    uint64_t cycle_ms;
    kit_run_name(kit, "instance-id", "");
    kit->scenario.variable_count = 0;
    give(kit, "CORE_INSTANCE_TOTAL=3");
    give(kit, "on 1 CORE_INSTANCE_ID=2");
    give(kit, "EXECUTION_STATUS_REFRESH_INTERVAL_SECONDS=7");
    variables_apply(&kit->scenario, &kit->scenario.entries[0], 0, values, &cycle_ms);
    assert_int_equal(values[0], 3);
    assert_int_equal(values[1], -1);
    assert_int_equal(cycle_ms, 7000);
    variables_apply(&kit->scenario, &kit->scenario.entries[0], 1, values, &cycle_ms);
    assert_int_equal(values[1], 2);
    kit->scenario.variable_count = 0;
}

/* Three instances that believe there are four: a quarter of the items belongs to nobody. */
static void test_a_wrong_total_strands_a_class(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.instances = 3;
    kit->scenario.variable_count = 0;
    give(kit, "CORE_INSTANCE_TOTAL=4");
    kit_run_name(kit, "instance-id", "");
    kit_run_good_world(kit);
    assert_int_equal(kit->result.items.stranded, kit->scenario.items / 4);
    assert_int_equal(kit->result.items.refreshed, kit->scenario.items * 3 / 4);
    kit->scenario.variable_count = 0;
}

/* Two instances of one id: their class is refreshed twice, the missing one's by nobody. */
static void test_a_duplicate_id_doubles_one_class(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.instances = 4;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.variable_count = 0;
    give(kit, "on 3 CORE_INSTANCE_ID=2");
    kit_run_name(kit, "instance-id", "");
    kit_run_good_world(kit);
    assert_int_equal(kit->result.items.stranded, kit->scenario.items / 4);
    assert_true(kit->result.refreshes.redundant > 0);
    kit->scenario.mode = MODE_CONCURRENT;
    kit->scenario.variable_count = 0;
}

/* One container has a larger pool than the other: both have as many seats, and each its pool. */
static void test_pools_are_each_their_own(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.variable_count = 0;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.cycles = 0;
    kit->scenario.refresh.statement_us = 250000;
    give(kit, "WORKER_POOL_SIZE=2");
    give(kit, "on 1 WORKER_POOL_SIZE=3");
    kit_run_name(kit, "job-queue", "batch=10");
    assert_int_equal(scenario_workers(&kit->scenario, &kit->scenario.entries[0]), 3);
    kit_run_good_world(kit);
    assert_int_equal(kit->result.items.refreshed, kit->scenario.items);
    for (uint32_t i = 0; i < kit->world.board->seats; i++) {
        const struct slot *slot = &kit->world.board->slots[i];
        bool works = counter_get(&slot->tally.begun) > 0;
        if (slot->role == SEAT_WORKER)
            assert_int_equal(works, slot->worker < 2 + slot->instance);
    }
    kit->scenario.variable_count = 0;
}

/* Scenario time runs a thousand times as fast: a cycle is 30 ms, the first return takes 10 ms. */
static void kill_one(struct kit_run *kit, enum deployment deployment)
{
    kit->scenario.instances = 2;
    kit->scenario.cycles = 10;
    kit->scenario.time_scale = 1000;
    kit->scenario.deployment = deployment;
    kit_run_event(kit, "at 45s kill 1");
    kit_run_name(kit, "harbor-23183", "");
    kit_run_world(kit);
    kit->scenario.event_count = 0;
    kit->scenario.time_scale = 1;
    kit->scenario.cycles = 1;
    kit->scenario.deployment = DEPLOYMENT_STATEFULSET;
    kit_run_assert_good(kit);
}

static void test_a_killed_instance_comes_back(void **state)
{
    struct kit_run *kit = *state;
    kill_one(kit, DEPLOYMENT_STATEFULSET);
    const struct process *process = &kit->world.cluster.processes[1];
    assert_int_equal(process->kills, 1);
    assert_int_equal(process->surprises, 0);
    assert_int_equal(process->lives, 2);
}

static void test_compose_leaves_it_dead(void **state)
{
    struct kit_run *kit = *state;
    kill_one(kit, DEPLOYMENT_COMPOSE);
    const struct process *process = &kit->world.cluster.processes[1];
    assert_int_equal(process->kills, 1);
    assert_int_equal(process->lives, 1);
}

/* ---- two instances with one host name */

static void test_a_host_name_is_given(void **state)
{
    struct kit_run *kit = *state;
    char error[512];
    kit_run_name(kit, "stream", "");
    give(kit, "on 2 HOSTNAME=core-0001");
    assert_true(variables_check(&kit->scenario, error, sizeof error));
    assert_string_equal(variables_host(&kit->scenario, 2), "core-0001");
    assert_null(variables_host(&kit->scenario, 1));
    give(kit, "HOSTNAME=");
    assert_false(variables_check(&kit->scenario, error, sizeof error));
}

/* Of three instances the last dies with work in hand, and is not made again. */
static void run_namesakes(struct kit_run *kit, const char *contender)
{
    struct scenario *scenario = &kit->scenario;
    soak_small_world(scenario);
    scenario->converge_ms = 2000; /* as long as the namesake lives the list is not at rest */
    scenario->event_count = 0;
    kit_run_event(kit, "at refresh 2 of 2 before kill back never");
    scenario->variable_count = 0;
    give(kit, "on 2 HOSTNAME=core-0001");
    kit->options.without_marks = true;
    kit_run_name(kit, contender, "");
    kit_run_contender(kit);
    if (kit->result.status != RUN_COMPLETE || !kit->result.trustworthy)
        kit_run_fail(kit, "%s: not complete, or not trustworthy", contender);
}

/* What the dead one held is found: by a list's namesake, or because a lease tells, not a name. */
static void test_a_namesake_strands_nothing(void **state)
{
    static const char *const contenders[] = {"reliable-list", "stream", "claim-drained",
                                             "claim-safe"};
    struct kit_run *kit = *state;
    for (size_t i = 0; i < sizeof contenders / sizeof contenders[0]; i++) {
        run_namesakes(kit, contenders[i]);
        if (kit->result.items.stranded + kit->result.items.lost > 0)
            kit_run_fail(kit, "%s: stranded or lost", contenders[i]);
        /* And nobody is accused of what comes of a false name. */
        assert_int_equal(kit->result.verdicts[VERDICT_LIVENESS].ruling, RULING_NOT_PROMISED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test_setup_teardown(test_what_means_nothing_is_refused, kit_run_open,
                                        kit_run_close),
        cmocka_unit_test_setup_teardown(test_one_instance_is_configured_for_itself, kit_run_open,
                                        kit_run_close),
        cmocka_unit_test_setup_teardown(test_a_wrong_total_strands_a_class, kit_run_open,
                                        kit_run_close),
        cmocka_unit_test_setup_teardown(test_a_duplicate_id_doubles_one_class, kit_run_open,
                                        kit_run_close),
        IN_A_WORLD(test_pools_are_each_their_own),
        cmocka_unit_test_setup_teardown(test_a_killed_instance_comes_back, kit_run_open,
                                        kit_run_close),
        IN_A_WORLD(test_compose_leaves_it_dead),
        IN_A_WORLD(test_a_host_name_is_given),
        cmocka_unit_test_setup_teardown(test_a_namesake_strands_nothing, kit_run_open,
                                        kit_run_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
