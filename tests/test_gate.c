/* The gate, on real runs: what is planted is found to the last command, what is not is not; and
 * what a baseline keeps. */
#include "bench/gate/baseline_compare.h"
#include "bench/gate/gate.h"
#include "bench/gate/pair.h"
#include "bench/proof/planted.h"
#include "sim/judge/expectation.h"
#include "tests/kit_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { ITEMS = 400 };

static int open_lockstep(void **state)
{
    int status = kit_run_open(state);
    struct kit_run *kit = *state;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.items = ITEMS;
    kit->scenario.cycles = 1;
    return status;
}

static void plant(struct kit_run *kit, int64_t every)
{
    kit_run_choose(kit, strategy_planted.contenders, &strategy_planted);
    kit->scenario.entries[0].values[PLANTED_EVERY] = every;
}

/* What the gate would write down now. */
static struct baseline measured(struct kit_run *kit, struct comparison *comparison)
{
    struct environment environment = {0};
    struct gate gate = {.scenario = &kit->scenario, .options = kit->options, .runs = 2};
    gate.options.environment = &environment;
    struct baseline baseline = {0};
    gate_describe(&gate, &baseline);
    if (!gate_measure(&gate, &baseline, comparison))
        fail_msg("%s", comparison->why);
    return baseline;
}

/* The gate's word on `every` items from one command too many to the next. */
static void judge(struct kit_run *kit, int64_t base, int64_t every, struct comparison *comparison)
{
    *comparison = (struct comparison){.kind = "gate"};
    plant(kit, base);
    struct baseline before = measured(kit, comparison);
    plant(kit, every);
    struct baseline now = measured(kit, comparison);
    assert_true(gate_comparable(&before, &now, comparison));
    baseline_compare(&before, &now, comparison);
    comparison_close_findings(comparison);
    baseline_close(&before);
    baseline_close(&now);
}

static void the_same_is_the_same(void **state)
{
    struct comparison comparison;
    judge(*state, 0, 0, &comparison);
    assert_int_equal(comparison.status, STATUS_GOOD);
    assert_int_equal(comparison.count, 0);
    assert_true(comparison.unchanged > 10);
    assert_string_equal(comparison.why, "PASS");
    comparison_free(&comparison);
}

static void a_command_more_per_item_is_told(void **state)
{
    struct comparison comparison;
    judge(*state, 0, 1, &comparison);
    assert_int_equal(comparison.status, STATUS_REGRESSION);
    assert_non_null(strstr(comparison.why, "FAIL: planted: "));
    assert_non_null(strstr(comparison.why, "(+400, "));
    assert_non_null(strstr(comparison.why, "+1 per item)"));
    assert_null(strchr(comparison.why, '\n'));
    char more[32]; /* than the first: all lines of the table */
    assert_true(comparison.count > 2);
    snprintf(more, sizeof more, "; and %zu more", comparison.count - 1);
    assert_non_null(strstr(comparison.why, more));
    comparison_free(&comparison);
}

/* Two instances take 200 each: one command more after every 100. */
static void a_command_more_per_hundred_items_is_found(void **state)
{
    struct comparison comparison;
    judge(*state, 0, 100, &comparison);
    assert_int_equal(comparison.status, STATUS_REGRESSION);
    bool named = false;
    for (size_t i = 0; i < comparison.count; i++)
        named = named || (strcmp(comparison.findings[i].measure, "server calls of LINDEX") == 0 &&
                          comparison.findings[i].base == 0 && comparison.findings[i].now > 0);
    assert_true(named);
    comparison_free(&comparison);
}

static void a_command_less_passes_and_says_so(void **state)
{
    struct comparison comparison;
    judge(*state, 1, 0, &comparison);
    assert_int_equal(comparison.status, STATUS_GOOD);
    assert_non_null(strstr(comparison.why, "--update-baseline"));
    assert_int_equal(comparison.findings[0].kind, FINDING_BETTER);
    comparison_free(&comparison);
}

