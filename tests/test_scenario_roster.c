/* Who takes part in a scenario: contenders and their parameters, who is selected of them, and who
 * is skipped or refused. */
#include "tests/kit_reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* ---- what is read */

static void a_contender_may_stand_twice(void **state)
{
    struct scenario s;
    (void)state;
    KIT_READ_WELL(&s, .yaml = TWO "contenders:\n"
                                  "  - harbor-23183\n"
                                  "  - {name: harbor-23183, batch: 50}\n"
                                  "  - {as: one-by-one, name: harbor-23183, batch: 1}\n"
                                  "  - harbor-2.14\n");
    kit_labels_are(&s, "harbor-23183, harbor-23183 batch=50, one-by-one, harbor-2.14");
    assert_int_equal(kit_entry_value(&s.entries[0], "batch"), 100);
    assert_int_equal(kit_entry_value(&s.entries[1], "batch"), 50);
    assert_int_equal(kit_entry_value(&s.entries[2], "batch"), 1);
    assert_string_equal(s.entries[2].contender->name, "harbor-23183");
}

static void a_contenders_parameter_is_overridden(void **state)
{
    struct scenario s;
    (void)state;
    KIT_READ_WELL(
        &s,
        .yaml = TWO "contenders:\n"
                    "  - harbor-2.14\n"
                    "  - {name: harbor-2.14, as: other, count: 20}\n"
                    "  - harbor-23183\n",
        .overrides = {"harbor-2.14.count=10", "other.shuffle=no", "harbor-23183.batch=7"});
    assert_int_equal(kit_entry_value(kit_entry(&s, "harbor-2.14"), "count"), 10);
    assert_int_equal(kit_entry_value(kit_entry(&s, "harbor-2.14"), "shuffle"), 1);
    assert_int_equal(kit_entry_value(kit_entry(&s, "other"), "count"), 20);
    assert_int_equal(kit_entry_value(kit_entry(&s, "other"), "shuffle"), 0);
    assert_int_equal(kit_entry_value(kit_entry(&s, "harbor-23183"), "batch"), 7);
}

static void a_contenders_name_reaches_its_only_entry(void **state)
{
    struct scenario s;
    (void)state;
    KIT_READ_WELL(&s,
                  .yaml = TWO "contenders:\n"
                              "  - {name: harbor-23183, as: bare}\n",
                  .overrides = {"harbor-23183.batch=7"});
    assert_int_equal(kit_entry_value(kit_entry(&s, "bare"), "batch"), 7);
}

/* ---- who is selected */

static const char three[] = TWO "contenders:\n"
                                "  - {name: harbor-23183, batch: 50}\n"
                                "  - {name: harbor-2.14, as: in-order, shuffle: no}\n"
                                "  - harbor-2.14\n";

static void contenders_are_selected_in_the_order_given(void **state)
{
    struct scenario s;
    (void)state;
    KIT_READ_WELL(&s, .yaml = three, .contenders = "null,in-order,harbor-23183");
    kit_labels_are(&s, "null, in-order, harbor-23183");
    assert_int_equal(kit_entry_value(kit_entry(&s, "in-order"), "shuffle"), 0);
    assert_int_equal(kit_entry_value(kit_entry(&s, "harbor-23183"), "batch"), 50);
}

/* A file may expect something of a contender that it alone has named, whoever is selected. */
static void who_is_not_selected_is_still_known(void **state)
{
    static const char yaml[] = "items: 10\ninstances: 2\nbeside: bare\n"
                               "expect: {one-by-one: {ratio.calls: <= 9}}\ncontenders:\n"
                               "  - {name: harbor-23183, as: bare}\n"
                               "  - {name: harbor-23183, as: one-by-one, batch: 1}\n"
                               "  - harbor-2.14\n";
    struct scenario s;
    (void)state;
    KIT_READ_WELL(&s, .yaml = yaml, .contenders = "harbor-2.14");
    kit_labels_are(&s, "harbor-2.14");
    assert_int_equal(s.expectation_count, 1);
}

static void all_are_all_with_the_files_parameters(void **state)
{
    struct scenario s;
    (void)state;
    KIT_READ_WELL(&s, .yaml = three, .contenders = "all");
    kit_labels_are_all(&s, ITEMS_MARKS, "in-order, ");
    assert_int_equal(kit_entry_value(kit_entry(&s, "harbor-23183"), "batch"), 50);
    assert_int_equal(kit_entry_value(kit_entry(&s, "claim-published"), "batch"), 100);

    KIT_READ_WELL(&s, .yaml = TWO "contenders: all\n");
    kit_labels_are_all(&s, ITEMS_MARKS, "");
}

/* ---- task rounds */

#define ROUNDS "kind: task_rounds\ninstances: 2\ncycle: 1s\n"

