/* Who checks the checker: each planted bug is caught in one small world, by the verdict that names
 * its fault, and the protocol without a bug is accused in none of them. */
#include "tests/kit_planted.h"
#include "tests/kit_successor.h"

#include "sim/trial/sweep_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEEDS = 12 };

/* The entry of a planted bug, with a lease. */
static void plant(struct kit_run *kit, enum planted_bug bug, const char *lease)
{
    char error[256];
    kit_run_choose(kit, planted_strategy.contenders, &planted_strategy);
    struct entry *entry = &kit->scenario.entries[0];
    assert_true(parameters_set(&planted_strategy, "bug", planted_name(bug), entry->values, error,
                               sizeof error));
    assert_true(
        parameters_set(&planted_strategy, "lease", lease, entry->values, error, sizeof error));
}

/* ---- a crash at a point of the first round */

struct crash {
    enum fault_phase phase;
    uint32_t nth;
    double failures; /* of refreshes */
};

static void crash_at(struct kit_run *kit, enum planted_bug bug, const struct crash *crash,
                     uint64_t seed, char broken_promise[RUN_REASON_MAX])
{
    struct scenario *scenario = malloc(sizeof *scenario);
    struct sweep_point point = {
        .fault = {
            .kind = FAULT_CRASH, .phase = crash->phase, .role = SEAT_WORKER, .nth = crash->nth}};
    assert_non_null(scenario);
    plant(kit, bug, "2s");
    sweep_world_scenario(&kit->scenario.entries[0], scenario);
    scenario->refresh.failures = crash->failures;
    struct sweep_world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    *world = (struct sweep_world){.scenario = scenario,
                                  .entry = &scenario->entries[0],
                                  .seed = seed,
                                  .options = &kit->options};
    if (sweep_world_run(world, &point) != SWEEP_END_STRUCK)
        fail_msg("%s: %s", planted_name(bug), world->result.error);
    snprintf(broken_promise, RUN_REASON_MAX, "%s", point.broken_promise);
    free(world);
    free(scenario);
}

static void check_crash(struct kit_run *kit, enum planted_bug bug, const struct crash *crash,
                        uint64_t seeds, const char *what)
{
    char line[RUN_REASON_MAX] = "";
    for (uint64_t seed = 1; seed <= seeds && line[0] == '\0'; seed++)
        crash_at(kit, bug, crash, seed, line);
    if (strstr(line, "at least once under crash") == NULL || strstr(line, what) == NULL)
        fail_msg("%s: \"%s\"", planted_name(bug), line);
    crash_at(kit, PLANTED_SOUND, crash, 1, line);
    assert_string_equal(line, "");
}

static void test_crashes(void **state)
{
    const struct crash begun = {FAULT_BEFORE_EFFECT, 1, 0}, first = {FAULT_AFTER_REPLY, 1, 0};
    const struct crash given_back = {FAULT_AFTER_REPLY, 2, 0.5};
    const char lost[] = "lost or stranded", late[] = "not refreshed";
    check_crash(*state, PLANTED_ACKNOWLEDGE_FIRST, &begun, 1, lost);
    check_crash(*state, PLANTED_NO_RECOVERY, &begun, 1, lost);
    check_crash(*state, PLANTED_RECOVERY_FORGETS, &begun, 1, lost);
    check_crash(*state, PLANTED_POP_THEN_RECORD, &first, 1, lost);
    check_crash(*state, PLANTED_REQUEUE_AFTER, &given_back, SEEDS, lost);
    check_crash(*state, PLANTED_SETNX_THEN_EXPIRE, &first, 1, late);
    check_crash(*state, PLANTED_FOREIGN_RENEWAL, &begun, 1, late);
}

/* ---- no fault at all: an order of commands that the seed chooses */

