/* Faults: their lines, and what each kind does to a run. Nothing here waits for a moment: faults
 * come at a share of the work or at a command, and victims are frozen before they are looked at. */
#include "sim/fault/fault_read.h"
#include "sim/fault/faults.h"
#include "sim/judge/verdict.h"
#include "sim/scenario/pace.h"
#include "sim/scenario/variables.h"
#include "sim/trial/soak.h"
#include "tests/kit_run.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

/* ---- lines */

static struct timeline_event read_line(const char *line)
{
    struct timeline_event event;
    char error[512];
    if (!timeline_read(line, &event, error, sizeof error))
        fail_msg("%s: %s", line, error);
    assert_int_equal(event.kind, TIMELINE_FAULT);
    return event;
}

static void test_when(void **state)
{
    (void)state;
    struct timeline_event event = read_line("at 2s kill 1");
    assert_int_equal(event.when, WHEN_TIME);
    assert_int_equal(event.at_ms, 2000);
    event = read_line("at 30% kill 1");
    assert_int_equal(event.when, WHEN_SHARE);
    assert_true(event.share_done == 0.3);
    event = read_line("every 200ms from 1s until 3s kill any");
    assert_int_equal(event.every_ms, 200);
    assert_int_equal(event.at_ms, 1000);
    assert_int_equal(event.until_ms, 3000);
    event = read_line("randomly every 200ms 5 times kill any");
    assert_true(event.random);
    assert_int_equal(event.at_ms, 200);
    assert_int_equal(event.times, 5);
    event = read_line("at SPOP 3 of upkeep 1 executed kill");
    assert_int_equal(event.when, WHEN_COMMAND);
    assert_string_equal(event.point.name, "SPOP");
    assert_int_equal(event.point.nth, 3);
    assert_int_equal(event.point.instance, 1);
    assert_int_equal(event.point.role, SEAT_UPKEEP);
    assert_int_equal(event.point.phase, FAULT_UNREAD);
    assert_int_equal(event.fault.number, 1);
    event = read_line("at refresh 2 of 0 after pause for 1s");
    assert_int_equal(event.point.phase, FAULT_AFTER_EFFECT);
}

static void test_what(void **state)
{
    (void)state;
    struct fault_order order = read_line("at 1s kill claim-holder back 5s as new").fault;
    assert_int_equal(order.target, TARGET_ANY);
    assert_int_equal(order.condition, IF_HOLDS);
    assert_int_equal(order.holds, 1);
    assert_int_equal(order.back_ms, 5000);
    assert_true(order.fresh);
    order = read_line("at 1s kill 2 if holds 3 back never").fault;
    assert_int_equal(order.target, TARGET_ONE);
    assert_int_equal(order.number, 2);
    assert_int_equal(order.holds, 3);
    assert_true(order.never_back);
    order = read_line("at 1s pause all-but-one for 900ms").fault;
    assert_int_equal(order.target, TARGET_ALL_BUT_ONE);
    assert_int_equal(order.for_ms, 900);
    order = read_line("at 1s kill successor back never").fault;
    assert_int_equal(order.target, TARGET_ANY_OTHER);
    assert_int_equal(order.condition, IF_HOLDS);
    order = read_line("at 1s slow 1 by 20").fault;
    assert_true(order.amount == 20);
    order = read_line("at 1s cut all by server").fault;
    assert_true(order.by_server);
    order = read_line("at 1s withhold leader for 1s then retry").fault;
    assert_true(order.retry);
    order = read_line("at 1s fail 5% once").fault;
    assert_true(order.once && order.amount == 0.05);
    order = read_line("at 1s redis restart lose 4096 bytes after 1s").fault;
    assert_true(order.amount == 4096);
    assert_int_equal(order.for_ms, 1000);
    order = read_line("at 1s redis delete a*b of zset").fault;
    assert_string_equal(order.name, "a*b");
    assert_string_equal(order.type, "zset");
}

