/* wire against a real server: what it counts is what the server counts. */
#include "tests/kit_wire.h"

#include "sim/server/info.h"
#include "strategies/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* ---- bytes */

static uint64_t bytes(const struct wire_meter *meter, bool out)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < meter->used; i++)
        sum += counter_get(out ? &meter->counts[i].bytes_out : &meter->counts[i].bytes_in);
    return sum;
}

struct traffic {
    uint64_t server_in, server_out, kit_out, kit_in;
};

/* The server has read this question, but not yet sent its answer, when it counts. */
static struct traffic traffic_now(struct kit_wire *f)
{
    struct traffic traffic = {.kit_in = bytes(&f->kit->meter, false)};
    const char *info = info_ask(&f->kit->wire, "stats");
    traffic.server_in = (uint64_t)info_number(info, "total_net_input_bytes", 0);
    traffic.server_out = (uint64_t)info_number(info, "total_net_output_bytes", 0);
    traffic.kit_out = bytes(&f->kit->meter, true);
    return traffic;
}

/* One of each kind of reply and of request. */
static void speak(struct wire *wire)
{
    static const char text[] = "with \r\n and \"quotes\"";
    struct wire_reply reply = {0};
    assert_int_equal(wire_ask(wire, NULL, "SET", "text", text), OUTCOME_OK);
    assert_int_equal(wire_ask(wire, &reply, "GET", "text"), OUTCOME_OK);
    assert_string_equal(reply.text, text);
    assert_int_equal(wire_ask(wire, &reply, "GET", "nothing"), OUTCOME_OK);
    assert_int_equal(reply.type, WIRE_NIL);
    assert_int_equal(wire_ask(wire, NULL, "CONFIG GET", "maxmemory"), OUTCOME_OK);
    assert_int_equal(wire_ask(wire, NULL, "LPUSH", "text", "1"), OUTCOME_FAILED);
    kit_wire_add_members(wire, "set", 1000000, 5000);
    assert_int_equal(wire_ask(wire, &reply, "SMEMBERS", "set"), OUTCOME_OK);
    assert_int_equal(reply.integer, 5000);
    assert_int_equal(wire_ask(wire, NULL, "SSCAN", "set", "0", "COUNT", "100"), OUTCOME_OK);
}

static void test_bytes_are_the_servers(void **state)
{
    struct kit_wire *f = *state;
    struct traffic before = traffic_now(f);
    speak(&f->wire);
    struct traffic after = traffic_now(f);
    assert_true(bytes(&f->meter, true) > 35000 && bytes(&f->meter, false) > 50000);
    assert_int_equal(after.server_in - before.server_in - (after.kit_out - before.kit_out),
                     bytes(&f->meter, true));
    assert_int_equal(after.server_out - before.server_out - (after.kit_in - before.kit_in),
                     bytes(&f->meter, false));
}

static void test_calls_are_counted_by_name(void **state)
{
    struct kit_wire *f = *state;
    speak(&f->wire);
    assert_int_equal(kit_wire_calls(&f->meter, "GET"), 2);
    assert_int_equal(kit_wire_calls(&f->meter, "SADD"), 5);
    assert_int_equal(kit_wire_calls(&f->meter, "CONFIG GET"), 1);
    assert_int_equal(kit_wire_calls(&f->meter, "LPUSH"), 1);
    assert_int_equal(counter_get(&kit_wire_count(&f->meter, "LPUSH")->errors), 1);
    assert_int_equal(counter_get(&kit_wire_count(&f->meter, "GET")->errors), 0);
    assert_int_equal(counter_get(&f->meter.round_trips), 8); /* five SADD in one */
    assert_int_equal(counter_get(&f->meter.under_way), 0);
    assert_int_equal(counter_get(&f->meter.unknown), 0);
    uint32_t rows = f->meter.used;
    wire_meter_reset(&f->meter);
    assert_int_equal(bytes(&f->meter, true) + bytes(&f->meter, false), 0);
    assert_int_equal(kit_wire_calls(&f->meter, "GET") + counter_get(&f->meter.round_trips), 0);
    assert_int_equal(wire_ask(&f->wire, NULL, "GET", "text"), OUTCOME_OK);
    assert_int_equal(kit_wire_calls(&f->meter, "GET"), 1);
    assert_int_equal(f->meter.used, rows);
}

/* A known request and its known reply. */
static void test_bytes_of_one_command(void **state)
{
    struct kit_wire *f = *state;
    static const char request[] = "*3\r\n$4\r\nSADD\r\n$3\r\nkey\r\n$3\r\n-17\r\n";
    wire_begin(&f->wire, "SADD");
    wire_text(&f->wire, "key");
    wire_int(&f->wire, -17);
    wire_end(&f->wire, NULL);
    assert_int_equal(wire_flush(&f->wire), OUTCOME_OK);
    assert_int_equal(bytes(&f->meter, true), strlen(request));
    assert_int_equal(bytes(&f->meter, false), strlen(":1\r\n"));
}

/* ---- hooks */

struct watcher {
    enum outcome answer;
    char name[WIRE_NAME_MAX];
    unsigned asked, commands, replied, row;
};

static enum outcome before(void *context, const char *name, unsigned commands)
{
    struct watcher *watcher = context;
    watcher->asked++;
    watcher->commands = commands;
    snprintf(watcher->name, sizeof watcher->name, "%s", name);
    return watcher->answer;
}

static void replied(void *context, unsigned row, uint64_t latency_ns)
{
    struct watcher *watcher = context;
    assert_in_range(latency_ns, 1, 60 * NS_PER_S);
    watcher->replied++;
    watcher->row = row;
}

