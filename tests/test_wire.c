/* wire against a real server: what it counts is what the server counts, and what it does not know
 * it says so. */
#include "tests/kit_server.h"

#include "sim/server/info.h"
#include "strategies/clock.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__)
size_t __sanitizer_get_current_allocated_bytes(void); /* gcc has no header for it */
#else
#include <malloc.h>
#endif

/* Beside the kit's connection, which asks and is not asked about. */
struct fixture {
    struct kit_server *kit;
    struct wire wire;
    struct wire_meter meter;
};

static const struct wire_options patient = {5000, 5000, false};
static const struct wire_options hasty = {5000, 50, false};

static int open_fixture(void **state)
{
    void *kit = NULL;
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    int status = kit_server_open(&kit);
    f->kit = kit;
    assert_true(wire_open(&f->wire, &f->kit->server.address, patient, &f->meter, NULL));
    *state = f;
    return status;
}

static int close_fixture(void **state)
{
    struct fixture *f = *state;
    void *kit = f->kit;
    wire_close(&f->wire);
    int status = kit_server_close(&kit);
    free(f);
    return status;
}

static const struct wire_count *count_of(const struct wire_meter *meter, const char *name)
{
    for (unsigned i = 0; i < meter->used; i++)
        if (strcmp(meter->counts[i].name, name) == 0)
            return &meter->counts[i];
    fail_msg("no %s was counted", name);
    return NULL;
}

static uint64_t calls_of(const struct wire_meter *meter, const char *name)
{
    return counter_get(&count_of(meter, name)->calls);
}

static uint64_t bytes(const struct wire_meter *meter, bool out)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < meter->used; i++)
        sum += counter_get(out ? &meter->counts[i].bytes_out : &meter->counts[i].bytes_in);
    return sum;
}

/* ---- bytes */

struct traffic {
    uint64_t server_in, server_out, kit_out, kit_in;
};

/* The server has read this question, but not yet sent its answer, when it counts. */
static struct traffic traffic_now(struct fixture *f)
{
    struct traffic traffic = {.kit_in = bytes(&f->kit->meter, false)};
    const char *info = info_ask(&f->kit->wire, "stats");
    traffic.server_in = (uint64_t)info_number(info, "total_net_input_bytes", 0);
    traffic.server_out = (uint64_t)info_number(info, "total_net_output_bytes", 0);
    traffic.kit_out = bytes(&f->kit->meter, true);
    return traffic;
}

static void add_members(struct wire *wire, const char *key, int64_t from, int64_t n)
{
    enum { PER_COMMAND = 1000 };
    for (int64_t i = 0; i < n; i += PER_COMMAND) {
        wire_begin(wire, "SADD");
        wire_text(wire, key);
        for (int64_t k = i; k < n && k < i + PER_COMMAND; k++)
            wire_int(wire, from + k);
        wire_end(wire, NULL);
    }
    assert_int_equal(wire_flush(wire), OUTCOME_OK);
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
    add_members(wire, "set", 1000000, 5000);
    assert_int_equal(wire_ask(wire, &reply, "SMEMBERS", "set"), OUTCOME_OK);
    assert_int_equal(reply.integer, 5000);
    assert_int_equal(wire_ask(wire, NULL, "SSCAN", "set", "0", "COUNT", "100"), OUTCOME_OK);
}

