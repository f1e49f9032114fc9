/* Deckard's housekeeper in both versions: what it says to Redis, who skips, who leads, and what
 * becomes of the rounds. */
#include "tests/kit_run.h"

#include "strategies/housekeeping.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Ten seconds: no lock and no lease lapses within them. */
enum { CYCLES = 10, ROUNDS = 5 * CYCLES + 1, METRICS = ROUNDS - 1, QUEUES = 20, PASSES = 2 };

static int open_housekeeper(void **state)
{
    int status = kit_run_open(state);
    struct kit_run *kit = *state;
    kit->scenario.kind = ITEMS_TASK_ROUNDS;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.instances = 1;
    kit->scenario.cycle_ms = SECOND_MS;
    kit->scenario.cycles = CYCLES;
    return status;
}

static void run(struct kit_run *kit, const char *contender, const char *parameters)
{
    kit_run_name(kit, contender, parameters);
    kit_run_good_world(kit);
    if (kit->result.items.refreshed != kit->scenario.items)
        kit_run_fail(kit, "rounds are lost");
}

static void assert_calls(const struct kit_run *kit, const char *name, uint64_t direct,
                         uint64_t inner)
{
    const struct books_row *row = kit_run_row(kit, name);
    if (row->client_calls != direct || row->inner_calls != inner)
        kit_run_fail(kit, "%s: %llu calls and %llu in scripts, not %llu and %llu", name,
                     (unsigned long long)row->client_calls, (unsigned long long)row->inner_calls,
                     (unsigned long long)direct, (unsigned long long)inner);
}

static uint64_t all_calls(const struct kit_run *kit)
{
    uint64_t calls = 0;
    for (uint32_t i = 0; i < kit->world.books.count; i++)
        calls += kit->world.books.rows[i].client_calls + kit->world.books.rows[i].inner_calls;
    return calls;
}

static void sum_rounds(const struct kit_run *kit, uint64_t *entered, uint64_t *skipped)
{
    *entered = *skipped = 0;
    for (uint32_t i = 0; i < kit->world.board->seats; i++) {
        *entered += counter_get(&kit->world.board->slots[i].entered);
        *skipped += counter_get(&kit->world.board->slots[i].skipped);
    }
}

/* How often the rounds of one task were run, all together. */
static uint64_t runs_of(const struct kit_run *kit, uint32_t task)
{
    const struct board *board = kit->world.board;
    uint64_t first = board->rounds.of[task].first, done = 0;
    for (uint64_t round = 0; round < board->rounds.of[task].count; round++)
        done += board->ledger.items[first + round].done;
    return done;
}

/* ---- rounds as items */

static void test_rounds_follow_from_cycles(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.cycles = 61;
    kit_run_name(kit, "deckard-documented", "enabled=no");
    assert_int_equal(kit->scenario.items, 5 * 61 + 2);
    kit->scenario.cycles = 60;
    kit_run_name(kit, "deckard-documented", "enabled=no");
    assert_int_equal(kit->scenario.items, 5 * 60 + 1);
}

/* A scale that cuts the cycle: the minute has to be sixty of what is left of a second. */
static void test_periods_meet_cycles(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.time_scale = 30;
    kit->scenario.cycles = 121;
    run(kit, "deckard-documented", "enabled=no");
    assert_int_equal(kit->result.refreshes.total, 5 * 121 + 3);
    assert_int_equal(kit->world.board->rounds.of[TASK_METRICS].count, 3);
}

/* Who is 12 s in one round is away for twelve others, which nobody runs. */
static void test_missed_rounds_are_lost(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.cycles = 14;
    kit->scenario.refresh.statement_us = 3000000;
    kit->scenario.workers = 6;
    kit_run_name(kit, "deckard-documented", "enabled=no queues=0");
    kit_run_good_world(kit);
    assert_int_equal(runs_of(kit, TASK_UNLOCK), 14);
    assert_int_equal(runs_of(kit, TASK_TTL), 2);
    assert_int_equal(kit->result.items.lost, 4 * 12);
    assert_int_equal(kit->result.items.refreshed, 14 + 4 * 2 + 1);
}

