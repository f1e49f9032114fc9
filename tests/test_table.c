/* What a person reads of results whose figures are known. */
#include "bench/table/table.h"
#include "sim/world/sampler.h"
#include "tests/kit_result.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *table_of(const struct run_result *runs, size_t count)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    table_write(out, runs, count, false);
    fclose(out);
    return text;
}

static void says(const struct run_result *runs, size_t count, const char *line, bool wanted)
{
    char *text = table_of(runs, count);
    if ((strstr(text, line) != NULL) != wanted)
        fail_msg("%s '%s' in:\n%s", wanted ? "no" : "a", line, text);
    free(text);
}

/* Three repeats of one contender, of 2,000 items. */
static struct run_result *repeats_of(struct kit_result *kit)
{
    static const struct fates fates[] = {
        {.total = 2000, .refreshed = 1731, .lost = 200, .pending = 69},
        {.total = 2000, .refreshed = 1686, .pending = 314},
        {.total = 2000, .refreshed = 1686, .lost = 11, .pending = 303},
    };
    for (unsigned i = 0; i < 3; i++) {
        kit->runs[i].entry = kit->runs[0].entry;
        kit->runs[i].repeat = i + 1;
        kit->runs[i].items = fates[i];
    }
    return kit->runs;
}

static void fates_are_those_of_one_repeat_and_add_up(void **state)
{
    struct run_result *runs = repeats_of(*state);
    says(runs, 2, "1,686  84.3 %  2,500,000      314         0      0 ", true);
    says(runs, 3, "1,686  84.3 %  1,000,000      303         0     11 ", true);
}

/* What nobody looked at is not the worst of what was seen. */
static void fates_that_are_not_known_stand_aside(void **state)
{
    struct run_result *runs = repeats_of(*state);
    runs[2].audited = runs[1].audited = false;
    says(runs, 3, "1,731  86.6 %  1,000,000       69         0    200 ", true);
}

/* Of all repeats the worst; in a table of its own, where something happened to the deployment. */
static void verdicts_stand_beside_promises(void **state)
{
    struct run_result *runs = repeats_of(*state);
    for (unsigned i = 0; i < 3; i++)
        runs[i].verdicts[VERDICT_AT_LEAST_ONCE].ruling = RULING_PASS;
    runs[0].verdicts[VERDICT_OWNER_CHECKED].ruling = RULING_UNKNOWN;
    runs[1].verdicts[VERDICT_LOST_UPDATE].ruling = RULING_FAIL;
    runs[2].verdicts[VERDICT_LIVENESS].ruling = RULING_NOT_PROMISED;
    says(runs, KIT_RUNS, "Which promises were kept", false);
    runs[0].event_count = 1;
    says(runs, KIT_RUNS,
         "\nharbor-2.14                     -      PASS            -          -     FAIL  UNKNOWN"
         "         -\nnull                            -         -            -          -        -"
         "        -         -\n",
         true);
}

static void conflicts_are_shown_where_there_are_any(void **state)
{
    struct kit_result *kit = *state;
    says(kit->runs, KIT_RUNS, "conflicts", false);
    kit->runs[0].database.conflicts = 17;
    kit->runs[0].database.failed = 3;
    says(kit->runs, KIT_RUNS, "\nharbor-2.14      20,000,000         17          3\n", true);
}

/* The peak of a run that was over before there was a whole sample is not 0 %. */
static void a_peak_needs_a_sample(void **state)
{
    (void)state;
    struct board *board = calloc(1, sizeof *board);
    assert_non_null(board);
    const struct cluster cluster = {.plan = {.board = board}};
    struct sampler sampler = {0};
    assert_true(sampler_take(&sampler, &cluster, 1000000, 0));
    assert_true(isnan(sampler.cpu_peak));
    sampler.last_ns -= SAMPLER_PERIOD_NS;
    assert_true(sampler_take(&sampler, &cluster, 2000000, 0));
    assert_true(sampler.cpu_peak > 0);
    free(sampler.samples);
    free(board);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kit_result_open, kit_result_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(fates_are_those_of_one_repeat_and_add_up),
        TEST(fates_that_are_not_known_stand_aside),
        TEST(verdicts_stand_beside_promises),
        TEST(conflicts_are_shown_where_there_are_any),
        cmocka_unit_test(a_peak_needs_a_sample),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
