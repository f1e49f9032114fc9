/* Items and values as texts, and what is suggested for a name that nobody has. */
#include "strategies/item.h"
#include "strategies/registry.h"
#include "strategies/suggest.h"
#include "strategies/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void items_are_written_and_read_back(void **state)
{
    static const struct {
        uint64_t id;
        const char *text;
    } items[] = {
        {0, "0:GC"},
        {9, "9:GC"},
        {10, "10:GC"},
        {99, "99:GC"},
        {100, "100:GC"},
        {101, "101:GC"},
        {1000000, "1000000:GC"},
        {100000000, "100000000:GC"},
        {UINT64_MAX, "18446744073709551615:GC"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
        char text[ITEM_TEXT_MAX];
        uint64_t id = 1;
        assert_int_equal(item_write(text, items[i].id, "GC"), strlen(items[i].text));
        assert_string_equal(text, items[i].text);
        assert_true(item_read(text, strlen(text), &id));
        assert_true(id == items[i].id);
    }
}

static void items_of_every_length_agree_with_printf(void **state)
{
    (void)state;
    for (uint64_t id = 1; id < UINT64_MAX / 7; id = id * 7 + 3) {
        char text[ITEM_TEXT_MAX], expected[ITEM_TEXT_MAX];
        snprintf(expected, sizeof(expected), "%llu:REPLICATION", (unsigned long long)id);
        assert_int_equal(item_write(text, id, "REPLICATION"), strlen(expected));
        assert_string_equal(text, expected);
    }
}

static void item_reads_only_the_id(void **state)
{
    static const char *const wrong[] = {
        "",
        ":GC",
        "x:GC",
        "12x:GC",
        "-1:GC",
        " 1:GC",
        "18446744073709551616:GC",
        "99999999999999999999:GC",
    };
    uint64_t id;
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(item_read(wrong[i], strlen(wrong[i]), &id));
    assert_true(item_read("12", 2, &id));
    assert_int_equal(id, 12);
    assert_true(item_read("12345", 3, &id)); /* as long as it is said to be, not longer */
    assert_int_equal(id, 123);
    assert_true(item_read("7:GC:core-0001:1700000000", 25, &id));
    assert_int_equal(id, 7);
}

static void durations_are_read_in_their_units(void **state)
{
    static const struct {
        const char *text;
        int64_t us, ms;
    } durations[] = {
        {"0s", 0, 0},
        {"200us", 200, -1},
        {"500ms", 500000, 500},
        {"30s", 30000000, 30000},
        {"0.5s", 500000, 500},
        {"1.0005s", 1000500, -1},
        {"5min", 300000000, 300000},
        {"1h", 3600000000, 3600000},
        {"1.5h", 5400000000, 5400000},
        {"0.1us", -1, -1},
        {"", -1, -1},
        {"30", -1, -1},
        {"s", -1, -1},
        {"-1s", -1, -1},
        {"1.s", -1, -1},
        {".5s", -1, -1},
        {"1 s", -1, -1},
        {"1m", -1, -1},
        {"1S", -1, -1},
        {"1s ", -1, -1},
        {"9999999999999h", -1, -1},
        {"99999999999999999999s", -1, -1},
        {"0.0000000001s", -1, -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(durations) / sizeof(durations[0]); i++) {
        assert_true(duration_parse_us(durations[i].text) == durations[i].us);
        assert_true(duration_parse_ms(durations[i].text) == durations[i].ms);
    }
}

static void durations_are_written_short(void **state)
{
    static const struct {
        int64_t us;
        const char *text;
    } durations[] = {
        {0, "0s"},       {1, "1us"},        {1500, "1500us"},    {75000, "75ms"},
        {1000000, "1s"}, {90000000, "90s"}, {300000000, "5min"}, {86400000000, "24h"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(durations) / sizeof(durations[0]); i++) {
        char text[32];
        duration_write_us(durations[i].us, text, sizeof(text));
        assert_string_equal(text, durations[i].text);
    }
}

static const char *const colours[] = {"red", "green", "blue", NULL};

static const struct value_rule whole = {VALUE_INTEGER, 1, 64, NULL, NULL};
static const struct value_rule whole_or_word = {VALUE_INTEGER, 1, 64, NULL, "none"};
static const struct value_rule any_whole = {VALUE_INTEGER, INT64_MIN, INT64_MAX, NULL, NULL};
static const struct value_rule share = {VALUE_NUMBER, 0, 1, NULL, NULL};
static const struct value_rule yes_no = {VALUE_SWITCH, 0, 0, NULL, NULL};
static const struct value_rule colour = {VALUE_CHOICE, 0, 0, colours, NULL};
static const struct value_rule delay = {VALUE_MS, 1, 60000, NULL, NULL};
static const struct value_rule name = {VALUE_NAME, 1, 4, NULL, NULL};
static const struct value_rule line = {VALUE_LINE, 0, 8, NULL, NULL};

static void values_are_read(void **state)
{
    static const struct {
        const struct value_rule *rule;
        const char *text;
        int64_t integer;
    } values[] = {
        {&whole, "1", 1},
        {&whole, "64", 64},
        {&whole_or_word, "none", 0},
        {&whole_or_word, "7", 7},
        {&any_whole, "-3", -3},
        {&any_whole, "9223372036854775807", INT64_MAX},
        {&yes_no, "yes", 1},
        {&yes_no, "no", 0},
        {&colour, "red", 0},
        {&colour, "blue", 2},
        {&delay, "0.5s", 500},
        {&delay, "1min", 60000},
    };
    char error[256];
    union value value;
    (void)state;
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        assert_true(value_read(values[i].rule, values[i].text, &value, error, sizeof(error)));
        assert_true(value.integer == values[i].integer);
    }
    assert_true(value_read(&share, "0.25", &value, error, sizeof(error)));
    assert_true(value.number == 0.25);
    assert_true(value_read(&share, "1", &value, error, sizeof(error)));
    assert_true(value.number == 1);
    assert_true(value_read(&name, "a_-.", &value, error, sizeof(error)));
    assert_string_equal(value.text, "a_-.");
    assert_true(value_read(&line, "why, so?", &value, error, sizeof(error)));
    assert_string_equal(value.text, "why, so?");
}

static void values_are_refused_with_what_would_be_right(void **state)
{
#define WHOLE "; a whole number from 1 to 64 in plain digits would be right"
#define SHARE "; a number from 0 to 1 in plain digits would be right"
#define COLOUR "; red, green or blue would be right"
#define DELAY "; a duration (500ms, 30s, 5min, 1h) from 1ms to 1min would be right"
#define NAME "; 1 to 4 letters, digits, _ - . would be right"
#define LINE "; one line of 0 to 8 bytes would be right"
    static const struct {
        const struct value_rule *rule;
        const char *text, *error;
    } values[] = {
        {&whole, "", "\"\" is not a whole number" WHOLE},
        {&whole, "many", "\"many\" is not a whole number" WHOLE},
        {&whole, "-", "\"-\" is not a whole number" WHOLE},
        {&whole, "1e6", "\"1e6\" is not a whole number" WHOLE},
        {&whole, "0x10", "\"0x10\" is not a whole number" WHOLE},
        {&whole, "1.5", "\"1.5\" is not a whole number" WHOLE},
        {&whole, "1_000", "\"1_000\" is written with separators" WHOLE},
        {&whole, "1,000", "\"1,000\" is written with separators" WHOLE},
        {&whole, "0", "\"0\" is out of bounds" WHOLE},
        {&whole, "65", "\"65\" is out of bounds" WHOLE},
        {&whole, "-5", "\"-5\" is out of bounds" WHOLE},
        {&whole, "99999999999999999999", "\"99999999999999999999\" is out of bounds" WHOLE},
        {&whole_or_word, "no",
         "\"no\" is not a whole number; none or a whole number from 1 to 64 in "
         "plain digits would be right"},
        {&share, "half", "\"half\" is not a number in plain digits" SHARE},
        {&share, ".5", "\".5\" is not a number in plain digits" SHARE},
        {&share, "1.", "\"1.\" is not a number in plain digits" SHARE},
        {&share, "1e-3", "\"1e-3\" is not a number in plain digits" SHARE},
        {&share, "nan", "\"nan\" is not a number in plain digits" SHARE},
        {&share, "1.01", "\"1.01\" is out of bounds" SHARE},
        {&share, "-0.1", "\"-0.1\" is out of bounds" SHARE},
        {&yes_no, "true", "\"true\" is neither yes nor no; yes or no would be right"},
        {&colour, "Red", "\"Red\" is none of the choices" COLOUR},
        {&delay, "30", "\"30\" has no unit" DELAY},
        {&delay, "1.5", "\"1.5\" has no unit" DELAY},
        {&delay, "", "\"\" is not a duration" DELAY},
        {&delay, "soon", "\"soon\" is not a duration" DELAY},
        {&delay, "200us", "\"200us\" is finer than 1ms" DELAY},
        {&delay, "0s", "\"0s\" is out of bounds" DELAY},
        {&delay, "1h", "\"1h\" is out of bounds" DELAY},
        {&name, "", "\"\" is too short" NAME},
        {&name, "abcde", "\"abcde\" is too long" NAME},
        {&name, "a:b", "\"a:b\" has other characters than a name may have" NAME},
        {&line, "a\nb", "\"a\nb\" is not on one line" LINE},
        {&line, "123456789", "\"123456789\" is too long" LINE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        char error[256] = "";
        union value value;
        assert_false(value_read(values[i].rule, values[i].text, &value, error, sizeof(error)));
        assert_string_equal(error, values[i].error);
    }
}

static void suggests(const char *word, const char *expected)
{
    static const char *const names[] = {"items", "instances", "wake", "until_drained", NULL};
    struct suggestion suggestion = {.word = word};
    char text[SUGGESTION_KNOWN_MAX + 32];
    for (size_t i = 0; names[i]; i++)
        suggestion_consider(&suggestion, names[i]);
    suggestion_write(&suggestion, text, sizeof(text));
    assert_string_equal(text, expected);
}

static void a_near_miss_is_suggested(void **state)
{
    (void)state;
    suggests("item", "did you mean \"items\"?");
    suggests("itemss", "did you mean \"items\"?");
    suggests("itmes", "did you mean \"items\"?"); /* two neighbours swapped are one slip */
    suggests("Instances", "did you mean \"instances\"?");
    suggests("instanses", "did you mean \"instances\"?");
    suggests("until-drained", "did you mean \"until_drained\"?");
}

static void without_a_near_miss_all_are_named(void **state)
{
    char long_word[200];
    (void)state;
    suggests("colour", "known: items, instances, wake, until_drained");
    suggests("", "known: items, instances, wake, until_drained");
    memset(long_word, 'x', sizeof(long_word) - 1);
    long_word[sizeof(long_word) - 1] = '\0';
    suggests(long_word, "known: items, instances, wake, until_drained");

    struct suggestion none = {.word = "x"};
    char text[64];
    suggestion_write(&none, text, sizeof(text));
    assert_string_equal(text, "there are none");
}

static void more_than_fit_end_in_dots(void **state)
{
    struct suggestion suggestion = {.word = "colour"};
    char text[SUGGESTION_KNOWN_MAX + 32];
    (void)state;
    for (int i = 0; i < 100; i++)
        suggestion_consider(&suggestion, "a-name-of-some-length");
    suggestion_write(&suggestion, text, sizeof(text));
    const char *dots = strstr(text, ", ...");
    assert_non_null(dots);
    assert_string_equal(dots, ", ...");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_are_written_and_read_back),
        cmocka_unit_test(items_of_every_length_agree_with_printf),
        cmocka_unit_test(item_reads_only_the_id),
        cmocka_unit_test(durations_are_read_in_their_units),
        cmocka_unit_test(durations_are_written_short),
        cmocka_unit_test(values_are_read),
        cmocka_unit_test(values_are_refused_with_what_would_be_right),
        cmocka_unit_test(a_near_miss_is_suggested),
        cmocka_unit_test(without_a_near_miss_all_are_named),
        cmocka_unit_test(more_than_fit_end_in_dots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
