/* What each kind of fault does to a run whose instances it strikes. Nothing here waits for a
 * moment: faults come at a share of the work or at a command, and victims are frozen before they
 * are looked at. */
#include "sim/judge/verdict.h"
#include "sim/scenario/pace.h"
#include "sim/scenario/variables.h"
#include "tests/kit_faults.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

static void test_kill(void **state)
{
    struct kit_run *kit = *state;
    kit_faults_run_hit(kit, "claim-drained", "at 20% kill claim-holder");
    kit_faults_assert_all_served(kit);
    assert_int_equal(kit_faults_kills(kit), 1);
    kit_faults_run_hit(kit, "lock-safe", "at 20% kill lock-holder back never");
    kit_faults_assert_all_served(kit);
    assert_int_equal(kit_faults_kills(kit), 1);
    kit_faults_run_hit(kit, "claim-drained", "at 20% kill all back 100ms as new");
    kit_faults_assert_all_served(kit);
    assert_int_equal(kit_faults_kills(kit), 3);
}

/* What stands still is undone: who was paused goes on. */
static void test_pause(void **state)
{
    struct kit_run *kit = *state;
    const struct timeline_note *note =
        kit_faults_run_hit(kit, "claim-drained", "at 20% pause claim-holder for 600ms");
    assert_true(note->healed_s >= note->confirmed_s);
    kit_faults_assert_all_served(kit);
    assert_int_equal(kit_faults_kills(kit), 0);
}

/* And when it stood still is known to the history. */
static void test_a_pause_is_told(void **state)
{
    struct kit_run *kit = *state;
    static const char *const lines[] = {"at 20% pause claim-holder for 300ms",
                                        "at EVALSHA 1 of 1 after pause for 300ms"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        kit_faults_order(kit, "claim-drained", lines[i]);
        kit_run_world(kit);
        const struct timeline_note *note = &kit->world.timeline.notes[0];
        const struct deaths *deaths = &kit->world.cluster.deaths;
        assert_true(note->hit);
        assert_int_equal(deaths->freeze_count, 1);
        assert_int_equal(deaths->freezes[0].process, note->number);
        assert_int_equal(deaths->freezes[0].life, 0);
        assert_in_range(deaths->freezes[0].until_ns - deaths->freezes[0].from_ns, 299000000,
                        UINT64_MAX);
    }
}

static void kill_who_is_paused(void *context, const struct run_progress *progress)
{
    (void)progress;
    struct kit_run *kit = context;
    struct timeline *timeline = &kit->world.timeline;
    const struct fault_order never = {.never_back = true};
    if (timeline->note_count > 0 && timeline->notes[0].confirmed_s >= 0)
        timeline_kill(timeline, &kit->world.cluster, timeline->notes[0].number, &never,
                      board_now_ns(kit->world.board));
}

/* It stood still until it died, and nobody waits for it any longer. */
static void test_a_pause_that_ends_by_death(void **state)
{
    struct kit_run *kit = *state;
    kit_faults_order(kit, "claim-drained", "at EVALSHA 1 of 1 after pause for 60s");
    kit->options.progress = kill_who_is_paused;
    kit->options.progress_context = kit;
    kit_run_world(kit);
    const struct deaths *deaths = &kit->world.cluster.deaths;
    const struct process *victim = &kit->world.cluster.processes[1];
    const struct death *death = deaths_find(deaths, victim->first_slot, 0);
    assert_non_null(death);
    assert_int_equal(deaths->freeze_count, 1);
    assert_int_equal(deaths->freezes[0].process, 1);
    assert_true(deaths->freezes[0].until_ns == death->sent_ns);
    assert_true(deaths->freezes[0].from_ns < death->sent_ns);
}

static void test_misses(void **state)
{
    struct kit_run *kit = *state;
    static const char *const lines[] = {"at 20% kill leader", "at 20% pause lock-holder for 1s",
                                        "at SPOP 1 of 0 executed kill",
                                        "at 20% redis delete nothing*"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        kit_faults_order(kit, "claim-drained", lines[i]);
        kit_run_contender(kit);
        const struct timeline_note *note = kit_faults_note(kit);
        if (note == NULL || note->hit || note->confirmed_s >= 0)
            kit_run_fail(kit, "\"%s\" did not miss", lines[i]);
        assert_true(verdict_is_unknown(&kit->result));
        assert_int_equal(kit_faults_kills(kit), 0);
        kit_faults_assert_all_served(kit);
    }
}