static void task_rounds_are_counted(void **state)
{
    struct scenario s;
    (void)state;
    KIT_READ_WELL(&s, .yaml = ROUNDS "cycles: 61\ncontenders: all\n");
    assert_int_equal(s.items, 5 * 61 + 2);
    kit_labels_are_all(&s, ITEMS_TASK_ROUNDS, "");
}

/* Both ways; what is left keeps its order. */
static void contenders_of_the_other_kind_are_skipped(void **state)
{
    struct scenario s;
    (void)state;
    KIT_READ_WELL(&s, .yaml = ROUNDS "cycles: 2\ncontenders: [harbor-23183, "
                                     "deckard-renewed, \"null\", deckard-documented]\n");
    kit_labels_are(&s, "deckard-renewed, deckard-documented");
    assert_int_equal(s.skipped_count, 2);
    assert_string_equal(s.skipped[0].label, "harbor-23183");
    assert_string_equal(s.skipped[1].label, "null");
    assert_string_equal(s.skipped[1].reason,
                        "its items are marks, this scenario's are task rounds");
    KIT_READ_WELL(&s, .yaml = three, .contenders = "deckard-renewed,harbor-23183");
    kit_labels_are(&s, "harbor-23183");
    assert_int_equal(s.skipped_count, 1);
    assert_string_equal(s.skipped[0].label, "deckard-renewed");
}

static void what_task_rounds_have_no_use_for(void **state)
{
    static const struct kit_reading cases[] = {
        {.yaml = ROUNDS "cycles: 2\nitems: 5\ncontenders: [deckard-renewed]\n",
         .error = "FILE:5: items: task rounds are as many as the cycles hold; no number would be "
                  "right"},
        {.yaml = ROUNDS "cycles: until_drained\ncontenders: [deckard-renewed]\n",
         .error = "FILE:4: cycles: task rounds never end; a number of cycles would be right"},
        {.yaml = ROUNDS "producers: {count: 1, rate: 5}\ncontenders: [deckard-renewed]\n",
         .error = "FILE:4: producers.count: time marks task rounds; no producers would be right"},
        {.yaml = ROUNDS "entry_race_cycles: 5\ncontenders: [deckard-renewed]\n",
         .error = "FILE:4: entry_race_cycles: races for one lock are counted, and each task has "
                  "its own; 0 would be right"},
        {.yaml = ROUNDS "contenders: [\"null\"]\n",
         .error = "FILE:4: null: its items are marks, this scenario's are task rounds; contenders "
                  "of its kind would be right"},
        {.yaml = "instances: 2\ncontenders: [\"null\"]\n",
         .error = "FILE:1: items: is missing; a whole number from 1 to 100000000 in plain digits "
                  "would be right"},
    };
    (void)state;
    KIT_REFUSED(cases);
}

/* ---- who is refused */

static void leases_that_are_scaled_too_short(void **state)
{
    static const struct kit_reading cases[] = {
        {.yaml = "items: 10\ninstances: 2\ntime_scale: 4000\ncontenders:\n  - harbor-2.14\n"
                 "  - claim-drained\n",
         .error = "FILE:6: claim-drained.stale: 5min is 75ms at time_scale 4000; at least 100ms "
                  "there would be right"},
        {.yaml = TWO "contenders: [harbor-2.14, harbor-22572]\n",
         .overrides = {"time_scale=400"},
         .error = "FILE:3: harbor-22572: its time to live of 30s is 75ms at time_scale 400; at "
                  "least 100ms there would be right"},
        {.yaml = REQUIRED,
         .contenders = "harbor-22572",
         .overrides = {"cycle=50ms"},
         .error = "--contender: harbor-22572: its time to live of 50ms is 50ms at time_scale 1; at "
                  "least 100ms there would be right"},
        {.yaml = REQUIRED,
         .contenders = "harbor-22572",
         .overrides = {"harbor-22572.ttl=10s", "time_scale=200"},
         .error = "--contender: harbor-22572.ttl: 10s is 50ms at time_scale 200; at least 100ms "
                  "there would be right"},
    };
    struct scenario s;
    (void)state;
    KIT_REFUSED(cases);
    KIT_READ_WELL(&s, .yaml = REQUIRED, .contenders = "harbor-22572,claim-drained",
                  .overrides = {"time_scale=300"});
}

#define KNOWN "known: harbor-2.14, ..."

