#include "bench/document/csv.h"
#include "tests/kit_result.h"
#include "tests/kit_schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char *path_in(const struct kit_result *kit, const char *name)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", kit->directory, name) > 0);
    return path;
}

static char *read_file(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_true(getdelim(&text, &size, '\0', file) > 0);
    fclose(file);
    return text;
}

/* Writes the document, validates it, and returns its text. */
static char *written(struct kit_result *kit)
{
    char error[512];
    if (!result_write(&kit->result, kit->directory, error, sizeof error))
        fail_msg("%s", error);
    char *path = path_in(kit, "result.json");
    assert_int_equal(kit_schema_check("result", path), 0);
    char *text = read_file(path);
    unlink(path);
    free(path);
    return text;
}

static void assert_holds(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("%s is not in: %s", part, text);
}

static void schema_says_what_everything_is(void **state)
{
    (void)state;
    assert_int_equal(kit_schema_documented("result"), 0);
}

static void document_is_as_the_schema_says(void **state)
{
    char *text = written(*state);
    assert_holds(text, "\"schema\": \"dibs/result\",\n \"schema_version\": \"" RESULT_VERSION "\"");
    assert_holds(text, "\"contender\":\"harbor-2.14\",\"strategy\":\"scan\"");
    assert_holds(text, "\"refreshes\":{\"total\":5000000,\"redundant\":4000000,");
    assert_holds(text, "\"SCAN\":{\"server_calls\":5005,\"inner_calls\":0,\"client_calls\":5005,");
    assert_holds(text, "\"seed\":\"18446744073709551615\""); /* every digit */
    assert_holds(text, "\"overflow\":1");
    assert_holds(text, "\"parameters\":{\"count\":\"1000\",\"shuffle\":\"yes\"}");
    assert_holds(text, "\"histogram\":[[1,100],[4,100]]");
    free(text);
}

/* What is not known is null, and what is not a number does not become one. */
static void unknown_is_null(void **state)
{
    char *text = written(*state);
    assert_holds(text, "\"at_work_mean\":null");
    assert_holds(text, "\"cpu_share\":null");
    assert_holds(text, "\"to_drain\":null");
    assert_holds(text, "\"per_item\":{\"units\":null,\"server_calls\":null");
    assert_holds(text, "\"cores\":null");
    assert_null(strcasestr(text, "nan"));
    assert_null(strcasestr(text, ":inf"));
    free(text);
}

/* In every measure, and null where it is not known. */
static void ratios_are_in_the_document(void **state)
{
    struct kit_result *kit = *state;
    struct beside beside;
    snprintf(kit->scenario.beside, sizeof kit->scenario.beside, "claim-published");
    assert_true(beside_open(&beside, &kit->scenario, kit->runs, KIT_RUNS));
    kit->result.ratios = beside.rows;
    kit->result.ratio_count = beside.count;
    char *text = written(kit);
    assert_holds(text, "{\"contender\":\"null\",\"beside\":\"claim-published\","
                       "\"measure\":\"calls\",\"median\":null,\"least\":null,\"most\":null}");
    assert_holds(text, "{\"contender\":\"harbor-2.14\",\"beside\":\"claim-published\","
                       "\"measure\":\"memory\",\"median\":1.87");
    free(text);
    beside_close(&beside);
}

static void every_end_of_a_run_is_in_the_schema(void **state)
{
    struct kit_result *kit = *state;
    for (enum run_status status = RUN_COMPLETE; status <= RUN_REFUSED; status++)
        kit->runs[status].status = status;
    for (enum bottleneck b = BOTTLENECK_NONE; b <= BOTTLENECK_WORK; b++)
        kit->runs[b].bottleneck = b;
    kit->runs[0].trustworthy = false;
    kit->runs[0].reason_count = 1;
    snprintf(kit->runs[0].reasons[0], RUN_REASON_MAX, "GET: one call too many");
    char *text = written(kit);
    assert_holds(text, "\"reasons\":[\"GET: one call too many\"]");
    free(text);
}