/* What waits for more work than can be done does not keep a run from its end. */
static void test_waits_in_vain(void **state)
{
    struct kit_run *kit = *state;
    static const char *const lines[] = {"at 100% pause any for 100ms",
                                        "at XADD 1 of 0 executed kill"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        kit_faults_order(kit, "instance-id", "at refresh 1 of 1 before kill back never");
        kit_run_event(kit, lines[i]);
        kit->scenario.converge_ms = 1000;
        kit_run_contender(kit);
        if (kit->result.status != RUN_COMPLETE || kit->result.items.stranded == 0)
            kit_run_fail(kit, "\"%s\": it did not end", lines[i]);
        assert_int_equal(kit->result.findings.faults, 2);
        assert_int_equal(kit->result.findings.faults_hit, 1);
        assert_true(verdict_is_unknown(&kit->result));
    }
}

static void test_at_a_command(void **state)
{
    struct kit_run *kit = *state;
    kit_faults_run_hit(kit, "claim-drained", "at EVALSHA 1 of 1 executed kill");
    assert_int_equal(kit_faults_kills(kit), 1);
    assert_true(kit->result.calls_in_doubt > 0);
    kit_faults_assert_all_served(kit);
    kit_faults_run_hit(kit, "claim-drained", "at EVALSHA 1 of 1 executed kill back never");
    assert_int_equal(kit->result.instances[1].lives, 1);
    const struct timeline_note *note =
        kit_faults_run_hit(kit, "claim-drained", "at EVALSHA 1 of 1 after pause for 600ms");
    assert_true(note->healed_s >= note->confirmed_s);
    kit_faults_assert_all_served(kit);
    kit_faults_run_hit(kit, "claim-drained", "at EVALSHA 2 of 1 half-sent cut");
    assert_true(kit->result.calls_in_doubt > 0);
    kit_faults_assert_all_served(kit);
}

static void test_connections(void **state)
{
    struct kit_run *kit = *state;
    static const char *const lines[] = {
        "at 20% cut all by server", "at 20% cut claim-holder by client",
        "at 20% cut claim-holder by server", "at 20% withhold any for 50ms then abandon",
        "at 20% withhold any for 50ms then retry"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        kit_faults_run_hit(kit, "lock-safe", lines[i]);
        assert_true(kit->result.calls_in_doubt > 0);
        kit_faults_assert_all_served(kit);
    }
}

static void test_items(void **state)
{
    struct kit_run *kit = *state;
    kit_faults_run_hit(kit, "claim-drained", "at 0s fail 20% once");
    assert_true(kit->result.refreshes.failed > 0);
    kit_faults_assert_all_served(kit);
    kit_faults_run_hit(kit, "claim-drained", "at 0s poison 1 for 500ms");
    assert_true(kit_faults_kills(kit) > 0);
    kit_faults_assert_all_served(kit);
    kit_faults_run_hit(kit, "claim-drained", "at 20% slow 1 by 5 for 300ms");
    kit_faults_assert_all_served(kit);
}

/* The only item is done as soon as anybody begins: who is to find it poisoned must not be late. */
static void test_poisoned_from_the_start(void **state)
{
    struct kit_run *kit = *state;
    kit_faults_order(kit, "claim-drained", "at 0s poison 1 for 100ms");
    kit->scenario.items = 1;
    kit->scenario.refresh.statement_us = 0;
    kit_run_contender(kit);
    if (kit->result.findings.faults_hit != 1)
        kit_run_fail(kit, "the item was done before it was poisoned");
    assert_true(kit_faults_kills(kit) > 0);
    kit_faults_assert_all_served(kit);
}

/* Who runs alone, whatever the scenario says, has no second instance to pause. */
static void test_an_instance_too_many(void **state)
{
    struct kit_run *kit = *state;
    kit_faults_order(kit, "in-memory", "at refresh 1 of 7 before pause for 10ms");
    kit->scenario.converge_ms = 1000;
    kit->scenario.instances = 8;
    kit->scenario.refresh.statement_us = 0;
    kit_run_contender(kit);
    const struct timeline_note *note = kit_faults_note(kit);
    if (kit->result.status != RUN_COMPLETE || note == NULL || note->hit)
        kit_run_fail(kit, "it hit somebody who is not there");
}

