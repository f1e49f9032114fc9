/* What a person reads of results whose figures are known. */
#include "bench/table/table.h"
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, kit_result_open, kit_result_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(fates_are_those_of_one_repeat_and_add_up),
        TEST(fates_that_are_not_known_stand_aside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