/* The scenario expects what no run of it comes to. */
static void expect_too_much(struct kit_run *kit)
{
    char error[256];
    assert_true(
        expectation_read("refreshed: 0", &kit->scenario.expectations[0], error, sizeof error));
    kit->scenario.expectation_count = 1;
}

static void what_the_scenario_expects_is_told_once(void **state)
{
    struct comparison comparison;
    expect_too_much(*state);
    judge(*state, 0, 0, &comparison);
    assert_int_equal(comparison.status, STATUS_BROKEN);
    assert_int_equal(comparison.count, 2); /* of each side one */
    assert_string_equal(comparison.findings[0].measure, "expectation");
    assert_non_null(strstr(comparison.why, "refreshed"));
    comparison_free(&comparison);
}

/* Once the first run of a contender is at its audit. */
static void interrupt_the_next(void *context, const struct run_progress *progress)
{
    struct kit_run *kit = context;
    if (strcmp(progress->phase, "audit") == 0)
        kit->interrupted = 1;
}

static void an_interrupted_gate_is_never_good(void **state)
{
    struct kit_run *kit = *state;
    struct baseline baseline = {0};
    struct environment environment = {0};
    struct comparison comparison = {.kind = "gate"};
    expect_too_much(kit); /* by its first run, which is complete */
    plant(kit, 0);
    struct gate gate = {.scenario = &kit->scenario, .options = kit->options, .runs = 2};
    gate.options.environment = &environment;
    gate.options.progress = interrupt_the_next;
    gate.options.progress_context = kit;
    assert_false(gate_measure(&gate, &baseline, &comparison));
    assert_int_equal(comparison.count, 1);
    assert_int_equal(comparison.status, STATUS_INTERRUPTED);
    assert_true(*comparison.why != '\0');
    comparison_free(&comparison);
    baseline_close(&baseline);
}

/* ---- without a run */

static struct baseline small_baseline(int64_t spop, int64_t scard)
{
    struct baseline baseline = {.server = "redis 7.0"};
    texts_add(&baseline.workload, "items 100", 9);
    struct counts *counts = &baseline_add(&baseline, "x")->counts;
    counts_set(counts, "SPOP", "calls", spop);
    counts_set(counts, "SCARD", "calls", scard);
    counts_set(counts, "run", "round_trips", 20);
    return baseline;
}

static struct comparison compared(struct baseline *before, struct baseline *now)
{
    struct comparison comparison = {.kind = "gate"};
    baseline_compare(before, now, &comparison);
    comparison_close_findings(&comparison);
    baseline_close(before);
    baseline_close(now);
    return comparison;
}

static void another_mix_at_the_same_total_fails(void **state)
{
    struct baseline before = small_baseline(10, 10), now = small_baseline(9, 11);
    struct comparison comparison = compared(&before, &now);
    (void)state;
    assert_int_equal(comparison.status, STATUS_REGRESSION);
    assert_non_null(strstr(comparison.why, "20 as before, but another mix of commands"));
    comparison_free(&comparison);
}

static void a_bounded_counter_is_not_compared(void **state)
{
    struct baseline before = small_baseline(COUNT_BOUNDED, 10), now = small_baseline(99, 10);
    struct comparison comparison = compared(&before, &now);
    (void)state;
    assert_int_equal(comparison.status, STATUS_GOOD);
    comparison_free(&comparison);

    /* The rest of its total is, and a counter that has become bounded is doubtful. */
    before = small_baseline(COUNT_BOUNDED, 10), now = small_baseline(99, 11);
    comparison = compared(&before, &now);
    assert_int_equal(comparison.status, STATUS_REGRESSION);
    comparison_free(&comparison);
    before = small_baseline(10, 10), now = small_baseline(COUNT_BOUNDED, 10);
    comparison = compared(&before, &now);
    assert_int_equal(comparison.status, STATUS_UNKNOWN);
    comparison_free(&comparison);
}

