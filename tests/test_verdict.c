/* Verdicts on results made by hand: what an item's fate counts for. */
#include "sim/judge/expectation.h"
#include "sim/judge/verdict.h"
#include "sim/scenario/variables.h"
#include "strategies/registry.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Ten items in a run until drained, in which nothing was broken and one item got lost. */
struct fixture {
    struct scenario scenario;
    struct run_result result;
    struct entry entry;
};

static int open_fixture(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->result = (struct run_result){
        .status = RUN_COMPLETE,
        .trustworthy = true,
        .audited = true,
        .entry = &f->entry,
        .items = {.total = 10, .refreshed = 9, .lost = 1},
        .findings = {.lost = {1, 1}, .journaled = true},
    };
    *state = f;
    return 0;
}

static int close_fixture(void **state)
{
    free(*state);
    return 0;
}

static void judge(struct fixture *f, const char *contender)
{
    f->entry.contender = contender_find(contender, &f->entry.strategy);
    assert_non_null(f->entry.contender);
    snprintf(f->entry.label, sizeof f->entry.label, "%s", contender);
    parameters_default(f->entry.strategy, f->entry.values);
    verdict_judge(&f->scenario, &f->result);
}

static enum ruling of(const struct fixture *f, enum verdict_kind kind)
{
    return f->result.verdicts[kind].ruling;
}

static void test_never_refreshed(void **state)
{
    struct fixture *f = *state;
    judge(f, "harbor-2.14");
    assert_int_equal(of(f, VERDICT_AT_LEAST_ONCE), RULING_FAIL);
    assert_int_equal(of(f, VERDICT_LIVENESS), RULING_FAIL);
}

/* Its keys are deleted whoever has marked them anew meanwhile, and it says so. */
static void test_a_later_mark_where_that_may_be_lost(void **state)
{
    struct fixture *f = *state;
    f->result.items.lost_anew = 1;
    judge(f, "harbor-2.14");
    assert_int_equal(of(f, VERDICT_AT_LEAST_ONCE), RULING_PASS);
    assert_int_equal(of(f, VERDICT_LIVENESS), RULING_PASS);
    assert_int_equal(of(f, VERDICT_LOST_UPDATE), RULING_NOT_PROMISED);
    assert_int_equal(f->result.verdicts[VERDICT_LOST_UPDATE].certain, 1);
    assert_string_equal(f->result.broken_promise, "");
}

static void test_a_later_mark_where_none_is_lost(void **state)
{
    struct fixture *f = *state;
    f->result.items.lost_anew = 1;
    judge(f, "claim-safe");
    assert_int_equal(of(f, VERDICT_AT_LEAST_ONCE), RULING_FAIL);
    assert_int_equal(of(f, VERDICT_LOST_UPDATE), RULING_FAIL);
}

/* The one that is lost may never have been marked: its producer had no reply, and gave up. */
static void test_a_mark_that_may_never_have_come(void **state)
{
    struct fixture *f = *state;
    f->result.findings.lost = (struct bounded){0, 1};
    judge(f, "harbor-2.14");
    assert_int_equal(of(f, VERDICT_AT_LEAST_ONCE), RULING_UNKNOWN);
    assert_int_equal(of(f, VERDICT_LIVENESS), RULING_UNKNOWN);
    assert_string_equal(f->result.broken_promise, "");
    f->result.items = (struct fates){.total = 10, .refreshed = 8, .lost = 1, .pending = 1};
    judge(f, "harbor-2.14");
    assert_int_equal(of(f, VERDICT_LIVENESS), RULING_FAIL);
}

/* A mark without a reply that was sent again may have been taken twice. */
static void test_a_mark_that_may_have_come_twice(void **state)
{
    struct fixture *f = *state;
    f->result.items = (struct fates){.total = 10, .refreshed = 10};
    f->result.findings.lost = (struct bounded){0, 0};
    f->result.refreshes.beyond_marks = 1;
    judge(f, "pop-ack");
    assert_int_equal(of(f, VERDICT_AT_MOST_ONCE), RULING_FAIL);
    f->result.findings.marks_doubted = 1;
    judge(f, "pop-ack");
    assert_int_equal(of(f, VERDICT_AT_MOST_ONCE), RULING_UNKNOWN);
    f->result.refreshes.beyond_marks = 2;
    judge(f, "pop-ack");
    assert_int_equal(of(f, VERDICT_AT_MOST_ONCE), RULING_FAIL);
}

/* Where a write may have died half way, an item that is gone is no mark that somebody deleted. */
static void test_a_cut_explains_what_vanished(void **state)
{
    struct fixture *f = *state;
    judge(f, "claim-safe");
    assert_int_equal(of(f, VERDICT_LOST_UPDATE), RULING_FAIL);
    f->result.struck = PROMISE_AT_LEAST_ONCE_CUT;
    judge(f, "claim-safe");
    assert_int_equal(of(f, VERDICT_LOST_UPDATE), RULING_PASS);
    assert_int_equal(of(f, VERDICT_AT_LEAST_ONCE), RULING_FAIL);
}

/* An acknowledgement without a reply may have removed a successor's claim. */
static void test_an_acknowledgement_in_doubt(void **state)
{
    struct fixture *f = *state;
    judge(f, "claim-safe");
    assert_int_equal(of(f, VERDICT_OWNER_CHECKED), RULING_PASS);
    f->result.findings.blind_acknowledges.most = 1;
    judge(f, "claim-safe");
    assert_int_equal(of(f, VERDICT_OWNER_CHECKED), RULING_UNKNOWN);
    f->result.findings.blind_acknowledges.certain = 1;
    judge(f, "claim-safe");
    assert_int_equal(of(f, VERDICT_OWNER_CHECKED), RULING_FAIL);
}

