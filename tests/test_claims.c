#include "bench/claims/claims.h"
#include "bench/claims/claims_measure.h"
#include "bench/claims/claims_table.h"
#include "bench/claims/claims_verdict.h"
#include "bench/claims/formula.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- formulas */

static const json *one_document(void *context, const char *name)
{
    return strcmp(name, "") == 0 || strcmp(name, "other") == 0 ? context : NULL;
}

static json *figures(void)
{
    json *object = json_make_object(), *counted = json_make_object(), *list = json_make_array();
    for (unsigned i = 1; i <= 3; i++) {
        json *element = json_make_object();
        json_put(element, "n", json_make_count(i * i));
        json_push(list, element);
    }
    json_put(counted, "SPOP", json_make_count(7));
    json_put(object, "commands", counted);
    json_put(object, "list", list);
    json_put(object, "empty", json_make_array());
    json_put(object, "four", json_make_count(4));
    json_put(object, "unknown", json_make_null());
    json_put(object, "word", json_make_text("word"));
    return object;
}

static void formulas_compute(void **state)
{
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"2 + 3 * 4 - 10 / 5", 12},
        {"-(2 - 5) * 1e2", 300},
        {"-four", -4},
        {"four / [other]four", 1},
        {"commands.SPOP * 2", 14},
        {"commands.SCAN + four", 4},
        {"sum(list.n) + 100 * count(list.n)", 314},
        {"max(list.n) - min(list.n)", 8},
        {"mean(list.n) * 3", 14},
        {"last(list.n)", 9},
        {"list.1.n", 4},
        {"sum(empty.n) + count(empty.n)", 0},
    };
    (void)state;
    json *object = figures();
    const struct formula_scope scope = {one_document, object};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char error[128] = "";
        double value;
        if (!formula_value(cases[i].text, &scope, &value, error, sizeof error))
            fail_msg("%s: %s", cases[i].text, error);
        if (!(fabs(value - cases[i].value) < 1e-9))
            fail_msg("%s: %f", cases[i].text, value);
    }
    json_free(object);
}

static void what_is_unknown_stays_unknown(void **state)
{
    static const char *const texts[] = {"unknown", "unknown.of.it + 1", "max(empty.n)",
                                        "four * unknown"};
    (void)state;
    json *object = figures();
    const struct formula_scope scope = {one_document, object};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char error[128] = "";
        double value = 0;
        assert_true(formula_value(texts[i], &scope, &value, error, sizeof error));
        assert_true(isnan(value));
    }
    json_free(object);
}

static void wrong_formulas_are_refused(void **state)
{
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"fuor", "a result holds no fuor"},
        {"four.more", "a result holds no four.more"},
        {"list.m", "a result holds no list.m"},
        {"list.n", "list.n is a list; sum, min, max, mean, last or count of it would be right"},
        {"word", "word is no number"},
        {"[nobody]four", "nothing is measured as [nobody]"},
        {"[other four", "a [ that nothing closes"},
        {"(four", "a ( that nothing closes"},
        {"four four", "\"four\" is left over"},
        {"four +", "a name or a number is missing before \"\""},
        {"", "a name or a number is missing before \"\""},
    };
    (void)state;
    json *object = figures();
    const struct formula_scope scope = {one_document, object};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char error[128] = "";
        double value;
        assert_false(formula_value(cases[i].text, &scope, &value, error, sizeof error));
        assert_string_equal(error, cases[i].error);
    }
    json_free(object);
}

/* ---- verdicts */

struct judged {
    enum claim_relation relation;
    double low, high, tolerance, scale;
    double values[3];
    uint32_t count;
    enum claim_verdict verdict;
    double surprise; /* 0: whatever */
};