static void test_bytes_are_the_servers(void **state)
{
    struct fixture *f = *state;
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
    struct fixture *f = *state;
    speak(&f->wire);
    assert_int_equal(calls_of(&f->meter, "GET"), 2);
    assert_int_equal(calls_of(&f->meter, "SADD"), 5);
    assert_int_equal(calls_of(&f->meter, "CONFIG GET"), 1);
    assert_int_equal(calls_of(&f->meter, "LPUSH"), 1);
    assert_int_equal(counter_get(&count_of(&f->meter, "LPUSH")->errors), 1);
    assert_int_equal(counter_get(&count_of(&f->meter, "GET")->errors), 0);
    assert_int_equal(counter_get(&f->meter.round_trips), 8); /* five SADD in one */
    assert_int_equal(counter_get(&f->meter.under_way), 0);
    assert_int_equal(counter_get(&f->meter.unknown), 0);
    uint32_t rows = f->meter.used;
    wire_meter_reset(&f->meter);
    assert_int_equal(bytes(&f->meter, true) + bytes(&f->meter, false), 0);
    assert_int_equal(calls_of(&f->meter, "GET") + counter_get(&f->meter.round_trips), 0);
    assert_int_equal(wire_ask(&f->wire, NULL, "GET", "text"), OUTCOME_OK);
    assert_int_equal(calls_of(&f->meter, "GET"), 1);
    assert_int_equal(f->meter.used, rows);
}

/* A known request and its known reply. */
static void test_bytes_of_one_command(void **state)
{
    struct fixture *f = *state;
    static const char request[] = "*3\r\n$4\r\nSADD\r\n$3\r\nkey\r\n$3\r\n-17\r\n";
    wire_begin(&f->wire, "SADD");
    wire_text(&f->wire, "key");
    wire_int(&f->wire, -17);
    wire_end(&f->wire, NULL);
    assert_int_equal(wire_flush(&f->wire), OUTCOME_OK);
    assert_int_equal(bytes(&f->meter, true), strlen(request));
    assert_int_equal(bytes(&f->meter, false), strlen(":1\r\n"));
}

/* ---- replies */

struct seen {
    struct wire_element elements[16];
    char texts[16][16];
    size_t n;
};

static void see(void *context, const struct wire_element *element)
{
    struct seen *seen = context;
    assert_true(seen->n < 16);
    seen->elements[seen->n] = *element;
    if (element->text != NULL)
        snprintf(seen->texts[seen->n], 16, "%.*s", (int)element->len, element->text);
    seen->n++;
}

static void assert_seen(const struct seen *seen, size_t nth, enum wire_type type, unsigned depth,
                        size_t index)
{
    assert_int_equal(seen->elements[nth].type, type);
    assert_int_equal(seen->elements[nth].depth, depth);
    assert_int_equal(seen->elements[nth].index, index);
}

static void test_visitor_of_nested_arrays(void **state)
{
    struct fixture *f = *state;
    struct seen seen = {0};
    struct wire_reply reply = {.visit = see, .context = &seen};
    assert_int_equal(wire_ask(&f->wire, &reply, "EVAL",
                              "return {7, {'a', {'b', false}}, {}, redis.status_reply('fine')}",
                              "0"),
                     OUTCOME_OK);
    assert_int_equal(reply.type, WIRE_ARRAY);
    assert_int_equal(reply.integer, 4);
    assert_int_equal(seen.n, 8);
    assert_seen(&seen, 0, WIRE_INTEGER, 1, 0);
    assert_int_equal(seen.elements[0].integer, 7);
    assert_seen(&seen, 1, WIRE_ARRAY, 1, 1);
    assert_int_equal(seen.elements[1].integer, 2);
    assert_seen(&seen, 2, WIRE_TEXT, 2, 0);
    assert_string_equal(seen.texts[2], "a");
    assert_seen(&seen, 3, WIRE_ARRAY, 2, 1);
    assert_seen(&seen, 4, WIRE_TEXT, 3, 0);
    assert_string_equal(seen.texts[4], "b");
    assert_seen(&seen, 5, WIRE_NIL, 3, 1);
    assert_seen(&seen, 6, WIRE_ARRAY, 1, 2);
    assert_int_equal(seen.elements[6].integer, 0);
    assert_seen(&seen, 7, WIRE_STATUS, 1, 3);
    assert_string_equal(seen.texts[7], "fine");
}

