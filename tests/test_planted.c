/* Who checks the checker: each planted bug is caught in one small world, by the verdict and by the
 * figure that name its fault, and the protocol without a bug is accused of nothing there. */
#include "tests/kit_planted.h"
#include "tests/kit_successor.h"

#include "sim/judge/figure.h"
#include "sim/judge/verdict.h"
#include "sim/trial/sweep_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEEDS = 12 };

/* One world with one strategy, and what came of it. */
struct trial {
    enum planted_bug bug;
    const char *lease;         /* NULL: the world's own */
    enum verdict_kind verdict; /* that names the fault */
    const char *figure;        /* that does, which is then at least one */
    bool caught;
    char line[RUN_REASON_MAX]; /* any promise that was found broken */
};

typedef void world_of_trial(struct kit_run *kit, struct trial *trial);

/* The entry of the trial, with the world's lease if it has none of its own. */
static void plant(struct kit_run *kit, const struct trial *trial, const char *lease)
{
    char error[256];
    kit_run_choose(kit, planted_strategy.contenders, &planted_strategy);
    struct entry *entry = &kit->scenario.entries[0];
    assert_true(parameters_set(&planted_strategy, "bug", planted_name(trial->bug), entry->values,
                               error, sizeof error));
    assert_true(parameters_set(&planted_strategy, "lease",
                               trial->lease != NULL ? trial->lease : lease, entry->values, error,
                               sizeof error));
}

static void weigh(struct trial *trial, const struct run_result *result)
{
    const struct figure *figure = figure_find(trial->figure);
    assert_non_null(figure);
    if (!result->trustworthy)
        fail_msg("%s: %s", planted_name(trial->bug), result->reasons[0]);
    trial->caught =
        result->verdicts[trial->verdict].ruling == RULING_FAIL && figure->read(result) >= 1;
    snprintf(trial->line, sizeof trial->line, "%s", result->broken_promise);
}

/* ---- a crash at a point of the first round */

struct crash {
    enum fault_phase phase;
    uint32_t nth;
    double failures; /* of refreshes */
};

static void crash_at(struct kit_run *kit, struct trial *trial, const struct crash *crash)
{
    struct scenario *scenario = malloc(sizeof *scenario);
    struct sweep_point point = {
        .fault = {
            .kind = FAULT_CRASH, .phase = crash->phase, .role = SEAT_WORKER, .nth = crash->nth}};
    assert_non_null(scenario);
    plant(kit, trial, "2s");
    sweep_world_scenario(&kit->scenario.entries[0], scenario);
    scenario->refresh.failures = crash->failures;
    struct sweep_world *world = calloc(1, sizeof *world);
    assert_non_null(world);
    *world = (struct sweep_world){.scenario = scenario,
                                  .entry = &scenario->entries[0],
                                  .seed = kit->scenario.seed,
                                  .options = &kit->options};
    if (sweep_world_run(world, &point) != SWEEP_END_STRUCK)
        fail_msg("%s: %s", planted_name(trial->bug), world->result.error);
    weigh(trial, &world->result);
    free(world);
    free(scenario);
}

static void crash_begun(struct kit_run *kit, struct trial *trial)
{
    crash_at(kit, trial, &(struct crash){FAULT_BEFORE_EFFECT, 1, 0});
}

static void crash_at_first(struct kit_run *kit, struct trial *trial)
{
    crash_at(kit, trial, &(struct crash){FAULT_AFTER_REPLY, 1, 0});
}

static void crash_given_back(struct kit_run *kit, struct trial *trial)
{
    crash_at(kit, trial, &(struct crash){FAULT_AFTER_REPLY, 2, 0.5});
}

/* ---- no fault at all: an order of commands that the seed chooses */

static void in_lockstep(struct kit_run *kit, struct trial *trial)
{
    struct scenario *scenario = &kit->scenario;
    scenario->mode = MODE_LOCKSTEP;
    scenario->journal = JOURNAL_YES;
    scenario->items = 20;
    /* Where marks come one instance is always there: an item that is marked again while it is in
     * work may be claimed by another one, and overlaps. */
    bool marked = scenario->producers.count > 0;
    scenario->instances = marked ? 1 : 4;
    scenario->cycle_ms = marked ? 100 : 2000;
    scenario->cycles = marked ? 60 : 3;
    scenario->round_bound_ms = 1000; /* who never gets done is stopped */
    scenario->refresh.statement_us = 5000;
    plant(kit, trial, "60s");
    kit_run_world(kit);
    assert_true(kit->result.findings.journaled);
    weigh(trial, &kit->result);
}

static void with_failures(struct kit_run *kit, struct trial *trial)
{
    kit->scenario.refresh.failures = 0.3;
    in_lockstep(kit, trial);
}