static void a_setting_holds_when_its_interval_is_inside(void **state)
{
    static const struct judged cases[] = {
        {CLAIM_EQUAL, 100, 100, 0.1, 1, {95, 105, 100}, 3, CLAIM_HOLDS, 1},
        {CLAIM_EQUAL, 100, 100, 0.1, 1, {95, 111, 100}, 3, CLAIM_DOES_NOT_HOLD, 1.11},
        {CLAIM_EQUAL, 100, 100, 0.1, 1, {50}, 1, CLAIM_DOES_NOT_HOLD, 2},
        {CLAIM_EQUAL, 90, 100, 0.1, 1, {82, 109}, 2, CLAIM_HOLDS, 1},
        {CLAIM_EQUAL, 90, 100, 0.1, 1, {80}, 1, CLAIM_DOES_NOT_HOLD, 0},
        {CLAIM_EQUAL, 0, 0, 0.5, 1, {0}, 1, CLAIM_HOLDS, 1},
        {CLAIM_EQUAL, 0, 0, 0.5, 1, {0, 3}, 2, CLAIM_DOES_NOT_HOLD, 4},
        {CLAIM_EQUAL, 5000000, 5000000, 0.1, 0.001, {5000}, 1, CLAIM_HOLDS, 1},
        {CLAIM_EQUAL, 5, 5, 0, 1, {5.0000000001}, 1, CLAIM_HOLDS, 1},
        {CLAIM_AT_MOST, 60, 60, 0, 1, {1, 60}, 2, CLAIM_HOLDS, 1},
        {CLAIM_AT_MOST, 60, 60, 0, 1, {1, 120}, 2, CLAIM_DOES_NOT_HOLD, 2},
        {CLAIM_AT_LEAST, 3, 3, 0, 1, {3, 1000}, 2, CLAIM_HOLDS, 1},
        {CLAIM_AT_LEAST, 3, 3, 0, 1, {1, 1000}, 2, CLAIM_DOES_NOT_HOLD, 3},
        {CLAIM_EQUAL, 1, 1, 0.1, 1, {0}, 0, CLAIM_NOT_MEASURED, 0},
        {CLAIM_EQUAL, 1, 1, 0.1, 1, {1, NAN}, 2, CLAIM_NOT_MEASURED, 0},
        {CLAIM_EQUAL, 1, 1, 0.1, NAN, {1}, 1, CLAIM_NOT_MEASURED, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct judged *c = &cases[i];
        const struct claim claim = {
            .relation = c->relation, .expected = {c->low, c->high}, .tolerance = c->tolerance};
        struct claim_setting setting = {0};
        claim_judge_setting(&claim, &setting, c->values, c->count, c->scale);
        if (setting.verdict != c->verdict ||
            (c->surprise > 0 && !(fabs(setting.surprise - c->surprise) < 1e-6)))
            fail_msg("case %zu: %s, surprise %f", i, claim_verdict_name(setting.verdict),
                     setting.surprise);
    }
}

static void the_interval_and_the_median_are_those_of_the_repeats(void **state)
{
    const double values[] = {7, 1, 4};
    const struct claim claim = {.expected = {1, 7}};
    struct claim_setting setting = {0};
    (void)state;
    claim_judge_setting(&claim, &setting, values, 3, 2);
    assert_true(setting.low == 1 && setting.high == 7 && setting.median == 4);
    assert_true(setting.expected.low == 2 && setting.expected.high == 14);
    assert_int_equal(setting.repeats, 3);
}

static void a_claim_depends_where_its_settings_differ(void **state)
{
    static const struct {
        enum claim_verdict settings[3];
        enum claim_verdict verdict;
    } cases[] = {
        {{CLAIM_HOLDS, CLAIM_HOLDS, CLAIM_HOLDS}, CLAIM_HOLDS},
        {{CLAIM_DOES_NOT_HOLD, CLAIM_DOES_NOT_HOLD, CLAIM_DOES_NOT_HOLD}, CLAIM_DOES_NOT_HOLD},
        {{CLAIM_HOLDS, CLAIM_DOES_NOT_HOLD, CLAIM_HOLDS}, CLAIM_DEPENDS},
        /* two were measured, and differ */
        {{CLAIM_HOLDS, CLAIM_DOES_NOT_HOLD, CLAIM_NOT_MEASURED}, CLAIM_DEPENDS},
        {{CLAIM_HOLDS, CLAIM_NOT_MEASURED, CLAIM_HOLDS}, CLAIM_NOT_MEASURED},
        {{CLAIM_DOES_NOT_HOLD, CLAIM_NOT_MEASURED, CLAIM_DOES_NOT_HOLD}, CLAIM_NOT_MEASURED},
    };
    static const double surprises[] = {
        [CLAIM_HOLDS] = 1, [CLAIM_DOES_NOT_HOLD] = 10, [CLAIM_NOT_MEASURED] = NAN};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct claim claim = {.setting_count = 3};
        for (unsigned j = 0; j < 3; j++) {
            claim.settings[j].verdict = cases[i].settings[j];
            claim.settings[j].surprise = surprises[cases[i].settings[j]] * (j + 1);
        }
        claim_conclude(&claim);
        assert_int_equal(claim.verdict, cases[i].verdict);
        if (cases[i].verdict == CLAIM_DOES_NOT_HOLD)
            assert_int_equal(claim.shown, 2); /* the worst */
    }
    struct claim claim = {.not_testable = "it has no unit"};
    claim_conclude(&claim);
    assert_int_equal(claim.verdict, CLAIM_NOT_TESTABLE);
}