static void test_refused_lines(void **state)
{
    (void)state;
    static const char *const lines[][2] = {
        {"at 1s pause 1", "no \"for TIME\" behind"},
        {"at 1s kill", "no number behind"},
        {"at 1s kill nobody", "any, all, all-but-one"},
        {"at 1s kill 1 if idle", "leads, holds-lock or holds"},
        {"at 1s slow 1", "by FACTOR"},
        {"at 1s slow 1 by 2 if leads", "unexpected"},
        {"at 1s cut 1", "by client"},
        {"every 1s kill any", "neither until TIME nor N times"},
        {"every 0s until 1s kill any", "not a time"},
        {"at SPOP 0 of 1 executed kill", "neither a time nor a command"},
        {"at SPOP 1 of 1 sometime kill", "before, half-sent, executed or after"},
        {"at refresh 1 of 1 executed kill", "\"executed\"; before or after"},
        {"at SPOP 1 of 1 executed redis stall for 1s", "does not strike at a command"},
        {"at 30% scale 5", "only a fault"},
        {"at 1s redis freeze", "unknown event"},
        {"at 1s kill 1 back never twice", "unexpected"},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct timeline_event event;
        char error[512];
        if (timeline_read(lines[i][0], &event, error, sizeof error))
            fail_msg("\"%s\" was accepted", lines[i][0]);
        if (strstr(error, lines[i][1]) == NULL)
            fail_msg("\"%s\": %s", lines[i][0], error);
    }
}

/* ---- runs */

static void order(struct kit_run *kit, const char *contender, const char *line)
{
    struct scenario *s = &kit->scenario;
    char error[512];
    soak_small_world(s);
    s->items = 120;
    s->event_count = 1;
    if (!timeline_read(line, &s->events[0], error, sizeof error))
        fail_msg("%s", error);
    kit->options.without_marks = true;
    kit_run_name(kit, contender, "");
    if (strcmp(contender, "claim-drained") == 0)
        kit_run_name(kit, contender, "batch=10");
}

static const struct timeline_note *note_of(const struct kit_run *kit)
{
    for (uint32_t i = 0; i < kit->result.event_count; i++)
        if (kit->result.events[i].is_fault)
            return &kit->result.events[i];
    return NULL;
}

/* It struck, was seen to, was undone if it can be, and the books balance. */
static const struct timeline_note *run_hit(struct kit_run *kit, const char *contender,
                                           const char *line)
{
    order(kit, contender, line);
    kit_run_contender(kit);
    const struct timeline_note *note = note_of(kit);
    if (kit->result.status != RUN_COMPLETE || !kit->result.trustworthy)
        kit_run_fail(kit, "\"%s\": not complete, or not trustworthy", line);
    if (note == NULL || !note->hit || note->confirmed_s < note->asked_s)
        kit_run_fail(kit, "\"%s\" hit nothing", line);
    return note;
}

static void assert_all_served(struct kit_run *kit)
{
    if (kit->result.items.refreshed != kit->result.items.total || !kit->result.converge.in_time)
        kit_run_fail(kit, "not all is served, or the run has not come to rest");
}

static uint32_t kills(const struct kit_run *kit)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < kit->result.instance_count; i++)
        sum += kit->result.instances[i].kills;
    return sum;
}

static void test_kill(void **state)
{
    struct kit_run *kit = *state;
    run_hit(kit, "claim-drained", "at 20% kill claim-holder");
    assert_all_served(kit);
    assert_int_equal(kills(kit), 1);
    run_hit(kit, "lock-safe", "at 20% kill lock-holder back never");
    assert_all_served(kit);
    assert_int_equal(kills(kit), 1);
    run_hit(kit, "claim-drained", "at 20% kill all back 100ms as new");
    assert_all_served(kit);
    assert_int_equal(kills(kit), 3);
}

/* What stands still is undone: who was paused goes on. */
static void test_pause(void **state)
{
    struct kit_run *kit = *state;
    const struct timeline_note *note =
        run_hit(kit, "claim-drained", "at 20% pause claim-holder for 600ms");
    assert_true(note->healed_s >= note->confirmed_s);
    assert_all_served(kit);
    assert_int_equal(kills(kit), 0);
}

