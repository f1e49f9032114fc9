/* What practitioners use: where the published forms lose and the repaired ones do not, and what
 * BullMQ costs per job, command by command. */
#include "sim/trial/sweep.h"
#include "strategies/item.h"
#include "tests/kit_run.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* ---- sweeps */

/* Returns how many points end with an item lost or stranded; all of them have to be at `command`,
 * executed and its reply unread. */
static uint32_t sweep(struct kit_run *kit, const char *contender, enum fault_kind kind,
                      unsigned roles, const char *command)
{
    struct sweep sweep;
    uint32_t bad = 0;
    kit_run_name(kit, contender, "");
    sweep_run(&kit->scenario.entries[0], kind, roles, 1, &kit->options, &sweep);
    if (sweep.status != RUN_COMPLETE)
        fail_msg("%s: %s", contender, sweep.error);
    assert_true(sweep.count > 0);
    for (uint32_t i = 0; i < sweep.count; i++) {
        const struct sweep_point *point = &sweep.points[i];
        if (point->outcome == SWEEP_ONCE || point->outcome == SWEEP_REDUNDANT)
            continue;
        if (strcmp(point->command, command) != 0 || point->fault.phase != FAULT_UNREAD)
            fail_msg("%s: %s at %s %u, %s", contender, sweep_outcome_name(point->outcome),
                     point->command, point->fault.nth, fault_phase_name(point->fault.phase));
        bad++;
    }
    sweep_close(&sweep);
    return bad;
}

static void test_an_answer_that_is_lost_strands_an_item(void **state)
{
    assert_true(sweep(*state, "reliable-list-published", FAULT_CUT, SWEEP_WORKER, "LMOVE") > 0);
    assert_int_equal(sweep(*state, "reliable-list", FAULT_CUT, SWEEP_WORKER, ""), 0);
}

static void test_a_crash_loses_nothing(void **state)
{
    static const char *const sound[] = {"lease", "stream", "bullmq", "batch-lease"};
    for (size_t i = 0; i < sizeof sound / sizeof sound[0]; i++)
        assert_int_equal(sweep(*state, sound[i], FAULT_CRASH, SWEEP_WORKER, ""), 0);
}

/* ---- marks that arrive while their item is in work */

/* Three items, each in work for as long as there are marks, of which two are taken at once. */
static uint64_t lost_marks(struct kit_run *kit, const char *contender)
{
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.items = 3;
    kit->scenario.cycles = 1;
    kit->scenario.cycle_ms = 2000;
    kit->scenario.producers.count = 1;
    kit->scenario.producers.per_s = 10;
    kit->scenario.producers.again = 1;
    kit->scenario.refresh.statement_us = 500000;
    kit_run_name(kit, contender, "");
    kit_run_good_world(kit);
    assert_int_equal(kit->result.marks, 20);
    return kit->result.items.lost;
}

static void test_a_mark_meanwhile_is_lost_as_published(void **state)
{
    assert_int_equal(lost_marks(*state, "lease-published"), 2);
    assert_int_equal(lost_marks(*state, "lease"), 0);
}

/* ---- a lease that is over before its first beat */

/* One task of 2 s of work, and whether its lease was extended. */
static bool extends(struct kit_run *kit, const char *contender)
{
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.instances = 1;
    kit->scenario.items = 1;
    kit->scenario.cycles = 1;
    kit->scenario.refresh.statement_us = 500000;
    kit_run_name(kit, contender, "lease=300ms extend=1s");
    kit_run_good_world(kit);
    return kit_run_row(kit, "ZADD")->client_calls > 0;
}

static void test_what_is_over_is_left_alone_as_published(void **state)
{
    assert_true(extends(*state, "lease"));
    assert_false(extends(*state, "lease-published"));
}

/* ---- a claim whose items are gone, before one that has its own */

static void ask(struct kit_run *kit, const char *command, const char *key, const char *a,
                const char *b)
{
    if (wire_ask(&kit->world.harness.wire, NULL, command, key, a, b) != OUTCOME_OK)
        kit_run_fail(kit, "%s: %s", command, kit->world.harness.wire.err);
}

static void test_a_claim_without_items_hinders_nobody(void **state)
{
    struct kit_run *kit = *state;
    char item[ITEM_TEXT_MAX];
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.cycles = 0;
    kit->scenario.refresh.statement_us = 500000; /* the upkeep has its turn */
    kit_run_name(kit, "batch-lease", "");
    kit_run_world_open(kit);
    item_write(item, kit->world.board->ledger.first_id, kit->scenario.vendor);
    ask(kit, "SMOVE", "{outdated}:queue", "{outdated}:claim:other", item);
    ask(kit, "ZADD", "{outdated}:claims", "1", "gone");
    ask(kit, "ZADD", "{outdated}:claims", "2", "other");
    kit_run_world_finish(kit);
    kit_run_assert_good(kit);
    assert_int_equal(kit->result.items.refreshed, kit->scenario.items);
}

/* ---- bullmq */

enum { JOBS = 50 };

static void assert_inner(const struct kit_run *kit, const char *name, uint64_t calls)
{
    const struct books_row *row = kit_run_row(kit, name);
    if (row->inner_calls != calls)
        kit_run_fail(kit, "%s: %llu calls inside scripts and not %llu", name,
                     (unsigned long long)row->inner_calls, (unsigned long long)calls);
}

/* As BullMQ 5.81.5 issues them: 22 commands of a job that is completed and brings the next one;
 * twice nothing comes, at the last job's end and when the worker asks once more. */