/* ---- what is said */

static void test_documented_protocol(void **state)
{
    struct kit_run *kit = *state;
    run(kit, "deckard-documented", "");
    assert_calls(kit, "SET", ROUNDS + 1, 0); /* the leader's key */
    assert_calls(kit, "GET", ROUNDS, 0);
    assert_calls(kit, "DEL", ROUNDS, 0);
    assert_int_equal(all_calls(kit), 3 * ROUNDS + 1);
    assert_int_equal(kit->world.books.round_trips, 3 * ROUNDS + 1);
    assert_int_equal(kit->result.refreshes.redundant, 0);
    assert_int_equal(leaders_elected(kit->world.board), 1);
}

static void test_renewed_protocol(void **state)
{
    struct kit_run *kit = *state;
    struct wire_reply left = {0};
    run(kit, "deckard-renewed", "");
    /* The leader: one election, one renewal after five seconds, and the release at the end. */
    assert_calls(kit, "SET", ROUNDS + 1, 0);
    assert_calls(kit, "EVALSHA", ROUNDS + 1 + 1, 0);
    assert_calls(kit, "GET", 0, ROUNDS + 1 + 1);
    assert_calls(kit, "DEL", 0, ROUNDS + 1);
    assert_calls(kit, "PEXPIRE", 0, 1);
    assert_int_equal(kit->world.books.round_trips, 2 * ROUNDS + 3);
    assert_int_equal(leaders_elected(kit->world.board), 1);
    assert_int_equal(wire_ask(&kit->world.harness.wire, &left, "DBSIZE"), OUTCOME_OK);
    assert_int_equal(left.integer, 0);
}

/* Each task on a worker of its own, all but unlock for 12 s: renewed once, after 10 s. Of the two
 * that need the leader one campaigns first, and the other one may ask before it has won. */
static void test_long_work_is_renewed(void **state)
{
    struct kit_run *kit = *state;
    uint64_t entered, skipped;
    kit->scenario.cycles = 1;
    kit->scenario.workers = 6;
    kit->scenario.refresh.statement_us = 3000000;
    kit_run_name(kit, "deckard-renewed", "queues=0 lease=60s");
    kit_run_good_world(kit);
    sum_rounds(kit, &entered, &skipped);
    assert_in_range(entered, 5, 6);
    assert_int_equal(kit->result.items.refreshed, entered);
    assert_calls(kit, "PEXPIRE", 0, entered - 1);
}

static void test_documented_does_not_renew(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.cycles = 1;
    kit->scenario.workers = 6;
    kit->scenario.refresh.statement_us = 3000000;
    run(kit, "deckard-documented", "queues=0");
    assert_int_equal(all_calls(kit), 3 * 6 + 1);
}

static void test_disabled_says_nothing(void **state)
{
    struct kit_run *kit = *state;
    static const char *const names[] = {"deckard-documented", "deckard-renewed"};
    for (size_t i = 0; i < 2; i++)
        for (kit->scenario.instances = 1; kit->scenario.instances <= 3;
             kit->scenario.instances += 2) {
            run(kit, names[i], "enabled=no");
            assert_int_equal(all_calls(kit), 0);
            assert_int_equal(kit->result.refreshes.total, kit->scenario.instances * ROUNDS);
            assert_int_equal(leaders_elected(kit->world.board), kit->scenario.instances);
            /* All of them lead, as long as it lasts. */
            uint64_t alone = kit->scenario.instances == 1;
            assert_true((kit->world.leaders.several_ns >= 8 * NS_PER_S) == !alone);
        }
}