/* And when it stood still is known to the history. */
static void test_a_pause_is_told(void **state)
{
    struct kit_run *kit = *state;
    static const char *const lines[] = {"at 20% pause claim-holder for 300ms",
                                        "at EVALSHA 1 of 1 after pause for 300ms"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        order(kit, "claim-drained", lines[i]);
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
    order(kit, "claim-drained", "at EVALSHA 1 of 1 after pause for 60s");
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
        order(kit, "claim-drained", lines[i]);
        kit_run_contender(kit);
        const struct timeline_note *note = note_of(kit);
        if (note == NULL || note->hit || note->confirmed_s >= 0)
            kit_run_fail(kit, "\"%s\" did not miss", lines[i]);
        assert_true(verdict_is_unknown(&kit->result));
        assert_int_equal(kills(kit), 0);
        assert_all_served(kit);
    }
}

/* What waits for more work than can be done does not keep a run from its end. */
static void test_waits_in_vain(void **state)
{
    struct kit_run *kit = *state;
    struct scenario *s = &kit->scenario;
    static const char *const lines[] = {"at 100% pause any for 100ms",
                                        "at XADD 1 of 0 executed kill"};
    char error[512];
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        order(kit, "instance-id", "at refresh 1 of 1 before kill back never");
        assert_true(timeline_read(lines[i], &s->events[s->event_count++], error, sizeof error));
        kit_run_name(kit, "instance-id", "");
        s->converge_ms = 1000;
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
    run_hit(kit, "claim-drained", "at EVALSHA 1 of 1 executed kill");
    assert_int_equal(kills(kit), 1);
    assert_true(kit->result.calls_in_doubt > 0);
    assert_all_served(kit);
    run_hit(kit, "claim-drained", "at EVALSHA 1 of 1 executed kill back never");
    assert_int_equal(kit->result.instances[1].lives, 1);
    const struct timeline_note *note =
        run_hit(kit, "claim-drained", "at EVALSHA 1 of 1 after pause for 600ms");
    assert_true(note->healed_s >= note->confirmed_s);
    assert_all_served(kit);
    run_hit(kit, "claim-drained", "at EVALSHA 2 of 1 half-sent cut");
    assert_true(kit->result.calls_in_doubt > 0);
    assert_all_served(kit);
}

static void test_connections(void **state)
{
    struct kit_run *kit = *state;
    static const char *const lines[] = {
        "at 20% cut all by server", "at 20% cut claim-holder by client",
        "at 20% cut claim-holder by server", "at 20% withhold any for 50ms then abandon",
        "at 20% withhold any for 50ms then retry"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        run_hit(kit, "lock-safe", lines[i]);
        assert_true(kit->result.calls_in_doubt > 0);
        assert_all_served(kit);
    }
}

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
    order(kit, "lock-safe", "at 20% cut claim-holder by server");
    kit_run_world(kit);
    const struct timeline_note *note = &kit->world.timeline.notes[0];
    assert_true(note->hit);
    for (uint32_t i = 0; i < kit->world.cluster.instances; i++) {
        if (i != note->number)
            assert_int_equal(reconnects(kit, &kit->world.cluster.processes[i]), 0);
    }
}

static void test_items(void **state)
{
    struct kit_run *kit = *state;
    run_hit(kit, "claim-drained", "at 0s fail 20% once");
    assert_true(kit->result.refreshes.failed > 0);
    assert_all_served(kit);
    run_hit(kit, "claim-drained", "at 0s poison 1 for 500ms");
    assert_true(kills(kit) > 0);
    assert_all_served(kit);
    run_hit(kit, "claim-drained", "at 20% slow 1 by 5 for 300ms");
    assert_all_served(kit);
}

/* The only item is done as soon as anybody begins: who is to find it poisoned must not be late. */
static void test_poisoned_from_the_start(void **state)
{
    struct kit_run *kit = *state;
    order(kit, "claim-drained", "at 0s poison 1 for 100ms");
    kit->scenario.items = 1;
    kit->scenario.refresh.statement_us = 0;
    kit_run_contender(kit);
    if (kit->result.findings.faults_hit != 1)
        kit_run_fail(kit, "the item was done before it was poisoned");
    assert_true(kills(kit) > 0);
    assert_all_served(kit);
}

