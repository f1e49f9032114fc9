/* Upkeep on the worker itself, between items, as a single-threaded event loop would run it: what
 * blocks the loop blocks the renewal. */
#include "tests/kit_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { LEASE_S = 2, STATEMENTS = 4 };

static uint32_t seats_with(const struct kit_run *kit, enum seat_role role)
{
    uint32_t seats = 0;
    for (uint32_t i = 0; i < kit->world.board->seats; i++)
        seats += kit->world.board->slots[i].role == role;
    return seats;
}

/* Batches of ten items that take so many seconds each, under a lease of 2 s. */
static void run_batches(struct kit_run *kit, enum upkeep upkeep, double item_s)
{
    struct scenario *scenario = &kit->scenario;
    scenario->mode = MODE_LOCKSTEP;
    scenario->upkeep = upkeep;
    scenario->items = 20;
    scenario->cycles = 0;
    scenario->cycle_ms = 1000;
    scenario->refresh.statement_us = (uint64_t)(item_s * 1e6 / STATEMENTS);
    kit_run_name(kit, "batch-lease", "batch=10 lease=2s");
    kit_run_good_world(kit);
    assert_int_equal(kit->result.items.refreshed, scenario->items);
    assert_int_equal(seats_with(kit, SEAT_WORKER), scenario->instances);
    assert_int_equal(seats_with(kit, SEAT_UPKEEP), upkeep == UPKEEP_SEAT ? scenario->instances : 0);
}

static void test_a_lease_is_renewed_between_items(void **state)
{
    struct kit_run *kit = *state;
    run_batches(kit, UPKEEP_BETWEEN_ITEMS, 0.4 * LEASE_S);
    assert_int_equal(kit->result.refreshes.redundant, 0);
    assert_int_equal(kit->result.refreshes.total, kit->scenario.items);
}

static void test_a_long_item_blocks_the_renewal(void **state)
{
    struct kit_run *kit = *state;
    run_batches(kit, UPKEEP_BETWEEN_ITEMS, 2.5 * LEASE_S);
    assert_true(kit->result.refreshes.redundant > 0);
    const uint64_t redundant = kit->result.refreshes.redundant, total = kit->result.refreshes.total;
    const uint64_t round_trips = kit->world.books.round_trips;
    run_batches(kit, UPKEEP_BETWEEN_ITEMS, 2.5 * LEASE_S); /* one seed, one run */
    assert_int_equal(kit->result.refreshes.redundant, redundant);
    assert_int_equal(kit->result.refreshes.total, total);
    assert_int_equal(kit->world.books.round_trips, round_trips);
}

static void test_a_seat_of_its_own_renews_beside_it(void **state)
{
    struct kit_run *kit = *state;
    run_batches(kit, UPKEEP_SEAT, 2.5 * LEASE_S);
    assert_int_equal(kit->result.refreshes.redundant, 0);
}

/* Whoever has an upkeep gets along without a seat for it, in both modes. */
static void check_contender(struct kit_run *kit, const struct contender *contender,
                            const struct strategy *strategy)
{
    struct scenario *scenario = &kit->scenario;
    for (int mode = MODE_CONCURRENT; mode <= MODE_LOCKSTEP; mode++) {
        scenario->mode = (enum mode)mode;
        kit_run_choose(kit, contender, strategy);
        kit_run_good_world(kit);
        assert_int_equal(seats_with(kit, SEAT_UPKEEP), 0);
        if (strategy->tasks == NULL && kit->result.items.refreshed != scenario->items)
            kit_run_fail(kit, "not all items are refreshed");
        if (kit->result.refreshes.total == 0)
            kit_run_fail(kit, "nothing is refreshed");
    }
}

static unsigned check_all(struct kit_run *kit)
{
    unsigned checked = 0;
    for (size_t i = 0; strategies[i] != NULL; i++)
        for (const struct contender *c = strategies[i]->contenders; c->name != NULL; c++) {
            if (strategies[i]->upkeep == NULL || !kit_run_suits(kit, strategies[i]))
                continue;
            check_contender(kit, c, strategies[i]);
            checked++;
        }
    return checked;
}

static void test_everybody_gets_along(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.upkeep = UPKEEP_BETWEEN_ITEMS;
    kit->scenario.workers = 2;
    kit->scenario.cycles = 0;
    kit->scenario.cycle_ms = 100;
    assert_true(check_all(kit) > 0);
}

static void test_tasks_get_along(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.upkeep = UPKEEP_BETWEEN_ITEMS;
    kit->scenario.kind = ITEMS_TASK_ROUNDS;
    kit->scenario.time_scale = 10;
    kit->scenario.cycles = 3;
    kit->scenario.cycle_ms = 1000;
    assert_true(check_all(kit) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(test_a_lease_is_renewed_between_items),
        IN_A_WORLD(test_a_long_item_blocks_the_renewal),
        IN_A_WORLD(test_a_seat_of_its_own_renews_beside_it),
        IN_A_WORLD(test_everybody_gets_along),
        IN_A_WORLD(test_tasks_get_along),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