static void test_hooks(void **state)
{
    struct kit_wire *f = *state;
    struct watcher watcher = {.answer = OUTCOME_OK};
    struct wire_hooks hooks = {.context = &watcher, .before = before, .replied = replied};
    f->wire.hooks = &hooks;
    kit_wire_add_members(&f->wire, "set", 0, 3000);
    assert_int_equal(watcher.asked, 1);
    assert_int_equal(watcher.commands, 3);
    assert_int_equal(watcher.replied, 3);
    assert_string_equal(watcher.name, "SADD");
    assert_string_equal(f->meter.counts[watcher.row].name, "SADD");
    watcher.answer = OUTCOME_STOP;
    assert_int_equal(wire_ask(&f->wire, NULL, "DEL", "set"), OUTCOME_STOP);
    assert_int_equal(watcher.replied, 3);
    assert_int_equal(kit_wire_calls(&f->meter, "DEL"), 0);
    watcher.answer = OUTCOME_OK;
    struct wire_reply reply = {0};
    assert_int_equal(wire_ask(&f->wire, &reply, "SCARD", "set"), OUTCOME_OK);
    assert_int_equal(reply.integer, 3000); /* what was stopped was not sent later either */
}

/* ---- scripts */

static void count_inner(struct wire *wire, const struct wire_reply *reply)
{
    wire_inner(wire, "INCR", 1); /* in pieces: a script's parts state theirs */
    wire_inner(wire, "INCR", (uint64_t)reply->integer - 1);
}

static const struct wire_script increments = {
    .name = "increments",
    .body = "for i = 1, ARGV[1] do redis.call('INCR', KEYS[1]) end return tonumber(ARGV[1])",
    .inner = count_inner,
};

static void test_inner_calls_are_stated(void **state)
{
    struct kit_wire *f = *state;
    struct wire_reply reply = {0};
    assert_int_equal(wire_load(&f->wire, &increments), OUTCOME_OK);
    wire_eval_begin(&f->wire, &increments, 1);
    wire_text(&f->wire, "n");
    wire_int(&f->wire, 4);
    assert_int_equal(wire_eval_end(&f->wire, &increments, &reply), OUTCOME_OK);
    assert_int_equal(kit_wire_calls(&f->meter, "EVALSHA"), 1);
    assert_int_equal(kit_wire_calls(&f->meter, "SCRIPT LOAD"), 1);
    assert_int_equal(kit_wire_calls(&f->meter, "INCR"), 0);
    assert_int_equal(counter_get(&kit_wire_count(&f->meter, "INCR")->inner), 4);
    assert_int_equal(counter_get(&kit_wire_count(&f->meter, "INCR")->inner_most), 4);
    assert_int_equal(wire_ask(&f->wire, &reply, "GET", "n"), OUTCOME_OK);
    assert_string_equal(reply.text, "4");
}

static void count_both(struct wire *wire, const struct wire_reply *reply)
{
    count_inner(wire, reply);
    count_inner(wire, reply);
}

/* Twice as many as it says; then, if asked to, an error. */
static const struct wire_script doubles = {
    .name = "doubles",
    .body = "for i = 1, 2 * ARGV[1] do redis.call('INCR', KEYS[1]) end\n"
            "if ARGV[2] == 'fail' then redis.call('LPUSH', KEYS[1], '1') end\n"
            "return tonumber(ARGV[1])",
    .inner = count_both,
};

static enum outcome eval_doubles(struct wire *wire, const char *then)
{
    wire_eval_begin(wire, &doubles, 1);
    wire_text(wire, "n");
    wire_int(wire, 3);
    wire_text(wire, then);
    return wire_eval_end(wire, &doubles, NULL);
}

/* What one call may have done is all that it states, in however many places. */
static void test_inner_calls_of_one_script_add_up(void **state)
{
    struct kit_wire *f = *state;
    assert_int_equal(wire_load(&f->wire, &doubles), OUTCOME_OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(eval_doubles(&f->wire, "end"), OUTCOME_OK);
    assert_int_equal(counter_get(&kit_wire_count(&f->meter, "INCR")->inner), 12);
    assert_int_equal(counter_get(&kit_wire_count(&f->meter, "INCR")->inner_most), 6);
}

static void test_a_script_that_fails_states_nothing(void **state)
{
    struct kit_wire *f = *state;
    assert_int_equal(wire_load(&f->wire, &doubles), OUTCOME_OK);
    assert_int_equal(eval_doubles(&f->wire, "end"), OUTCOME_OK);
    assert_int_equal(counter_get(&f->meter.unstated), 0);
    assert_int_equal(eval_doubles(&f->wire, "fail"), OUTCOME_FAILED);
    assert_int_equal(counter_get(&f->meter.unstated), 1);
    assert_int_equal(counter_get(&kit_wire_count(&f->meter, "INCR")->inner), 6);
    /* One that the server does not know has done nothing. */
    assert_int_equal(wire_ask(&f->wire, NULL, "SCRIPT FLUSH"), OUTCOME_OK);
    assert_int_equal(eval_doubles(&f->wire, "end"), OUTCOME_FAILED);
    assert_int_equal(counter_get(&f->meter.unstated), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_WIRE_TEST(test_bytes_are_the_servers),
        KIT_WIRE_TEST(test_calls_are_counted_by_name),
        KIT_WIRE_TEST(test_bytes_of_one_command),
        KIT_WIRE_TEST(test_hooks),
        KIT_WIRE_TEST(test_inner_calls_are_stated),
        KIT_WIRE_TEST(test_inner_calls_of_one_script_add_up),
        KIT_WIRE_TEST(test_a_script_that_fails_states_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
