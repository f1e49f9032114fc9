#include "tests/kit_server.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void set_key(struct kit_server *f, const char *key)
{
    assert_int_equal(wire_ask(&f->wire, NULL, "SET", key, "1"), OUTCOME_OK);
}

static void assert_refused(const struct wire_address *address, const char *reason)
{
    struct server server;
    assert_false(server_use(&server, address, true, NULL));
    kit_assert_contains(server.error, reason);
    assert_null(strchr(server.error, '\n'));
    server_stop(&server);
}

static void test_user_server_that_is_empty(void **state)
{
    struct kit_server *f = *state;
    struct server server;
    assert_true(server_use(&server, &f->server.address, false, NULL));
    assert_string_equal(server.prefix, "dibs:");
    assert_string_equal(server.version, f->server.version);
    assert_false(server_has_died(&server));
    server_stop(&server);
    assert_int_equal(kit_server_integer(f, "DBSIZE"), 0);
}

static void test_user_keys_are_not_touched(void **state)
{
    struct kit_server *f = *state;
    set_key(f, "dibs:left");
    set_key(f, "dibsy");
    assert_refused(&f->server.address, "is not empty");
    assert_int_equal(kit_server_integer(f, "DBSIZE"), 2);

    struct server server = {.address = f->server.address, .prefix = "dibs:"};
    assert_true(server_remove_keys(&server, &f->wire));
    assert_int_equal(kit_server_integer(f, "DBSIZE"), 1);
    struct wire_reply reply = {0};
    assert_int_equal(wire_ask(&f->wire, &reply, "EXISTS", "dibsy"), OUTCOME_OK);
    assert_int_equal(reply.integer, 1);
}

static void test_leftovers_are_removed_when_asked(void **state)
{
    struct kit_server *f = *state;
    struct server server;
    for (int i = 0; i < 5000; i++) {
        char key[32];
        snprintf(key, sizeof key, "dibs:%d", i);
        wire_begin(&f->wire, "SET");
        wire_text(&f->wire, key);
        wire_text(&f->wire, "1");
        wire_end(&f->wire, NULL);
    }
    assert_int_equal(wire_flush(&f->wire), OUTCOME_OK);
    assert_false(server_use(&server, &f->server.address, false, NULL));
    kit_assert_contains(server.error, "5000 keys of an earlier run");
    kit_assert_contains(server.error, "--remove-leftovers");
    assert_int_equal(kit_server_integer(f, "DBSIZE"), 5000);
    assert_true(server_use(&server, &f->server.address, true, NULL));
    assert_int_equal(kit_server_integer(f, "DBSIZE"), 0);
}

static void test_user_server_that_refuses(void **state)
{
    struct kit_server *f = *state;
    struct wire_address address = f->server.address;
    address.database = 99;
    assert_refused(&address, "DB index is out of range");

    assert_int_equal(wire_ask(&f->wire, NULL, "CONFIG SET", "requirepass", "right"), OUTCOME_OK);
    address = f->server.address;
    assert_refused(&address, "NOAUTH");
    address.password = "wrong";
    assert_refused(&address, "WRONGPASS");
    address.user = "nobody";
    assert_refused(&address, "WRONGPASS");
    struct server server;
    address.user = NULL;
    address.password = "right";
    assert_true(server_use(&server, &address, false, NULL));

    struct wire_address nowhere = {.socket_path = "/nonexistent/redis.sock"};
    assert_refused(&nowhere, "at /nonexistent/redis.sock: connect: No such file");
    struct wire_address closed = {.host = "127.0.0.1", .port = 1};
    assert_refused(&closed, "at 127.0.0.1:1: connect: Connection refused");
}

static void test_user_server_that_does_not_answer(void **state)
{
    struct kit_server *f = *state;
    assert_int_equal(kill(f->server.pid, SIGSTOP), 0);
    assert_refused(&f->server.address, "no reply within");
}

#define with_server(test) cmocka_unit_test_setup_teardown(test, kit_server_open, kit_server_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_server(test_user_server_that_is_empty),
        with_server(test_user_keys_are_not_touched),
        with_server(test_leftovers_are_removed_when_asked),
        with_server(test_user_server_that_refuses),
        with_server(test_user_server_that_does_not_answer),
    };
    return cmocka_run_group_tests_name("user server", tests, NULL, NULL);
}
