/* What becomes of a run whose server is broken, or what it keeps, or the way to it. */
#include "sim/judge/verdict.h"
#include "tests/kit_faults.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

/* How often it has connected anew: what comes before the start is not metered. */
static uint64_t reconnects(const struct kit_run *kit, const struct process *process)
{
    uint64_t sum = 0;
    for (uint32_t k = 0; k < process->slots; k++) {
        const struct wire_meter *meter = &kit->world.board->slots[process->first_slot + k].meter;
        for (uint32_t i = 0; i < meter->used; i++)
            if (strcmp(meter->counts[i].name, "CLIENT ID") == 0)
                sum += counter_get(&meter->counts[i].calls);
    }
    return sum;
}

/* Nobody else has to connect anew. */
static void test_the_server_cuts_one_alone(void **state)
{
    struct kit_run *kit = *state;
    kit_faults_order(kit, "lock-safe", "at 20% cut claim-holder by server");
    kit_run_world(kit);
    const struct timeline_note *note = &kit->world.timeline.notes[0];
    assert_true(note->hit);
    for (uint32_t i = 0; i < kit->world.cluster.instances; i++) {
        if (i != note->number)
            assert_int_equal(reconnects(kit, &kit->world.cluster.processes[i]), 0);
    }
}

/* Strikes that come at once: each but the first finds no connection, and waits for one. */
static void test_storm(void **state)
{
    struct kit_run *kit = *state;
    const char *const storm = "at 20% cut all by server";
    kit_faults_order(kit, "stream", storm);
    while (kit->scenario.event_count < 4)
        kit_run_event(kit, storm);
    kit_faults_run(kit);
    assert_int_equal(kit->result.findings.faults, 4);
    assert_int_equal(kit->result.findings.faults_hit, 4);
    assert_false(verdict_is_unknown(&kit->result));
    kit_faults_assert_all_served(kit);
}

/* Faults of the server that come at once come one after another: whoever must ask it something
 * while it stands still would wait in vain. */
static void test_the_server_is_broken_by_one_at_a_time(void **state)
{
    static const char *const lines[][2] = {
        {"at 20% redis stall for 300ms", "at 20% cut all by server"},
        {"at 20% redis stall for 300ms", "at 20% redis restart after 50ms"},
        {"at 20% redis restart after 50ms", "at 20% redis restart after 50ms"},
        {"at 20% redis stall for 300ms", "at 20% redis stall for 300ms"},
    };
    struct kit_run *kit = *state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        kit_faults_order(kit, "lock-safe", lines[i][0]);
        kit_run_event(kit, lines[i][1]);
        kit_faults_run(kit);
        assert_int_equal(kit->result.findings.faults_hit, 2);
        kit_faults_assert_all_served(kit);
    }
}

/* One that has to wait for longer than the run may take to converge hits nothing. */
static void test_the_server_is_stopped_for_too_long(void **state)
{
    struct kit_run *kit = *state;
    kit_faults_order(kit, "lock-safe", "at 20% redis stall for 600ms");
    kit_run_event(kit, "at 20% cut all by server");
    kit->scenario.converge_ms = 100;
    kit_faults_run(kit);
    assert_int_equal(kit->result.findings.faults, 2);
    assert_int_equal(kit->result.findings.faults_hit, 1);
}

static void test_server(void **state)
{
    struct kit_run *kit = *state;
    const struct timeline_note *note =
        kit_faults_run_hit(kit, "lock-safe", "at 20% redis stall for 300ms");
    assert_true(note->healed_s >= note->confirmed_s);
    kit_faults_assert_all_served(kit);
    note = kit_faults_run_hit(kit, "lock-safe", "at 20% redis restart after 50ms");
    assert_true(note->healed_s >= note->confirmed_s);
    kit_faults_assert_all_served(kit); /* SIGKILL loses nothing that an append-only file has */
    kit_faults_run_hit(kit, "claim-drained", "at 20% redis restart lose 1500 bytes");
    kit_faults_run_hit(kit, "claim-drained", "at 20% redis restart empty");
    assert_true(kit->result.items.lost > 0);
    assert_false(verdict_is_unknown(&kit->result));
    assert_string_equal(kit->result.broken_promise, ""); /* nobody promises anything there */
    kit_faults_run_hit(kit, "claim-drained", "at 20% redis delete * of set");
}

/* What Redis had taken is undone: nobody promises anything, and the counts are shown. */
static void test_lost_data(void **state)
{
    struct kit_run *kit = *state;
    const struct run_verdict *once = &kit->result.verdicts[VERDICT_AT_MOST_ONCE];
    kit_faults_run_hit(kit, "harbor-23183", "at 50% redis restart lose 100000000 bytes");
    assert_string_equal(kit->result.broken_promise, "");
    assert_int_equal(once->ruling, RULING_NOT_PROMISED);
    kit_faults_run_hit(kit, "harbor-23183", "at 50% redis restart");
    assert_int_equal(once->ruling, RULING_PASS);
    /* The seeding is the harness's, and the new server has never seen it. */
    kit_faults_run_hit(kit, "lock-per-item", "at 50% redis restart empty");
    /* What is taken has no message any more, and a script says so, again and again. */
    kit_faults_order(kit, "lease", "at 20% redis delete * of hash");
    kit->scenario.converge_ms = 1000;
    kit_faults_run(kit);
    assert_true(kit_faults_note(kit)->hit);
}

/* ---- interrupted in the middle */

static bool is_stopped(pid_t pid)
{
    siginfo_t info = {0};
    return pid > 0 && waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid;
}

static void interrupt_when_stopped(void *context, const struct run_progress *progress)
{
    struct kit_run *kit = context;
    if (strcmp(progress->phase, "running") == 0 && is_stopped(kit_run_server(kit)))
        kit->interrupted = 1;
}

static void interrupt_when_gone(void *context, const struct run_progress *progress)
{
    struct kit_run *kit = context;
    if (strcmp(progress->phase, "running") == 0 && kit_run_server(kit) == 0)
        kit->interrupted = 1;
}

/* That nothing is left is the teardown's to say. */
static void interrupt(struct kit_run *kit, const char *line,
                      void (*progress)(void *, const struct run_progress *))
{
    kit_faults_order(kit, "claim-drained", line);
    kit->options.progress = progress;
    kit_run_contender(kit);
    assert_int_equal(kit->result.status, RUN_INTERRUPTED);
}

static void test_interrupted_while_stalled(void **state)
{
    interrupt(*state, "at 20% redis stall for 50s", interrupt_when_stopped);
}

static void test_interrupted_while_down(void **state)
{
    interrupt(*state, "at 20% redis restart after 50s", interrupt_when_gone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(test_the_server_cuts_one_alone),
        IN_A_WORLD(test_storm),
        IN_A_WORLD(test_the_server_is_broken_by_one_at_a_time),
        IN_A_WORLD(test_the_server_is_stopped_for_too_long),
        IN_A_WORLD(test_server),
        IN_A_WORLD(test_lost_data),
        IN_A_WORLD(test_interrupted_while_stalled),
        IN_A_WORLD(test_interrupted_while_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
