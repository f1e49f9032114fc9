/* Whole runs: results that agree with themselves, producers, and ends that nobody had planned.
 * That nothing is left behind is checked after each of them (kit_run_close). */
#include "tests/kit_contract.h"

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool close_to(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b));
}

static uint64_t fates_sum(const struct fates *f)
{
    return f->refreshed + f->pending + f->claimed + f->stranded + f->dead + f->lost;
}

static const struct command_result *command_of(const struct run_result *result, const char *name)
{
    static const struct command_result none = {0};
    for (uint32_t i = 0; i < result->command_count; i++)
        if (strcmp(result->commands[i].name, name) == 0)
            return &result->commands[i];
    return &none;
}

/* ---- a good run */

static void check_commands(struct kit_run *kit)
{
    const struct run_result *result = &kit->result;
    uint64_t calls = 0, clients = 0, producers = 0;
    for (uint32_t i = 0; i < result->command_count; i++) {
        const struct command_result *command = &result->commands[i];
        assert_int_equal(command->server_calls, command->client_calls + command->inner_calls);
        assert_int_equal(command->latency ? hist_total(command->latency) : 0,
                         command->client_calls);
        /* All who join a stream's group make it, and one of them is the first. */
        if (strcmp(command->name, "XGROUP CREATE") != 0)
            assert_int_equal(command->errors, 0);
        assert_true((command->bytes_out > 0) == (command->client_calls > 0));
        calls += command->server_calls;
        clients += command->client_calls;
        producers += command->producer_calls;
    }
    assert_in_range(result->round_trips, 0, clients);
    assert_true(close_to(result->per_item.server_calls * (double)result->distinct_refreshed,
                         (double)(calls - producers)));
}

static void check_instances(const struct run_result *result, uint32_t instances)
{
    uint64_t refreshes = 0, round_trips = 0;
    assert_int_equal(result->instance_count, instances);
    for (uint32_t i = 0; i < instances; i++) {
        refreshes += result->instances[i].refreshes;
        round_trips += result->instances[i].round_trips;
        assert_int_equal(result->instances[i].death_signal, 0);
        assert_int_equal(result->instances[i].cycles, 1);
        assert_true(result->instances[i].finished_s > 0);
    }
    assert_int_equal(refreshes, result->refreshes.total);
    assert_true(close_to(result->per_item.round_trips * (double)result->distinct_refreshed,
                         (double)round_trips));
}

static void check_result(struct kit_run *kit)
{
    const struct run_result *result = &kit->result;
    struct needs needs = kit_run_needs(kit);
    kit_run_contender(kit);
    kit_run_assert_good(kit);
    check_commands(kit);
    check_instances(result, scenario_instances(&kit->scenario, &kit->scenario.entries[0]));
    assert_int_equal(result->items.refreshed, result->distinct_refreshed);
    assert_int_equal(result->refreshes.total - result->refreshes.redundant,
                     result->distinct_refreshed);
    assert_int_equal(hist_total(result->delay), result->distinct_refreshed);
    assert_int_equal(result->cycles_run, 1);
    uint64_t per_cycle = needs.items_per_cycle * kit->scenario.instances;
    bool at_once = per_cycle == 0 || per_cycle >= kit->scenario.items;
    assert_int_equal(result->distinct_refreshed, at_once ? kit->scenario.items : per_cycle);
    assert_int_equal(result->cycles_to_drain,
                     at_once ? 1 : (kit->scenario.items + per_cycle - 1) / per_cycle);
    assert_true((result->redis.memory_seeded_bytes > 0) == (needs.server_bytes_per_item > 0));
    assert_true(result->duration_s > 0);
    assert_true(result->redis.cpu_seconds > 0 || kit->scenario.entries[0].strategy->silent);
    assert_true(result->sample_count > 0);
    assert_true(result->database.modelled);
    assert_int_equal(result->database.statements,
                     4 * result->refreshes.total + 3 * result->database.conflicts);
    /* Marks are measured beside such a run: half of them of items already marked. */
    assert_true(result->per_mark_beside);
    assert_int_equal(result->per_mark.units, 20000);
    assert_true(result->per_mark.round_trips <= 2);
    assert_true(result->per_mark.server_calls >= result->per_mark.round_trips);
    assert_true(result->per_mark.server_calls <= 9); /* BullMQ: a script of 8 */
}

