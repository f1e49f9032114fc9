/* What every contender of the registry whose items are marks has to keep when nothing goes wrong,
 * whichever it is: a new one is covered without another line here. */
#include "tests/kit_contract.h"
#include "tests/kit_split.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* ---- without faults */

/* One cycle where that clears everything, else as many as it takes. */
static void check_healthy(struct kit_run *kit)
{
    struct scenario *scenario = &kit->scenario;
    struct needs needs = kit_run_needs(kit);
    const uint64_t cycle_ms = scenario->cycle_ms;
    if (needs.items_per_cycle > 0) {
        scenario->cycles = 0;
        scenario->cycle_ms = (uint64_t)(CONTRACT_SHORT_CYCLE_MS * scenario->time_scale);
    }
    kit_run_good_world(kit);
    if (kit->result.items.refreshed != scenario->items)
        kit_run_fail(kit, "not all items are refreshed");
    if (kit->result.refreshes.total == 0 || kit_run_cycles(kit) > CONTRACT_CYCLES_BOUND)
        kit_run_fail(kit, "%llu cycles", (unsigned long long)kit_run_cycles(kit));
    /* Who shares the items out does each once, however many workers there are. */
    if (needs.items_per_instance * scenario->instances <= 1.0001 &&
        kit->result.refreshes.redundant > 0)
        kit_run_fail(kit, "%llu refreshes are redundant",
                     (unsigned long long)kit->result.refreshes.redundant);
    scenario->cycles = 1;
    scenario->cycle_ms = cycle_ms;
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

static void test_two_workers(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.workers = 2;
    contract_in_both_modes(kit, check_healthy);
}

static void test_scaled_time(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.time_scale = 30;
    contract_in_both_modes(kit, check_healthy);
}

/* ---- with nothing to do */

static void check_idle(struct kit_run *kit)
{
    enum { CALLS_OF_AN_IDLE_CYCLE = 5 };
    kit->shape.seeded = 0;
    kit_run_good_world(kit);
    uint64_t calls = contract_calls(kit);
    if (calls > CALLS_OF_AN_IDLE_CYCLE * kit->scenario.instances)
        kit_run_fail(kit, "%llu calls for nothing", (unsigned long long)calls);
    if (kit_run_cycles(kit) != 1)
        kit_run_fail(kit, "the cycle did not end");
    assert_int_equal(kit->world.books.items.owed, 0);
    contract_check_idle_cost(kit);
}

static void test_nothing_is_owed(void **state)
{
    contract_in_both_modes(*state, check_idle);
}

static void test_split_of_calls(void **state)
{
    contract_each(*state, split_check);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(test_one_instance),    IN_A_WORLD(test_two_instances),
        IN_A_WORLD(test_eight_instances), IN_A_WORLD(test_two_workers),
        IN_A_WORLD(test_scaled_time),     IN_A_WORLD(test_nothing_is_owed),
        IN_A_WORLD(test_split_of_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
