/* Faults: their lines, and when they are due. */
#include "sim/fault/faults.h"
#include "sim/fault/timeline.h"
#include "sim/world/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- lines */

static struct timeline_event read_line(const char *line)
{
    struct timeline_event event;
    char error[512];
    if (!timeline_read(line, &event, error, sizeof error))
        fail_msg("%s: %s", line, error);
    assert_int_equal(event.kind, TIMELINE_FAULT);
    return event;
}

static void test_when(void **state)
{
    (void)state;
    struct timeline_event event = read_line("at 2s kill 1");
    assert_int_equal(event.when, WHEN_TIME);
    assert_int_equal(event.at_ms, 2000);
    event = read_line("at 30% kill 1");
    assert_int_equal(event.when, WHEN_SHARE);
    assert_true(event.share_done == 0.3);
    event = read_line("every 200ms from 1s until 3s kill any");
    assert_int_equal(event.every_ms, 200);
    assert_int_equal(event.at_ms, 1000);
    assert_int_equal(event.until_ms, 3000);
    event = read_line("randomly every 200ms 5 times kill any");
    assert_true(event.random);
    assert_int_equal(event.at_ms, 200);
    assert_int_equal(event.times, 5);
    event = read_line("at SPOP 3 of upkeep 1 executed kill");
    assert_int_equal(event.when, WHEN_COMMAND);
    assert_string_equal(event.point.name, "SPOP");
    assert_int_equal(event.point.nth, 3);
    assert_int_equal(event.point.instance, 1);
    assert_int_equal(event.point.role, SEAT_UPKEEP);
    assert_int_equal(event.point.phase, FAULT_UNREAD);
    assert_int_equal(event.fault.number, 1);
    event = read_line("at refresh 2 of 0 after pause for 1s");
    assert_int_equal(event.point.phase, FAULT_AFTER_EFFECT);
}

static void test_what(void **state)
{
    (void)state;
    struct fault_order order = read_line("at 1s kill claim-holder back 5s as new").fault;
    assert_int_equal(order.target, TARGET_ANY);
    assert_int_equal(order.condition, IF_HOLDS);
    assert_int_equal(order.holds, 1);
    assert_int_equal(order.back_ms, 5000);
    assert_true(order.fresh);
    order = read_line("at 1s kill 2 if holds 3 back never").fault;
    assert_int_equal(order.target, TARGET_ONE);
    assert_int_equal(order.number, 2);
    assert_int_equal(order.holds, 3);
    assert_true(order.never_back);
    order = read_line("at 1s pause all-but-one for 900ms").fault;
    assert_int_equal(order.target, TARGET_ALL_BUT_ONE);
    assert_int_equal(order.for_ms, 900);
    order = read_line("at 1s kill successor back never").fault;
    assert_int_equal(order.target, TARGET_ANY_OTHER);
    assert_int_equal(order.condition, IF_HOLDS);
    order = read_line("at 1s slow 1 by 20").fault;
    assert_true(order.amount == 20);
    order = read_line("at 1s cut all by server").fault;
    assert_true(order.by_server);
    order = read_line("at 1s withhold leader for 1s then retry").fault;
    assert_true(order.retry);
    order = read_line("at 1s fail 5% once").fault;
    assert_true(order.once && order.amount == 0.05);
    order = read_line("at 1s redis restart lose 4096 bytes after 1s").fault;
    assert_true(order.amount == 4096);
    assert_int_equal(order.for_ms, 1000);
    order = read_line("at 1s redis delete a*b of zset").fault;
    assert_string_equal(order.name, "a*b");
    assert_string_equal(order.type, "zset");
}

static void test_refused_lines(void **state)
{
    (void)state;
    static const char *const lines[][2] = {
        {"at 1s pause 1", "no \"for TIME\" behind"},
        {"at 1s kill", "no number behind"},
        {"at 1s kill nobody", "any, all, all-but-one"},
        {"at 1s kill 1 if idle", "leads, holds-lock or holds"},
        {"at 1s slow 1", "by FACTOR"},
        {"at 1s slow 1 by 2 if leads", "unexpected"},
        {"at 1s cut 1", "by client"},
        {"every 1s kill any", "neither until TIME nor N times"},
        {"every 0s until 1s kill any", "not a time"},
        {"at SPOP 0 of 1 executed kill", "neither a time nor a command"},
        {"at SPOP 1 of 1 sometime kill", "before, half-sent, executed or after"},
        {"at refresh 1 of 1 executed kill", "\"executed\"; before or after"},
        {"at SPOP 1 of 1 executed redis stall for 1s", "does not strike at a command"},
        {"at 30% scale 5", "only a fault"},
        {"at 1s redis freeze", "unknown event"},
        {"at 1s kill 1 back never twice", "unexpected"},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct timeline_event event;
        char error[512];
        if (timeline_read(lines[i][0], &event, error, sizeof error))
            fail_msg("\"%s\" was accepted", lines[i][0]);
        if (strstr(error, lines[i][1]) == NULL)
            fail_msg("\"%s\": %s", lines[i][0], error);
    }
}

/* ---- the schedule */

static void test_schedule(void **state)
{
    (void)state;
    struct scenario *s = calloc(1, sizeof *s);
    struct faults first, second, other;
    assert_non_null(s);
    s->time_scale = 1;
    s->event_count = 1;
    s->events[0] = read_line("randomly every 200ms 5 times kill any");
    assert_true(faults_open(&first, s, 1) && faults_open(&second, s, 1) &&
                faults_open(&other, s, 2));
    assert_int_equal(first.random, second.random);
    assert_int_equal(first.dues[0].random, second.dues[0].random);
    assert_int_not_equal(first.random, other.random);
    assert_int_not_equal(first.dues[0].random, other.dues[0].random);
    assert_int_equal(faults_next_ns(&first), 200 * NS_PER_MS);
    faults_close(&first);
    faults_close(&second);
    faults_close(&other);
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_when),
        cmocka_unit_test(test_what),
        cmocka_unit_test(test_refused_lines),
        cmocka_unit_test(test_schedule),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