static void test_scalars(void **state)
{
    struct fixture *f = *state;
    struct wire_reply reply = {0};
    assert_int_equal(wire_ask(&f->wire, &reply, "PING"), OUTCOME_OK);
    assert_int_equal(reply.type, WIRE_STATUS);
    assert_string_equal(reply.text, "PONG");
    assert_int_equal(wire_ask(&f->wire, &reply, "INCRBY", "n", "-41"), OUTCOME_OK);
    assert_int_equal(reply.type, WIRE_INTEGER);
    assert_int_equal(reply.integer, -41);
    assert_int_equal(wire_ask(&f->wire, &reply, "SET", "empty", ""), OUTCOME_OK);
    assert_int_equal(wire_ask(&f->wire, &reply, "GET", "empty"), OUTCOME_OK);
    assert_int_equal(reply.type, WIRE_TEXT);
    assert_int_equal(reply.len, 0);
    assert_string_equal(reply.text, "");
}

static void test_error_reply_breaks_nothing(void **state)
{
    struct fixture *f = *state;
    struct wire_reply reply = {0};
    assert_int_equal(wire_ask(&f->wire, &reply, "NOSUCHTHING", "x"), OUTCOME_FAILED);
    assert_int_equal(reply.type, WIRE_ERROR);
    kit_assert_contains(f->wire.err, "NOSUCHTHING");
    kit_assert_contains(f->wire.err, "unknown command");
    assert_false(f->wire.broken);
    assert_int_equal(wire_ask(&f->wire, &reply, "PING"), OUTCOME_OK);
    assert_string_equal(f->wire.err, "");
}

/* The third of five is refused: the others are done, and all five are answered. */
static void test_wrong_type_inside_a_batch(void **state)
{
    struct fixture *f = *state;
    struct wire_reply replies[5] = {0};
    assert_int_equal(wire_ask(&f->wire, NULL, "SET", "text", "x"), OUTCOME_OK);
    uint64_t round_trips = counter_get(&f->meter.round_trips);
    for (int i = 0; i < 5; i++) {
        wire_begin(&f->wire, "SADD");
        wire_text(&f->wire, i == 2 ? "text" : "set");
        wire_int(&f->wire, i);
        wire_end(&f->wire, &replies[i]);
    }
    assert_int_equal(wire_flush(&f->wire), OUTCOME_FAILED);
    kit_assert_contains(f->wire.err, "SADD: WRONGTYPE");
    for (int i = 0; i < 5; i++)
        assert_int_equal(replies[i].type, i == 2 ? WIRE_ERROR : WIRE_INTEGER);
    assert_int_equal(calls_of(&f->meter, "SADD"), 5);
    assert_int_equal(counter_get(&count_of(&f->meter, "SADD")->errors), 1);
    assert_int_equal(counter_get(&f->meter.round_trips), round_trips + 1);
    assert_int_equal(wire_ask(&f->wire, &replies[0], "SCARD", "set"), OUTCOME_OK);
    assert_int_equal(replies[0].integer, 4);
}

