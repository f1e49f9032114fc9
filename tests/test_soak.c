/* Sound contenders are never accused, whatever happens to them; and nothing is left of runs. */
#include "tests/kit_planted.h"
#include "tests/kit_run.h"

#include "bench/status.h"

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
    if (!soak_faults(soak, 1, SEEDS, &kit->options, error, sizeof error))
        fail_msg("%s", error);
    if (soak->finding_count > 0)
        fail_msg("%s, seed %d: %s", soak->rows[soak->findings[0].row].entry.label,
                 (int)soak->findings[0].seed, soak->findings[0].why);
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

/* Who is wrong is accused with its seed, which alone accuses it again. */
static void the_wrong_are_accused_by_seed(void **state)
{
    struct kit_run *kit = *state;
    struct soak *soak = calloc(1, sizeof *soak);
    char error[256];
    assert_non_null(soak);
    kit_run_choose(kit, planted_strategy.contenders, &planted_strategy);
    struct entry *entry = &soak->rows[soak->row_count++].entry;
    *entry = kit->scenario.entries[0];
    assert_true(parameters_set(&planted_strategy, "bug", planted_name(PLANTED_DONE_TWICE),
                               entry->values, error, sizeof error));
    if (!soak_faults(soak, 1, SEEDS, &kit->options, error, sizeof error))
        fail_msg("%s", error);
    uint32_t at = 0;
    while (at < soak->finding_count && !soak->findings[at].accused)
        at++;
    const struct soak_finding first = soak->findings[at];
    assert_int_equal(soak->rows[0].accused + soak->rows[0].unsure, soak->finding_count);
    assert_true(first.accused && first.why[0] != '\0');
    assert_true(soak_faults(soak, first.seed, 1, &kit->options, error, sizeof error));
    assert_int_equal(soak->findings[soak->finding_count - 1].seed, first.seed);
    assert_int_equal(soak->planned, SEEDS + 1);
    free(soak);
}

static void the_status_says_what_is_wrong(void **state)
{
    struct soak *soak = calloc(1, sizeof *soak);
    struct oracle_report oracle = {.kills = 3};
    (void)state;
    assert_non_null(soak);
    soak->row_count = 1;
    assert_int_equal(status_of_soak(soak, &oracle), STATUS_GOOD);
    soak->rows[0].accused = 1;
    assert_int_equal(status_of_soak(soak, &oracle), STATUS_BROKEN);
    soak->rows[0].unsure = 1;
    assert_int_equal(status_of_soak(soak, &oracle), STATUS_NOT_TRUSTWORTHY);
    soak->rows[0] = (struct soak_row){.runs = 1};
    soak->leaks.files = 1;
    assert_int_equal(status_of_soak(soak, &oracle), STATUS_NOT_TRUSTWORTHY);
    soak->leaks.files = 0;
    oracle.disagreements = 1;
    assert_int_equal(status_of_soak(soak, &oracle), STATUS_NOT_TRUSTWORTHY);
    free(soak);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(sound_contenders_are_never_accused),
        cmocka_unit_test(a_seed_is_a_schedule),
        IN_A_WORLD(the_wrong_are_accused_by_seed),
        cmocka_unit_test(the_status_says_what_is_wrong),
        IN_A_WORLD(nothing_is_left_of_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
