/* Event lines, and what comes of them in a run. */
#include "sim/timeline.h"
#include "tests/kit_run.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- reading */

static void test_lines(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        struct timeline_event event;
    } lines[] = {
        {"at 90s scale 8", {.at_ms = 90000, .kind = TIMELINE_SCALE, .number = 8}},
        {"at 5min scale 0 gap 10s", {.at_ms = 300000, .kind = TIMELINE_SCALE, .option_ms = 10000}},
        {"at 0s stop 3",
         {.kind = TIMELINE_STOP, .number = 3, .option_ms = TIMELINE_STOP_WITHIN_MS}},
        {"at 500ms stop 0 within 2s", {.at_ms = 500, .kind = TIMELINE_STOP, .option_ms = 2000}},
        {"at 1s restart", {.at_ms = 1000, .kind = TIMELINE_RESTART}},
        {"at 1s restart gap 30s", {.at_ms = 1000, .kind = TIMELINE_RESTART, .option_ms = 30000}},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct timeline_event event;
        char error[256];
        if (!timeline_read(lines[i].line, &event, error, sizeof error))
            fail_msg("%s: %s", lines[i].line, error);
        assert_int_equal(event.at_ms, lines[i].event.at_ms);
        assert_int_equal(event.kind, lines[i].event.kind);
        assert_int_equal(event.number, lines[i].event.number);
        assert_int_equal(event.option_ms, lines[i].event.option_ms);
    }
}

static void test_refused_lines(void **state)
{
    (void)state;
    static const struct {
        const char *line, *error; /* up to what would be right */
    } lines[] = {
        {"scale 8", "no \"at\" in front: \"scale 8\""},
        {"", "no \"at\" in front: \"\""},
        {"at", "not a time: \"\""},
        {"at noon scale 8", "not a time: \"noon\""},
        {"at 1s", "unknown event \"\""},
        {"at 1s grow 8", "unknown event \"grow\""},
        {"at 1s scale", "no number behind \"scale\""},
        {"at 1s stop 3 within", "not a time: \"\""},
        {"at 1s stop 3 gap 1s", "unexpected \"gap\""},
        {"at 1s restart 3", "unexpected \"3\""},
        {"at 1s scale 8 now", "unexpected \"now\""},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct timeline_event event;
        char error[512], expected[512];
        snprintf(expected, sizeof expected, "%s; %s would be right", lines[i].error,
                 timeline_expected);
        assert_false(timeline_read(lines[i].line, &event, error, sizeof error));
        assert_string_equal(error, expected);
    }
    struct timeline_event event;
    char error[256];
    assert_false(timeline_read("at 1s scale 1001", &event, error, sizeof error));
    assert_non_null(strstr(error, "1000"));
}

/* ---- in a run */

/* A cycle is 100 ms of real time, at a scale of 10. */
static void set_up(struct kit_run *kit, const char *contender, const char *const *lines)
{
    struct scenario *scenario = &kit->scenario;
    char error[512];
    scenario->cycle_ms = 1000;
    scenario->time_scale = 10;
    scenario->producers.count = 1;
    scenario->producers.per_s = 20;
    scenario->producers.seeded = 0.5;
    scenario->event_count = 0;
    for (; *lines != NULL; lines++)
        if (!timeline_read(*lines, &scenario->events[scenario->event_count++], error, sizeof error))
            fail_msg("%s", error);
    kit_run_name(kit, contender, "");
    kit->shape.instances_max = timeline_instances_max(scenario);
}

/* What happened, "scale 3, start 2, ...", in its order. */
static void assert_notes(struct kit_run *kit, const char *expected)
{
    const struct timeline *timeline = &kit->world.timeline;
    char notes[1024] = "";
    size_t len = 0;
    for (uint32_t i = 0; i < timeline->note_count; i++) {
        const struct timeline_note *n = &timeline->notes[i];
        len += (size_t)snprintf(notes + len, sizeof notes - len, "%s%s %u", len ? ", " : "",
                                n->what, n->number);
        if (n->confirmed_s < n->asked_s)
            kit_run_fail(kit, "\"%s\" has not come about", n->text);
    }
    if (strcmp(notes, expected) != 0)
        kit_run_fail(kit, "\"%s\" instead of \"%s\"", notes, expected);
}

static const struct process *instance(const struct kit_run *kit, uint32_t number)
{
    return &kit->world.cluster.processes[number];
}

static uint64_t refreshes_of(const struct kit_run *kit, uint32_t number)
{
    const struct process *process = instance(kit, number);
    uint64_t sum = 0;
    for (uint32_t k = 0; k < process->slots; k++)
        sum += counter_get(&kit->world.board->slots[process->first_slot + k].tally.done);
    return sum;
}

static void in_both_modes(struct kit_run *kit, void (*check)(struct kit_run *kit))
{
    for (int mode = MODE_CONCURRENT; mode <= MODE_LOCKSTEP; mode++) {
        kit->scenario.mode = (enum mode)mode;
        check(kit);
    }
}

