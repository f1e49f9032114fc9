/* What breaks under wire: what it does not know it says so. */
#include "tests/kit_wire.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const struct wire_options hasty = {5000, 50, false};

static void build_pings(struct wire *wire, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        wire_begin(wire, "PING");
        wire_end(wire, NULL);
    }
}

static void assert_broken(struct kit_wire *f, const char *why)
{
    assert_true(f->wire.broken);
    kit_assert_contains(f->wire.err, why);
    assert_int_equal(counter_get(&f->meter.under_way), 0);
    uint64_t calls = kit_wire_calls(&f->meter, "PING"), unknown = counter_get(&f->meter.unknown);
    /* Later commands are not sent and say why: certainly not done. */
    assert_int_equal(wire_ask(&f->wire, NULL, "PING"), OUTCOME_FAILED);
    assert_int_equal(kit_wire_calls(&f->meter, "PING"), calls);
    assert_int_equal(counter_get(&f->meter.unknown), unknown);
}

/* A stopped server takes the commands and answers none of them. */
static void test_silence_is_unknown(void **state)
{
    struct kit_wire *f = *state;
    wire_close(&f->wire);
    assert_true(wire_open(&f->wire, &f->kit->server.address, hasty, &f->meter, NULL));
    kill(f->kit->server.pid, SIGSTOP);
    build_pings(&f->wire, 3);
    assert_int_equal(wire_flush(&f->wire), OUTCOME_UNKNOWN);
    kill(f->kit->server.pid, SIGCONT);
    assert_int_equal(counter_get(&f->meter.unknown), 3);
    assert_broken(f, "no reply within the command time-out");
    assert_int_equal(kit_wire_calls(&f->meter, "PING"), 0);
    f->wire.options = kit_patient;
    assert_true(wire_reopen(&f->wire));
    assert_string_equal(f->wire.err, "");
    assert_int_equal(wire_ask(&f->wire, NULL, "PING"), OUTCOME_OK);
    assert_int_equal(kit_wire_calls(&f->meter, "PING"), 1);
    assert_int_equal(counter_get(&f->meter.unknown), 3);
}

/* Two are answered before the connection is closed by the third. */
static void test_cut_in_the_middle_of_a_batch(void **state)
{
    struct kit_wire *f = *state;
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
    assert_int_equal(kit_wire_calls(&f->meter, "PING"), 2);
    assert_int_equal(kit_wire_calls(&f->meter, "CLIENT KILL"), 1);
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
    struct kit_wire *f = *state;
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
    assert_int_equal(kit_wire_calls(&f->meter, "PING"), 1);
    assert_false(wire_reopen(&f->wire));
    kit_assert_contains(f->wire.err, "connect: ");
    assert_int_equal(wire_ask(&f->wire, NULL, "PING"), OUTCOME_FAILED);
}

static void test_nobody_to_connect_to(void **state)
{
    struct kit_wire *f = *state;
    struct wire wire;
    struct wire_meter meter = {0};
    char path[120];
    snprintf(path, sizeof path, "%s-not", f->kit->server.socket_path);
    struct wire_address nowhere = {.socket_path = path};
    assert_false(wire_open(&wire, &nowhere, kit_patient, &meter, NULL));
    kit_assert_contains(wire.err, "connect: No such file or directory");
    assert_true(wire.broken);
    assert_int_equal(wire_ask(&wire, NULL, "PING"), OUTCOME_FAILED);
    assert_false(wire_reopen(&wire));
    wire_close(&wire);
    wire_close(&wire);
}

static void test_wrong_password(void **state)
{
    struct kit_wire *f = *state;
    struct wire wire;
    struct wire_meter meter = {0};
    struct wire_address address = f->kit->server.address;
    address.user = "somebody";
    address.password = "wrong";
    assert_false(wire_open(&wire, &address, kit_patient, &meter, NULL));
    kit_assert_contains(wire.err, "AUTH: WRONGPASS");
    wire_close(&wire);
    address.user = address.password = NULL;
    address.database = 99;
    assert_false(wire_open(&wire, &address, kit_patient, &meter, NULL));
    kit_assert_contains(wire.err, "SELECT: ");
    wire_close(&wire);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KIT_WIRE_TEST(test_silence_is_unknown),
        KIT_WIRE_TEST(test_cut_in_the_middle_of_a_batch),
        KIT_WIRE_TEST(test_killed_with_a_command_under_way),
        KIT_WIRE_TEST(test_nobody_to_connect_to),
        KIT_WIRE_TEST(test_wrong_password),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