static void test_empty_batch_sends_nothing(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(wire_flush(&f->wire), OUTCOME_OK);
    assert_int_equal(counter_get(&f->meter.round_trips), 0);
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
    struct fixture *f = *state;
    struct watcher watcher = {.answer = OUTCOME_OK};
    struct wire_hooks hooks = {.context = &watcher, .before = before, .replied = replied};
    f->wire.hooks = &hooks;
    add_members(&f->wire, "set", 0, 3000);
    assert_int_equal(watcher.asked, 1);
    assert_int_equal(watcher.commands, 3);
    assert_int_equal(watcher.replied, 3);
    assert_string_equal(watcher.name, "SADD");
    assert_string_equal(f->meter.counts[watcher.row].name, "SADD");
    watcher.answer = OUTCOME_STOP;
    assert_int_equal(wire_ask(&f->wire, NULL, "DEL", "set"), OUTCOME_STOP);
    assert_int_equal(watcher.replied, 3);
    assert_int_equal(calls_of(&f->meter, "DEL"), 0);
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
    struct fixture *f = *state;
    struct wire_reply reply = {0};
    assert_int_equal(wire_load(&f->wire, &increments), OUTCOME_OK);
    wire_eval_begin(&f->wire, &increments, 1);
    wire_text(&f->wire, "n");
    wire_int(&f->wire, 4);
    assert_int_equal(wire_eval_end(&f->wire, &increments, &reply), OUTCOME_OK);
    assert_int_equal(calls_of(&f->meter, "EVALSHA"), 1);
    assert_int_equal(calls_of(&f->meter, "SCRIPT LOAD"), 1);
    assert_int_equal(calls_of(&f->meter, "INCR"), 0);
    assert_int_equal(counter_get(&count_of(&f->meter, "INCR")->inner), 4);
    assert_int_equal(counter_get(&count_of(&f->meter, "INCR")->inner_most), 4);
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
    struct fixture *f = *state;
    assert_int_equal(wire_load(&f->wire, &doubles), OUTCOME_OK);
    for (int i = 0; i < 2; i++)
        assert_int_equal(eval_doubles(&f->wire, "end"), OUTCOME_OK);
    assert_int_equal(counter_get(&count_of(&f->meter, "INCR")->inner), 12);
    assert_int_equal(counter_get(&count_of(&f->meter, "INCR")->inner_most), 6);
}

static void test_a_script_that_fails_states_nothing(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(wire_load(&f->wire, &doubles), OUTCOME_OK);
    assert_int_equal(eval_doubles(&f->wire, "end"), OUTCOME_OK);
    assert_int_equal(counter_get(&f->meter.unstated), 0);
    assert_int_equal(eval_doubles(&f->wire, "fail"), OUTCOME_FAILED);
    assert_int_equal(counter_get(&f->meter.unstated), 1);
    assert_int_equal(counter_get(&count_of(&f->meter, "INCR")->inner), 6);
    /* One that the server does not know has done nothing. */
    assert_int_equal(wire_ask(&f->wire, NULL, "SCRIPT FLUSH"), OUTCOME_OK);
    assert_int_equal(eval_doubles(&f->wire, "end"), OUTCOME_FAILED);
    assert_int_equal(counter_get(&f->meter.unstated), 1);
}

/* ---- what breaks */

static void build_pings(struct wire *wire, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        wire_begin(wire, "PING");
        wire_end(wire, NULL);
    }
}

static void assert_broken(struct fixture *f, const char *why)
{
    assert_true(f->wire.broken);
    kit_assert_contains(f->wire.err, why);
    assert_int_equal(counter_get(&f->meter.under_way), 0);
    uint64_t calls = calls_of(&f->meter, "PING"), unknown = counter_get(&f->meter.unknown);
    /* Later commands are not sent and say why: certainly not done. */
    assert_int_equal(wire_ask(&f->wire, NULL, "PING"), OUTCOME_FAILED);
    assert_int_equal(calls_of(&f->meter, "PING"), calls);
    assert_int_equal(counter_get(&f->meter.unknown), unknown);
}

/* A stopped server takes the commands and answers none of them. */
static void test_silence_is_unknown(void **state)
{
    struct fixture *f = *state;
    wire_close(&f->wire);
    assert_true(wire_open(&f->wire, &f->kit->server.address, hasty, &f->meter, NULL));
    kill(f->kit->server.pid, SIGSTOP);
    build_pings(&f->wire, 3);
    assert_int_equal(wire_flush(&f->wire), OUTCOME_UNKNOWN);
    kill(f->kit->server.pid, SIGCONT);
    assert_int_equal(counter_get(&f->meter.unknown), 3);
    assert_broken(f, "no reply within the command time-out");
    assert_int_equal(calls_of(&f->meter, "PING"), 0);
    f->wire.options = patient;
    assert_true(wire_reopen(&f->wire));
    assert_string_equal(f->wire.err, "");
    assert_int_equal(wire_ask(&f->wire, NULL, "PING"), OUTCOME_OK);
    assert_int_equal(calls_of(&f->meter, "PING"), 1);
    assert_int_equal(counter_get(&f->meter.unknown), 3);
}