static void contenders_in_files(void **state)
{
    static const struct kit_reading cases[] = {
        {.yaml = TWO "contenders:\n  - null\n  - harbor-2.13\n",
         .error = "FILE:5: contenders: \"harbor-2.13\" is not a contender; did you mean "
                  "\"harbor-2.14\"?"},
        {.yaml = TWO "contenders: [redlock]\n",
         .error = "FILE:3: contenders: \"redlock\" is not a contender; " KNOWN},
        {.yaml = TWO "contenders: []\n",
         .error = "FILE:3: contenders: empty; a list of contenders would be right"},
        {.yaml = TWO "contenders: {name: null}\n",
         .error = "FILE:3: contenders: a mapping; a list of contenders would be right"},
        {.yaml = TWO "contenders:\n",
         .error = "FILE:3: contenders: empty; a list of contenders would be right"},
        {.yaml = TWO "contenders: [[null]]\n",
         .error = "FILE:3: contenders: a list in a list; NAME or {name: NAME} would be right"},
        {.yaml = TWO "contenders:\n  - batch: 5\n",
         .error = "FILE:4: contenders: an entry without a name; {name: NAME, PARAMETER: VALUE} "
                  "would be right"},
        {.yaml = TWO "contenders:\n  - name: harbor-23183\n    batch: 0x\n",
         .error =
             "FILE:5: harbor-23183.batch: \"0x\" is not a whole number; " WHOLE("1", "100000")},
        {.yaml = TWO "contenders:\n  - name: harbor-23183\n    bacth: 5\n",
         .error = "FILE:5: harbor-23183.bacth: no such parameter of strategy pop; did you mean "
                  "\"batch\"?"},
        {.yaml = TWO "contenders:\n  - name: harbor-23183\n    batch: [5]\n",
         .error = "FILE:5: harbor-23183: a parameter that is not a plain value; PARAMETER: VALUE "
                  "would be right"},
        {.yaml = TWO "contenders:\n  - name: harbor-23183\n    batch: 5\n    batch: 6\n",
         .error = "FILE:6: harbor-23183: \"batch\" stands twice; once would be right"},
        {.yaml = TWO "contenders:\n  - harbor-23183\n  - harbor-23183\n",
         .error = "FILE:5: contenders: \"harbor-23183\" stands twice; another name for one of them "
                  "(as: NAME) would be right"},
        {.yaml = TWO "contenders:\n  - {name: harbor-23183, as: a}\n  - {name: null, as: a}\n",
         .error = "FILE:5: contenders: \"a\" stands twice; another name for one of them (as: NAME) "
                  "would be right"},
        {.yaml = TWO "contenders:\n  - {name: harbor-23183, as: harbor-2.14}\n",
         .error = "FILE:4: contenders.as: \"harbor-2.14\" is another contender; a name of its own "
                  "would be right"},
        {.yaml = TWO "contenders:\n  - {name: harbor-23183, as: a b}\n",
         .error = "FILE:4: contenders.as: \"a b\" has other characters than a name may have; 1 to "
                  "47 letters, digits, _ - . would be right"},
    };
    (void)state;
    KIT_REFUSED(cases);
}

static void more_contenders_than_fit(void **state)
{
    char yaml[8192] = TWO "contenders:\n";
    struct scenario s;
    struct scenario_error error;
    (void)state;
    for (int i = 0; i <= SCENARIO_CONTENDERS_MAX; i++) {
        size_t len = strlen(yaml);
        snprintf(yaml + len, sizeof(yaml) - len, "  - {name: null, as: n%d}\n", i);
    }
    assert_false(kit_read(&(struct kit_reading){.yaml = yaml}, &s, &error));
    assert_string_equal(error.text, "FILE:68: contenders: more than 64 contenders; fewer would be "
                                    "right");
}

static void contenders_on_the_command_line(void **state)
{
    static const struct kit_reading cases[] = {
        {.yaml = REQUIRED,
         .contenders = "harbor-2318",
         .error = "--contender: \"harbor-2318\" is not a contender; did you mean "
                  "\"harbor-23183\"?"},
        {.yaml = REQUIRED,
         .contenders = "redlock",
         .error = "--contender: \"redlock\" is not a contender; " KNOWN},
        {.yaml = REQUIRED,
         .contenders = "",
         .error = "--contender: an empty name; NAME,NAME or all would be right"},
        {.yaml = REQUIRED,
         .contenders = "null,",
         .error = "--contender: an empty name; NAME,NAME or all would be right"},
        {.yaml = REQUIRED,
         .contenders = "null,harbor-23183,null",
         .error = "--contender: \"null\" stands twice; once would be right"},
        {.yaml = REQUIRED,
         .contenders = "harbor-23183,harbor-23183",
         .error = "--contender: \"harbor-23183\" stands twice; once would be right"},
    };
    (void)state;
    KIT_REFUSED(cases);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_contender_may_stand_twice),
        cmocka_unit_test(a_contenders_parameter_is_overridden),
        cmocka_unit_test(a_contenders_name_reaches_its_only_entry),
        cmocka_unit_test(contenders_are_selected_in_the_order_given),
        cmocka_unit_test(who_is_not_selected_is_still_known),
        cmocka_unit_test(all_are_all_with_the_files_parameters),
        cmocka_unit_test(task_rounds_are_counted),
        cmocka_unit_test(contenders_of_the_other_kind_are_skipped),
        cmocka_unit_test(what_task_rounds_have_no_use_for),
        cmocka_unit_test(leases_that_are_scaled_too_short),
        cmocka_unit_test(contenders_in_files),
        cmocka_unit_test(more_contenders_than_fit),
        cmocka_unit_test(contenders_on_the_command_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
