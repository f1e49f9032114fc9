/* Runs whose end nobody had planned: an instance or the server dies or hangs, or is interrupted.
 * That nothing is left behind is checked after each of them (kit_run_close). */
#include "sim/trial/soak.h"
#include "sim/world/seat_internal.h"
#include "tests/kit_contract.h"
#include "tests/kit_planted.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static uint64_t fates_sum(const struct fates *f)
{
    return f->refreshed + f->pending + f->claimed + f->stranded + f->dead + f->lost;
}

/* ---- an instance that ends by its own hand */

/* How the strategy below ends its process, and in which life of instance 0. */
static struct {
    const struct strategy *base;
    void (*how)(void);
    uint32_t life;
} suicide;

static void be_killed(void)
{
    kill(getpid(), SIGKILL);
}

/* As a sanitizer does, or a process that could not make its threads. */
static void give_up(void)
{
    _exit(1);
}

static enum outcome end_itself(struct seat *seat)
{
    const struct slot *slot = seat_sim(seat)->slot;
    if (slot->instance == 0 && slot->life == suicide.life)
        suicide.how();
    return suicide.base->cycle(seat);
}

/* Whatever was ordered of another life, or asked of this one, nobody ordered this. */
static void check_suicide(struct kit_run *kit, void (*how)(void), uint32_t life, const char *reason)
{
    const struct contender *contender = contender_find("claim-drained", &suicide.base);
    struct strategy strategy = *suicide.base;
    suicide.how = how;
    suicide.life = life;
    strategy.cycle = end_itself;
    kit->options.without_marks = true;
    kit_run_choose(kit, contender, &strategy);
    kit_run_contender(kit);
    assert_int_equal(kit->result.status, RUN_COMPLETE);
    kit_run_assert_reason(kit, reason);
}

static void test_ends_without_a_signal(void **state)
{
    check_suicide(*state, give_up, 0, "instance 0 ended with status 1");
}

static void test_dies_after_a_death_that_was_ordered(void **state)
{
    struct kit_run *kit = *state;
    soak_small_world(&kit->scenario);
    kit->scenario.items = 60;
    kit_run_event(kit, "at command 1 of 0 before kill");
    check_suicide(kit, be_killed, 1, "instance 0 was ended by signal 9");
}

/* ---- an instance that dies, or hangs */

/* Who is merely slow on a busy machine is not taken for one that hangs. */
enum { HANGS_MS = 2000 };

/* Long enough that both instances get there: 2 ms of statements an item. */
static void make_slow(struct kit_run *kit)
{
    kit->scenario.items = 400;
    kit->scenario.refresh.statement_us = 500;
}

/* The first that is seen in the middle of its third item; whoever else got there goes on. */
static void hit_one(struct kit_run *kit, int signal)
{
    pid_t pids[2];
    size_t paused = kit_run_paused(kit, pids, 2);
    for (size_t i = 0; i < paused; i++) {
        if (kit->victim == 0 && kill(pids[i], signal) == 0)
            kit->victim = pids[i];
        else if (pids[i] != kit->victim)
            kill(pids[i], SIGCONT);
    }
}

static void kill_one(struct kit_run *kit)
{
    hit_one(kit, SIGKILL);
    kit->moment = kill_one;
}

static void stop_one(struct kit_run *kit)
{
    hit_one(kit, SIGSTOP);
    kit->moment = stop_one;
}

static void break_one(struct kit_run *kit, void (*how)(struct kit_run *kit))
{
    kit_run_break(kit, FAULT_PAUSE, 3);
    kit->moment = how;
    kit->victim = 0;
}

/* The run has ended and is complete but for one instance, which a reason names. */
static uint32_t assert_one_death(struct kit_run *kit, const char *reason)
{
    const struct run_result *result = &kit->result;
    char expected[96];
    uint32_t dead = 0, number = 0;
    if (kit->victim == 0)
        kit_run_fail(kit, "nobody was killed");
    if (result->status != RUN_COMPLETE || result->trustworthy || !result->audited)
        kit_run_fail(kit, "not complete, or trusted");
    for (uint32_t i = 0; i < result->instance_count; i++)
        if (result->instances[i].death_signal != 0) {
            assert_int_equal(result->instances[i].death_signal, SIGKILL);
            number = i;
            dead++;
        }
    if (dead != 1)
        kit_run_fail(kit, "%u instances have died", dead);
    snprintf(expected, sizeof expected, "instance %u %s", number, reason);
    kit_run_assert_reason(kit, expected);
    /* All else balances. Who dies in the middle of an item has no call under way, but for what its
     * upkeep may have been saying. */
    if (result->reason_count != 1)
        kit_run_fail(kit, "there are other reasons");
    if (kit->scenario.entries[0].strategy->upkeep == NULL)
        assert_int_equal(result->calls_in_doubt, 0);
    assert_int_equal(fates_sum(&result->items), kit->scenario.items);
    assert_string_equal(result->broken_promise, "");
    return number;
}