static void check_scale_up(struct kit_run *kit)
{
    kit->scenario.cycles = 5;
    set_up(kit, "harbor-23183", (const char *const[]){"at 1500ms scale 4", NULL});
    kit_run_world(kit);
    kit_run_assert_good(kit);
    assert_notes(kit, "scale 4, start 2, start 3");
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(instance(kit, i)->lives, 1);
    assert_int_equal(kit->world.timeline.restarts, 0);
}

static void test_scale_up(void **state)
{
    in_both_modes(*state, check_scale_up);
}

static void check_scale_down_and_up(struct kit_run *kit)
{
    kit->scenario.instances = 3;
    kit->scenario.cycles = 6;
    set_up(kit, "harbor-23183",
           (const char *const[]){"at 1500ms scale 1", "at 3500ms scale 3", NULL});
    kit_run_world(kit);
    kit_run_assert_good(kit);
    assert_notes(kit, "scale 1, stop 2, stop 1, scale 3, start 1, start 2");
    assert_int_equal(instance(kit, 0)->lives, 1);
    assert_int_equal(instance(kit, 1)->lives, 2);
    assert_int_equal(instance(kit, 2)->lives, 2);
}

static void test_scale_down_and_up(void **state)
{
    in_both_modes(*state, check_scale_down_and_up);
}

/* Down and up at one time: who is still on the way out comes back when it is gone. */
static void check_asked_for_again(struct kit_run *kit)
{
    kit->scenario.cycles = 5;
    set_up(kit, "harbor-23183",
           (const char *const[]){"at 1500ms scale 1", "at 1500ms scale 2", NULL});
    kit_run_world(kit);
    kit_run_assert_good(kit);
    assert_notes(kit, "scale 1, stop 1, scale 2, start 1");
    assert_int_equal(instance(kit, 1)->lives, 2);
}

static void test_asked_for_again(void **state)
{
    in_both_modes(*state, check_asked_for_again);
}

/* Nobody runs for a while: the run waits for who is to come. */
static void check_nobody_for_a_while(struct kit_run *kit)
{
    kit->scenario.cycles = 6;
    set_up(kit, "harbor-23183",
           (const char *const[]){"at 1500ms scale 0", "at 3500ms scale 2", NULL});
    kit_run_world(kit);
    kit_run_assert_good(kit);
    assert_notes(kit, "scale 0, stop 1, stop 0, scale 2, start 0, start 1");
    assert_in_range(kit_run_cycles(kit), 3, 5); /* two before, and at least one after */
}

static void test_nobody_for_a_while(void **state)
{
    in_both_modes(*state, check_nobody_for_a_while);
}

static void check_the_only_one_comes_back(struct kit_run *kit)
{
    kit->scenario.instances = 1;
    kit->scenario.cycles = 6;
    kit->scenario.restart_ms = 2000;
    set_up(kit, "harbor-23183", (const char *const[]){"at 1500ms kill 0", NULL});
    kit_run_world(kit);
    kit_run_assert_good(kit);
    assert_notes(kit, "kill 0, start 0");
    assert_in_range(kit_run_cycles(kit), 3, 5);
}

static void test_the_only_one_comes_back(void **state)
{
    in_both_modes(*state, check_the_only_one_comes_back);
}

/* An event at the very beginning, and nobody whose commands would let time pass. */
static void test_event_at_the_start(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.cycles = 2;
    set_up(kit, "null", (const char *const[]){"at 0s stop 1", NULL});
    kit->scenario.producers.count = 0;
    kit_run_name(kit, "null", "");
    kit_run_world(kit);
    kit_run_assert_good(kit);
    assert_notes(kit, "stop 1");
    assert_int_equal(kit_run_cycles(kit), 2);
}

/* A restart that is under way brings nobody back whom a smaller size has done away with. */
static void check_smaller_while_restarted(struct kit_run *kit)
{
    kit->scenario.instances = 3;
    kit->scenario.cycles = 12;
    kit->scenario.deployment = DEPLOYMENT_DEPLOYMENT; /* the lowest number first */
    set_up(kit, "harbor-23183",
           (const char *const[]){"at 1500ms restart gap 5s", "at 3500ms scale 1", NULL});
    kit_run_world(kit);
    kit_run_assert_good(kit);
    assert_notes(kit, "stop 0, start 0, scale 1, stop 2, stop 1");
}

static void test_smaller_while_restarted(void **state)
{
    in_both_modes(*state, check_smaller_while_restarted);
}

/* Who is configured with the number of instances learns the new one by a restart, the highest
 * first, one at a time. */
static void check_rolling_restart(struct kit_run *kit)
{
    kit->scenario.instances = 2;
    kit->scenario.cycles = 10;
    set_up(kit, "instance-id", (const char *const[]){"at 1500ms scale 3 gap 1s", NULL});
    kit_run_world(kit);
    kit_run_assert_good(kit);
    assert_notes(kit, "scale 3, start 2, stop 1, start 1, stop 0, start 0");
    assert_int_equal(kit->world.timeline.restarts, 2);
    const struct timeline_note *notes = kit->world.timeline.notes;
    assert_true(notes[4].asked_s - notes[3].confirmed_s > 0.0999);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(kit->world.board->slots[instance(kit, i)->first_slot].size, 3);
        assert_true(refreshes_of(kit, i) > 0);
    }
}

