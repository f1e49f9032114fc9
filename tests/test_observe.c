/* The observer: its books, what it keeps out of the cost of others, alerts, and lockstep. */
#include "bench/document/result.h"
#include "sim/world/observer.h"
#include "tests/kit_run.h"
#include "tests/kit_schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int open_observed(void **state)
{
    int status = kit_run_open(state);
    struct kit_run *kit = *state;
    /* Of a concurrent run on a busy machine an observer may see little, or nothing. */
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.observe.enabled = 1;
    kit->scenario.observe.interval_ms = 2;
    return status;
}

static struct observed *observe(struct kit_run *kit)
{
    struct observed *observed = &kit->result.observed;
    kit_run_good_world(kit);
    observed_gather(&kit->world, observed);
    assert_true(observed->enabled);
    return observed;
}

static const struct probe_result *probe_named(const struct observed *observed, const char *name)
{
    for (uint32_t i = 0; i < observed->probe_count; i++)
        if (strcmp(observed->probes[i].probe->name, name) == 0)
            return &observed->probes[i];
    fail_msg("no probe is called %s", name);
    return NULL;
}

static const struct alert_result *alert_named(const struct observed *observed, const char *name)
{
    for (uint32_t i = 0; i < observed->alert_count; i++)
        if (strcmp(observed->alerts[i].probe->alert, name) == 0)
            return &observed->alerts[i];
    return NULL;
}

static uint64_t instance_calls(const struct kit_run *kit)
{
    uint64_t calls = 0;
    for (uint32_t i = 0; i < kit->world.books.count; i++)
        calls += kit->world.books.rows[i].client_calls - kit->world.books.rows[i].observer_calls;
    return calls;
}

/* ---- what it costs */

/* Every contender, with probes of its own or without, while its books must balance. */
static void test_books_balance(void **state)
{
    struct kit_run *kit = *state;
    uint64_t looks = 0;
    for (size_t i = 0; strategies[i] != NULL; i++) {
        if (strategies[i]->mark == NULL)
            continue;
        kit_run_choose(kit, strategies[i]->contenders, strategies[i]);
        const struct observed *observed = observe(kit);
        assert_int_equal(observed->calls, observed->round_trips);
        assert_int_equal(kit_run_row(kit, "PING")->client_calls, observed->probes[0].calls);
        assert_int_equal(observed->probes[0].last, observed->probes[0].calls > 0);
        assert_int_equal(observed->probes[0].bytes_in, 7 * observed->probes[0].calls);
        looks += observed->probes[0].calls; /* a run may be over before the first half begins */
    }
    assert_true(looks > 0);
}

static void test_probes_of_the_queue(void **state)
{
    struct kit_run *kit = *state;
    kit_run_name(kit, "claim-published", "batch=30");
    const struct observed *observed = observe(kit);
    const struct probe_result *queue = probe_named(observed, "queue");
    const struct probe_result *processing = probe_named(observed, "processing");
    assert_int_equal(kit_run_row(kit, "SCARD")->observer_calls, queue->calls + processing->calls);
    assert_int_equal(kit_run_row(kit, "SCARD")->client_calls, queue->calls + processing->calls);
    assert_true(queue->calls > 0 && queue->last >= 140 && queue->last <= 200);
    assert_true(queue->server_usec >= 0 && queue->bytes_out > queue->calls * 30);
    assert_int_equal(observed->alerts_raised, 0);
}

/* Locks that are held for the length of a round are seen while they are. */
static void test_probe_of_the_locks(void **state)
{
    struct kit_run *kit = *state;
    enum { AN_EMPTY_ARRAY = 4 };
    static const char *const names[] = {"deckard-documented", "deckard-renewed"};
    kit->scenario.kind = ITEMS_TASK_ROUNDS;
    kit->scenario.cycle_ms = 1000;
    kit->scenario.cycles = 3;
    kit->scenario.refresh.statement_us = 1000;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        kit_run_name(kit, names[i], "");
        const struct probe_result *locks = probe_named(observe(kit), "locks");
        assert_string_equal(locks->probe->command, "KEYS");
        assert_true(locks->calls > 0 && locks->bytes_in > AN_EMPTY_ARRAY * locks->calls);
        assert_int_equal(kit_run_row(kit, "KEYS")->client_calls, locks->calls);
        assert_int_equal(kit_run_row(kit, "KEYS")->observer_calls, locks->calls);
    }
}

