/* Every line that refuses a file, a key, a value or an override. */
#include "tests/kit_reading.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* ---- files */

static void files_that_are_no_scenario(void **state)
{
    static const struct kit_reading cases[] = {
        {.yaml = "",
         .error = "FILE:1: the file is empty; items, instances and contenders would be "
                  "right"},
        {.yaml = "# a comment\n\n",
         .error = "FILE:1: the file is empty; items, instances and contenders would be right"},
        {.yaml = "# a comment\n- items\n",
         .error = "FILE:2: not a mapping; KEY: VALUE would be right"},
        {.yaml = "items\n", .error = "FILE:1: not a mapping; KEY: VALUE would be right"},
        {.yaml = "items: 10\n---\nitems: 11\n",
         .error = "FILE:3: a second document; one to a file would be right"},
        {.yaml = "items: 10\nquestion: \"a\\0b\"\n",
         .error = "FILE:2: a text with a NUL; one without would be right"},
        {.yaml = "? [items]\n: 10\n",
         .error = "FILE:1: a key that is not a word; KEY: VALUE would be right"},
    };
    (void)state;
    KIT_REFUSED(cases);
}

/* The reason is libyaml's own and differs between its versions; the line is not. */
static void files_that_are_not_yaml(void **state)
{
    static const struct {
        const char *yaml, *start;
    } files[] = {
        {"items: 10\ninstances: [1\n", "FILE:3: not YAML: "},
        {"items: 10\n\tinstances: 1\n", "FILE:2: not YAML: "},
        {"items: *n\n", "FILE:1: not YAML: "},
        {"items: 10\n\nseed: \xff\n", "FILE:3: not YAML: "},
        {"items: 10\n---\nitems: [\n", "FILE:4: not YAML: "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        struct scenario s;
        struct scenario_error error;
        assert_false(kit_read(&(struct kit_reading){.yaml = files[i].yaml}, &s, &error));
        assert_true(strlen(error.text) > strlen(files[i].start));
        error.text[strlen(files[i].start)] = '\0';
        assert_string_equal(error.text, files[i].start);
    }
}

static void files_that_cannot_be_read(void **state)
{
    struct scenario s;
    struct scenario_error error;
    (void)state;
    assert_false(scenario_read(&s, "no/such/file.yaml", NULL, NULL, 0, &error));
    assert_string_equal(error.text, "no/such/file.yaml: cannot be read: No such file or directory");
    assert_false(scenario_read(&s, ".", NULL, NULL, 0, &error));
    assert_string_equal(error.text, ".: cannot be read: Is a directory");
    assert_false(scenario_read(&s, "/dev/zero", NULL, NULL, 0, &error));
    assert_string_equal(error.text, "/dev/zero: longer than 131072 bytes; a scenario is not");
}

/* ---- keys and values */

static void required_keys_that_are_missing(void **state)
{
    static const struct kit_reading cases[] = {
        {.yaml = "instances: 2\ncontenders: all\n",
         .error = "FILE:1: items: is missing; " WHOLE("1", "100000000")},
        {.yaml = "items: 2\ncontenders: all\n",
         .error = "FILE:1: instances: is missing; " WHOLE("1", "1000")},
        {.yaml = "items: 2\ninstances: 2\n",
         .error = "FILE:1: contenders: is missing; a list of names, each alone or as {name: NAME, "
                  "PARAMETER: VALUE} would be right"},
    };
    (void)state;
    KIT_REFUSED(cases);
}

static void unknown_keys(void **state)
{
    static const struct kit_reading cases[] = {
        {.yaml = "items: 10\ninstanses: 2\n",
         .error = "FILE:2: instanses: unknown key; did you mean \"instances\"?"},
        {.yaml = REQUIRED "refresh:\n  statment: 1ms\n",
         .error = "FILE:5: refresh.statment: unknown key; did you mean \"refresh.statement\"?"},
        {.yaml = REQUIRED "refresh: {statement: {time: 1ms}}\n",
         .error = "FILE:4: refresh.statement: a mapping; " DURATION("0s", "1h")},
        {.yaml = REQUIRED "refresh: 1ms\n",
         .error = "FILE:4: refresh: not a mapping; {KEY: VALUE} would be right"},
        {.yaml = REQUIRED "colour: red\n",
         .error = "FILE:4: colour: unknown key; known: question, kind, items, instances, ..."},
        {.yaml = "seed: 1\n" REQUIRED "seed: 2\n",
         .error = "FILE:5: seed: stands twice, first in line 1; once would be right"},
        {.yaml = "contenders: all\n" REQUIRED,
         .error = "FILE:4: contenders: stands twice, first in line 1; once would be right"},
    };
    (void)state;
    KIT_REFUSED(cases);
}

static void values_of_the_wrong_type_or_out_of_bounds(void **state)
{
    static const struct kit_reading cases[] = {
        {.yaml = "items: many\n",
         .error = "FILE:1: items: \"many\" is not a whole number; " WHOLE("1", "100000000")},
        {.yaml = "items: 1_000_000\n",
         .error =
             "FILE:1: items: \"1_000_000\" is written with separators; " WHOLE("1", "100000000")},
        {.yaml = "items: 100000001\n",
         .error = "FILE:1: items: \"100000001\" is out of bounds; " WHOLE("1", "100000000")},
        {.yaml = "items:\n",
         .error = "FILE:1: items: \"\" is not a whole number; " WHOLE("1", "100000000")},
        {.yaml = "items: [1, 2]\n", .error = "FILE:1: items: a list; " WHOLE("1", "100000000")},
        {.yaml = "instances: 1001\n",
         .error = "FILE:1: instances: \"1001\" is out of bounds; " WHOLE("1", "1000")},
        {.yaml = "workers: 0\n",
         .error = "FILE:1: workers: \"0\" is out of bounds; " WHOLE("1", "64")},
        {.yaml = "vendor: a:b\n",
         .error = "FILE:1: vendor: \"a:b\" has other characters than a name may have; 1 to 31 "
                  "letters, digits, _ - . would be right"},
        {.yaml = "cycle: 30\n",
         .error = "FILE:1: cycle: \"30\" has no unit; " DURATION("1ms", "24h")},
        {.yaml = "cycle: 200us\n",
         .error = "FILE:1: cycle: \"200us\" is finer than 1ms; " DURATION("1ms", "24h")},
        {.yaml = "cycles: until-drained\n",
         .error =
             "FILE:1: cycles: \"until-drained\" is not a whole number; until_drained or " WHOLE(
                 "1", "1000000")},
        {.yaml = "round_bound: never\n",
         .error =
             "FILE:1: round_bound: \"never\" is not a duration; none or " DURATION("1ms", "24h")},
        {.yaml = "mode: fast\n",
         .error = "FILE:1: mode: \"fast\" is none of the choices; "
                  "concurrent or lockstep would be right"},
        {.yaml = "placement: one_core\n",
         .error = "FILE:1: placement: \"one_core\" is none of the choices; free, split or one-core "
                  "would be right"},
        {.yaml = "time_scale: 0.5\n",
         .error = "FILE:1: time_scale: \"0.5\" is out of bounds; a "
                  "number from 1 to 100000 in plain digits would be "
                  "right"},
        {.yaml = "refresh:\n  failures: 5%\n",
         .error = "FILE:2: refresh.failures: \"5%\" is not a number in plain digits; a number from "
                  "0 to 1 in plain digits would be right"},
        {.yaml = "question: |\n  one\n  two\n",
         .error = "FILE:1: question: \"one?two?\" is not on one line; one line of 0 to 159 bytes "
                  "would be right"},
    };
    (void)state;
    KIT_REFUSED(cases);
}

static void what_does_not_go_together(void **state)
{
    static const struct kit_reading cases[] = {
        {.yaml = REQUIRED "producers:\n  count: 2\n",
         .error = "FILE:5: producers.count: producers without a rate; producers.rate above 0 would "
                  "be right"},
        {.yaml = REQUIRED "producers:\n  rate: 2\n",
         .error = "FILE:5: producers.rate: a rate without producers; producers.count above 0 would "
                  "be right"},
        {.yaml = REQUIRED,
         .overrides = {"producers.seeded=0.05"},
         .error =
             "--set producers.seeded=0.05: no item is ever marked; a larger share or producers "
             "would be right"},
        {.yaml = REQUIRED "producers: {count: 1, rate: 1}\ncycles: until_drained\n",
         .error = "FILE:5: cycles: until_drained while producers mark has no end; a number of "
                  "cycles, or of producers.marks, would be right"},
        {.yaml = REQUIRED "producers:\n  marks: 2\n",
         .error = "FILE:5: producers.marks: marks without producers; producers.count above 0 would "
                  "be right"},
        {.yaml = REQUIRED "cycle: 2s\ntime_scale: 2001\n",
         .error = "FILE:5: time_scale: makes a cycle shorter than 1ms; 2000 or less would be "
                  "right"},
    };
    (void)state;
    KIT_REFUSED(cases);
}

/* ---- overrides */

static void overrides_that_are_wrong(void **state)
{
    static const struct kit_reading cases[] = {
        {.yaml = REQUIRED,
         .overrides = {"seed"},
         .error = "--set seed: not an assignment; KEY=VALUE would be right"},
        {.yaml = REQUIRED,
         .overrides = {"=5"},
         .error = "--set =5: not an assignment; KEY=VALUE would be right"},
        {.yaml = REQUIRED,
         .overrides = {"seeds=5"},
         .error = "--set seeds=5: unknown key; did you mean \"seed\"?"},
        {.yaml = REQUIRED,
         .overrides = {"seed=x"},
         .error = "--set seed=x: \"x\" is not a whole number; " WHOLE("0", "9223372036854775807")},
        {.yaml = REQUIRED,
         .overrides = {"refresh.statement=1"},
         .error = "--set refresh.statement=1: \"1\" has no unit; " DURATION("0s", "1h")},
        {.yaml = REQUIRED,
         .overrides = {"contenders=nul"},
         .error = "--set contenders=nul: \"nul\" is not a contender; did you mean \"null\"?"},
        {.yaml = REQUIRED,
         .overrides = {"harbor-2318.batch=5"},
         .error = "--set harbor-2318.batch=5: unknown key; did you mean \"harbor-23183.batch\"?"},
        {.yaml = REQUIRED,
         .overrides = {"harbor-23183.batch=no"},
         .error = "--set harbor-23183.batch=no: batch: \"no\" is not a whole number; " WHOLE(
             "1", "100000")},
        {.yaml = REQUIRED,
         .overrides = {"harbor-23183.bach=5"},
         .error =
             "--set harbor-23183.bach=5: bach: no such parameter of strategy pop; did you mean "
             "\"batch\"?"},
        {.yaml = REQUIRED,
         .contenders = "null,instance-id",
         .overrides = {"harbor-2.14.count=5"},
         .error = "--set harbor-2.14.count=5: harbor-2.14 is not in this run; in it: null, "
                  "instance-id"},
        {.yaml = TWO "contenders:\n  - {name: harbor-23183, batch: 5}\n"
                     "  - {name: harbor-23183, batch: 6}\n",
         .overrides = {"harbor-23183.batch=7"},
         .error = "--set harbor-23183.batch=7: harbor-23183 is 2 entries of this run; one of them "
                  "would be right: harbor-23183 batch=5, harbor-23183 batch=6"},
        {.yaml = REQUIRED,
         .overrides = {"see\nd=5"},
         .error = "--set see?d=5: unknown key; did you mean \"seed\"?"},
    };
    (void)state;
    KIT_REFUSED(cases);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_that_are_no_scenario),
        cmocka_unit_test(files_that_are_not_yaml),
        cmocka_unit_test(files_that_cannot_be_read),
        cmocka_unit_test(required_keys_that_are_missing),
        cmocka_unit_test(unknown_keys),
        cmocka_unit_test(values_of_the_wrong_type_or_out_of_bounds),
        cmocka_unit_test(what_does_not_go_together),
        cmocka_unit_test(overrides_that_are_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
