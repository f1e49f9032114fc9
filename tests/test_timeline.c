/* What comes of event lines in a run. */
#include "sim/fault/timeline.h"
#include "tests/kit_run.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A cycle is 100 ms of real time, at a scale of 10. */
static void set_up(struct kit_run *kit, const char *contender, const char *const *lines)
{
    struct scenario *scenario = &kit->scenario;
    scenario->cycle_ms = 1000;
    scenario->time_scale = 10;
    scenario->producers.count = 1;
    scenario->producers.per_s = 20;
    scenario->producers.seeded = 0.5;
    scenario->event_count = 0;
    for (; *lines != NULL; lines++)
        kit_run_event(kit, *lines);
    kit_run_name(kit, contender, "");
    kit->shape.instances_max = timeline_instances_max(scenario);
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

/* What a concurrent run has to see before it is over: as many notes, cycles of somebody, and
 * refreshes of each of the first `busy` instances. */
struct enough {
    struct kit_run *kit;
    uint32_t notes, cycles, busy;
};

static void end_when_enough(void *context, const struct run_progress *progress)
{
    const struct enough *enough = context;
    const struct kit_run *kit = enough->kit;
    const struct timeline *timeline = &kit->world.timeline;
    if (strcmp(progress->phase, "running") != 0 || timeline->note_count < enough->notes ||
        timeline->unconfirmed > 0 || kit_run_cycles(kit) < enough->cycles)
        return;
    for (uint32_t i = 0; i < enough->busy; i++)
        if (refreshes_of(kit, i) == 0)
            return;
    board_stop(kit->world.board, STOP_SOFT);
}

static uint32_t count_notes(const char *notes)
{
    uint32_t count = 1;
    for (; *notes != '\0'; notes++)
        count += *notes == ',';
    return count;
}

/* In lockstep as many cycles as the scenario has: what they bring is exact. Where time is real and
 * the machine may be busy, as many as it takes. */
static void run_until(struct kit_run *kit, const char *notes, uint32_t cycles, uint32_t busy)
{
    enum { PATIENCE_CYCLES = 600 };
    struct enough enough = {kit, count_notes(notes), cycles, busy};
    const uint32_t planned = kit->scenario.cycles;
    const struct run_options options = kit->options;
    if (kit->scenario.mode == MODE_CONCURRENT) {
        kit->scenario.cycles = PATIENCE_CYCLES;
        kit->shape.producers.end_ns *= PATIENCE_CYCLES / planned;
        kit->options.progress = end_when_enough;
        kit->options.progress_context = &enough;
    }
    kit_run_world(kit);
    kit->options = options;
    kit->scenario.cycles = planned;
    kit_run_assert_good(kit);
    assert_notes(kit, notes);
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
    run_until(kit, "scale 4, start 2, start 3", 1, 0);
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
    run_until(kit, "scale 1, stop 2, stop 1, scale 3, start 1, start 2", 1, 0);
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
    run_until(kit, "scale 1, stop 1, scale 2, start 1", 1, 0);
    assert_int_equal(instance(kit, 1)->lives, 2);
}

static void test_asked_for_again(void **state)
{
    in_both_modes(*state, check_asked_for_again);
}

/* Two before nobody runs, and at least one after; of six that were due. */
static void assert_cycles(const struct kit_run *kit)
{
    assert_true(kit_run_cycles(kit) >= 3);
    if (kit->scenario.mode == MODE_LOCKSTEP)
        assert_true(kit_run_cycles(kit) < 6);
}

/* Nobody runs for a while: the run waits for who is to come. */
static void check_nobody_for_a_while(struct kit_run *kit)
{
    kit->scenario.cycles = 6;
    set_up(kit, "harbor-23183",
           (const char *const[]){"at 1500ms scale 0", "at 3500ms scale 2", NULL});
    run_until(kit, "scale 0, stop 1, stop 0, scale 2, start 0, start 1", 3, 0);
    assert_cycles(kit);
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
    run_until(kit, "kill 0, start 0", 3, 0);
    assert_cycles(kit);
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
    kit_run_good_world(kit);
    assert_notes(kit, "stop 1");
    assert_int_equal(kit_run_cycles(kit), 2);
}

/* A restart that is under way brings nobody back whom a smaller size has done away with. Of virtual
 * time, as the one has to be under way when the other comes. */
static void test_smaller_while_restarted(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.instances = 3;
    kit->scenario.cycles = 12;
    kit->scenario.deployment = DEPLOYMENT_DEPLOYMENT; /* the lowest number first */
    set_up(kit, "harbor-23183",
           (const char *const[]){"at 1500ms restart gap 5s", "at 3500ms scale 1", NULL});
    kit_run_good_world(kit);
    assert_notes(kit, "stop 0, start 0, scale 1, stop 2, stop 1");
}

/* Who is configured with the number of instances learns the new one by a restart, the highest
 * first, one at a time. */
static void check_rolling_restart(struct kit_run *kit)
{
    kit->scenario.instances = 2;
    kit->scenario.cycles = 10;
    set_up(kit, "instance-id", (const char *const[]){"at 1500ms scale 3 gap 1s", NULL});
    run_until(kit, "scale 3, start 2, stop 1, start 1, stop 0, start 0", 1, 3);
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
    kit_run_good_world(kit);
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
    kit->scenario.round_bound_ms = 15000;
    kit->scenario.refresh.statement_us = 4000000; /* 1.6 s of real time for an item */
    set_up_long_round(kit, "harbor-23183", "batch=10",
                      (const char *const[]){"at 8s stop 1 within 500ms", NULL});
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
    kit->scenario.round_bound_ms = 20000;
    kit->scenario.refresh.statement_us = 500000; /* 0.2 s: it is stopped at its sixth */
    set_up_long_round(kit, "harbor-23183", "batch=10",
                      (const char *const[]){"at 11s stop 1", NULL});
    kit_run_good_world(kit);
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
        kit_run_good_world(kit);
        if (i == 0)
            first = fingerprint(kit);
        else if (fingerprint(kit) != first)
            kit_run_fail(kit, "run %d differs from the first", i + 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(test_scale_up),           IN_A_WORLD(test_scale_down_and_up),
        IN_A_WORLD(test_asked_for_again),    IN_A_WORLD(test_rolling_restart),
        IN_A_WORLD(test_fixed_shape),        IN_A_WORLD(test_deadline_passes),
        IN_A_WORLD(test_deadline_holds),     IN_A_WORLD(test_same_seed_same_counts),
        IN_A_WORLD(test_nobody_for_a_while), IN_A_WORLD(test_the_only_one_comes_back),
        IN_A_WORLD(test_event_at_the_start), IN_A_WORLD(test_smaller_while_restarted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