static void test_results_agree_with_themselves(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.items = 250;
    contract_each(kit, check_result);
}

/* ---- producers */

static void run_with_marks(struct kit_run *kit, const char *contender)
{
    kit->scenario.time_scale = 30;
    kit->scenario.cycles = 4;
    kit->scenario.cycle_ms = 3000;
    kit->scenario.producers.count = 2;
    kit->scenario.producers.per_s = 50; /* 1,500 a real second, for 0.4 s */
    kit->scenario.producers.again = 0.3;
    kit->scenario.producers.seeded = 0.5;
    kit_run_name(kit, contender, "");
    kit_run_contender(kit);
    kit_run_assert_good(kit);
    assert_int_equal(kit->result.marks, 600);
    assert_int_equal(kit->result.marks_failed, 0);
    assert_true(close_to(kit->result.marks_offered_per_s, 1500));
    assert_true(close_to(kit->result.marks_achieved_per_s, 1500));
    assert_false(kit->result.per_mark_beside);
    assert_int_equal(kit->result.per_mark.units, 600);
    check_commands(kit);
}

/* A number of marks has an end, and then all of them have been served, however long that takes. */
static void test_marks_that_end(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.cycles = 0;
    kit->scenario.cycle_ms = 100;
    kit->scenario.producers.count = 2;
    kit->scenario.producers.per_s = 1000;
    kit->scenario.producers.marks = 151;
    kit->scenario.producers.seeded = 0;
    kit_run_name(kit, "claim-drained", "");
    kit_run_contender(kit);
    kit_run_assert_good(kit);
    assert_int_equal(kit->result.marks, 151);
    assert_int_equal(kit->result.items.refreshed, kit->scenario.items);
    assert_true(kit->result.refreshes.total > 0);
    assert_int_not_equal(kit->result.verdicts[VERDICT_AT_LEAST_ONCE].ruling, RULING_NONE);
}

/* Whichever comes first: 2 cycles of 100 ms hold 200 marks at 1,000 a second. */
static void test_marks_end_with_the_cycles(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.cycles = 2;
    kit->scenario.cycle_ms = 100;
    kit->scenario.producers.count = 2;
    kit->scenario.producers.per_s = 1000;
    kit->scenario.producers.marks = 5000;
    kit_run_name(kit, "claim-drained", "");
    kit_run_contender(kit);
    assert_int_equal(kit->result.marks, 200);
    assert_true(close_to(kit->result.marks_achieved_per_s, 1000));
}

static void test_a_mark_of_a_set_is_one_call(void **state)
{
    struct kit_run *kit = *state;
    run_with_marks(kit, "harbor-23183");
    assert_int_equal(command_of(&kit->result, "SADD")->producer_calls, 600);
    assert_true(close_to(kit->result.per_mark.server_calls, 1));
    assert_true(close_to(kit->result.per_mark.round_trips, 1));
    assert_true(kit->result.per_mark.server_cpu_usec > 0);
}

