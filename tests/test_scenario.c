/* Scenario files: what is read from them, and what overrides it. */
#include "tests/kit_reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- what is read */

static void what_is_not_given_has_its_default(void **state)
{
    struct scenario s;
    (void)state;
    KIT_READ_WELL(&s, .yaml = REQUIRED);
    assert_int_equal(s.items, 10);
    assert_int_equal(s.instances, 2);
    kit_labels_are(&s, "harbor-23183");

    assert_string_equal(s.question, "");
    assert_int_equal(s.workers, 1);
    assert_string_equal(s.vendor, "GARBAGE_COLLECTION");
    assert_int_equal(s.cycle_ms, 30000);
    assert_int_equal(s.wake, WAKE_ALIGNED);
    assert_int_equal(s.wake_count, 0);
    assert_int_equal(s.cycles, 1);
    assert_int_equal(s.round_bound_ms, 0);
    assert_int_equal(s.mode, MODE_CONCURRENT);
    assert_int_equal(s.placement, PLACEMENT_FREE);
    assert_true(s.time_scale == 1);
    assert_int_equal(s.producers.count, 0);
    assert_true(s.producers.per_s == 0);
    assert_true(s.producers.again == 0);
    assert_int_equal(s.producers.marks, 0);
    assert_true(s.producers.seeded == 1);
    assert_int_equal(s.refresh.statement_us, 0);
    assert_true(s.refresh.failures == 0);
    assert_int_equal(s.seed, 1);
    assert_int_equal(s.repeats, 1);
    assert_int_equal(s.entry_race_cycles, 0);
    assert_int_equal(s.watchdog_ms, 60000);
}

static const char every_key[] = "question: \"Who: waits?\"\n"
                                "items: 100000000\n"
                                "instances: 3\n"
                                "workers: 64\n"
                                "vendor: REPLICATION\n"
                                "cycle: 10s\n"
                                "wake: [0s, 0.5s, 2s]\n"
                                "cycles: 7\n"
                                "round_bound: 5min\n"
                                "mode: lockstep\n"
                                "placement: one-core\n"
                                "time_scale: 2.5\n"
                                "producers:\n"
                                "  count: 2\n"
                                "  rate: 0.5\n"
                                "  again: 0.25\n"
                                "  marks: 12\n"
                                "  seeded: 0\n"
                                "refresh: {statement: 200us, failures: 0.125}\n"
                                "seed: 9223372036854775807\n"
                                "repeats: 9\n"
                                "entry_race_cycles: 20\n"
                                "watchdog: 5s\n"
                                "contenders:\n"
                                "  - harbor-2.14\n"
                                "  - name: harbor-23183\n"
                                "    batch: 50\n";

static void every_key_is_read(void **state)
{
    struct scenario s;
    (void)state;
    KIT_READ_WELL(&s, .yaml = every_key);
    assert_string_equal(s.question, "Who: waits?");
    assert_int_equal(s.items, 100000000);
    assert_int_equal(s.instances, 3);
    assert_int_equal(s.workers, 64);
    assert_string_equal(s.vendor, "REPLICATION");
    assert_int_equal(s.cycle_ms, 10000);
    assert_int_equal(s.wake, WAKE_GIVEN);
    assert_int_equal(s.wake_count, 3);
    assert_int_equal(s.wake_ms[0], 0);
    assert_int_equal(s.wake_ms[1], 500);
    assert_int_equal(s.wake_ms[2], 2000);
    assert_int_equal(s.cycles, 7);
    assert_int_equal(s.round_bound_ms, 300000);
    assert_int_equal(s.mode, MODE_LOCKSTEP);
    assert_int_equal(s.placement, PLACEMENT_ONE_CORE);
    assert_true(s.time_scale == 2.5);
    assert_int_equal(s.producers.count, 2);
    assert_true(s.producers.per_s == 0.5);
    assert_true(s.producers.again == 0.25);
    assert_int_equal(s.producers.marks, 12);
    assert_true(s.producers.seeded == 0);
    assert_int_equal(s.refresh.statement_us, 200);
    assert_true(s.refresh.failures == 0.125);
    assert_true(s.seed == INT64_MAX);
    assert_int_equal(s.repeats, 9);
    assert_int_equal(s.entry_race_cycles, 20);
    assert_int_equal(s.watchdog_ms, 5000);
    kit_labels_are(&s, "harbor-2.14, harbor-23183");
    assert_int_equal(kit_entry_value(kit_entry(&s, "harbor-23183"), "batch"), 50);
    assert_string_equal(kit_entry(&s, "harbor-23183")->strategy->name, "pop");
    assert_string_equal(kit_entry(&s, "harbor-23183")->contender->name, "harbor-23183");
}

static void words_stand_for_no_bound(void **state)
{
    struct scenario s;
    (void)state;
    KIT_READ_WELL(&s, .yaml = REQUIRED "round_bound: none\ncycles: until_drained\nwake: spread\n");
    assert_int_equal(s.round_bound_ms, 0);
    assert_int_equal(s.cycles, 0);
    assert_int_equal(s.wake, WAKE_SPREAD);
}

static void an_alias_is_what_it_names(void **state)
{
    struct scenario s;
    (void)state;
    KIT_READ_WELL(&s, .yaml = "items: &n 10\ninstances: *n\n"
                              "contenders: [harbor-23183]\n");
    assert_int_equal(s.instances, 10);
}