static void with_marks(struct kit_run *kit, struct trial *trial)
{
    kit->scenario.producers.count = 2;
    kit->scenario.producers.per_s = 50;
    kit->scenario.producers.again = 0.2;
    in_lockstep(kit, trial);
}

/* ---- who was paused goes on while its successor works */

static void with_successor(struct kit_run *kit, struct trial *trial)
{
    struct scenario *scenario = &kit->scenario;
    scenario->instances = 2;
    scenario->cycle_ms = 50;
    plant(kit, trial, "200ms");
    kit_successor_world(kit);
    assert_true(kit->result.findings.overlap_depth >= 2);
    weigh(trial, &kit->result);
}

/* ---- which bug is caught where, and how */

static const struct row {
    enum planted_bug bug;
    world_of_trial *world;
    enum verdict_kind verdict;
    const char *figure, *lease;
} rows[] = {
    {PLANTED_ACKNOWLEDGE_FIRST, crash_begun, VERDICT_AT_LEAST_ONCE, "lost", NULL},
    {PLANTED_NO_RECOVERY, crash_begun, VERDICT_AT_LEAST_ONCE, "stranded", NULL},
    {PLANTED_RECOVERY_FORGETS, crash_begun, VERDICT_AT_LEAST_ONCE, "lost", NULL},
    {PLANTED_POP_THEN_RECORD, crash_at_first, VERDICT_AT_LEAST_ONCE, "lost", NULL},
    {PLANTED_REQUEUE_AFTER, crash_given_back, VERDICT_AT_LEAST_ONCE, "lost", NULL},
    {PLANTED_SETNX_THEN_EXPIRE, crash_at_first, VERDICT_LIVENESS, "pending", NULL},
    {PLANTED_FOREIGN_RENEWAL, crash_begun, VERDICT_LIVENESS, "claimed", NULL},
    {PLANTED_EXISTS_THEN_SET, in_lockstep, VERDICT_MUTUAL_EXCLUSION, "overlap", NULL},
    {PLANTED_CLAIM_SHARED, in_lockstep, VERDICT_MUTUAL_EXCLUSION, "overlap", NULL},
    {PLANTED_LEASE_TOO_SHORT, in_lockstep, VERDICT_MUTUAL_EXCLUSION, "overlap", "6ms"},
    {PLANTED_DONE_TWICE, in_lockstep, VERDICT_AT_MOST_ONCE, "needless", NULL},
    {PLANTED_FAILURE_SWALLOWED, with_failures, VERDICT_LOST_UPDATE, "lost", NULL},
    {PLANTED_REMARK_LOST, with_marks, VERDICT_LOST_UPDATE, "lost", NULL},
    {PLANTED_BLIND_ACKNOWLEDGE, with_successor, VERDICT_OWNER_CHECKED, "blind_acknowledges", NULL},
    {PLANTED_UNCONDITIONAL_DEL, with_successor, VERDICT_OWNER_CHECKED, "blind_acknowledges", NULL},
};

static void check_row(struct kit_run *kit, const struct row *row)
{
    struct trial trial = {
        .bug = row->bug, .lease = row->lease, .verdict = row->verdict, .figure = row->figure};
    struct trial sound = trial;
    sound.bug = PLANTED_SOUND;
    sound.lease = NULL;
    for (kit->scenario.seed = 1; kit->scenario.seed <= SEEDS && !trial.caught; kit->scenario.seed++)
        row->world(kit, &trial);
    if (!trial.caught)
        fail_msg("%s is not caught by %s and %s: \"%s\"", planted_name(row->bug),
                 verdict_name_of(row->verdict), row->figure, trial.line);
    kit->scenario.seed--; /* of the world that has caught it */
    row->world(kit, &sound);
    if (sound.line[0] != '\0')
        fail_msg("where %s is caught the sound one is accused: %s", planted_name(row->bug),
                 sound.line);
}

static void check_rows(struct kit_run *kit, world_of_trial *world)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].world == world)
            check_row(kit, &rows[i]);
}

static void test_crashes(void **state)
{
    check_rows(*state, crash_begun);
    check_rows(*state, crash_at_first);
    check_rows(*state, crash_given_back);
}

static void test_races(void **state)
{
    check_rows(*state, in_lockstep);
}

static void test_failures(void **state)
{
    check_rows(*state, with_failures);
}

static void test_marks_again(void **state)
{
    check_rows(*state, with_marks);
}

static void test_successors(void **state)
{
    check_rows(*state, with_successor);
}

static void test_every_bug_has_a_row(void **state)
{
    (void)state;
    unsigned found = 1u << PLANTED_SOUND;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        found |= 1u << rows[i].bug;
    assert_int_equal(found, (1u << PLANTED_BUGS) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_bug_has_a_row),
        IN_A_WORLD(test_crashes),
        IN_A_WORLD(test_races),
        IN_A_WORLD(test_failures),
        IN_A_WORLD(test_marks_again),
        IN_A_WORLD(test_successors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