static void test_killed_while_it_holds_a_batch(void **state)
{
    struct kit_run *kit = *state;
    make_slow(kit);
    kit_run_name(kit, "harbor-23183", "batch=50");
    break_one(kit, kill_one);
    kit_run_contender(kit);
    assert_one_death(kit, "was ended by signal 9");
    const struct fates *items = &kit->result.items;
    assert_int_equal(items->lost, 50 - 2);
    assert_int_equal(items->refreshed + items->lost, items->total);
}

static void test_killed_while_it_owns_a_class(void **state)
{
    struct kit_run *kit = *state;
    make_slow(kit);
    kit_run_name(kit, "instance-id", "");
    break_one(kit, kill_one);
    kit_run_contender(kit);
    uint32_t number = assert_one_death(kit, "was ended by signal 9");
    const struct fates *items = &kit->result.items;
    assert_int_equal(kit->result.instances[1 - number].refreshes, 200);
    assert_int_equal(items->stranded, 200 - 2);
    assert_int_equal(items->refreshed + items->stranded, items->total);
}

static void check_killed(struct kit_run *kit)
{
    const struct entry *entry = &kit->scenario.entries[0];
    if (entry->strategy->fixed_workers > 1) { /* done before anybody can be killed */
        printf("%s: skipped, its workers have an item each\n", entry->label);
        return;
    }
    break_one(kit, kill_one);
    kit_run_world(kit);
    assert_one_death(kit, "was ended by signal 9");
}

static void test_killed_whatever_it_runs(void **state)
{
    struct kit_run *kit = *state;
    make_slow(kit);
    contract_each(kit, check_killed);
}

static void test_hanging_instance_is_ended(void **state)
{
    struct kit_run *kit = *state;
    make_slow(kit);
    kit->scenario.watchdog_ms = HANGS_MS;
    kit_run_name(kit, "harbor-23183", "");
    break_one(kit, stop_one);
    kit_run_contender(kit);
    assert_one_death(kit, "made no progress");
    kit_run_assert_reason(kit, "watchdog");
}

static void test_hanging_instance_in_lockstep(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.watchdog_ms = HANGS_MS;
    kit_run_name(kit, "harbor-23183", "batch=1");
    break_one(kit, stop_one);
    kit_run_contender(kit);
    assert_one_death(kit, "made no progress");
}

/* ---- commands that always fail */

static void assert_could_not(struct kit_run *kit, const char *part)
{
    const struct run_result *result = &kit->result;
    assert_int_equal(result->status, RUN_COULD_NOT);
    assert_false(result->trustworthy);
    assert_null(strchr(result->error, '\n'));
    if (strstr(result->error, part) == NULL)
        kit_run_fail(kit, "the error does not say \"%s\"", part);
    kit_run_assert_reason(kit, "the run did not complete");
}

static void none_inner(struct wire *wire, const struct wire_reply *reply)
{
    (void)wire, (void)reply;
}

static const struct wire_script failing_script = {
    .name = "failing",
    .body = "return redis.error_reply('never')\n",
    .inner = none_inner,
};
static const struct wire_script *const failing_scripts[] = {&failing_script, NULL};

static enum outcome fail_always(struct seat *seat)
{
    wire_eval_begin(seat->wire, &failing_script, 0);
    return wire_eval_end(seat->wire, &failing_script, NULL);
}

/* Who is broken on purpose goes on after a command that failed; if all do, there is no end. */
static void test_every_command_fails(void **state)
{
    struct kit_run *kit = *state;
    const struct strategy *base;
    char error[512];
    const struct contender *contender = contender_find("claim-drained", &base);
    struct strategy strategy = *base;
    struct scenario *s = &kit->scenario;
    soak_small_world(s);
    s->watchdog_ms = HANGS_MS;
    s->converge_ms = 25000;
    s->event_count = 1;
    if (!timeline_read("at 10% kill any", &s->events[0], error, sizeof error))
        fail_msg("%s", error);
    strategy.cycle = fail_always;
    strategy.upkeep = NULL;
    strategy.scripts = failing_scripts;
    kit->options.without_marks = true;
    kit_run_choose(kit, contender, &strategy);
    kit_run_contender(kit);
    assert_could_not(kit, "never");
    kit_run_assert_reason(kit, "no round has succeeded for 2 s (watchdog)");
}