/* A whole run: nothing of the observer is in the commands or in the cost of an item. */
static void test_items_do_not_pay(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.cycles = 3;
    kit->scenario.cycle_ms = 50;
    kit_run_name(kit, "claim-drained", "");
    kit_run_contender(kit);
    kit_run_assert_good(kit);
    const struct run_result *result = &kit->result;
    uint64_t calls = 0;
    for (uint32_t i = 0; i < result->command_count; i++) {
        const struct command_result *command = &result->commands[i];
        assert_string_not_equal(command->name, "PING");
        assert_string_not_equal(command->name, "SCARD");
        assert_int_equal(command->server_calls, command->client_calls + command->inner_calls);
        assert_int_equal(command->latency ? hist_total(command->latency) : 0,
                         command->client_calls);
        assert_true((command->bytes_out > 0) == (command->client_calls > 0));
        calls += command->server_calls;
    }
    assert_int_equal(result->per_item.units, 200);
    assert_true(result->per_item.server_calls == (double)calls / 200);
    assert_true(result->per_item.round_trips == (double)result->round_trips / 200);
    assert_true(result->observed.calls > 0);
}

/* Each command of an instance is on one side; none is where nobody observes. */
static void test_sides(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.items = 2000;
    kit_run_name(kit, "harbor-2.14", "");
    const struct observed *observed = observe(kit);
    assert_true(observed->samples_with > 0 && observed->samples_without > 0);
    assert_true(observed->p99_with_us > 0 && observed->p99_without_us > 0);
    /* Some are sent before the observer's first half begins, or after its last one. */
    assert_in_range(observed->samples_with + observed->samples_without, instance_calls(kit) / 2,
                    instance_calls(kit));

    kit->scenario.observe.enabled = 0;
    kit_run_name(kit, "harbor-2.14", "");
    kit_run_good_world(kit);
    observed_gather(&kit->world, &kit->result.observed);
    assert_false(kit->result.observed.enabled);
    assert_int_equal(kit_run_row(kit, "PING")->client_calls, 0);
    for (uint32_t i = 0; i < kit->world.board->seats; i++)
        for (enum side side = SIDE_NONE; side < SIDES; side++)
            assert_int_equal(hist_total(&kit->world.board->slots[i].sides[side]), 0);
}

/* ---- alerts */

static const struct alert_result *raised(struct kit_run *kit, uint64_t items, const char *contender,
                                         const char *parameters, const char *name)
{
    kit->scenario.items = items;
    kit_run_name(kit, contender, parameters);
    const struct alert_result *alert = alert_named(observe(kit), name);
    assert_non_null(alert);
    return alert;
}

static void test_an_alert_is_raised_and_cleared(void **state)
{
    struct kit_run *kit = *state;
    const struct alert_result *alert =
        raised(kit, 12000, "claim-drained", "", "ExecutionQueueGrowing");
    assert_int_equal(alert->probe->alert_over, 10000);
    assert_true(alert->cleared_s > alert->raised_s);
    assert_int_equal(kit->result.observed.alerts_raised, 1);
}

static void test_an_alert_stays(void **state)
{
    struct kit_run *kit = *state;
    assert_true(raised(kit, 10400, "claim-published", "", "ExecutionQueueGrowing")->cleared_s < 0);
    assert_null(alert_named(&kit->result.observed, "StaleProcessingHigh"));
}

/* 600 items in hand of each of two instances, until 200 of them are done. */
static void test_the_other_alert(void **state)
{
    const struct alert_result *alert =
        raised(*state, 1200, "claim-published", "batch=600 count=2000", "StaleProcessingHigh");
    assert_int_equal(alert->probe->alert_over, 1000);
    assert_true(alert->cleared_s > alert->raised_s);
}

/* The threshold itself is no alarm; and more alerts than there are places are counted. */
static void test_more_alerts_than_places(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.items = 10000;
    kit_run_name(kit, "claim-published", "");
    const struct observed *observed = observe(kit);
    assert_int_equal(observed->alerts_raised, 0);
    counter_set(&kit->world.board->observations.raised, OBSERVATION_ALERTS_MAX + 7);
    observed_gather(&kit->world, &kit->result.observed);
    assert_int_equal(observed->alert_count, OBSERVATION_ALERTS_MAX);
    assert_int_equal(observed->alerts_raised, OBSERVATION_ALERTS_MAX + 7);
}

/* ---- when it looks */