/* Who runs alone, whatever the scenario says, has no second instance to pause. */
static void test_an_instance_too_many(void **state)
{
    struct kit_run *kit = *state;
    order(kit, "in-memory", "at refresh 1 of 7 before pause for 10ms");
    kit->scenario.converge_ms = 1000;
    kit->scenario.instances = 8;
    kit->scenario.refresh.statement_us = 0;
    kit_run_contender(kit);
    const struct timeline_note *note = note_of(kit);
    if (kit->result.status != RUN_COMPLETE || note == NULL || note->hit)
        kit_run_fail(kit, "it hit somebody who is not there");
}

/* What was done and is not told would make a verdict on what is told. */
static void test_more_than_can_be_told(void **state)
{
    struct kit_run *kit = *state;
    order(kit, "claim-drained", "every 1ms from 0s 520 times redis delete nothing*");
    kit->scenario.refresh.statement_us = 10000; /* there is work when the last one comes */
    kit_run_contender(kit);
    assert_int_equal(kit->result.status, RUN_COMPLETE);
    kit_run_assert_reason(kit, "8 events or faults more than a run can keep");
}

/* Strikes that come at once: each but the first finds no connection, and waits for one. */
static void test_storm(void **state)
{
    struct kit_run *kit = *state;
    const char *const storm = "at 20% cut all by server";
    order(kit, "stream", storm);
    for (kit->scenario.event_count = 0; kit->scenario.event_count < 4; kit->scenario.event_count++)
        kit->scenario.events[kit->scenario.event_count] = read_line(storm);
    kit_run_contender(kit);
    if (kit->result.status != RUN_COMPLETE || !kit->result.trustworthy)
        kit_run_fail(kit, "not complete, or not trustworthy");
    assert_int_equal(kit->result.findings.faults, 4);
    assert_int_equal(kit->result.findings.faults_hit, 4);
    assert_false(verdict_is_unknown(&kit->result));
    assert_all_served(kit);
}

/* On a busy machine the rest may take longer than the bound: as long as there is less and less of
 * it, it goes on. */
static void test_slow_but_sure(void **state)
{
    struct kit_run *kit = *state;
    order(kit, "claim-drained", "at 5% cut any by client");
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
    order(kit, "claim-safe", "at 20% kill claim-holder back never");
    kit_run_name(kit, "claim-safe", "items=10 lease=90s");
    kit->scenario.lease_ms = 0;
    kit->scenario.time_scale = 100;
    kit->scenario.cycle_ms = 10000;
    kit->scenario.converge_ms = 0;
    kit_run_contender(kit);
    assert_int_equal(kills(kit), 1);
    assert_all_served(kit);
    assert_int_equal(kit->result.verdicts[VERDICT_LIVENESS].ruling, RULING_PASS);
    assert_int_equal(pace_converge_ns(&kit->scenario, &kit->scenario.entries[0]),
                     3 * (90 + 2 * 10) * (NS_PER_S / 100));
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
        order(kit, "lock-safe", lines[i][0]);
        kit->scenario.events[1] = read_line(lines[i][1]);
        kit->scenario.event_count = 2;
        kit_run_contender(kit);
        if (kit->result.status != RUN_COMPLETE || !kit->result.trustworthy)
            kit_run_fail(kit, "\"%s\" and \"%s\": not complete, or not trustworthy", lines[i][0],
                         lines[i][1]);
        assert_int_equal(kit->result.findings.faults_hit, 2);
        assert_all_served(kit);
    }
}

/* One that has to wait for longer than the run may take to converge hits nothing. */
static void test_the_server_is_stopped_for_too_long(void **state)
{
    struct kit_run *kit = *state;
    order(kit, "lock-safe", "at 20% redis stall for 600ms");
    kit->scenario.events[1] = read_line("at 20% cut all by server");
    kit->scenario.event_count = 2;
    kit->scenario.converge_ms = 100;
    kit_run_contender(kit);
    if (kit->result.status != RUN_COMPLETE || !kit->result.trustworthy)
        kit_run_fail(kit, "not complete, or not trustworthy");
    assert_int_equal(kit->result.findings.faults, 2);
    assert_int_equal(kit->result.findings.faults_hit, 1);
}