static void test_commands_of_a_job(void **state)
{
    static const struct {
        const char *name;
        uint64_t per_job, once;
    } commands[] = {
        {"EXISTS", 1, 0},  {"SCARD", 1, 0},   {"GET", 1, 0},       {"DEL", 2, 2},
        {"SREM", 1, 0},    {"HMGET", 2, 2},   {"LREM", 1, 0},      {"HGET", 1, 0},
        {"XTRIM", 1, 0},   {"HINCRBY", 2, 0}, {"XADD", 2, 1},      {"ZRANGEBYSCORE", 1, 2},
        {"SET", 1, 0},     {"HMSET", 1, 0},   {"RPOPLPUSH", 1, 2}, {"ZADD", 1, 0},
        {"HGETALL", 1, 0}, {"ZPOPMIN", 0, 2}, {"ZRANGE", 0, 2},    {"LLEN", 0, 2},
        {"ZCARD", 1, 1},
    };
    struct kit_run *kit = *state;
    uint64_t inner = 0, told = 0;
    kit->scenario.instances = 1;
    kit->scenario.items = JOBS;
    kit_run_name(kit, "bullmq", "");
    kit_run_good_world(kit);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        uint64_t calls = commands[i].per_job * JOBS + commands[i].once;
        assert_inner(kit, commands[i].name, calls);
        told += calls;
    }
    for (uint32_t i = 0; i < kit->world.books.count; i++)
        inner += kit->world.books.rows[i].inner_calls;
    assert_int_equal(inner, told); /* and no other */
    assert_int_equal(kit_run_row(kit, "EVALSHA")->client_calls, JOBS + 2);
}

static void test_commands_of_a_mark(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.instances = 1;
    kit->scenario.items = JOBS;
    kit->scenario.cycles = 2;
    kit->scenario.cycle_ms = 200;
    kit->scenario.producers.count = 1;
    kit->scenario.producers.per_s = 100;
    kit_run_name(kit, "bullmq", "");
    kit_run_good_world(kit);
    uint64_t marks = kit->result.marks;
    assert_true(marks > 0);
    assert_inner(kit, "INCR", marks);
    assert_inner(kit, "LPUSH", marks);
    uint64_t producers = 0;
    for (uint32_t i = 0; i < kit->world.books.count; i++)
        producers += kit->world.books.rows[i].producer_calls;
    /* 8 commands a mark and the script's own call; loading the scripts is not a mark's. */
    assert_int_equal(producers - kit_run_row(kit, "SCRIPT LOAD")->producer_calls, 9 * marks);
}

/* Who takes what has stalled too often fails it at once. It says so, and that the queue is drained;
 * but not that the attempts are exhausted, for there were none. */
static void test_commands_of_a_job_that_is_given_up(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.instances = 1;
    kit->scenario.items = 1;
    kit_run_name(kit, "bullmq", "");
    kit_run_world_open(kit);
    ask(kit, "HSET", "bull:outdated:1", "defa", "stalled");
    kit_run_world_finish(kit);
    kit_run_assert_good(kit);
    assert_int_equal(kit->result.items.dead, 1);
    assert_inner(kit, "XADD", 3);
    assert_inner(kit, "HMSET", 2);
    assert_inner(kit, "HINCRBY", 2);
    assert_inner(kit, "HDEL", 1);
}

/* Every refresh fails: after its attempts a job is dead. */
static void test_attempts_are_counted(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.items = 10;
    kit->scenario.cycles = 0;
    kit->scenario.cycle_ms = 50;
    kit->scenario.refresh.failures = 1;
    kit_run_name(kit, "bullmq", "attempts=3");
    kit_run_good_world(kit);
    assert_int_equal(kit->result.items.dead, 10);
    assert_int_equal(kit->result.refreshes.failed, 30);
}

/* A worker that dies at its job lets it stall: once too often, where it may not stall at all. */
static void test_what_stalls_too_often_is_dead(void **state)
{
    struct kit_run *kit = *state;
    struct sweep sweep;
    uint32_t at_work = 0;
    kit_run_name(kit, "bullmq", "max_stalled=0");
    sweep_run(&kit->scenario.entries[0], FAULT_CRASH, SWEEP_WORKER, 1, &kit->options, &sweep);
    assert_int_equal(sweep.status, RUN_COMPLETE);
    for (uint32_t i = 0; i < sweep.count; i++) {
        const struct sweep_point *point = &sweep.points[i];
        if (point->fault.phase != FAULT_BEFORE_EFFECT)
            continue;
        assert_int_equal(point->items.dead, 1);
        assert_int_equal(point->items.refreshed, SWEEP_ITEMS - 1);
        at_work++;
    }
    assert_int_equal(at_work, SWEEP_ITEMS);
    sweep_close(&sweep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(test_an_answer_that_is_lost_strands_an_item),
        IN_A_WORLD(test_a_crash_loses_nothing),
        IN_A_WORLD(test_a_mark_meanwhile_is_lost_as_published),
        IN_A_WORLD(test_what_is_over_is_left_alone_as_published),
        IN_A_WORLD(test_a_claim_without_items_hinders_nobody),
        IN_A_WORLD(test_commands_of_a_job),
        IN_A_WORLD(test_commands_of_a_mark),
        IN_A_WORLD(test_commands_of_a_job_that_is_given_up),
        IN_A_WORLD(test_attempts_are_counted),
        IN_A_WORLD(test_what_stalls_too_often_is_dead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