/* EXISTS always, SET only where it was absent. */
static void test_a_mark_of_a_key_is_one_or_two(void **state)
{
    struct kit_run *kit = *state;
    run_with_marks(kit, "harbor-2.14");
    uint64_t sets = command_of(&kit->result, "SET")->server_calls;
    assert_int_equal(command_of(&kit->result, "EXISTS")->server_calls, 600);
    assert_in_range(sets, 1, 599);
    assert_true(close_to(kit->result.per_mark.server_calls, 1 + (double)sets / 600));
    assert_true(close_to(kit->result.per_mark.round_trips, 1 + (double)sets / 600));
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

/* ---- before a run */

static void check_estimate(struct kit_run *kit)
{
    struct scenario *scenario = &kit->scenario;
    char error[256] = "";
    scenario->items = 1000;
    struct estimate small = run_estimate(scenario, &scenario->entries[0]);
    assert_true(small.bytes > 1 << 20 && small.seconds > 0);
    assert_true(run_fits(scenario, &scenario->entries[0], error, sizeof error));
    assert_string_equal(error, "");
    scenario->items = 1000000;
    struct estimate large = run_estimate(scenario, &scenario->entries[0]);
    assert_true(large.bytes > small.bytes + 64 * 900000 && large.seconds > small.seconds);
}

static void test_estimates(void **state)
{
    contract_each(*state, check_estimate);
}

static void test_what_does_not_fit_is_refused(void **state)
{
    struct kit_run *kit = *state;
    char error[256] = "";
    kit->scenario.items = 100000000;
    kit->scenario.instances = 1000;
    kit_run_name(kit, "harbor-2.14", "");
    assert_false(run_fits(&kit->scenario, &kit->scenario.entries[0], error, sizeof error));
    assert_non_null(strstr(error, "harbor-2.14 at 100000000 items and 1000 instances"));
    assert_non_null(strstr(error, "GiB"));
    assert_null(strchr(error, '\n'));
}

/* ---- the entry race */

static void check_race(const struct entry_race *race, uint32_t cycles, uint32_t most)
{
    uint32_t sum = 0;
    uint64_t entered = 0;
    assert_int_equal(race->status, RUN_COMPLETE);
    assert_int_equal(race->cycles_done, cycles);
    for (uint32_t n = 0; n <= SCENARIO_INSTANCES_MAX; n++) {
        sum += race->histogram[n];
        entered += (uint64_t)n * race->histogram[n];
        if (race->histogram[n] > 0)
            assert_in_range(n, race->min, race->max);
    }
    assert_int_equal(sum, cycles);
    assert_true(race->histogram[race->min] > 0 && race->histogram[race->max] > 0);
    assert_in_range(race->max, 0, most);
    assert_true(close_to(race->mean * cycles, (double)entered));
}

static void test_entry_race(void **state)
{
    struct kit_run *kit = *state;
    struct entry_race race;
    kit->scenario.instances = 3;
    kit->scenario.entry_race_cycles = 6;
    kit_run_name(kit, "harbor-22572", "");
    run_entry_race(&kit->scenario, &kit->scenario.entries[0], &kit->options, &race);
    check_race(&race, 6, 3);
    assert_in_range(race.min, 1, 3);
    /* Who asks and takes in one command is alone. */
    kit_run_name(kit, "harbor-22572", "acquire=set-nx");
    run_entry_race(&kit->scenario, &kit->scenario.entries[0], &kit->options, &race);
    check_race(&race, 6, 3);
    assert_int_equal(race.min, 1);
}

#define RUN(test) cmocka_unit_test_setup_teardown(test, kit_run_open, kit_run_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(test_results_agree_with_themselves),
        RUN(test_marks_that_end),
        RUN(test_marks_end_with_the_cycles),
        RUN(test_a_mark_of_a_set_is_one_call),
        RUN(test_a_mark_of_a_key_is_one_or_two),
        RUN(test_killed_while_it_holds_a_batch),
        RUN(test_killed_while_it_owns_a_class),
        RUN(test_killed_whatever_it_runs),
        RUN(test_hanging_instance_is_ended),
        RUN(test_hanging_instance_in_lockstep),
        RUN(test_killed_server),
        RUN(test_no_server_program),
        RUN(test_interrupt),
        RUN(test_interrupt_in_lockstep),
        RUN(test_interrupt_while_seeding),
        RUN(test_estimates),
        RUN(test_what_does_not_fit_is_refused),
        RUN(test_entry_race),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
