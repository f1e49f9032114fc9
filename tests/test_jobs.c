/* The job-queue plan and what it replaces: messages, the memory of an instance, limits on calls,
 * retries, dead letters, and what is taken or given back. */
#include "strategies/intake.h"
#include "strategies/job_message.h"
#include "tests/kit_run.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_message(void **state)
{
    (void)state;
    const struct job job = {
        .id = 1234, .retries = 2, .created_ms = 1700000000123, .scheduled_ms = 1700000099456};
    const struct job_terms terms = {"GARBAGE_COLLECTION", 3, 90};
    char text[JOB_MESSAGE_MAX];
    size_t len = job_write(text, &job, &terms);
    assert_string_equal(text, "{\"id\":\"job_1234\",\"job_id\":1234,"
                              "\"api_url\":\"/GARBAGE_COLLECTION\",\"max_retry_count\":3,"
                              "\"retry_count\":2,\"created_at\":1700000000123,"
                              "\"scheduled_at\":1700000099456,\"timeout\":90}");
    assert_int_equal(len, strlen(text));
    struct job read;
    assert_true(job_read(text, len, &read));
    assert_memory_equal(&read, &job, sizeof job);
    for (size_t cut = 0; cut < len - strlen(",\"timeout\":90}"); cut++)
        assert_false(job_read(text, cut, &read));
    assert_false(job_read("{\"job_id\":x}", 12, &read));
}

static void test_intake(void **state)
{
    (void)state;
    struct intake *intake = calloc(1, sizeof *intake);
    struct intake_entry entry = {{7}};
    assert_non_null(intake);
    assert_false(intake_take(intake, &entry));
    for (int turn = 0; turn < 3; turn++) { /* around the ring */
        assert_true(intake_poll(intake, 0));
        assert_false(intake_poll(intake, 0)); /* somebody is at it */
        for (uint64_t i = 0; i < INTAKE_MAX; i++)
            assert_true(intake_add(intake, &(struct intake_entry){{i}}));
        assert_false(intake_add(intake, &entry));
        intake_polled(intake, 0);
        for (uint64_t i = 0; i < INTAKE_MAX; i++) {
            assert_false(intake_poll(intake, 0)); /* there is work */
            assert_true(intake_take(intake, &entry));
            assert_int_equal(entry.words[0], i);
        }
        assert_false(intake_take(intake, &entry));
    }
    assert_true(intake_poll(intake, 0));
    intake_polled(intake, 100);
    assert_false(intake_poll(intake, 99)); /* too early */
    assert_true(intake_poll(intake, 100));
    free(intake);
}

/* A second of published time takes 10 ms. */
static void choose(struct kit_run *kit, const char *contender, const char *parameters)
{
    kit->scenario.time_scale = 100;
    kit->scenario.cycle_ms = 1000;
    kit_run_name(kit, contender, parameters);
}

/* Work of 12 s under a limit of 10 s: every attempt fails, and none of it is lost. A poll of 500
 * workers is 500 turns of the baton: there are few. */
static void test_in_memory_limit(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.items = 20;
    kit->scenario.cycles = 12;
    kit->scenario.refresh.statement_us = 3000000;
    choose(kit, "in-memory", "poll=2s");
    kit_run_good_world(kit);
    assert_int_equal(kit->result.refreshes.total, 0);
    assert_in_range(kit->result.refreshes.failed, 20, 40);
    assert_int_equal(kit->result.items.pending, 20);

    kit->scenario.cycles = 0;
    choose(kit, "in-memory", "call_limit=12s poll=2s");
    kit_run_good_world(kit);
    assert_int_equal(kit->result.items.refreshed, 20);
}

/* 500 workers do at once what takes 2 s each. */
static void test_in_memory_is_wide(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.items = 400;
    kit->scenario.instances = 3;
    kit->scenario.cycles = 0;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.refresh.statement_us = 500000;
    choose(kit, "in-memory", "");
    kit_run_good_world(kit);
    assert_int_equal(kit->world.cluster.instances, 1);
    assert_int_equal(kit->result.refreshes.total, 400);
    assert_int_equal(kit->result.refreshes.redundant, 0);
    /* Nobody waits for another: one poll, a wake, and the work of 20 ms. */
    assert_in_range(board_now_ns(kit->world.board), 20 * NS_PER_MS, 40 * NS_PER_MS);
    assert_int_equal(kit->world.books.client_bytes_out, 0);
}