static void test_intervals(void **state)
{
    struct kit_run *kit = *state;
    struct scenario *scenario = &kit->scenario;
    kit_run_name(kit, "claim-published", "");
    const struct strategy *claim = scenario->entries[0].strategy;
    scenario->observe.interval_ms = 0;
    scenario->time_scale = 10;
    assert_int_equal(observer_interval_ns(scenario, observer_probe(claim, 0)), NS_PER_S);
    assert_int_equal(observer_interval_ns(scenario, observer_probe(claim, 1)), NS_PER_S / 10);
    assert_int_equal(observer_interval_ns(scenario, observer_probe(claim, 3)), 3 * NS_PER_S);
    assert_null(observer_probe(claim, 4));
    scenario->time_scale = 100000;
    assert_int_equal(observer_interval_ns(scenario, observer_probe(claim, 1)),
                     OBSERVER_BLOCK_MIN_NS);
}

/* In virtual time the number of looks is exact: one in each interval that has begun. */
static void test_lockstep(void **state)
{
    struct kit_run *kit = *state;
    struct scenario *scenario = &kit->scenario;
    uint64_t calls[2], raised[2], virtual_ns[2];
    scenario->mode = MODE_LOCKSTEP;
    scenario->observe.interval_ms = 0;
    scenario->cycles = 4;
    scenario->cycle_ms = 5000;
    scenario->refresh.statement_us = 1000;
    for (unsigned i = 0; i < 2; i++) {
        kit_run_name(kit, "claim-published", "batch=10");
        const struct observed *observed = observe(kit);
        calls[i] = observed->calls;
        raised[i] = observed->alerts_raised;
        virtual_ns[i] = kit->world.board->virtual_ns;
        uint64_t seconds = virtual_ns[i] / NS_PER_S;
        assert_in_range(seconds, 15, 19);
        assert_in_range(probe_named(observed, "queue")->calls, seconds, seconds + 1);
        assert_int_equal(probe_named(observed, "health")->calls, 2);
        assert_int_equal(probe_named(observed, "who")->calls, 1);
    }
    assert_int_equal(calls[0], calls[1]);
    assert_int_equal(raised[0], raised[1]);
    assert_int_equal(virtual_ns[0], virtual_ns[1]);
}

/* ---- the document */

static char *document_of(struct kit_run *kit)
{
    struct environment environment = {.cores = -1, .memory_bytes = -1, .load_before = -1};
    struct result result = {.status = RESULT_COMPLETE,
                            .error = "",
                            .environment = &environment,
                            .scenario = &kit->scenario,
                            .runs = &kit->result,
                            .run_count = 1};
    char error[512], path[128], *text = NULL;
    size_t size = 0;
    if (!result_write(&result, kit->directory, error, sizeof error))
        fail_msg("%s", error);
    snprintf(path, sizeof path, "%s/result.json", kit->directory);
    assert_int_equal(kit_schema_check("result", path), 0);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_true(getdelim(&text, &size, '\0', file) > 0);
    fclose(file);
    unlink(path);
    return text;
}

static void assert_holds(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("%s is not in: %s", part, text);
}

static void test_document(void **state)
{
    struct kit_run *kit = *state;
    snprintf(kit->scenario.name, sizeof kit->scenario.name, "kit");
    kit->scenario.items = 10400;
    kit_run_name(kit, "claim-published", "");
    kit_run_contender(kit);
    kit_run_assert_good(kit);
    char *text = document_of(kit);
    assert_holds(text, "\"name\":\"queue\",\"command\":\"SCARD\",\"key\":\"cache:execution:");
    assert_holds(text, "\"name\":\"health\",\"command\":\"PING\",\"key\":null");
    assert_holds(text, "\"name\":\"ExecutionQueueGrowing\",\"probe\":\"queue\","
                       "\"threshold\":10000,\"raised_s\":");
    assert_holds(text, "\"cleared_s\":null");
    assert_holds(text, "\"alerts_raised\":1");
    free(text);
    kit->result.observed = (struct observed){0};
    text = document_of(kit);
    assert_holds(text, "\"observe\":{\"calls\":null,");
    assert_holds(text, "\"p99_without_us\":null,\"alerts_raised\":null,\"probes\":[],");
    free(text);
}

#define OBSERVED(test) cmocka_unit_test_setup_teardown(test, open_observed, kit_run_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBSERVED(test_books_balance),
        OBSERVED(test_probes_of_the_queue),
        OBSERVED(test_probe_of_the_locks),
        OBSERVED(test_items_do_not_pay),
        OBSERVED(test_sides),
        OBSERVED(test_an_alert_is_raised_and_cleared),
        OBSERVED(test_an_alert_stays),
        OBSERVED(test_the_other_alert),
        OBSERVED(test_more_alerts_than_places),
        OBSERVED(test_intervals),
        OBSERVED(test_lockstep),
        OBSERVED(test_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
