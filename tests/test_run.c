/* Whole runs: results that agree with themselves, producers, estimates and entry races. */
#include "sim/trial/soak.h"
#include "tests/kit_contract.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static bool close_to(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b));
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

/* Of a contender beside itself there is nothing to compare. */
static void test_marks_in_turn(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.items = 250;
    snprintf(kit->scenario.beside, sizeof kit->scenario.beside, "harbor-23183, bullmq");
    kit_run_name(kit, "harbor-23183", "");
    kit_run_contender(kit);
    kit_run_assert_good(kit);
    assert_true(isnan(kit->result.mark_ratio));
    kit->scenario.entries[1] = kit->scenario.entries[0];
    kit->scenario.entry_count = 2;
    kit_run_name(kit, "bullmq", "");
    kit_run_contender(kit);
    kit_run_assert_good(kit);
    assert_string_equal(kit->result.mark_by, "harbor-23183");
    assert_true(kit->result.mark_ratio > 0);
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

/* A thousand marks a second, until their number or the cycles end. */
static void run_marks(struct kit_run *kit, uint32_t cycles, uint64_t marks)
{
    kit->scenario.cycles = cycles;
    kit->scenario.cycle_ms = 100;
    kit->scenario.producers.count = 2;
    kit->scenario.producers.per_s = 1000;
    kit->scenario.producers.marks = marks;
    kit_run_name(kit, "claim-drained", "");
    kit_run_contender(kit);
}

/* All of them have been served then, however long that takes. */
static void test_marks_that_end(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.producers.seeded = 0;
    run_marks(kit, 0, 151);
    kit_run_assert_good(kit);
    assert_int_equal(kit->result.marks, 151);
    assert_int_equal(kit->result.items.refreshed, kit->scenario.items);
    assert_true(kit->result.refreshes.total > 0);
    assert_int_not_equal(kit->result.verdicts[VERDICT_AT_LEAST_ONCE].ruling, RULING_NONE);
}

/* Whichever comes first: 2 cycles of 100 ms hold 200 marks. */
static void test_marks_end_with_the_cycles(void **state)
{
    struct kit_run *kit = *state;
    run_marks(kit, 2, 5000);
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
    assert_int_equal(race.cycles_redundant, 6 - race.histogram[1]); /* all who enter do all */
    /* Who asks and takes in one command is alone. */
    kit_run_name(kit, "harbor-22572", "acquire=set-nx");
    run_entry_race(&kit->scenario, &kit->scenario.entries[0], &kit->options, &race);
    check_race(&race, 6, 3);
    assert_int_equal(race.min, 1);
    assert_int_equal(race.cycles_redundant, 6 - race.histogram[1]);
}

/* What looking for rest costs the server is no cost of the contender: of the items of an instance
 * that died at once, and will never come back, each look reads all. */
static void test_looks_are_no_cost_of_the_contender(void **state)
{
    struct kit_run *kit = *state;
    struct world *world = &kit->world;
    uint64_t used_ns;
    soak_small_world(&kit->scenario);
    kit->scenario.items = 8000;
    kit->scenario.instances = 2;
    kit->scenario.refresh.statement_us = 0;
    kit_run_event(kit, "at refresh 1 of 1 before kill back never");
    kit_run_name(kit, "instance-id", "");
    kit_run_world_open(kit);
    world_run(world);
    assert_true(server_cpu_ns(&world->server, &world->harness.wire, &used_ns));
    assert_int_equal(kit->result.status, RUN_COMPLETE);
    assert_true(world->converge.cpu_ns > 0);
    assert_true(world->cpu_after_ns + world->converge.cpu_ns <= used_ns);
}

/* ---- more commands than there is room for */

enum { TALKS = 40 };
static const char *const talk[TALKS] = {
    "BITCOUNT", "DEL",     "DUMP",    "EXISTS",      "EXPIRETIME",  "GET",     "GETDEL",
    "GETEX",    "HGETALL", "HKEYS",   "HLEN",        "HRANDFIELD",  "HVALS",   "KEYS",
    "LLEN",     "LPOP",    "MGET",    "PERSIST",     "PEXPIRETIME", "PFCOUNT", "PTTL",
    "RPOP",     "SCARD",   "SDIFF",   "SINTER",      "SMEMBERS",    "SPOP",    "SRANDMEMBER",
    "STRLEN",   "SUNION",  "TOUCH",   "TTL",         "TYPE",        "UNLINK",  "XLEN",
    "ZCARD",    "ZPOPMAX", "ZPOPMIN", "ZRANDMEMBER", "ECHO",
};

/* Every other one, or all of them. */
static enum outcome talk_about(struct seat *seat, uint32_t from, uint32_t by)
{
    enum outcome outcome = OUTCOME_OK;
    for (uint32_t i = from; i < TALKS && outcome == OUTCOME_OK; i += by)
        outcome = wire_ask(seat->wire, NULL, talk[i], "nothing");
    return outcome;
}

static enum outcome talk_by_turns(struct seat *seat)
{
    return talk_about(seat, seat->instance, 2);
}

static enum outcome talk_alone(struct seat *seat)
{
    return talk_about(seat, 0, 1);
}

static void talk_in_a_run(struct kit_run *kit, enum outcome (*cycle)(struct seat *seat))
{
    const struct strategy *base;
    const struct contender *contender = contender_find("harbor-23183", &base);
    struct strategy strategy = *base;
    strategy.cycle = cycle;
    kit->scenario.cycles = 1;
    kit->scenario.instances = 2;
    kit->options.without_marks = true;
    kit_run_choose(kit, contender, &strategy);
    kit_run_contender(kit);
    assert_int_equal(kit->result.status, RUN_COMPLETE);
    assert_false(kit->result.trustworthy);
}

static void test_more_commands_than_a_result_holds(void **state)
{
    struct kit_run *kit = *state;
    talk_in_a_run(kit, talk_by_turns);
    assert_int_equal(kit->result.command_count, RUN_COMMANDS_MAX);
    kit_run_assert_reason(kit, "8 commands more than a result can hold");
}

static void test_more_commands_than_a_wire_counts(void **state)
{
    talk_in_a_run(*state, talk_alone);
    kit_run_assert_reason(*state, "the server counted");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(test_results_agree_with_themselves),
        IN_A_WORLD(test_marks_that_end),
        IN_A_WORLD(test_marks_end_with_the_cycles),
        IN_A_WORLD(test_a_mark_of_a_set_is_one_call),
        IN_A_WORLD(test_a_mark_of_a_key_is_one_or_two),
        IN_A_WORLD(test_estimates),
        IN_A_WORLD(test_what_does_not_fit_is_refused),
        IN_A_WORLD(test_more_commands_than_a_result_holds),
        IN_A_WORLD(test_more_commands_than_a_wire_counts),
        IN_A_WORLD(test_marks_in_turn),
        IN_A_WORLD(test_entry_race),
        IN_A_WORLD(test_looks_are_no_cost_of_the_contender),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