/* Nothing is broken on purpose, and yet what is owed is nowhere: nobody will ever drain it. */
static void test_what_is_lost_is_not_waited_for(void **state)
{
    struct kit_run *kit = *state;
    struct scenario *s = &kit->scenario;
    char error[256];
    s->items = 20;
    s->cycle_ms = 50;
    s->cycles = 0;
    s->refresh.failures = 0.5;
    s->watchdog_ms = HANGS_MS;
    kit->options.without_marks = true;
    kit_run_choose(kit, planted_strategy.contenders, &planted_strategy);
    assert_true(parameters_set(&planted_strategy, "bug", planted_name(PLANTED_FAILURE_SWALLOWED),
                               s->entries[0].values, error, sizeof error));
    kit_run_contender(kit);
    assert_int_equal(kit->result.status, RUN_COMPLETE);
    assert_true(kit->result.items.lost > 0);
    assert_int_equal(kit->result.verdicts[VERDICT_AT_LEAST_ONCE].ruling, RULING_FAIL);
}

/* ---- a server that dies, or is not there */

static void kill_server(struct kit_run *kit)
{
    pid_t server = kit_run_server(kit), pids[2];
    if (kit->victim == 0 && server > 0 && kill(server, SIGKILL) == 0)
        kit->victim = server;
    for (size_t i = 0, paused = kit_run_paused(kit, pids, 2); i < paused; i++)
        kill(pids[i], SIGCONT);
    kit->moment = kill_server;
}

static void test_killed_server(void **state)
{
    struct kit_run *kit = *state;
    make_slow(kit);
    kit_run_name(kit, "harbor-23183", "batch=5");
    break_one(kit, kill_server);
    kit_run_contender(kit);
    assert_true(kit->victim > 0);
    assert_could_not(kit, "signal 9");
    assert_true(kit->result.sample_count > 0); /* what was measured is kept */
    assert_int_equal(kit->result.items.total, kit->scenario.items);
}

static void test_no_server_program(void **state)
{
    struct kit_run *kit = *state;
    char program[128];
    snprintf(program, sizeof program, "%s/redis-server", kit->directory);
    kit->options.program = program;
    kit_run_name(kit, "harbor-23183", "");
    kit_run_contender(kit);
    assert_could_not(kit, "redis-server");
}

/* ---- an interrupt */

static void interrupt(struct kit_run *kit)
{
    kit->interrupted = 1;
}

static void check_interrupt(struct kit_run *kit)
{
    const struct run_result *result = &kit->result;
    kit->interrupted = 0;
    kit->moment = interrupt;
    kit_run_contender(kit);
    assert_int_equal(result->status, RUN_INTERRUPTED);
    assert_string_equal(result->error, "interrupted");
    assert_false(result->trustworthy);
    assert_true(result->audited);
    assert_int_equal(fates_sum(&result->items), kit->scenario.items);
    /* It comes after a twentieth of what would take a minute and more, and is noticed soon. */
    assert_in_range(result->items.refreshed, 1, kit->scenario.items / 2);
    /* The instances have ended by themselves, and no call is in doubt: the books balance. */
    for (uint32_t i = 0; i < result->instance_count; i++)
        assert_int_equal(result->instances[i].death_signal, 0);
    assert_int_equal(result->reason_count, 1);
    assert_int_equal(result->calls_in_doubt, 0);
}

static void test_interrupt(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.items = 2000;
    kit->scenario.refresh.statement_us = 20000;
    kit_run_name(kit, "harbor-23183", "");
    check_interrupt(kit);
}

static void test_interrupt_in_lockstep(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.items = 90000;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit_run_name(kit, "harbor-2.14", "");
    check_interrupt(kit);
}

static void interrupt_while_seeding(void *context, const struct run_progress *progress)
{
    struct kit_run *kit = context;
    kit->interrupted |= strcmp(progress->phase, "seeding") == 0;
}

static void test_interrupt_while_seeding(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.items = 5000;
    kit->options.progress = interrupt_while_seeding;
    kit_run_name(kit, "harbor-23183", "");
    kit_run_contender(kit);
    assert_int_equal(kit->result.status, RUN_INTERRUPTED);
    assert_string_equal(kit->result.error, "interrupted while seeding");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(test_ends_without_a_signal),
        IN_A_WORLD(test_dies_after_a_death_that_was_ordered),
        IN_A_WORLD(test_killed_while_it_holds_a_batch),
        IN_A_WORLD(test_killed_while_it_owns_a_class),
        IN_A_WORLD(test_killed_whatever_it_runs),
        IN_A_WORLD(test_hanging_instance_is_ended),
        IN_A_WORLD(test_hanging_instance_in_lockstep),
        IN_A_WORLD(test_every_command_fails),
        IN_A_WORLD(test_what_is_lost_is_not_waited_for),
        IN_A_WORLD(test_killed_server),
        IN_A_WORLD(test_no_server_program),
        IN_A_WORLD(test_interrupt),
        IN_A_WORLD(test_interrupt_in_lockstep),
        IN_A_WORLD(test_interrupt_while_seeding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
