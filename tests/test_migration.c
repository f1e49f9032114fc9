/* Migration by shares, dual mode, and the way back: where each item is, at each of these. */
#include "sim/fault/timeline.h"
#include "tests/kit_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ITEMS = 400 };

static const char queue[] = "cache:execution:refresh:queue:v2";
static const char processing[] = "cache:execution:refresh:processing";

static uint64_t ask(struct kit_run *kit, const char *command, const char *key)
{
    struct wire_reply reply = {0};
    assert_int_equal(wire_ask(&kit->world.harness.wire, &reply, command, key), OUTCOME_OK);
    return (uint64_t)reply.integer;
}

/* Keys of the old version. */
static uint64_t legacy_keys(struct kit_run *kit)
{
    return ask(kit, "KEYS", "cache:execution:id:*");
}

static uint64_t sum_marks(const struct kit_run *kit, uint64_t *legacy)
{
    uint64_t marks = 0;
    *legacy = 0;
    for (uint32_t i = 0; i < kit->world.board->seats; i++) {
        marks += counter_get(&kit->world.board->slots[i].tally.marks);
        *legacy += counter_get(&kit->world.board->slots[i].tally.marks_legacy);
    }
    return marks;
}

/* ---- by shares */

static void test_seeds_in_both_forms(void **state)
{
    struct kit_run *kit = *state;
    const double shares[] = {0, 0.25, 1};
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        kit->scenario.producers.migrated = shares[i];
        kit_run_name(kit, "claim-dual", "");
        kit_run_world_open(kit);
        assert_int_equal(ask(kit, "SCARD", queue), (uint64_t)(shares[i] * ITEMS));
        assert_int_equal(legacy_keys(kit), (uint64_t)((1 - shares[i]) * ITEMS));
        kit_run_world_finish(kit);
        kit_run_assert_good(kit);
    }
}

/* Who knows of no other form marks as ever. */
static void test_others_mark_as_ever(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.producers.migrated = 0;
    kit_run_name(kit, "claim-published", "");
    kit_run_world_open(kit);
    assert_int_equal(ask(kit, "SCARD", queue), ITEMS);
    kit_run_world_finish(kit);
    kit_run_assert_good(kit);
}

static void mark_with_share(struct kit_run *kit, double share)
{
    struct scenario *scenario = &kit->scenario;
    scenario->cycles = 2;
    scenario->cycle_ms = 100;
    scenario->producers.count = 2;
    scenario->producers.per_s = 5000;
    scenario->producers.seeded = 0;
    scenario->producers.migrated = share;
    kit_run_name(kit, "claim-dual", "drain=yes");
    kit_run_good_world(kit);
}

static void test_marks_by_share(void **state)
{
    struct kit_run *kit = *state;
    uint64_t legacy;
    mark_with_share(kit, 1);
    assert_int_equal(sum_marks(kit, &legacy), 1000);
    assert_int_equal(legacy, 0);
    assert_int_equal(kit_run_row(kit, "SET")->client_calls, 0);
    mark_with_share(kit, 0);
    assert_int_equal(sum_marks(kit, &legacy), 1000);
    assert_int_equal(legacy, 1000);
    assert_int_equal(kit_run_row(kit, "EXISTS")->producer_calls, 1000);
    mark_with_share(kit, 0.75);
    assert_int_equal(sum_marks(kit, &legacy), 1000);
    assert_in_range(legacy, 180, 320); /* 250 expected: five standard deviations */
    assert_int_equal(kit_run_row(kit, "EXISTS")->producer_calls, legacy);
}

/* From one share to the other while marks come: the seed decides at which, time is virtual. */
static void test_share_changes_on_the_way(void **state)
{
    struct kit_run *kit = *state;
    uint64_t legacy;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit_run_event(kit, "at 100ms migrate 1");
    mark_with_share(kit, 0);
    assert_int_equal(sum_marks(kit, &legacy), 1000);
    assert_in_range(legacy, 480, 520);
    assert_string_equal(kit->world.timeline.notes[0].text, "migrate 100: percent of the marks");
}

static void test_dual_mode_drains_both(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.producers.migrated = 0.5;
    kit_run_name(kit, "claim-dual", "drain=yes");
    kit_run_good_world(kit);
    assert_int_equal(kit->result.items.refreshed, ITEMS);
    assert_int_equal(ask(kit, "SCARD", queue) + legacy_keys(kit), 0);
}

/* ---- and back */

static int open_rollback(void **state)
{
    int status = kit_run_open(state);
    struct kit_run *kit = *state;
    struct scenario *scenario = &kit->scenario;
    scenario->mode = MODE_LOCKSTEP;
    scenario->items = ITEMS;
    scenario->cycles = 3;
    scenario->cycle_ms = 10000;
    scenario->refresh.statement_us = 5000; /* 20 ms a refresh: a batch of 100 takes 2 s */
    return status;
}

