/* Sound contenders are never accused, whatever happens to them; and nothing is left of runs. */
#include "tests/kit_run.h"

#include "sim/trial/soak.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SEEDS = 5, LEAK_RUNS = 50 };

static struct soak *open_soak(void)
{
    struct soak *soak = calloc(1, sizeof *soak);
    assert_non_null(soak);
    for (const char *const *name = soak_contenders; *name != NULL; name++)
        assert_true(soak_add(soak, *name));
    return soak;
}

static void sound_contenders_are_never_accused(void **state)
{
    struct kit_run *kit = *state;
    struct soak *soak = open_soak();
    char error[256];
    if (!soak_faults(soak, SEEDS, &kit->options, error, sizeof error))
        fail_msg("%s", error);
    if (soak->first[0] != '\0')
        fail_msg("%s", soak->first);
    for (uint32_t i = 0; i < soak->row_count; i++) {
        const struct soak_row *row = &soak->rows[i];
        assert_int_equal(row->runs, SEEDS);
        assert_true(row->faults >= SEEDS && row->faults_hit > 0);
    }
    free(soak);
}

/* The same seed makes the same schedule, another one another. */
static void a_seed_is_a_schedule(void **state)
{
    struct scenario *worlds = calloc(3, sizeof *worlds);
    struct soak *soak = open_soak();
    (void)state;
    assert_non_null(worlds);
    bool differs = false;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        soak_scenario(&soak->rows[0].entry, seed, &worlds[0]);
        soak_scenario(&soak->rows[0].entry, seed, &worlds[1]);
        soak_scenario(&soak->rows[0].entry, seed + 1, &worlds[2]);
        assert_int_equal(worlds[0].event_count, worlds[1].event_count);
        for (uint32_t i = 0; i < worlds[0].event_count; i++)
            assert_string_equal(worlds[0].events[i].text, worlds[1].events[i].text);
        differs |= worlds[0].event_count != worlds[2].event_count;
    }
    assert_true(differs);
    free(soak);
    free(worlds);
}

static void nothing_is_left_of_runs(void **state)
{
    struct kit_run *kit = *state;
    struct soak *soak = open_soak();
    char error[256];
    if (!soak_leaks(soak, LEAK_RUNS, &kit->options, error, sizeof error))
        fail_msg("%s", error);
    assert_int_equal(soak->leaks.runs, LEAK_RUNS);
    assert_int_equal(soak->leaks.descriptors, 0);
    assert_int_equal(soak->leaks.mappings, 0);
    assert_int_equal(soak->leaks.processes, 0);
    assert_int_equal(soak->leaks.files, 0);
    assert_int_equal(soak->leaks.bytes, 0);
    free(soak);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, kit_run_open, kit_run_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sound_contenders_are_never_accused),
        cmocka_unit_test(a_seed_is_a_schedule),
        TEST(nothing_is_left_of_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