static void our_scenarios_are_as_published(void **state)
{
    static const char million_labels[] = "harbor-2.14, harbor-22572, instance-id, claim-published, "
                                         "claim-drained, harbor-23183, null";
    static const struct {
        const char *name, *labels;
        uint64_t items;
        uint32_t cycles, entry_race_cycles;
    } files[] = {
        {"million", million_labels, 1000000, 1, 200},
        {"quick", million_labels, 20000, 1, 20},
        {"steady", "claim-published, claim-drained, instance-id, harbor-23183", 100000, 20, 0},
        {"contended", "harbor-2.14, harbor-2.14-unshuffled", 2000, 1, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct scenario s;
        struct scenario_error error;
        char path[512];
        snprintf(path, sizeof(path), "%s/scenarios/%s.yaml", DIBS_HOME, files[i].name);
        if (!scenario_read(&s, path, NULL, NULL, 0, &error))
            fail_msg("%s", error.text);
        assert_string_equal(s.name, files[i].name);
        assert_true(strlen(s.question) > 0);
        assert_int_equal(s.instances, 5);
        assert_int_equal(s.items, files[i].items);
        assert_int_equal(s.cycle_ms, 30000);
        assert_int_equal(s.wake, WAKE_ALIGNED);
        assert_int_equal(s.cycles, files[i].cycles);
        assert_int_equal(s.round_bound_ms, 0);
        assert_int_equal(s.entry_race_cycles, files[i].entry_race_cycles);
        kit_labels_are(&s, files[i].labels);
    }
}

/* In `steady`, five claimed batches of a hundred a cycle must not be enough. */
static void steady_marks_more_than_claim_published_clears(void **state)
{
    struct scenario s;
    struct scenario_error error;
    (void)state;
    assert_true(scenario_read(&s, DIBS_HOME "/scenarios/steady.yaml", NULL, NULL, 0, &error));
    int64_t batch = kit_entry_value(kit_entry(&s, "claim-published"), "batch");
    double new_per_cycle = s.producers.per_s * (1 - s.producers.again) * (double)s.cycle_ms / 1000;
    assert_true(new_per_cycle > 1.5 * (double)batch * s.instances);
    assert_true((double)s.cycles * (double)s.cycle_ms / s.time_scale < 30000);
    assert_true((double)s.items > new_per_cycle * s.cycles);
}

/* ---- overrides */

static void an_override_wins_and_the_last_of_two(void **state)
{
    struct scenario s;
    (void)state;
    KIT_READ_WELL(&s, .yaml = REQUIRED "seed: 3\n",
                  .overrides = {"seed=4", "seed=5", "refresh.statement=1ms", "wake=1s,2s"});
    assert_int_equal(s.seed, 5);
    assert_int_equal(s.refresh.statement_us, 1000);
    assert_int_equal(s.wake, WAKE_GIVEN);
    assert_int_equal(s.wake_count, 2);
    assert_int_equal(s.wake_ms[1], 2000);
}

static void overrides_may_give_what_is_required(void **state)
{
    struct scenario s;
    (void)state;
    KIT_READ_WELL(
        &s, .yaml = "seed: 3\n",
        .overrides = {"items=5", "instances=1", "contenders=null,harbor-2.14", "question=a = b"});
    assert_int_equal(s.items, 5);
    assert_string_equal(s.question, "a = b");
    kit_labels_are(&s, "null, harbor-2.14");
}

/* ---- help */

static void every_key_is_described(void **state)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    (void)state;
    assert_non_null(out);
    scenario_describe(out);
    fclose(out);
    assert_non_null(strstr(text,
                           "items              how many items there are; of task rounds, as many "
                           "as the cycles hold\n"
                           "                   a whole number from 1 to 100000000 in plain "
                           "digits; required\n"));
    assert_non_null(strstr(text, "refresh.statement "));
    assert_non_null(strstr(text, "from 1ms to 24h; default: 30s\n"));
    assert_non_null(strstr(text, "concurrent or lockstep; default: concurrent\n"));
    free(text);
}

static void choices_have_names(void **state)
{
    (void)state;
    assert_string_equal(mode_name(MODE_CONCURRENT), "concurrent");
    assert_string_equal(mode_name(MODE_LOCKSTEP), "lockstep");
    assert_string_equal(placement_name(PLACEMENT_FREE), "free");
    assert_string_equal(placement_name(PLACEMENT_SPLIT), "split");
    assert_string_equal(placement_name(PLACEMENT_ONE_CORE), "one-core");
    assert_string_equal(wake_name(WAKE_ALIGNED), "aligned");
    assert_string_equal(wake_name(WAKE_SPREAD), "spread");
    assert_string_equal(wake_name(WAKE_GIVEN), "given");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_given_has_its_default),
        cmocka_unit_test(every_key_is_read),
        cmocka_unit_test(words_stand_for_no_bound),
        cmocka_unit_test(an_alias_is_what_it_names),
        cmocka_unit_test(our_scenarios_are_as_published),
        cmocka_unit_test(steady_marks_more_than_claim_published_clears),
        cmocka_unit_test(an_override_wins_and_the_last_of_two),
        cmocka_unit_test(overrides_may_give_what_is_required),
        cmocka_unit_test(every_key_is_described),
        cmocka_unit_test(choices_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