static void test_rolling_restart(void **state)
{
    in_both_modes(*state, check_rolling_restart);
}

/* Shape of its own: the events of others do not touch it. */
static void test_fixed_shape(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.cycles = 3;
    set_up(kit, "in-memory", (const char *const[]){"at 1s scale 4", NULL});
    kit_run_world(kit);
    kit_run_assert_good(kit);
    assert_int_equal(kit->world.cluster.instances, 1);
    assert_notes(kit, "");
}

/* One round of items that take their time: nothing is marked meanwhile. */
static void set_up_long_round(struct kit_run *kit, const char *contender, const char *parameters,
                              const char *const *lines)
{
    kit->scenario.cycles = 1;
    set_up(kit, contender, lines);
    kit->scenario.producers.count = 0;
    kit->scenario.producers.seeded = 1;
    kit_run_name(kit, contender, parameters);
    kit->shape.instances_max = timeline_instances_max(&kit->scenario);
}

/* An orderly stop that takes too long ends in a SIGKILL, which was ordered: the run is trusted. */
static void test_deadline_passes(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.items = 20;
    kit->scenario.round_bound_ms = 10000;
    kit->scenario.refresh.statement_us = 2000000; /* 0.8 s of real time for an item */
    set_up_long_round(kit, "harbor-23183", "batch=10",
                      (const char *const[]){"at 4s stop 1 within 500ms", NULL});
    kit_run_world(kit);
    assert_int_equal(kit->result.status, RUN_COMPLETE);
    if (!kit->result.trustworthy)
        kit_run_fail(kit, "the run is not trusted");
    assert_notes(kit, "stop 1");
    assert_int_equal(instance(kit, 1)->death_signal, SIGKILL);
    assert_int_equal(instance(kit, 0)->death_signal, 0);
    assert_int_equal(kit->result.items.lost, 10); /* the batch that the killed one had popped */
}

/* In time it ends by itself, with what it had in hand put back. */
static void check_deadline_holds(struct kit_run *kit)
{
    kit->scenario.items = 20;
    kit->scenario.refresh.statement_us = 200000; /* 80 ms: it is stopped at its sixth */
    set_up_long_round(kit, "harbor-23183", "batch=10", (const char *const[]){"at 4s stop 1", NULL});
    kit_run_world(kit);
    kit_run_assert_good(kit);
    assert_notes(kit, "stop 1");
    assert_int_equal(instance(kit, 1)->death_signal, 0);
    assert_int_equal(kit->result.items.lost, 0);
    assert_in_range(refreshes_of(kit, 1), 1, 9);
}

static void test_deadline_holds(void **state)
{
    in_both_modes(*state, check_deadline_holds);
}

/* Everything that lockstep promises to be exact, in one number. */
static uint64_t fingerprint(const struct kit_run *kit)
{
    const struct board *board = kit->world.board;
    uint64_t print = kit->world.timeline.note_count;
    for (uint32_t i = 0; i < board->seats; i++) {
        const struct slot *slot = &board->slots[i];
        const uint64_t counts[] = {counter_get(&slot->tally.done), counter_get(&slot->cycles),
                                   counter_get(&slot->tally.marks), slot->life,
                                   counter_get(&slot->meter.round_trips)};
        for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++)
            print = (print ^ counts[k]) * UINT64_C(1099511628211);
    }
    return print;
}

static void test_same_seed_same_counts(void **state)
{
    struct kit_run *kit = *state;
    enum { RUNS = 5 };
    uint64_t first = 0;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.refresh.statement_us = 20000; /* 200 items of 80 ms, shared by two and more */
    for (int i = 0; i < RUNS; i++) {
        set_up_long_round(kit, "instance-id", "",
                          (const char *const[]){"at 1100ms scale 4", "at 2100ms scale 2",
                                                "at 2500ms scale 3", NULL});
        kit_run_world(kit);
        kit_run_assert_good(kit);
        if (i == 0)
            first = fingerprint(kit);
        else if (fingerprint(kit) != first)
            kit_run_fail(kit, "run %d differs from the first", i + 1);
    }
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, kit_run_open, kit_run_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),        cmocka_unit_test(test_refused_lines),
        IN_A_WORLD(test_scale_up),           IN_A_WORLD(test_scale_down_and_up),
        IN_A_WORLD(test_asked_for_again),    IN_A_WORLD(test_rolling_restart),
        IN_A_WORLD(test_fixed_shape),        IN_A_WORLD(test_deadline_passes),
        IN_A_WORLD(test_deadline_holds),     IN_A_WORLD(test_same_seed_same_counts),
        IN_A_WORLD(test_nobody_for_a_while), IN_A_WORLD(test_the_only_one_comes_back),
        IN_A_WORLD(test_event_at_the_start), IN_A_WORLD(test_smaller_while_restarted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