/* What was done and is not told would make a verdict on what is told. */
static void test_more_than_can_be_told(void **state)
{
    struct kit_run *kit = *state;
    kit_faults_order(kit, "claim-drained", "every 1ms from 0s 520 times redis delete nothing*");
    kit->scenario.refresh.statement_us = 10000; /* there is work when the last one comes */
    kit_run_contender(kit);
    assert_int_equal(kit->result.status, RUN_COMPLETE);
    kit_run_assert_reason(kit, "8 events or faults more than a run can keep");
}

/* The rest may take longer than the bound: as long as there is less and less of it, it goes on. No
 * item is taken for long, and none comes back. */
static void test_slow_but_sure(void **state)
{
    struct kit_run *kit = *state;
    kit_faults_order(kit, "harbor-23183", "at 0s slow 0 by 2 for 10ms");
    kit_run_name(kit, "harbor-23183", "batch=1");
    kit->scenario.converge_ms = 1000;
    kit->scenario.refresh.statement_us = 15000; /* 2.4 s for all */
    kit_run_contender(kit);
    assert_int_equal(kit->result.findings.faults_hit, 1);
    assert_int_equal(kit->result.items.refreshed, kit->result.items.total);
}

/* Nobody is accused of a claim that could not lapse before the run was over. */
static void test_a_long_lease(void **state)
{
    struct kit_run *kit = *state;
    kit_faults_order(kit, "claim-safe", "at 20% kill claim-holder back never");
    kit_run_name(kit, "claim-safe", "items=10 lease=90s");
    kit->scenario.lease_ms = 0;
    kit->scenario.time_scale = 100;
    kit->scenario.cycle_ms = 10000;
    kit->scenario.converge_ms = 0;
    kit_run_contender(kit);
    assert_int_equal(kit_faults_kills(kit), 1);
    kit_faults_assert_all_served(kit);
    assert_int_equal(kit->result.verdicts[VERDICT_LIVENESS].ruling, RULING_PASS);
    assert_int_equal(pace_converge_ns(&kit->scenario, &kit->scenario.entries[0]),
                     3 * (90 + 2 * 10) * (NS_PER_S / 100));
}

/* ---- instances that are told what is not so */

static void configure(struct kit_run *kit, const char *variable, uint64_t converge_ms)
{
    struct scenario *s = &kit->scenario;
    char error[512];
    kit_faults_order(kit, "instance-id", "at 20% slow 1 by 2 for 50ms");
    s->event_count = 0;
    s->converge_ms = converge_ms;
    s->variable_count = 1;
    if (!variable_read(variable, &s->variables[0], error, sizeof error))
        fail_msg("%s", error);
    kit_run_contender(kit);
    assert_int_equal(kit->result.status, RUN_COMPLETE);
    assert_true(kit->result.trustworthy);
    assert_string_equal(kit->result.broken_promise, "");
}

static void test_configurations(void **state)
{
    struct kit_run *kit = *state;
    const struct run_verdict *verdict = &kit->result.verdicts[VERDICT_AT_LEAST_ONCE];
    configure(kit, "CORE_INSTANCE_ID=9", 200); /* all are number 0, and the rest waits for ever */
    assert_int_equal(kit->result.findings.unassigned, 80);
    assert_int_equal(verdict->ruling, RULING_NOT_PROMISED);
    assert_true(verdict->certain >= 80);            /* more where the bound came too soon */
    configure(kit, "CORE_INSTANCE_TOTAL=3", 20000); /* as it is */
    assert_int_equal(kit->result.findings.unassigned, 0);
    assert_int_equal(verdict->ruling, RULING_PASS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(test_kill),
        IN_A_WORLD(test_pause),
        IN_A_WORLD(test_a_pause_is_told),
        IN_A_WORLD(test_a_pause_that_ends_by_death),
        IN_A_WORLD(test_misses),
        IN_A_WORLD(test_waits_in_vain),
        IN_A_WORLD(test_at_a_command),
        IN_A_WORLD(test_connections),
        IN_A_WORLD(test_items),
        IN_A_WORLD(test_poisoned_from_the_start),
        IN_A_WORLD(test_an_instance_too_many),
        IN_A_WORLD(test_more_than_can_be_told),
        IN_A_WORLD(test_slow_but_sure),
        IN_A_WORLD(test_a_long_lease),
        IN_A_WORLD(test_configurations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