static bool was_confirmed(const struct kit_run *kit, const char *what)
{
    const struct timeline *timeline = &kit->world.timeline;
    for (uint32_t i = 0; i < timeline->note_count; i++)
        if (strncmp(timeline->notes[i].text, what, strlen(what)) == 0)
            return timeline->notes[i].confirmed_s >= 0;
    return false;
}

static void roll_back(struct kit_run *kit, const char *event)
{
    kit_run_event(kit, event);
    kit_run_name(kit, "claim-dual", "");
    kit_run_good_world(kit);
    assert_true(kit->world.cluster.legacy);
    assert_int_equal(ask(kit, "SCARD", queue), 0);
    assert_true(was_confirmed(kit, "rollback") && was_confirmed(kit, "operate"));
}

/* Two batches are done at 5 s, and 200 items wait. */
static void test_between_rounds_nothing_is_left(void **state)
{
    struct kit_run *kit = *state;
    roll_back(kit, "at 5s rollback");
    assert_int_equal(kit->result.items.refreshed, ITEMS);
    assert_int_equal(ask(kit, "SCARD", processing) + legacy_keys(kit), 0);
    assert_int_equal(kit_run_row(kit, "EVALSHA")->client_calls, 2);
    for (uint32_t i = 0; i < kit->scenario.instances; i++)
        assert_int_equal(kit->world.cluster.processes[i].lives, 2);
}

/* At 1 s each of two instances has done half a batch. Who is stopped leaves the other half in the
 * processing set, and nobody of the old version looks there. */
static void test_in_a_round_claims_are_stranded(void **state)
{
    struct kit_run *kit = *state;
    roll_back(kit, "at 1s rollback");
    const struct fates *fates = &kit->result.items;
    assert_in_range(fates->stranded, 40, 160);
    assert_int_equal(fates->stranded, ask(kit, "SCARD", processing));
    assert_int_equal(fates->refreshed, ITEMS - fates->stranded);
}

/* All cycles are over before the last instance is back: the operator works all the same. */
static void test_late_rollback_comes_to_its_end(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.cycles = 1;
    roll_back(kit, "at 1500ms rollback gap 60s");
    assert_int_equal(legacy_keys(kit), kit->result.items.pending);
    assert_true(kit->result.items.pending >= ITEMS - 200);
}

static void test_alone(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.instances = 1;
    roll_back(kit, "at 5s rollback");
    assert_int_equal(kit->result.items.refreshed, ITEMS);
}

/* ---- what is wrong */

static void test_events(void **state)
{
    (void)state;
    struct timeline_event event;
    char error[256];
    assert_true(timeline_read("at 2s migrate 0.25", &event, error, sizeof error));
    assert_int_equal(event.kind, TIMELINE_MIGRATE);
    assert_true(event.share == 0.25);
    assert_true(timeline_read("at 3s rollback gap 4s", &event, error, sizeof error));
    assert_int_equal(event.kind, TIMELINE_ROLLBACK);
    assert_int_equal(event.option_ms, 4000);
    static const char *const wrong[] = {"at 2s migrate", "at 2s migrate 1.5", "at 2s migrate half",
                                        "at 2s rollback 5", "at 2s rollback gap"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        error[0] = '\0';
        assert_false(timeline_read(wrong[i], &event, error, sizeof error));
        assert_non_null(strstr(error, "would be right"));
    }
}

static void test_no_way_back(void **state)
{
    (void)state;
    struct scenario *scenario = test_malloc(sizeof *scenario);
    struct scenario_error error;
    static const char path[] = DIBS_HOME "/scenarios/migration.yaml";
    assert_true(scenario_read(scenario, path, NULL, NULL, 0, &error));
    assert_false(scenario_read(scenario, path, "claim-dual,harbor-2.14", NULL, 0, &error));
    assert_non_null(strstr(error.text, "harbor-2.14 has nothing to roll back to"));
    test_free(scenario);
}

static int open_marks(void **state)
{
    int status = kit_run_open(state);
    struct kit_run *kit = *state;
    kit->scenario.items = ITEMS;
    return status;
}

#define MARKS(test) cmocka_unit_test_setup_teardown(test, open_marks, kit_run_close)
#define BACK(test) cmocka_unit_test_setup_teardown(test, open_rollback, kit_run_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MARKS(test_seeds_in_both_forms),
        MARKS(test_others_mark_as_ever),
        MARKS(test_marks_by_share),
        MARKS(test_share_changes_on_the_way),
        MARKS(test_dual_mode_drains_both),
        BACK(test_between_rounds_nothing_is_left),
        BACK(test_in_a_round_claims_are_stranded),
        BACK(test_late_rollback_comes_to_its_end),
        BACK(test_alone),
        cmocka_unit_test(test_events),
        cmocka_unit_test(test_no_way_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