/* One of two instances keeps no house: it says nothing, and the other does all the rounds. */
static void test_no_housekeeper_runs_nothing(void **state)
{
    struct kit_run *kit = *state;
    static const char *const names[] = {"deckard-documented", "deckard-renewed"};
    kit->scenario.instances = 2;
    kit->scenario.variables[0] =
        (struct variable){.instance = 1, .name = "DECKARD_HOUSEKEEPER_ENABLED", .value = "false"};
    kit->scenario.variable_count = 1;
    for (size_t i = 0; i < 2; i++) {
        run(kit, names[i], "");
        assert_int_equal(kit->result.refreshes.total, ROUNDS);
        for (uint32_t k = 0; k < kit->world.board->seats; k++)
            if (kit->world.board->slots[k].instance == 1)
                assert_int_equal(kit->world.board->slots[k].meter.round_trips, 0);
    }
}

/* ---- several instances */

/* Who wakes later finds the lock given back, and runs the same round again. */
static void test_spread_instances_repeat_rounds(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.instances = 3;
    kit->scenario.wake = WAKE_SPREAD;
    run(kit, "deckard-documented", "");
    assert_int_equal(kit->result.refreshes.total, 3 * METRICS + 1);
    assert_int_equal(kit->result.refreshes.redundant, 2 * METRICS);
    assert_int_equal(runs_of(kit, TASK_METRICS), 1);
    run(kit, "deckard-renewed", "");
    assert_int_equal(runs_of(kit, TASK_METRICS), 1);
    assert_int_equal(runs_of(kit, TASK_RECOVERY), CYCLES); /* the leader's alone */
    assert_int_equal(kit->result.refreshes.redundant, 2 * 4 * CYCLES);
    assert_int_equal(leaders_elected(kit->world.board), 1);
    assert_int_equal(kit->world.leaders.several_ns, 0);
}

/* Work that takes time keeps the lock while the others ask for it. */
static void test_aligned_instances_skip(void **state)
{
    struct kit_run *kit = *state;
    static const char *const names[] = {"deckard-documented", "deckard-renewed"};
    kit->scenario.instances = 3;
    kit->scenario.wake = WAKE_ALIGNED;
    kit->scenario.refresh.statement_us = 10000;
    for (size_t i = 0; i < 2; i++) {
        uint64_t entered, skipped;
        run(kit, names[i], "");
        sum_rounds(kit, &entered, &skipped);
        assert_int_equal(kit->result.refreshes.total, entered);
        assert_true(skipped >= CYCLES);
        assert_true(kit->result.refreshes.redundant < 2 * METRICS);
        assert_int_equal(kit->result.refreshes.overlaps, 0);
        assert_int_equal(runs_of(kit, TASK_METRICS), 1);
    }
}

/* ---- a lock that has become another's */

static const char *const unlock_keys[] = {"deckard:housekeeper:lock:unlock",
                                          "deckard_v1:{housekeeper:lock:unlock}"};

static void steal(struct kit_run *kit)
{
    struct wire *wire = &kit->world.harness.wire;
    for (size_t i = 0; i < 2; i++)
        kit->victim += wire_ask(wire, NULL, "SET", unlock_keys[i], "another") == OUTCOME_OK;
    pid_t pid;
    if (kit_run_paused(kit, &pid, 1) == 1)
        kill(pid, SIGCONT);
}

static void test_another_ones_lock_stays(void **state)
{
    struct kit_run *kit = *state;
    static const char *const names[] = {"deckard-documented", "deckard-renewed"};
    kit->scenario.mode = MODE_CONCURRENT;
    kit->scenario.cycles = 2;
    kit->scenario.workers = 6;
    kit_run_break(kit, FAULT_PAUSE, 1); /* the first worker's only task is unlock */
    for (size_t i = 0; i < 2; i++) {
        struct wire_reply value = {0};
        kit->victim = 0;
        kit->moment = steal;
        kit_run_name(kit, names[i], "queues=5");
        kit_run_good_world(kit);
        assert_int_equal(kit->victim, 2);
        assert_int_equal(runs_of(kit, TASK_UNLOCK), 1); /* the second round found it taken */
        assert_int_equal(wire_ask(&kit->world.harness.wire, &value, "GET", unlock_keys[i]),
                         OUTCOME_OK);
        assert_int_equal(value.type, WIRE_TEXT);
        assert_string_equal(value.text, "another");
    }
}