static void in_lockstep(struct kit_run *kit, enum planted_bug bug, const char *lease)
{
    struct scenario *scenario = &kit->scenario;
    scenario->mode = MODE_LOCKSTEP;
    scenario->journal = JOURNAL_YES;
    scenario->items = 20;
    /* Where marks come one instance is always there: an item that is marked again while it is in
     * work may be claimed by another one, and overlaps. */
    bool marked = scenario->producers.count > 0;
    scenario->instances = marked ? 1 : 4;
    scenario->cycle_ms = marked ? 100 : 2000;
    scenario->cycles = marked ? 60 : 3;
    scenario->round_bound_ms = 1000; /* who never gets done is stopped */
    scenario->refresh.statement_us = 5000;
    plant(kit, bug, lease);
    kit_run_world(kit);
    if (!kit->result.trustworthy)
        kit_run_fail(kit, "%s is not trustworthy", planted_name(bug));
    assert_true(kit->result.findings.journaled);
}

static void check_lockstep(struct kit_run *kit, enum planted_bug bug, const char *lease,
                           const char *what)
{
    for (kit->scenario.seed = 1; kit->scenario.seed <= SEEDS; kit->scenario.seed++) {
        in_lockstep(kit, bug, lease);
        if (kit->result.broken_promise[0] != '\0')
            break;
    }
    if (strstr(kit->result.broken_promise, what) == NULL)
        kit_run_fail(kit, "%s was not caught", planted_name(bug));
    in_lockstep(kit, PLANTED_SOUND, "60s");
    if (kit->result.broken_promise[0] != '\0')
        kit_run_fail(kit, "the sound one was accused");
}

static void test_races(void **state)
{
    const char overlap[] = "no overlap without faults";
    check_lockstep(*state, PLANTED_EXISTS_THEN_SET, "60s", overlap);
    check_lockstep(*state, PLANTED_CLAIM_SHARED, "60s", overlap);
    check_lockstep(*state, PLANTED_LEASE_TOO_SHORT, "6ms", overlap);
    check_lockstep(*state, PLANTED_DONE_TWICE, "60s", "at most once");
}

static void test_failures(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.refresh.failures = 0.3;
    check_lockstep(kit, PLANTED_FAILURE_SWALLOWED, "60s", "no lost update");
}

static void test_marks_again(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.producers.count = 2;
    kit->scenario.producers.per_s = 50;
    kit->scenario.producers.again = 0.2;
    check_lockstep(kit, PLANTED_REMARK_LOST, "60s", "no lost update");
}

/* ---- who was paused goes on while its successor works */

static void pause_one(struct kit_run *kit, enum planted_bug bug)
{
    struct scenario *scenario = &kit->scenario;
    scenario->instances = 2;
    scenario->cycle_ms = 50;
    plant(kit, bug, "200ms");
    kit_successor_world(kit);
    if (!kit->result.trustworthy)
        kit_run_fail(kit, "%s is not trustworthy", planted_name(bug));
    assert_true(kit->result.findings.overlap_depth >= 2);
}

static void check_pause(struct kit_run *kit, enum planted_bug bug)
{
    pause_one(kit, bug);
    if (kit->result.findings.blind_acknowledges == 0 ||
        strstr(kit->result.broken_promise, "owner-checked acknowledge") == NULL)
        kit_run_fail(kit, "%s was not caught", planted_name(bug));
}

static void test_successors(void **state)
{
    struct kit_run *kit = *state;
    check_pause(kit, PLANTED_BLIND_ACKNOWLEDGE);
    check_pause(kit, PLANTED_UNCONDITIONAL_DEL);
    pause_one(kit, PLANTED_SOUND);
    assert_int_equal(kit->result.findings.blind_acknowledges, 0);
    if (strstr(kit->result.broken_promise, "owner-checked") != NULL)
        kit_run_fail(kit, "the sound one was accused");
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, kit_run_open, kit_run_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(test_crashes),     IN_A_WORLD(test_races),      IN_A_WORLD(test_failures),
        IN_A_WORLD(test_marks_again), IN_A_WORLD(test_successors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