/* A walk where there was none is dearer, however many steps it takes. */
static void a_new_command_fails_though_it_is_bounded(void **state)
{
    struct baseline before = small_baseline(10, 10), now = small_baseline(10, 10);
    (void)state;
    counts_set(&now.contenders[0].counts, "SSCAN", "calls", COUNT_BOUNDED);
    struct comparison comparison = compared(&before, &now);
    assert_int_equal(comparison.status, STATUS_REGRESSION);
    assert_string_equal(comparison.why, "FAIL: x: calls of SSCAN: none -> some, and not as many "
                                        "each time");
    comparison_free(&comparison);
}

/* One measure of a run that was another before: worse where it grows. */
static void every_measure_is_compared(void **state)
{
    static const struct {
        const char *group, *name, *label;
    } measures[] = {
        {"fates", "lost", "items lost"},
        {"fates", "stranded", "items stranded"},
        {"fates", "dead", "items dead"},
        {"fates", "claimed", "items claimed"},
        {"fates", "pending", "items pending"},
        {"fates", "redundant", "redundant refreshes"},
        {"SPOP", "calls", "server calls"},
        {"SPOP", "inner", "calls in scripts"},
        {"SPOP", "errors", "error replies"},
        {"run", "round_trips", "round trips"},
        {"SPOP", "out", "bytes sent"},
        {"SPOP", "in", "bytes received"},
        {"run", "keys_left", "keys left behind"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
        for (int grows = 0; grows < 2; grows++) {
            struct baseline before = small_baseline(10, 10), now = small_baseline(10, 10);
            counts_set(&before.contenders[0].counts, measures[i].group, measures[i].name, 7);
            counts_set(&now.contenders[0].counts, measures[i].group, measures[i].name,
                       grows ? 8 : 6);
            struct comparison comparison = compared(&before, &now);
            assert_int_equal(comparison.status, grows ? STATUS_REGRESSION : STATUS_GOOD);
            assert_true(comparison.count >= 1);
            assert_string_equal(comparison.findings[0].measure, measures[i].label);
            assert_int_equal(comparison.findings[0].kind, grows ? FINDING_FAIL : FINDING_BETTER);
            comparison_free(&comparison);
        }
}

static void what_differs_between_two_runs_is_bounded(void **state)
{
    struct counts first = {0}, second = {0};
    (void)state;
    counts_set(&first, "SPOP", "calls", 10);
    counts_set(&first, "SSCAN", "calls", 3);
    counts_set(&second, "SPOP", "calls", 10);
    counts_set(&second, "SSCAN", "calls", 4);
    counts_set(&second, "SCARD", "calls", 1);
    counts_meet(&first, &second);
    assert_int_equal(counts_get(&first, "SPOP", "calls"), 10);
    assert_int_equal(counts_get(&first, "SSCAN", "calls"), COUNT_BOUNDED);
    assert_int_equal(counts_get(&first, "SCARD", "calls"), COUNT_BOUNDED);
}

static void a_baseline_comes_back_as_it_was_written(void **state)
{
    char path[] = "/tmp/gate-baseline-XXXXXX", error[512];
    struct baseline before = small_baseline(COUNT_BOUNDED, 10), now = {0};
    (void)state;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    texts_add(&before.workload, "wake given", 10);
    counts_set(&baseline_add(&before, "a b=5")->counts, "run", "keys_left", 0);
    assert_true(baseline_save(&before, path, "a test", error, sizeof error));
    assert_int_equal(baseline_load(&now, path, error, sizeof error), STATUS_GOOD);
    assert_string_equal(now.server, before.server);
    assert_true(workload_same(&now.workload, &before.workload, error, sizeof error));
    assert_int_equal(now.count, 2);
    for (size_t i = 0; i < now.count; i++) {
        assert_string_equal(now.contenders[i].label, before.contenders[i].label);
        assert_int_equal(now.contenders[i].counts.used, before.contenders[i].counts.used);
        for (size_t k = 0; k < now.contenders[i].counts.used; k++)
            assert_int_equal(now.contenders[i].counts.list[k].value,
                             before.contenders[i].counts.list[k].value);
    }
    unlink(path);
    baseline_close(&before);
    baseline_close(&now);
}

/* ---- by the clock: what is measured, never how long it took */

static void a_pair_is_measured_and_counted(void **state)
{
    struct kit_run *kit = *state;
    struct pair_series *series = calloc(1, sizeof *series);
    assert_non_null(series);
    kit->scenario.mode = MODE_CONCURRENT;
    plant(kit, 0);
    for (int i = 0; i < 2; i++)
        series->arms[i] = (struct pair_arm){&kit->scenario, kit->program, NULL};
    series->options = kit->options;
    series->until_ns = 0; /* the warm-up alone */
    pair_rules_open(&series->rules, 0.05);
    if (!pair_series_run(series))
        fail_msg("%s", series->why);
    assert_int_equal(series->pairs, 0);
    assert_int_equal(pair_verdict_of(series->findings), PAIR_OPEN);
    for (int arm = 0; arm < 2; arm++)
        for (int metric = 0; metric < PAIR_METRICS; metric++)
            assert_true(series->repeats[0][arm].cost[metric] > 0);
    free(series);
}

static void the_order_within_a_pair_is_drawn_by_lot(void **state)
{
    unsigned b_first = 0, alike = 0;
    (void)state;
    for (uint32_t pair = 0; pair < SIGNED_RANK_PAIRS_MAX; pair++) {
        b_first += pair_b_first(1, pair);
        alike += pair_b_first(1, pair) == pair_b_first(2, pair);
        assert_int_equal(pair_b_first(1, pair), pair_b_first(1, pair));
    }
    assert_in_range(b_first, SIGNED_RANK_PAIRS_MAX / 3, SIGNED_RANK_PAIRS_MAX * 2 / 3);
    assert_in_range(alike, SIGNED_RANK_PAIRS_MAX / 3, SIGNED_RANK_PAIRS_MAX * 2 / 3);
}

static void a_repeat_without_items_is_no_measurement(void **state)
{
    struct kit_run *kit = *state;
    struct pair_repeat repeat;
    enum status status;
    char why[RUN_REASON_MAX];
    kit->scenario.mode = MODE_CONCURRENT;
    kit->scenario.producers.seeded = 0;
    plant(kit, 0);
    const struct pair_arm arm = {&kit->scenario, kit->program, NULL};
    assert_false(pair_repeat_run(&arm, 1, &kit->options, &repeat, &status, why));
    assert_non_null(strstr(why, "nothing to compare"));
    assert_int_equal(status, STATUS_UNKNOWN);
}

#define IN_LOCKSTEP(test) cmocka_unit_test_setup_teardown(test, open_lockstep, kit_run_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_LOCKSTEP(the_same_is_the_same),
        IN_LOCKSTEP(a_command_more_per_item_is_told),
        IN_LOCKSTEP(a_command_more_per_hundred_items_is_found),
        IN_LOCKSTEP(a_command_less_passes_and_says_so),
        IN_LOCKSTEP(what_the_scenario_expects_is_told_once),
        IN_LOCKSTEP(an_interrupted_gate_is_never_good),
        cmocka_unit_test(another_mix_at_the_same_total_fails),
        cmocka_unit_test(a_bounded_counter_is_not_compared),
        cmocka_unit_test(a_new_command_fails_though_it_is_bounded),
        cmocka_unit_test(every_measure_is_compared),
        cmocka_unit_test(what_differs_between_two_runs_is_bounded),
        cmocka_unit_test(a_baseline_comes_back_as_it_was_written),
        cmocka_unit_test(the_order_within_a_pair_is_drawn_by_lot),
        IN_LOCKSTEP(a_pair_is_measured_and_counted),
        IN_LOCKSTEP(a_repeat_without_items_is_no_measurement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