/* Two are answered before the connection is closed by the third. */
static void test_cut_in_the_middle_of_a_batch(void **state)
{
    struct fixture *f = *state;
    struct wire_reply id = {0};
    char text[24];
    assert_int_equal(wire_ask(&f->wire, &id, "CLIENT ID"), OUTCOME_OK);
    snprintf(text, sizeof text, "%lld", (long long)id.integer);
    build_pings(&f->wire, 2);
    wire_begin(&f->wire, "CLIENT KILL");
    wire_text(&f->wire, "ID");
    wire_text(&f->wire, text);
    wire_text(&f->wire, "SKIPME");
    wire_text(&f->wire, "no");
    wire_end(&f->wire, NULL);
    build_pings(&f->wire, 2);
    assert_int_equal(wire_flush(&f->wire), OUTCOME_UNKNOWN);
    /* Its own reply is still sent, what stands behind it is not looked at any more. */
    assert_int_equal(calls_of(&f->meter, "PING"), 2);
    assert_int_equal(calls_of(&f->meter, "CLIENT KILL"), 1);
    assert_int_equal(counter_get(&f->meter.unknown), 2);
    assert_broken(f, "PING: the server closed the connection");
    assert_true(wire_reopen(&f->wire));
    assert_int_equal(wire_ask(&f->wire, NULL, "PING"), OUTCOME_OK);
}

/* Sends a command to a server that dies, for certain, before it can answer. */
static enum outcome kill_meanwhile(void *context, const char *name, unsigned commands)
{
    (void)name, (void)commands;
    kill(*(const pid_t *)context, SIGSTOP);
    return OUTCOME_OK;
}

static void test_killed_with_a_command_under_way(void **state)
{
    struct fixture *f = *state;
    pid_t server = f->kit->server.pid;
    struct wire_hooks hooks = {.context = &server, .before = kill_meanwhile};
    assert_int_equal(wire_ask(&f->wire, NULL, "PING"), OUTCOME_OK);
    f->wire.hooks = &hooks;
    pid_t killer = fork();
    if (killer == 0) {
        /* The server is stopped only when the command is about to be sent. */
        char path[64], text[256] = "";
        snprintf(path, sizeof path, "/proc/%d/stat", (int)server);
        while (strstr(text, ") T ") == NULL) {
            FILE *file = fopen(path, "r");
            if (file == NULL || fgets(text, sizeof text, file) == NULL)
                _exit(1);
            fclose(file);
        }
        kill(server, SIGKILL);
        _exit(0);
    }
    enum outcome outcome = wire_ask(&f->wire, NULL, "PING");
    int status;
    siginfo_t ended;
    assert_int_equal(waitpid(killer, &status, 0), killer);
    assert_int_equal(status, 0);
    assert_int_equal(waitid(P_PID, (id_t)server, &ended, WEXITED | WNOWAIT), 0);
    assert_int_equal(outcome, OUTCOME_UNKNOWN);
    assert_int_equal(counter_get(&f->meter.unknown), 1);
    f->wire.hooks = &(const struct wire_hooks){0};
    assert_true(f->wire.broken);
    assert_int_equal(calls_of(&f->meter, "PING"), 1);
    assert_false(wire_reopen(&f->wire));
    kit_assert_contains(f->wire.err, "connect: ");
    assert_int_equal(wire_ask(&f->wire, NULL, "PING"), OUTCOME_FAILED);
}

static void test_nobody_to_connect_to(void **state)
{
    struct fixture *f = *state;
    struct wire wire;
    struct wire_meter meter = {0};
    char path[120];
    snprintf(path, sizeof path, "%s-not", f->kit->server.socket_path);
    struct wire_address nowhere = {.socket_path = path};
    assert_false(wire_open(&wire, &nowhere, patient, &meter, NULL));
    kit_assert_contains(wire.err, "connect: No such file or directory");
    assert_true(wire.broken);
    assert_int_equal(wire_ask(&wire, NULL, "PING"), OUTCOME_FAILED);
    assert_false(wire_reopen(&wire));
    wire_close(&wire);
    wire_close(&wire);
}

