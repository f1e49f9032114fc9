/* Event lines: what they say, and what is wrong with them. */
#include "sim/fault/timeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_lines(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        struct timeline_event event;
    } lines[] = {
        {"at 90s scale 8", {.at_ms = 90000, .kind = TIMELINE_SCALE, .number = 8}},
        {"at 5min scale 0 gap 10s", {.at_ms = 300000, .kind = TIMELINE_SCALE, .option_ms = 10000}},
        {"at 0s stop 3",
         {.kind = TIMELINE_STOP, .number = 3, .option_ms = TIMELINE_STOP_WITHIN_MS}},
        {"at 500ms stop 0 within 2s", {.at_ms = 500, .kind = TIMELINE_STOP, .option_ms = 2000}},
        {"at 1s restart", {.at_ms = 1000, .kind = TIMELINE_RESTART}},
        {"at 1s restart gap 30s", {.at_ms = 1000, .kind = TIMELINE_RESTART, .option_ms = 30000}},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct timeline_event event;
        char error[256];
        if (!timeline_read(lines[i].line, &event, error, sizeof error))
            fail_msg("%s: %s", lines[i].line, error);
        assert_int_equal(event.at_ms, lines[i].event.at_ms);
        assert_int_equal(event.kind, lines[i].event.kind);
        assert_int_equal(event.number, lines[i].event.number);
        assert_int_equal(event.option_ms, lines[i].event.option_ms);
    }
}

static void test_refused_lines(void **state)
{
    (void)state;
    static const struct {
        const char *line, *error; /* up to what would be right */
    } lines[] = {
        {"scale 8", "no \"at\" in front: \"scale 8\""},
        {"", "no \"at\" in front: \"\""},
        {"at", "not a time: \"\""},
        {"at noon scale 8", "not a time: \"noon\""},
        {"at 1s", "unknown event \"\""},
        {"at 1s grow 8", "unknown event \"grow\""},
        {"at 1s scale", "no number behind \"scale\""},
        {"at 1s stop 3 within", "not a time: \"\""},
        {"at 1s stop 3 gap 1s", "unexpected \"gap\""},
        {"at 1s restart 3", "unexpected \"3\""},
        {"at 1s scale 8 now", "unexpected \"now\""},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct timeline_event event;
        char error[512], expected[512];
        snprintf(expected, sizeof expected, "%s; %s would be right", lines[i].error,
                 timeline_expected);
        assert_false(timeline_read(lines[i].line, &event, error, sizeof error));
        assert_string_equal(error, expected);
    }
    struct timeline_event event;
    char error[256];
    assert_false(timeline_read("at 1s scale 1001", &event, error, sizeof error));
    assert_non_null(strstr(error, "1000"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_refused_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