/* ---- the pool of unlock */

static void assert_passes(struct kit_run *kit, uint64_t pass_ms)
{
    const struct run_result *result = &kit->result;
    if (result->status != RUN_COMPLETE || !result->trustworthy)
        kit_run_fail(kit, "the run is not good");
    assert_int_equal(hist_total(result->pass), PASSES * CYCLES);
    assert_in_range(hist_quantile_ns(result->pass, 0), pass_ms * NS_PER_MS,
                    pass_ms * NS_PER_MS + NS_PER_MS);
    assert_int_equal(result->pieces.total, PASSES * QUEUES * CYCLES);
}

static void test_queues_are_handed_out(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.refresh.statement_us = 10000;
    kit_run_name(kit, "deckard-renewed", "");
    kit_run_contender(kit);
    assert_passes(kit, QUEUES / 5 * 10);
    assert_int_equal(kit->result.pieces.failed, 0);
    assert_true(kit->result.has_leaders);
    assert_int_equal(kit->result.leaders.changes, 1);
    kit_run_name(kit, "deckard-renewed", "parallelism=1");
    kit_run_contender(kit);
    assert_passes(kit, QUEUES * 10);
}

static void test_threads_take_as_long_as_lockstep_says(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.mode = MODE_CONCURRENT;
    kit->scenario.refresh.statement_us = 20000;
    kit->scenario.time_scale = 10;
    kit_run_name(kit, "deckard-renewed", "");
    kit_run_contender(kit);
    assert_true(kit->result.pieces.total > 0);
    assert_int_equal(kit->result.pieces.total % QUEUES, 0);
    assert_true(hist_quantile_ns(kit->result.pass, 0) >= QUEUES / 5 * 2 * NS_PER_MS);
}

/* A queue that fails leaves the others alone, and the round is done. */
static void test_failing_queues(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.refresh.statement_us = 1000;
    kit->scenario.refresh.failures = 0.5;
    kit_run_name(kit, "deckard-renewed", "");
    kit_run_contender(kit);
    assert_passes(kit, QUEUES / 5);
    assert_in_range(kit->result.pieces.failed, 1, kit->result.pieces.total - 1);
    assert_true(kit->result.refreshes.failed > 0); /* of the other tasks, half of the rounds */
    assert_int_equal(kit->result.items.refreshed + kit->result.items.lost, ROUNDS);
}

#define HOUSEKEEPER(test) cmocka_unit_test_setup_teardown(test, open_housekeeper, kit_run_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSEKEEPER(test_rounds_follow_from_cycles),
        HOUSEKEEPER(test_periods_meet_cycles),
        HOUSEKEEPER(test_missed_rounds_are_lost),
        HOUSEKEEPER(test_documented_protocol),
        HOUSEKEEPER(test_renewed_protocol),
        HOUSEKEEPER(test_long_work_is_renewed),
        HOUSEKEEPER(test_documented_does_not_renew),
        HOUSEKEEPER(test_disabled_says_nothing),
        HOUSEKEEPER(test_no_housekeeper_runs_nothing),
        HOUSEKEEPER(test_spread_instances_repeat_rounds),
        HOUSEKEEPER(test_aligned_instances_skip),
        HOUSEKEEPER(test_another_ones_lock_stays),
        HOUSEKEEPER(test_queues_are_handed_out),
        HOUSEKEEPER(test_threads_take_as_long_as_lockstep_says),
        HOUSEKEEPER(test_failing_queues),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