/* Before the first run, and when not even the scenario could be read. */
static void empty_document_is_valid(void **state)
{
    struct kit_result *kit = *state;
    kit->result.run_count = kit->result.race_count = 0;
    kit->result.status = RESULT_FAILED;
    kit->result.exit_status = STATUS_COULD_NOT_RUN;
    kit->result.error = "no server";
    free(written(kit));
    kit->result.scenario = NULL;
    char *text = written(kit);
    assert_holds(text, "\"status\": \"failed\",\n \"exit_status\": 1,\n \"error\": \"no server\"");
    assert_holds(text, "\"runs\": []");
    free(text);
}

/* The validator that the other tests rely on can say no. */
static void a_wrong_document_is_refused(void **state)
{
    struct kit_result *kit = *state;
    char error[512], *path = path_in(kit, "result.json");
    kit->runs[0].items.lost = 1; /* the fates no longer add up */
    assert_true(result_write(&kit->result, kit->directory, error, sizeof error));
    assert_int_equal(kit_schema_check("result", path), 1);
    unlink(path);
    free(path);
}

/* What was there stays when the disk is full: written aside, and the aside fails. */
static void full_disk_keeps_what_was_there(void **state)
{
    struct kit_result *kit = *state;
    char error[512], *path = path_in(kit, "result.json"), *aside = path_in(kit, "result.json.part");
    assert_true(result_write(&kit->result, kit->directory, error, sizeof error));
    char *before = read_file(path);
    assert_int_equal(symlink("/dev/full", aside), 0);
    kit->result.run_count = 0;
    assert_false(result_write(&kit->result, kit->directory, error, sizeof error));
    assert_holds(error, "No space left on device");
    char *after = read_file(path);
    assert_string_equal(before, after);
    assert_int_equal(access(aside, F_OK), -1);
    unlink(path);
    free(before);
    free(after);
    free(path);
    free(aside);
}

static void csv_has_a_line_for_each_run(void **state)
{
    struct kit_result *kit = *state;
    char error[512], *path = path_in(kit, "runs.csv");
    snprintf(kit->runs[1].error, RUN_REASON_MAX, "died, said \"no\"");
    assert_true(csv_write(path, kit->runs, KIT_RUNS, error, sizeof error));
    char *text = read_file(path);
    unsigned lines = 0;
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 1 + KIT_RUNS);
    assert_int_equal(strncmp(text, "contender,strategy,status,repeat,seed,", 38), 0);
    assert_holds(text, ",items.total,items.refreshed,items.pending,");
    assert_holds(text, "\nclaim-published,claim,complete,1,18446744073709551615,,true,");
    assert_holds(text, "\"died, said \"\"no\"\"\"");
    assert_null(strcasestr(text, "nan"));
    unlink(path);
    free(text);
    free(path);
}

static void passwords_are_never_written(void **state)
{
    struct kit_result *kit = *state;
    char *argv[] = {"dibs", "quick", "-a", "secret", "--pass=secret", "-u",
                    "redis://me:secret@host:1/2", "redis://secret@host"};
    kit->result.argv = argv;
    kit->result.argc = sizeof argv / sizeof *argv;
    char *text = written(kit);
    assert_null(strstr(text, "secret"));
    assert_holds(text, "\"-a\",\n  \"***\",\n  \"--pass=***\",\n  \"-u\",\n"
                       "  \"redis://me:***@host:1/2\",\n  \"redis://***@host\"\n ]");
    free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kit_result_open, kit_result_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schema_says_what_everything_is),
        TEST(document_is_as_the_schema_says),
        TEST(unknown_is_null),
        TEST(ratios_are_in_the_document),
        TEST(every_end_of_a_run_is_in_the_schema),
        TEST(empty_document_is_valid),
        TEST(a_wrong_document_is_refused),
        TEST(full_disk_keeps_what_was_there),
        TEST(csv_has_a_line_for_each_run),
        TEST(passwords_are_never_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
