/* What every contender has to keep whose items are the rounds of periodic tasks. Nobody makes a
 * round up: where time is real and the machine is busy some may be lost, and nothing else. */
#include "strategies/housekeeping.h"
#include "tests/kit_contract.h"
#include "tests/kit_split.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* No lease and no lock lapses within them. */
enum { CYCLE_MS = 1000, CYCLES = 4, TIME_SCALE = 10 };

static int open_rounds(void **state)
{
    int status = kit_run_open(state);
    struct kit_run *kit = *state;
    kit->scenario.kind = ITEMS_TASK_ROUNDS;
    kit->scenario.cycle_ms = CYCLE_MS;
    kit->scenario.cycles = CYCLES;
    kit->scenario.time_scale = TIME_SCALE;
    return status;
}

/* Rounds of a task that nobody ran. */
static uint64_t missed(const struct kit_run *kit, uint32_t task)
{
    const struct board *board = kit->world.board;
    uint64_t first = board->rounds.of[task].first, missed = 0;
    for (uint64_t round = 0; round < board->rounds.of[task].count; round++)
        missed += board->ledger.items[first + round].done == 0;
    return missed;
}

static void assert_rounds(struct kit_run *kit)
{
    const struct fates *fates = &kit->result.items;
    if (fates->refreshed + fates->lost != fates->total)
        kit_run_fail(kit, "a round is neither done nor over");
    if (kit->scenario.mode == MODE_LOCKSTEP && fates->refreshed == 0)
        kit_run_fail(kit, "no round was done");
}

static void run(struct kit_run *kit)
{
    kit_run_good_world(kit);
    assert_rounds(kit);
}

/* Who may run it at all may be about to be elected; what is anybody's is done by somebody. */
static void check_anybodys(const struct kit_run *kit)
{
    const struct task *tasks = kit->scenario.entries[0].strategy->tasks;
    for (uint32_t task = 0; tasks[task].name != NULL; task++)
        if (!tasks[task].leader_only && missed(kit, task) > 0)
            kit_run_fail(kit, "nobody ran %llu rounds of %s", (unsigned long long)missed(kit, task),
                         tasks[task].name);
}

/* ---- without faults */

static void check_healthy(struct kit_run *kit)
{
    bool virtual = kit->scenario.mode == MODE_LOCKSTEP;
    run(kit);
    if (virtual)
        check_anybodys(kit);
    if (virtual && kit->scenario.workers == 1 && kit->result.items.lost > 0)
        kit_run_fail(kit, "rounds are lost");
    if (kit->scenario.instances == 1 && kit->result.refreshes.redundant > 0)
        kit_run_fail(kit, "it has repeated rounds of its own");
    contract_check_idle_cost(kit);
}

static void test_one_instance(void **state)
{
    contract_at_instances(*state, 1, check_healthy);
}

static void test_two_instances(void **state)
{
    contract_at_instances(*state, 2, check_healthy);
}

static void test_eight_instances(void **state)
{
    contract_at_instances(*state, 8, check_healthy);
}

static void test_six_workers(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.workers = 6;
    contract_in_both_modes(kit, check_healthy);
}

/* ---- with nothing due */

/* Ten cycles within the first round of every task: nine of them say nothing. */
static void check_nothing_due(struct kit_run *kit)
{
    enum { LOOKS = 10 };
    const struct contender *contender = kit->scenario.entries[0].contender;
    const struct strategy *strategy = kit->scenario.entries[0].strategy;
    kit->scenario.cycles = 1;
    kit->scenario.cycle_ms = CYCLE_MS;
    kit_run_choose(kit, contender, strategy);
    run(kit);
    uint64_t items = kit->scenario.items, calls = contract_calls(kit);
    kit->scenario.cycles = LOOKS;
    kit->scenario.cycle_ms = CYCLE_MS / LOOKS;
    kit_run_choose(kit, contender, strategy);
    run(kit);
    assert_int_equal(kit_run_cycles(kit), LOOKS);
    assert_int_equal(kit->scenario.items, items);
    assert_int_equal(kit->result.refreshes.total, items);
    if (contract_calls(kit) != calls)
        kit_run_fail(kit, "%llu calls, and %llu where it looks ten times",
                     (unsigned long long)calls, (unsigned long long)contract_calls(kit));
}

static void test_nothing_is_due(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.instances = 1;
    contract_each(kit, check_nothing_due);
}

/* ---- with rounds that fail */

static void check_failures(struct kit_run *kit)
{
    run(kit);
    if (kit->result.refreshes.failed == 0 || kit_run_cycles(kit) != CYCLES)
        kit_run_fail(kit, "%llu failed in %llu cycles",
                     (unsigned long long)kit->result.refreshes.failed,
                     (unsigned long long)kit_run_cycles(kit));
    /* With one instance what has failed is tried by nobody else. */
    if (kit->result.items.lost > kit->result.refreshes.failed ||
        (kit->scenario.instances == 1 && kit->result.items.lost != kit->result.refreshes.failed))
        kit_run_fail(kit, "%llu failed", (unsigned long long)kit->result.refreshes.failed);
}

static void test_failing_rounds(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.refresh.failures = 0.4;
    for (kit->scenario.instances = 1; kit->scenario.instances <= 2; kit->scenario.instances++)
        contract_each(kit, check_failures);
}

/* All of them: the rounds go on, and none is done but of unlock, whose pieces fail alone. */
static void check_broken(struct kit_run *kit)
{
    const struct task *tasks = kit->scenario.entries[0].strategy->tasks;
    kit->scenario.refresh.broken = kit->scenario.items;
    run(kit);
    assert_int_equal(kit_run_cycles(kit), CYCLES);
    for (uint32_t task = 0; tasks[task].name != NULL; task++)
        if (missed(kit, task) > 0 && missed(kit, task) != kit->world.board->rounds.of[task].count)
            kit_run_fail(kit, "some rounds of %s are done", tasks[task].name);
    if (kit->result.items.refreshed != kit->world.board->rounds.of[TASK_UNLOCK].count ||
        missed(kit, TASK_UNLOCK) > 0)
        kit_run_fail(kit, "a round is done that cannot be");
    if (kit->result.refreshes.failed < kit->result.items.lost)
        kit_run_fail(kit, "%llu failed", (unsigned long long)kit->result.refreshes.failed);
}

static void test_broken_rounds(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.mode = MODE_LOCKSTEP;
    contract_each(kit, check_broken);
}

/* ---- an orderly stop */

/* Nobody is killed. What is anybody's is done by who is left; what the leader alone may do waits
 * for the next one at the most. */
static void check_stop(struct kit_run *kit)
{
    contract_run_to_a_stop(kit);
    assert_rounds(kit);
    if (kit->scenario.mode == MODE_LOCKSTEP)
        check_anybodys(kit);
}

static void test_orderly_stop(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.refresh.statement_us = 10000;
    contract_plan_a_stop(kit, 1500);
    contract_in_both_modes(kit, check_stop);
}

/* ---- what is called inside of scripts */

static void test_split_of_calls(void **state)
{
    contract_each(*state, split_check);
}

#define OF_ROUNDS(test) cmocka_unit_test_setup_teardown(test, open_rounds, kit_run_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OF_ROUNDS(test_one_instance),    OF_ROUNDS(test_two_instances),
        OF_ROUNDS(test_eight_instances), OF_ROUNDS(test_six_workers),
        OF_ROUNDS(test_nothing_is_due),  OF_ROUNDS(test_failing_rounds),
        OF_ROUNDS(test_broken_rounds),   OF_ROUNDS(test_orderly_stop),
        OF_ROUNDS(test_split_of_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