static void test_server(void **state)
{
    struct kit_run *kit = *state;
    const struct timeline_note *note = run_hit(kit, "lock-safe", "at 20% redis stall for 300ms");
    assert_true(note->healed_s >= note->confirmed_s);
    assert_all_served(kit);
    note = run_hit(kit, "lock-safe", "at 20% redis restart after 50ms");
    assert_true(note->healed_s >= note->confirmed_s);
    assert_all_served(kit); /* SIGKILL loses nothing that an append-only file has */
    run_hit(kit, "claim-drained", "at 20% redis restart lose 1500 bytes");
    run_hit(kit, "claim-drained", "at 20% redis restart empty");
    assert_true(kit->result.items.lost > 0);
    assert_false(verdict_is_unknown(&kit->result));
    assert_string_equal(kit->result.broken_promise, ""); /* nobody promises anything there */
    run_hit(kit, "claim-drained", "at 20% redis delete * of set");
}

/* What Redis had taken is undone: nobody promises anything, and the counts are shown. */
static void test_lost_data(void **state)
{
    struct kit_run *kit = *state;
    const struct run_verdict *once = &kit->result.verdicts[VERDICT_AT_MOST_ONCE];
    run_hit(kit, "harbor-23183", "at 50% redis restart lose 100000000 bytes");
    assert_string_equal(kit->result.broken_promise, "");
    assert_int_equal(once->ruling, RULING_NOT_PROMISED);
    run_hit(kit, "harbor-23183", "at 50% redis restart");
    assert_int_equal(once->ruling, RULING_PASS);
    /* The seeding is the harness's, and the new server has never seen it. */
    run_hit(kit, "lock-per-item", "at 50% redis restart empty");
    /* What is taken has no message any more, and a script says so. */
    run_hit(kit, "lease", "at 20% redis delete * of hash");
}

/* ---- instances that are told what is not so */

static void configure(struct kit_run *kit, const char *variable, uint64_t converge_ms)
{
    struct scenario *s = &kit->scenario;
    char error[512];
    order(kit, "instance-id", "at 20% slow 1 by 2 for 50ms");
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

/* ---- the schedule */

static void test_schedule(void **state)
{
    (void)state;
    struct scenario *s = calloc(1, sizeof *s);
    struct faults first, second, other;
    assert_non_null(s);
    s->time_scale = 1;
    s->event_count = 1;
    s->events[0] = read_line("randomly every 200ms 5 times kill any");
    assert_true(faults_open(&first, s, 1) && faults_open(&second, s, 1) &&
                faults_open(&other, s, 2));
    assert_int_equal(first.random, second.random);
    assert_int_equal(first.dues[0].random, second.dues[0].random);
    assert_int_not_equal(first.random, other.random);
    assert_int_not_equal(first.dues[0].random, other.dues[0].random);
    assert_int_equal(faults_next_ns(&first), 200 * NS_PER_MS);
    faults_close(&first);
    faults_close(&second);
    faults_close(&other);
    free(s);
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
    order(kit, "claim-drained", line);
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
        cmocka_unit_test(test_when),
        cmocka_unit_test(test_what),
        cmocka_unit_test(test_refused_lines),
        cmocka_unit_test(test_schedule),
        IN_A_WORLD(test_kill),
        IN_A_WORLD(test_pause),
        IN_A_WORLD(test_a_pause_is_told),
        IN_A_WORLD(test_a_pause_that_ends_by_death),
        IN_A_WORLD(test_misses),
        IN_A_WORLD(test_waits_in_vain),
        IN_A_WORLD(test_at_a_command),
        IN_A_WORLD(test_connections),
        IN_A_WORLD(test_the_server_cuts_one_alone),
        IN_A_WORLD(test_items),
        IN_A_WORLD(test_poisoned_from_the_start),
        IN_A_WORLD(test_an_instance_too_many),
        IN_A_WORLD(test_more_than_can_be_told),
        IN_A_WORLD(test_storm),
        IN_A_WORLD(test_slow_but_sure),
        IN_A_WORLD(test_a_long_lease),
        IN_A_WORLD(test_the_server_is_broken_by_one_at_a_time),
        IN_A_WORLD(test_the_server_is_stopped_for_too_long),
        IN_A_WORLD(test_server),
        IN_A_WORLD(test_lost_data),
        IN_A_WORLD(test_configurations),
        IN_A_WORLD(test_interrupted_while_stalled),
        IN_A_WORLD(test_interrupted_while_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
