/* What every contender of the registry whose items are marks has to keep when refreshes fail, items
 * are marked meanwhile, or an instance is asked to stop. */
#include "tests/kit_contract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* ---- with refreshes that fail */

static void check_failures(struct kit_run *kit)
{
    kit_run_good_world(kit);
    if (kit->result.items.refreshed != kit->scenario.items)
        kit_run_fail(kit, "not all items are refreshed");
    if (kit->result.refreshes.failed == 0 || kit_run_cycles(kit) > CONTRACT_CYCLES_BOUND)
        kit_run_fail(kit, "%llu failed in %llu cycles",
                     (unsigned long long)kit->result.refreshes.failed,
                     (unsigned long long)kit_run_cycles(kit));
}

static void test_failing_refreshes(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.refresh.failures = 0.2;
    kit->scenario.cycles = 0;
    kit->scenario.cycle_ms = CONTRACT_SHORT_CYCLE_MS;
    contract_each(kit, check_failures);
}

/* ---- with items whose refresh always fails */

/* More than a batch of them: whoever puts them back into what it is draining is cut by the bound,
 * and the other items, and the rounds after it, come to their turn all the same. */
static void check_broken(struct kit_run *kit)
{
    struct scenario *scenario = &kit->scenario;
    scenario->cycles = 2;
    if (contract_outlives_a_lease(kit)) /* of virtual time the server knows nothing */
        scenario->cycles = 1;
    kit_run_good_world(kit);
    const struct run_result *result = &kit->result;
    if (kit_run_cycles(kit) < scenario->cycles || result->items.refreshed == 0)
        kit_run_fail(kit, "the run has not gone on");
    if (result->items.refreshed > scenario->items - scenario->refresh.broken ||
        result->refreshes.failed < scenario->refresh.broken)
        kit_run_fail(kit, "%llu have failed", (unsigned long long)result->refreshes.failed);
    print_message("%s: %u rounds did not end, %llu refreshes failed\n", scenario->entries[0].label,
                  result->unfinished, (unsigned long long)result->refreshes.failed);
    if (strcmp(scenario->entries[0].label, "harbor-23183") == 0)
        assert_true(result->unfinished > 0);
    if (strcmp(scenario->entries[0].label, "harbor-2.14") == 0)
        assert_int_equal(result->unfinished, 0);
}

static void test_broken_items(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.instances = 1;
    kit->scenario.items = 150;
    kit->scenario.refresh.broken = 120;
    kit->scenario.cycle_ms = 5000;
    kit->scenario.round_bound_ms = 60;
    contract_each(kit, check_broken);
}

/* ---- while items are marked */

static void check_marks(struct kit_run *kit)
{
    /* Of time that is virtual the server knows nothing: there such a run is refused. */
    if (kit->scenario.mode == MODE_LOCKSTEP && contract_outlives_a_lease(kit))
        return;
    kit_run_good_world(kit);
    const struct producer_plan *plan = &kit->shape.producers;
    double planned = plan->rate_per_s * (double)plan->end_ns / 1e9;
    if ((double)kit->result.marks != planned)
        kit_run_fail(kit, "%llu of %.0f marks", (unsigned long long)kit->result.marks, planned);
    if (kit->world.books.became_owed == 0 || kit->world.books.became_served == 0)
        kit_run_fail(kit, "no mark was served");
}

static void test_marks_meanwhile(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.time_scale = 30;
    kit->scenario.cycles = 2;
    kit->scenario.cycle_ms = 30 * CONTRACT_SHORT_CYCLE_MS;
    kit->scenario.producers.count = 2;
    kit->scenario.producers.per_s = 50; /* 300 marks in 0.2 s */
    kit->scenario.producers.again = 0.3;
    kit->scenario.producers.seeded = 0.5;
    contract_in_both_modes(kit, check_marks);
}

/* ---- an item that is marked again while it is being worked on */

/* One item, worked on for 4 s of virtual time, marked again in each second from the start on. A
 * later round serves the last of these marks, for whoever promises that it is not lost; of the
 * others the ledger says what became of it, and nobody is accused. */
static void check_marked_in_work(struct kit_run *kit)
{
    enum { MARKS = 4 };
    if (contract_outlives_a_lease(kit)) /* of virtual time the server knows nothing */
        return;
    /* Who polls on its own, 500 workers by the baton, has seen the last mark in the first cycle. */
    kit->scenario.cycles = kit->scenario.entries[0].strategy->cycle_ms != NULL ? 2 : 3;
    kit->shape.seeded = 1;
    kit->shape.producers =
        (struct producer_plan){.count = 1, .rate_per_s = 1, .again = 1, .marks = MARKS};
    kit_run_good_world(kit);
    const struct run_result *result = &kit->result;
    const struct entry *entry = &kit->scenario.entries[0];
    assert_int_equal(result->marks, MARKS);
    if (result->refreshes.total == 0)
        kit_run_fail(kit, "it was never worked on");
    unsigned promises = strategy_promises(entry->strategy, entry->values);
    if ((promises & PROMISE_NO_LOST_UPDATE) != 0 &&
        (result->items.refreshed != 1 || result->refreshes.total < 2))
        kit_run_fail(kit, "the mark was lost");
    print_message("%s: %s, %llu refreshes\n", entry->label,
                  result->items.refreshed == 1 ? "served" : "not served",
                  (unsigned long long)result->refreshes.total);
}

static void test_marked_in_work(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.instances = 1;
    kit->scenario.items = 1;
    kit->scenario.cycle_ms = 10000;
    kit->scenario.refresh.statement_us = 1000000;
    contract_each(kit, check_marked_in_work);
}

/* ---- an orderly stop in the middle of a round */

/* Nobody is killed, and what the stopped instance had in hand is finished, given back, or still
 * claimed: it is in no case nowhere. */
static void check_stop(struct kit_run *kit)
{
    const struct fates *fates = &kit->result.items;
    contract_run_to_a_stop(kit);
    if (fates->lost > 0)
        kit_run_fail(kit, "%llu are lost", (unsigned long long)fates->lost);
    const struct entry *entry = &kit->scenario.entries[0];
    unsigned promises = strategy_promises(entry->strategy, entry->values);
    if ((promises & PROMISE_AT_LEAST_ONCE_SCALING) != 0 && fates->stranded > 0)
        kit_run_fail(kit, "%llu are stranded", (unsigned long long)fates->stranded);
    if (kit->result.refreshes.total == 0)
        kit_run_fail(kit, "it was stopped before it began");
    print_message("%s: %llu pending, %llu claimed, %llu stranded\n", entry->label,
                  (unsigned long long)fates->pending, (unsigned long long)fates->claimed,
                  (unsigned long long)fates->stranded);
}

static void test_orderly_stop(void **state)
{
    struct kit_run *kit = *state;
    struct scenario *scenario = &kit->scenario;
    scenario->cycles = 1;
    scenario->items = 100;
    scenario->refresh.statement_us = 1000; /* the items take 0.2 s and more of two instances */
    contract_plan_a_stop(kit, 50);
    contract_in_both_modes(kit, check_stop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(test_failing_refreshes), IN_A_WORLD(test_broken_items),
        IN_A_WORLD(test_marks_meanwhile),   IN_A_WORLD(test_marked_in_work),
        IN_A_WORLD(test_orderly_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