/* Work may fail at any time: whoever promises anything keeps what failed. What always fails nobody
 * can refresh, but that is all that it excuses. */
static void test_refreshes_that_fail(void **state)
{
    struct fixture *f = *state;
    struct timeline_note note = {.is_fault = true, .fails = true, .hit = true};
    f->result.events = &note;
    f->result.event_count = 1;
    f->result.findings.faults = f->result.findings.faults_hit = 1;
    f->result.findings.doomed = 2;
    judge(f, "harbor-2.14");
    assert_int_equal(of(f, VERDICT_AT_LEAST_ONCE), RULING_FAIL);
    f->result.findings.lost = (struct bounded){0, 0};
    f->result.items = (struct fates){.total = 10, .refreshed = 8, .stranded = 1, .pending = 1};
    judge(f, "harbor-2.14");
    assert_int_equal(of(f, VERDICT_AT_LEAST_ONCE), RULING_PASS);
    assert_int_equal(of(f, VERDICT_LIVENESS), RULING_PASS);
    f->result.items = (struct fates){.total = 10, .refreshed = 7, .dead = 2, .pending = 1};
    judge(f, "harbor-2.14");
    assert_int_equal(of(f, VERDICT_LIVENESS), RULING_UNKNOWN);
    f->result.items = (struct fates){.total = 10, .refreshed = 7, .pending = 3};
    judge(f, "harbor-2.14");
    assert_int_equal(of(f, VERDICT_LIVENESS), RULING_FAIL);
    assert_int_equal(f->result.verdicts[VERDICT_LIVENESS].certain, 1);
}

static void name_instance(struct fixture *f, int64_t instance, const char *host)
{
    char error[256], text[64];
    struct variable *variable = &f->scenario.variables[f->scenario.variable_count++];
    snprintf(text, sizeof text, "on %d HOSTNAME=%s", (int)instance, host);
    if (!variable_read(text, variable, error, sizeof error))
        fail_msg("%s", error);
}

/* A name of its own is no lie; under another's nothing is promised. */
static void test_instances_with_names(void **state)
{
    struct fixture *f = *state;
    f->scenario.instances = 3;
    name_instance(f, 0, "one");
    judge(f, "reliable-list");
    assert_int_equal(of(f, VERDICT_AT_LEAST_ONCE), RULING_FAIL);
    name_instance(f, 2, "one");
    judge(f, "reliable-list");
    assert_int_equal(of(f, VERDICT_AT_LEAST_ONCE), RULING_NOT_PROMISED);
}

/* ---- what is expected: a breach says in one line what, where and by how much */

static void assert_expectation(struct fixture *f, const char *text, enum ruling ruling,
                               const char *line)
{
    char error[256];
    if (!expectation_read(text, &f->scenario.expectations[0], error, sizeof error))
        fail_msg("%s", error);
    f->scenario.expectation_count = 1;
    expectation_judge(&f->scenario, &f->result);
    assert_int_equal(f->result.expectation_count, 1);
    assert_string_equal(f->result.expectations[0].line, line);
    assert_int_equal(expectation_ruling(&f->result), ruling);
    free(f->result.expectations);
    f->result.expectations = NULL;
}

static void test_what_is_expected(void **state)
{
    struct fixture *f = *state;
    f->result.repeat = 2;
    f->result.findings.redundant = (struct bounded){7, 9};
    f->result.findings.recovery_s = NAN;
    judge(f, "harbor-2.14");
    assert_expectation(f, "redundant: <= 9", RULING_PASS, "");
    assert_expectation(f, "redundant: <= 7", RULING_UNKNOWN,
                       "harbor-2.14, repeat 2: expected redundant <= 7, and it was 7 to 9 "
                       "refreshes");
    assert_expectation(f, "redundant: <= 5", RULING_FAIL,
                       "harbor-2.14, repeat 2: expected redundant <= 5, and it was 7 refreshes "
                       "(by +2)");
    assert_expectation(f, "harbor-2.14/redundant_max: >= 10", RULING_FAIL,
                       "harbor-2.14, repeat 2: expected redundant_max >= 10, and it was 9 "
                       "refreshes (by -1)");
    assert_expectation(f, "verdict.at_least_once: pass", RULING_FAIL,
                       "harbor-2.14, repeat 2: expected verdict.at_least_once = pass, and it is "
                       "FAIL: 1 items lost or stranded");
    assert_expectation(f, "verdict.at_least_once: fail", RULING_PASS, "");
    assert_expectation(f, "recovery_s: <= 1", RULING_UNKNOWN,
                       "harbor-2.14, repeat 2: expected recovery_s <= 1, and it is not known");
    f->result.trustworthy = false;
    assert_expectation(f, "redundant: <= 7", RULING_UNKNOWN,
                       "harbor-2.14, repeat 2: expected redundant <= 7, and the run is not "
                       "trustworthy");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_never_refreshed),
        TEST(test_a_later_mark_where_that_may_be_lost),
        TEST(test_a_later_mark_where_none_is_lost),
        TEST(test_a_mark_that_may_never_have_come),
        TEST(test_a_mark_that_may_have_come_twice),
        TEST(test_a_cut_explains_what_vanished),
        TEST(test_instances_with_names),
        TEST(test_refreshes_that_fail),
        TEST(test_an_acknowledgement_in_doubt),
        TEST(test_what_is_expected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