/* Four attempts of four calls each, then a dead letter; the run does not wait for more. */
static void test_dead_letters(void **state)
{
    struct kit_run *kit = *state;
    for (int mode = MODE_CONCURRENT; mode <= MODE_LOCKSTEP; mode++) {
        kit->scenario.mode = (enum mode)mode;
        kit->scenario.items = 30;
        kit->scenario.cycles = 0;
        kit->scenario.refresh.failures = 1;
        choose(kit, "job-queue", "");
        kit_run_good_world(kit);
        assert_int_equal(kit->result.items.dead, 30);
        assert_int_equal(kit->result.refreshes.failed, 30 * 4 * 4);
        assert_int_equal(kit_run_row(kit, "ZADD")->client_calls, 30 * 3);
    }
}

/* Back-off of 1 s, 2 s and 4 s: the last attempt comes no earlier than after 7 s. */
static void test_backoff(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.items = 5;
    kit->scenario.cycles = 0;
    kit->scenario.refresh.failures = 1;
    choose(kit, "job-queue", "");
    kit_run_good_world(kit);
    uint64_t waited_ms = board_now_ns(kit->world.board) / NS_PER_MS;
    assert_in_range(waited_ms, 70, 150);

    choose(kit, "job-queue", "wait=ready");
    kit_run_good_world(kit);
    assert_int_equal(kit->result.items.dead, 5);
    assert_in_range(board_now_ns(kit->world.board) / NS_PER_MS, 1, waited_ms - 20);
}

/* What a crashed instance had in processing is taken back by the other, or stranded if nobody does
 * that; whatever the form of taking it. It dies at its third job, with the rest of a batch in
 * hand. */
static void test_taken_back(void **state)
{
    struct kit_run *kit = *state;
    static const char *const forms[] = {"batch=10 timeout=30s take=script",
                                        "batch=10 timeout=30s take=rpop-sadd",
                                        "batch=10 timeout=30s take=lmove"};
    kit->scenario.mode = MODE_LOCKSTEP; /* or the other might have done all before it begins */
    kit->scenario.items = 200;
    kit->scenario.refresh.statement_us = 200000;
    kit_run_break(kit, FAULT_CRASH, 3);
    kit->options.fault_count = 1; /* the first alone */
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        kit->scenario.cycles = 0;
        choose(kit, "job-queue", forms[i]);
        kit_run_world(kit);
        if (kit->result.status != RUN_COMPLETE || kit->result.items.refreshed != 200)
            kit_run_fail(kit, "%s: not all is done", forms[i]);
        assert_int_equal(kit->world.cluster.processes[0].death_signal, SIGKILL);
    }
    kit->scenario.cycles = 400;
    choose(kit, "job-queue", "batch=10 timeout=60s take_back=nobody");
    kit_run_world(kit);
    assert_int_equal(kit->world.cluster.processes[0].death_signal, SIGKILL);
    assert_in_range(kit->result.items.stranded, 1, 10);
    assert_int_equal(kit->result.items.refreshed + kit->result.items.stranded, 200);
}

/* A stop in the middle of a batch: what is not begun is in ready again, and not in processing. */
static void test_given_back(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.instances = 1;
    kit->scenario.items = 100;
    kit->scenario.cycles = 1;
    kit->scenario.refresh.statement_us = 250000;
    kit->scenario.round_bound_ms = 10000;
    choose(kit, "job-queue", "");
    kit_run_good_world(kit);
    assert_in_range(kit->result.items.refreshed, 1, 50);
    assert_int_equal(kit->result.items.pending, 100 - kit->result.items.refreshed);
    assert_int_equal(kit->result.items.claimed, 0);
    assert_int_equal(kit_run_row(kit, "RPUSH")->client_calls, kit->result.items.pending);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_message),   cmocka_unit_test(test_intake),
        IN_A_WORLD(test_in_memory_limit), IN_A_WORLD(test_in_memory_is_wide),
        IN_A_WORLD(test_dead_letters),    IN_A_WORLD(test_backoff),
        IN_A_WORLD(test_taken_back),      IN_A_WORLD(test_given_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
