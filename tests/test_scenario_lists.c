/* The lists of a scenario, and the lines that refuse them: wake offsets, events, expectations. */
#include "tests/kit_reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* What would never be judged is refused: nobody stands beside, sizes differ, or it is the one that
 * the others stand beside. */
static void ratios_that_nobody_could_judge(void **state)
{
    static const struct kit_reading cases[] = {
        {.yaml = REQUIRED "expect: {ratio.cost: <= 1}\n",
         .error = "FILE:4: expect: ratio.cost takes beside: CONTENDER"},
        {.yaml = REQUIRED "beside: harbor-23183\nexpect: {null: {ratio.cost: <= 1}}\n"
                          "vary: {items: [10, 20]}\n",
         .error = "FILE:5: expect: ratio.cost of runs that vary; runs of one size would be right"},
        {.yaml = REQUIRED "beside: harbor-23183, null\n"
                          "expect: {harbor-23183: {ratio.memory: <= 1}}\n",
         .error = "FILE:5: expect: ratio.memory of harbor-23183 beside itself; another would be "
                  "right"},
        {.yaml = REQUIRED "beside: nobody\n",
         .error = "FILE:4: beside: there is no contender \"nobody\""},
        {.yaml = REQUIRED "expect: {nobody: {lost: 0}}\n",
         .error = "FILE:4: expect: there is no contender \"nobody\""},
    };
    (void)state;
    KIT_REFUSED(cases);
}

#define WAKE "aligned, spread or a list of offsets (0s, 5s), one for each instance would be right"

static void wakes(void **state)
{
    static const struct kit_reading cases[] = {
        {.yaml = REQUIRED "wake: alinged\n",
         .error = "FILE:4: wake: \"alinged\" is none of the choices; " WAKE},
        {.yaml = REQUIRED "wake: []\n",
         .error = "FILE:4: wake: \"\" is none of the choices; " WAKE},
        {.yaml = REQUIRED "wake: {a: 1s}\n", .error = "FILE:4: wake: a mapping; " WAKE},
        {.yaml = REQUIRED "wake: [[1s], 2s]\n",
         .error = "FILE:4: wake: a list of other than plain values; " WAKE},
        {.yaml = REQUIRED "wake: [0s, 5]\n",
         .error = "FILE:4: wake: \"5\" has no unit; " DURATION("0s", "24h")},
        {.yaml = REQUIRED "wake: [0s, 1s, 2s]\n",
         .error = "FILE:4: wake: 3 offsets for 2 instances; one for each instance would be right"},
        {.yaml = REQUIRED "wake: [0s, 1s]\n",
         .overrides = {"wake=1s"},
         .error = "--set wake=1s: 1 offsets for 2 instances; one for each instance would be right"},
    };
    (void)state;
    KIT_REFUSED(cases);
}

static void a_wake_list_longer_than_any_deployment(void **state)
{
    char yaml[8192] = "wake: [0s";
    struct scenario s;
    struct scenario_error error;
    (void)state;
    size_t len = strlen(yaml);
    for (int i = 0; i < SCENARIO_INSTANCES_MAX; i++)
        len += (size_t)snprintf(yaml + len, sizeof(yaml) - len, ", 1s");
    snprintf(yaml + len, sizeof(yaml) - len, "]\n");
    assert_false(kit_read(&(struct kit_reading){.yaml = yaml}, &s, &error));
    assert_string_equal(error.text, "FILE:1: wake: more than 1000 offsets; one for each instance "
                                    "would be right");
}

/* And what is cut off is not read as something else. */
static void what_is_too_long_for_a_list(void **state)
{
    static const char *const keys[] = {"events: at 1s kill 1", "expect: 'lost: 0",
                                       "environment: HOSTNAME=x"};
    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        char yaml[512];
        struct scenario s;
        struct scenario_error error;
        snprintf(yaml, sizeof yaml, REQUIRED "%s%130s%s\n", keys[i], "x",
                 strchr(keys[i], '\'') ? "'" : "");
        assert_false(kit_read(&(struct kit_reading){.yaml = yaml}, &s, &error));
        if (strstr(error.text, "is longer than") == NULL)
            fail_msg("%s: %s", keys[i], error.text);
    }
}

static void events_name_instances_that_may_be(void **state)
{
    static const struct kit_reading cases[] = {
        {.yaml = REQUIRED "events: [at 5s kill 7]\n",
         .error = "FILE:4: events: kill 7: there are never more than 2 instances; a number from 0 "
                  "to 1 would be right"},
        {.yaml = REQUIRED "events: [at 1s scale 4, at 5s stop 4]\n",
         .error = "FILE:4: events: stop 4: there are never more than 4 instances; a number from 0 "
                  "to 3 would be right"},
    };
    struct scenario s;
    (void)state;
    KIT_REFUSED(cases);
    KIT_READ_WELL(&s, .yaml = REQUIRED "events: [at 1s scale 4, at 5s stop 3]\n");
    assert_int_equal(s.event_count, 2);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(ratios_that_nobody_could_judge),
        cmocka_unit_test(wakes),
        cmocka_unit_test(a_wake_list_longer_than_any_deployment),
        cmocka_unit_test(what_is_too_long_for_a_list),
        cmocka_unit_test(events_name_instances_that_may_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