static void test_wrong_password(void **state)
{
    struct fixture *f = *state;
    struct wire wire;
    struct wire_meter meter = {0};
    struct wire_address address = f->kit->server.address;
    address.user = "somebody";
    address.password = "wrong";
    assert_false(wire_open(&wire, &address, patient, &meter, NULL));
    kit_assert_contains(wire.err, "AUTH: WRONGPASS");
    wire_close(&wire);
    address.user = address.password = NULL;
    address.database = 99;
    assert_false(wire_open(&wire, &address, patient, &meter, NULL));
    kit_assert_contains(wire.err, "SELECT: ");
    wire_close(&wire);
}

/* ---- memory */

/* Bytes that the program has allocated and not freed. */
static size_t heap_bytes(void)
{
#if defined(__SANITIZE_ADDRESS__)
    return __sanitizer_get_current_allocated_bytes();
#else
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
#endif
}

struct reading {
    uint64_t members, bytes;
    size_t heap_peak;
};

static void measure(void *context, const struct wire_element *element)
{
    enum { EVERY = 500 };
    struct reading *reading = context;
    reading->bytes += element->len;
    if (reading->members++ % EVERY != 0)
        return;
    size_t heap = heap_bytes();
    if (heap > reading->heap_peak)
        reading->heap_peak = heap;
}

/* The reply has 4.5 MB; the parser keeps what it has not yet understood, and nobody more. */
static void test_a_large_reply_is_not_kept(void **state)
{
    struct fixture *f = *state;
    enum { MEMBERS = 300000, KEPT_MAX = 256 << 10 };
    struct reading reading = {0};
    struct wire_reply reply = {.visit = measure, .context = &reading};
    add_members(&f->kit->wire, "set", 1000000, MEMBERS);
    assert_int_equal(wire_ask(&f->wire, NULL, "PING"), OUTCOME_OK);
    size_t before = heap_bytes();
    assert_int_equal(wire_ask(&f->wire, &reply, "SMEMBERS", "set"), OUTCOME_OK);
    assert_int_equal(reply.integer, MEMBERS);
    assert_int_equal(reading.members, MEMBERS);
    assert_int_equal(reading.bytes, MEMBERS * strlen("1000000"));
    assert_true(reading.heap_peak >= before);
    assert_in_range(reading.heap_peak - before, 0, KEPT_MAX);
    assert_in_range(heap_bytes() - before, 0, KEPT_MAX);
}

#define ON_A_SERVER(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_SERVER(test_bytes_are_the_servers),
        ON_A_SERVER(test_calls_are_counted_by_name),
        ON_A_SERVER(test_bytes_of_one_command),
        ON_A_SERVER(test_visitor_of_nested_arrays),
        ON_A_SERVER(test_scalars),
        ON_A_SERVER(test_error_reply_breaks_nothing),
        ON_A_SERVER(test_wrong_type_inside_a_batch),
        ON_A_SERVER(test_empty_batch_sends_nothing),
        ON_A_SERVER(test_hooks),
        ON_A_SERVER(test_inner_calls_are_stated),
        ON_A_SERVER(test_inner_calls_of_one_script_add_up),
        ON_A_SERVER(test_a_script_that_fails_states_nothing),
        ON_A_SERVER(test_silence_is_unknown),
        ON_A_SERVER(test_cut_in_the_middle_of_a_batch),
        ON_A_SERVER(test_killed_with_a_command_under_way),
        ON_A_SERVER(test_nobody_to_connect_to),
        ON_A_SERVER(test_wrong_password),
        ON_A_SERVER(test_a_large_reply_is_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
