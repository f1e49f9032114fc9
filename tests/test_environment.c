#include "tests/kit_server.h"

#include "sim/machine/environment.h"
#include "sim/machine/procfs.h"
#include "sim/server/info.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static void test_machine(void **state)
{
    (void)state;
    struct environment e;
    struct tm time;
    environment_read_machine(&e);
    assert_true(e.cores >= 1);
    assert_true(e.cores_allowed >= 1 && e.cores_allowed <= e.cores);
    assert_true(e.memory_bytes > 1 << 20);
    assert_true(e.load_before >= 0);
    assert_true(e.somaxconn > 0);
    assert_memory_equal(e.kernel, "Linux ", 6);
    assert_non_null(strptime(e.time_utc, "%Y-%m-%dT%H:%M:%SZ", &time));
    assert_true(e.dibs_version[0] >= '0' && e.dibs_version[0] <= '9');
    assert_non_null(strchr(e.compiler, ' '));
    assert_non_null(strchr(e.hiredis, '.'));
    /* Nobody has been asked about a server. */
    assert_string_equal(e.server_version, "");
    assert_int_equal(e.server_other_clients, -1);
}

static void test_server_and_what_it_refuses(void **state)
{
    struct environment e;
    struct kit_server *kit = *state;
    struct wire *wire = &kit->wire, other;
    struct wire_meter meter = {0};
    environment_read_machine(&e);
    environment_read_server(&e, wire);
    assert_string_equal(e.server_version, kit->server.version);
    assert_string_equal(e.server_kind, kit->server.kind);
    assert_string_not_equal(e.server_build_id, "");
    assert_string_not_equal(e.server_allocator, "");
    assert_string_equal(e.server_maxmemory, "0");
    assert_string_equal(e.server_maxmemory_policy, "noeviction");
    assert_string_equal(e.server_save, "");
    assert_string_equal(e.server_appendonly, "no");
    assert_string_equal(e.server_io_threads, "1");
    assert_string_equal(e.server_hz, "10");
    assert_int_equal(e.server_other_clients, 0);

    assert_true(wire_open(&other, &kit->server.address, wire->options, &meter, NULL));
    assert_int_equal(wire_ask(wire, NULL, "ACL SETUSER", "default", "-config"), OUTCOME_OK);
    environment_read_machine(&e);
    environment_read_server(&e, wire);
    assert_int_equal(e.server_other_clients, 1);
    assert_string_equal(e.server_appendonly, "");
    assert_string_equal(e.server_hz, "10"); /* INFO tells it too */
    assert_false(wire->broken);

    wire_close(&other);
}

static void test_a_program_tells_of_itself(void **state)
{
    struct environment e;
    struct kit_server *kit = *state;
    char error[256] = "";
    assert_true(environment_of_program(&e, &kit->janitor, kit->program, NULL, error,
                                       sizeof error));
    assert_true(e.cores >= 1);
    assert_string_equal(e.server_version, kit->server.version);
    assert_string_equal(e.server_kind, kit->server.kind);
    assert_int_equal(e.server_other_clients, 0);

    assert_false(environment_of_program(&e, &kit->janitor, "/bin/false", NULL, error,
                                        sizeof error));
    assert_string_not_equal(error, "");
    assert_null(strchr(error, '\n'));
    assert_true(e.cores >= 1);
    assert_string_equal(e.server_version, "");
}

static void test_info_fields(void **state)
{
    (void)state;
    const char *kind, *info = "# Server\r\nredis_version:7.2.4\r\nvalkey_version:8.1.0\r\n"
                              "# CPU\r\nused_cpu_sys:1.25\r\nlast:x";
    char text[32] = "old";
    assert_true(info_version(info, &kind, text, sizeof text));
    assert_string_equal(kind, "valkey");
    assert_string_equal(text, "8.1.0");
    assert_true(info_version("redis_version:7.0.15\r\n", &kind, text, sizeof text));
    assert_string_equal(kind, "redis");
    assert_false(info_version("", &kind, text, sizeof text));
    assert_string_equal(kind, "");
    assert_false(info_text(info, "version", text, sizeof text));
    assert_string_equal(text, "");
    assert_true(info_text(info, "last", text, sizeof text));
    assert_string_equal(text, "x");
    assert_true(info_number(info, "used_cpu_sys", -1) == 1.25);
    assert_true(info_number(info, "last", -1) == -1);
    assert_true(info_number(info, "none", -1) == -1);
}

static void test_procfs(void **state)
{
    (void)state;
    char text[8];
    assert_false(procfs_text("/nonexistent", text, sizeof text));
    assert_string_equal(text, "");
    assert_true(procfs_text("/proc/self/status", text, sizeof text));
    assert_memory_equal(text, "Name:\t", 6);
    assert_int_equal(strlen(text), sizeof text - 1);
    assert_int_equal(procfs_number("/nonexistent"), -1);
    assert_int_equal(procfs_number("/proc/self/status"), -1);
    assert_true(procfs_number("/proc/sys/kernel/pid_max") > 0);
    assert_true(procfs_start_time(getpid()) > 0);
    assert_int_equal(procfs_start_time(INT32_MAX), 0);
    assert_false(procfs_cgroup("cpu", "no.such.file", text, sizeof text));
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_machine),
        cmocka_unit_test_setup_teardown(test_server_and_what_it_refuses, kit_server_open,
                                        kit_server_close),
        cmocka_unit_test_setup_teardown(test_a_program_tells_of_itself, kit_server_open,
                                        kit_server_close),
        cmocka_unit_test(test_info_fields),
        cmocka_unit_test(test_procfs),
    };
    return cmocka_run_group_tests_name("environment", tests, NULL, NULL);
}