/* ---- the file */

#define RUN "runs:\n  r: {scenario: quick}\n"
#define ROW "claims:\n  - {id: a, at: {job-queue-plan: 5}, claim: c, published: 1, unit: u"
#define MEASURED ", tolerance: 0, measure: duration_s, run: r, contender: null"

static void write_and_read(const char *text, struct claims *claims, char path[64], bool *ok)
{
    snprintf(path, 64, "/tmp/claims-test-XXXXXX");
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
    close(file);
    *ok = claims_read(claims, path);
    unlink(path);
}

static void mistakes_are_one_line_with_file_line_and_key(void **state)
{
    static const struct {
        const char *text, *error; /* behind the path */
    } cases[] = {
        {"", ":1: the file is empty; runs and claims would be right"},
        {"- 1\n", ":1: not a mapping; KEY: VALUE would be right"},
        {"rnus: {}\n", ":1: rnus: no such key; did you mean \"runs\"?"},
        {RUN, ":1: claims: are missing"},
        {"runs:\n  r: {set: [a=1]}\n", ":2: r: scenario: is missing"},
        {"runs:\n  r: {scenario: quick, set: [a]}\n",
         ":2: r: set: \"a\"; KEY=VALUE would be right"},
        {"runs:\n  r: {scenario: quick, alone: maybe}\n",
         ":2: r: alone: \"maybe\"; yes or no would be right"},
        {RUN ROW "}\n", ":4: a: measure (or not_testable): is missing"},
        {RUN ROW ", tolerance: 2"
                 "}\n",
         ":4: tolerance: 2; a share from 0 to 1 would be right"},
        {RUN ROW MEASURED ", is: roughly}\n",
         ":4: is: \"roughly\"; equal, at_most or at_least would be right"},
        {RUN ROW ", tolerance: 0, measure: duration, run: r, contender: null}\n",
         ":4: a: measure: a result holds no duration"},
        {RUN ROW ", tolerance: 0, measure: duration_s, run: s, contender: null}\n",
         ":4: a: run: \"s\" is none of the runs"},
        {RUN ROW ", tolerance: 0, measure: duration_s, run: r}\n", ":4: a: contender: is missing"},
        {RUN ROW ", not_testable: why, measure: duration_s}\n",
         ":4: a: not_testable: and yet it says how to measure it"},
        {RUN "claims:\n  - {id: a, at: {readme: 5}}\n",
         ":4: at: \"readme\" is none of the documents"},
        {RUN "claims:\n  - {id: a, at: {job-queue-plan: 0}}\n", ":4: at: 0 is no line"},
        {RUN ROW MEASURED "}\n  - {id: a, at: {job-queue-plan: 5}}\n",
         ":5: a: id: stands twice; once would be right"},
        {RUN ROW MEASURED ", settings: [{when: x}]}\n",
         ":4: a: settings: two at least would be right"},
        {RUN "claims:\n  - {id: a, published: [2, 1]}\n",
         ":4: published: 2 is over 1; [LOW, HIGH] would be right"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct claims *claims = calloc(1, sizeof *claims);
        char path[64];
        bool ok;
        write_and_read(cases[i].text, claims, path, &ok);
        assert_false(ok);
        if (strncmp(claims->error, path, strlen(path)) != 0 ||
            strcmp(claims->error + strlen(path), cases[i].error) != 0)
            fail_msg("case %zu: %s", i, claims->error);
        claims_close(claims);
        free(claims);
    }
}

/* The test fails where it is not read; claims_close and free are the caller's. */
static struct claims *read_well(const char *text)
{
    struct claims *claims = calloc(1, sizeof *claims);
    char path[64];
    bool ok;
    write_and_read(text, claims, path, &ok);
    if (!ok)
        fail_msg("%s", claims->error);
    return claims;
}

static void rows_share_runs_and_quick_replaces_settings(void **state)
{
    static const char text[] =
        "runs:\n  r: {scenario: quick, set: [items=9, cycles=2], quick: [items=1]}\n" ROW
        ", tolerance: 0, measure: '[claim-drained]duration_s', run: r, contender: harbor-2.14}\n"
        "  - {id: b, at: {job-queue-plan: [5, 6], final-summary: 7}, claim: c, published: many,\n"
        "     expect: 2, unit: u, tolerance: 0, measure: duration_s, run: r,\n"
        "     contender: claim-drained}\n";
    struct claims *claims = read_well(text);
    char command[CLAIMS_COMMAND_MAX];
    (void)state;
    assert_int_equal(claims->count, 2);
    assert_int_equal(claims->piece_count, 2);
    assert_int_equal(claims->claims[1].place_count, 3);
    assert_string_equal(claims->claims[1].published_word, "many");
    claims_command(claims, &claims->claims[0].settings[0], command);
    assert_string_equal(command, "./dibs run quick --contender harbor-2.14,claim-drained --seed 1 "
                                 "--repeat 1 --set items=9 --set cycles=2");
    claims->quick = true;
    claims_command(claims, &claims->claims[1].settings[0], command);
    assert_string_equal(command, "./dibs run quick --contender claim-drained --seed 1 --repeat 1 "
                                 "--set cycles=2 --set items=1");
    assert_true(claims_want(claims, "b"));
    assert_false(claims->claims[0].wanted);
    assert_false(claims->pieces[0].wanted);
    assert_true(claims->pieces[1].wanted);
    assert_false(claims_want(claims, "b,c"));
    claims_close(claims);
    free(claims);
}

static void commands_are_quoted_for_a_shell(void **state)
{
    static const char text[] =
        "runs:\n  r: {scenario: quick, set: ['events=at 3s kill 2; at 5s stop 1', items=9]}\n"
        "  s: {scenario: quick, set: ['deckard-*.ttl=5s']}\n" ROW
        ", tolerance: 0, measure: 'duration_s / [s/null]duration_s', run: r, contender: null}\n";
    struct claims *claims = read_well(text);
    char command[CLAIMS_COMMAND_MAX];
    (void)state;
    claims_command(claims, &claims->claims[0].settings[0], command);
    assert_string_equal(command, "./dibs run quick --contender null --seed 1 --repeat 1 "
                                 "--set 'events=at 3s kill 2; at 5s stop 1' --set items=9; "
                                 "./dibs run quick --contender null --seed 1 --repeat 1 "
                                 "--set 'deckard-*.ttl=5s'");
    claims_close(claims);
    free(claims);
}

static void a_table_is_100_columns_wide(void **state)
{
    static const char text[] = RUN ROW MEASURED
        "}\n"
        "  - {id: b, at: {job-queue-plan: 6}, claim: c, published: 1,\n"
        "     not_testable: a reason of more than one line that says at length why nothing in "
        "here can measure such a thing}\n";
    struct claims *claims = calloc(1, sizeof *claims);
    char path[64], *table = NULL, *rest = NULL;
    size_t size;
    bool ok;
    (void)state;
    write_and_read(text, claims, path, &ok);
    if (!ok)
        fail_msg("%s", claims->error);
    const double values[] = {1234567, 98765432};
    struct claim *claim = &claims->claims[0];
    assert_true(claims_want(claims, NULL));
    claim_judge_setting(claim, &claim->settings[0], values, 2, 1);
    claim_conclude(claim);
    FILE *out = open_memstream(&table, &size);
    claims_table_write(out, claims, false);
    fclose(out);
    assert_non_null(strstr(table, "(1,234,567-"));
    *strstr(table, "\nMeasured by") = '\0';
    for (char *line = strtok_r(table, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (strlen(line) > 100)
            fail_msg("%zu columns: %s", strlen(line), line);
    free(table);
    claims_close(claims);
    free(claims);
}

static void what_was_not_run_is_not_measured(void **state)
{
    struct claims *claims = calloc(1, sizeof *claims);
    char path[64];
    bool ok;
    (void)state;
    write_and_read(RUN ROW MEASURED "}\n", claims, path, &ok);
    assert_true(ok);
    claims_evaluate(claims);
    assert_int_equal(claims->claims[0].verdict, CLAIM_NOT_MEASURED);
    assert_string_equal(claims->claims[0].settings[0].why, "it was not run");
    claims_close(claims);
    free(claims);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas_compute),
        cmocka_unit_test(what_is_unknown_stays_unknown),
        cmocka_unit_test(wrong_formulas_are_refused),
        cmocka_unit_test(a_setting_holds_when_its_interval_is_inside),
        cmocka_unit_test(the_interval_and_the_median_are_those_of_the_repeats),
        cmocka_unit_test(a_claim_depends_where_its_settings_differ),
        cmocka_unit_test(mistakes_are_one_line_with_file_line_and_key),
        cmocka_unit_test(rows_share_runs_and_quick_replaces_settings),
        cmocka_unit_test(commands_are_quoted_for_a_shell),
        cmocka_unit_test(a_table_is_100_columns_wide),
        cmocka_unit_test(what_was_not_run_is_not_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
