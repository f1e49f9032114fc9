#include "tests/kit_server.h"

#include "sim/fault/server_break.h"
#include "sim/machine/limits.h"
#include "sim/machine/placement.h"
#include "sim/server/program.h"
#include "sim/server/scratch.h"
#include "strategies/clock.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void keep_value(void *context, const struct wire_element *element)
{
    if (element->index == 1)
        snprintf(context, 64, "%.*s", (int)element->len, element->text);
}

static void assert_configured(struct kit_server *f, const char *name, const char *expected)
{
    char value[64] = "not told";
    struct wire_reply reply = {.visit = keep_value, .context = value};
    assert_int_equal(wire_ask(&f->wire, &reply, "CONFIG GET", name), OUTCOME_OK);
    assert_string_equal(value, expected);
}

static void test_private_server_is_private(void **state)
{
    struct kit_server *f = *state;
    struct stat directory;
    assert_int_equal(stat(f->server.directory, &directory), 0);
    assert_int_equal(directory.st_mode & 0777, 0700);
    assert_configured(f, "port", "0");
    assert_configured(f, "save", "");
    assert_configured(f, "appendonly", "no");
    assert_string_equal(f->server.prefix, "");
    assert_true(strcmp(f->server.kind, "redis") == 0 || strcmp(f->server.kind, "valkey") == 0);
    assert_true(f->server.version[0] >= '0' && f->server.version[0] <= '9');
    assert_false(server_has_died(&f->server));
    assert_true(server_remove_keys(&f->server, &f->wire));
}

static void test_stop_leaves_nothing(void **state)
{
    struct kit_server *f = *state;
    pid_t pid = f->server.pid;
    char directory[SERVER_PATH_MAX];
    memcpy(directory, f->server.directory, sizeof directory);
    assert_true(kit_exists(directory));
    server_stop(&f->server);
    assert_false(kit_exists(directory));
    assert_int_equal(kill(pid, 0), -1);
    assert_int_equal(errno, ESRCH);
    server_stop(&f->server);
}

static void test_death_is_noticed(void **state)
{
    struct kit_server *f = *state;
    pid_t pid = f->server.pid;
    siginfo_t info;
    kill(pid, SIGKILL);
    assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    assert_true(server_has_died(&f->server));
    kit_assert_contains(f->server.error, "signal 9 (Killed)");
    assert_true(server_has_died(&f->server));
    assert_int_equal(wire_ask(&f->wire, NULL, "PING"), OUTCOME_UNKNOWN);
}

/* A child that writes its data would otherwise write on, beside the next process. */
static void test_a_killed_server_leaves_no_child(void **state)
{
    struct kit_server *f = *state;
    pid_t group = f->server.pid;
    int status = 0;
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL), 0); /* it comes to us */
    assert_int_equal(wire_ask(&f->wire, NULL, "CONFIG SET", "rdb-key-save-delay", "10000000"),
                     OUTCOME_OK);
    assert_int_equal(wire_ask(&f->wire, NULL, "SET", "key", "value"), OUTCOME_OK);
    assert_int_equal(wire_ask(&f->wire, NULL, "BGSAVE"), OUTCOME_OK);
    assert_true(server_kill(&f->server));
    assert_true(waitpid(-group, &status, 0) > 0);
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0UL, 0UL, 0UL, 0UL), 0);
    assert_true(WIFSIGNALED(status));
}

static void test_cpu_time_is_the_servers(void **state)
{
    struct kit_server *f = *state;
    uint64_t before, after, told;
    assert_true(server_cpu_ns(&f->server, &f->wire, &before));
    assert_int_equal(wire_ask(&f->wire, NULL, "EVAL",
                              "local n = 0 for i = 1, 10000000 do n = n + i end return n", "0"),
                     OUTCOME_OK);
    assert_true(server_cpu_ns(&f->server, &f->wire, &after));
    assert_true(after > before + NS_PER_MS);

    struct server users = {.address = f->server.address}; /* the same, asked as the user's own */
    assert_true(server_cpu_ns(&users, &f->wire, &told));
    assert_true(told + 5 * NS_PER_MS > after);
    assert_true(server_cpu_ns(&f->server, &f->wire, &after));
    assert_true(told < after + 5 * NS_PER_MS);

    server_stop(&f->server);
    assert_false(server_cpu_ns(&f->server, &f->wire, &after));
}

/* ---- what is in the way of a private server */

/* Writes an executable shell script of this name into a folder of its own. */
static void write_script(char folder[128], char path[160], const char *name, const char *body)
{
    char error[256];
    assert_true(scratch_create(folder, 128, error, sizeof error));
    snprintf(path, 160, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "#!/bin/sh\n%s\n", body);
    fclose(file);
    chmod(path, 0700);
}

static void test_program_that_ends_is_quoted(void **state)
{
    struct kit_server *f = *state;
    struct server server;
    char folder[128], path[160];
    write_script(folder, path, "redis-server", "echo unknown option >&2; exit 3");
    assert_false(server_start(&server, &f->janitor, path, PLACEMENT_FREE, KIT_CONNECTIONS, NULL));
    kit_assert_contains(server.error, "ended with status 3: unknown option");
    assert_string_equal(server.directory, "");
    assert_int_equal(server.pid, 0);
    assert_true(scratch_remove(folder));
}

static void test_program_that_cannot_be_run(void **state)
{
    struct kit_server *f = *state;
    struct server server;
    assert_false(
        server_start(&server, &f->janitor, "/dev/null", PLACEMENT_FREE, KIT_CONNECTIONS, NULL));
    kit_assert_contains(server.error, "/dev/null: Permission denied");
}

static void assert_not_found(const char *wanted, const char *reason)
{
    char path[256], error[256] = "";
    assert_false(program_find(wanted, path, sizeof path, error, sizeof error));
    kit_assert_contains(error, reason);
}

static void test_no_program(void **state)
{
    (void)state;
    char *before = strdup(getenv("PATH"));
    setenv("PATH", "/nonexistent::", 1);
    assert_not_found(NULL, "install redis-tools");
    assert_not_found("redis-server", "redis-server: No such file");
    setenv("PATH", before, 1);
    free(before);
    assert_not_found("/nonexistent/redis", "/nonexistent/redis: No such file");
    assert_not_found("/tmp", "/tmp: Permission denied");
    assert_not_found("/etc/passwd", "/etc/passwd: Permission denied");
}

static void test_program_under_another_name(void **state)
{
    struct kit_server *f = *state;
    char folder[128], path[160], found[256], error[256];
    struct server server;
    char *real = realpath(f->program, NULL), *before = strdup(getenv("PATH"));
    write_script(folder, path, "unrelated", "");
    snprintf(path, sizeof path, "%s/redis-check-rdb", folder);
    assert_int_equal(symlink(real, path), 0);
    setenv("PATH", folder, 1);
    assert_true(program_find(NULL, found, sizeof found, error, sizeof error));
    setenv("PATH", before, 1);
    assert_string_equal(found, path);
    bool started =
        server_start(&server, &f->janitor, found, PLACEMENT_ONE_CORE, KIT_CONNECTIONS, NULL);
    assert_string_equal(server.error, "");
    assert_true(started);
    server_stop(&server);
    assert_true(scratch_remove(folder));
    free(real);
    free(before);
}

static void assert_start_fails(struct kit_server *f, const char *tmpdir, const char *reason)
{
    struct server server;
    setenv("TMPDIR", tmpdir, 1);
    bool started =
        server_start(&server, &f->janitor, f->program, PLACEMENT_FREE, KIT_CONNECTIONS, NULL);
    unsetenv("TMPDIR");
    assert_false(started);
    kit_assert_contains(server.error, reason);
    assert_null(strchr(server.error, '\n'));
}

static void test_temporary_directory(void **state)
{
    struct kit_server *f = *state;
    char folder[128], error[256], inner[256];
    assert_true(scratch_create(folder, sizeof folder, error, sizeof error));
    snprintf(inner, sizeof inner, "%s/%090d", folder, 0);
    assert_int_equal(mkdir(inner, 0700), 0);
    assert_start_fails(f, inner, "the path of $TMPDIR is too long for a socket");
    assert_start_fails(f, "/nonexistent", "/nonexistent for temporary files: No such file");
    assert_start_fails(f, "/proc", "cannot make a directory in /proc");

    struct server server;
    setenv("TMPDIR", folder, 1);
    assert_true(
        server_start(&server, &f->janitor, f->program, PLACEMENT_FREE, KIT_CONNECTIONS, NULL));
    unsetenv("TMPDIR");
    assert_memory_equal(server.directory, folder, strlen(folder));
    server_stop(&server);
    assert_true(scratch_remove(folder));
}

/* ---- what outlives dibs: nothing */

struct report {
    pid_t janitor, server;
    char directory[SERVER_PATH_MAX];
};

static _Noreturn void be_dibs(int out, const char *program)
{
    struct janitor janitor;
    struct server server;
    if (janitor_start(&janitor) &&
        server_start(&server, &janitor, program, PLACEMENT_FREE, KIT_CONNECTIONS, NULL)) {
        struct report report = {.janitor = janitor.pid, .server = server.pid};
        memcpy(report.directory, server.directory, sizeof report.directory);
        if (write(out, &report, sizeof report) == sizeof report)
            pause();
    }
    _exit(1);
}

static void test_nothing_outlives_a_killed_dibs(void **state)
{
    struct kit_server *f = *state;
    struct report report;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t dibs = fork();
    if (dibs == 0)
        be_dibs(ends[1], f->program);
    assert_int_equal(read(ends[0], &report, sizeof report), sizeof report);
    assert_true(kit_exists(report.directory));
    kill(dibs, SIGKILL);
    waitpid(dibs, NULL, 0);
    assert_true(kit_has_ended(report.janitor));
    assert_true(kit_has_ended(report.server));
    assert_false(kit_exists(report.directory));
    close(ends[0]);
    close(ends[1]);
}

/* ---- limits and placement */

static void test_limits_are_raised_or_named(void **state)
{
    (void)state;
    struct rlimit before, after;
    char error[256] = "";
    getrlimit(RLIMIT_NOFILE, &before);
    struct rlimit low = {.rlim_cur = 300, .rlim_max = before.rlim_max};
    setrlimit(RLIMIT_NOFILE, &low);
    assert_true(limits_raise(100, error, sizeof error));
    getrlimit(RLIMIT_NOFILE, &after);
    assert_true(after.rlim_cur >= 356);
    assert_false(limits_raise(UINT32_MAX, error, sizeof error));
    kit_assert_contains(error, "open files");
    kit_assert_contains(error, "4294967551");
    setrlimit(RLIMIT_NOFILE, &before);
}

/* In a child, whose binding ends with it: how many cores it may use then, or 255 if refused. */
static int cores_when_bound(bool (*bind)(enum placement), enum placement placement)
{
    int status;
    pid_t child = fork();
    if (child == 0)
        _exit(bind(placement) ? (int)placement_cores() : 255);
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}

static void test_placement(void **state)
{
    (void)state;
    int cores = (int)placement_cores(), others = cores > 1 ? cores - 1 : 255;
    assert_true(cores >= 1);
    assert_int_equal(cores_when_bound(placement_bind_server, PLACEMENT_FREE), cores);
    assert_int_equal(cores_when_bound(placement_bind_clients, PLACEMENT_FREE), cores);
    assert_int_equal(cores_when_bound(placement_bind_server, PLACEMENT_ONE_CORE), 1);
    assert_int_equal(cores_when_bound(placement_bind_clients, PLACEMENT_ONE_CORE), 1);
    assert_int_equal(cores_when_bound(placement_bind_server, PLACEMENT_SPLIT), cores > 1 ? 1 : 255);
    assert_int_equal(cores_when_bound(placement_bind_clients, PLACEMENT_SPLIT), others);
}

#define with_server(test) cmocka_unit_test_setup_teardown(test, kit_server_open, kit_server_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_server(test_private_server_is_private),
        with_server(test_stop_leaves_nothing),
        with_server(test_death_is_noticed),
        with_server(test_a_killed_server_leaves_no_child),
        with_server(test_cpu_time_is_the_servers),
        with_server(test_program_that_ends_is_quoted),
        with_server(test_program_that_cannot_be_run),
        cmocka_unit_test(test_no_program),
        with_server(test_program_under_another_name),
        with_server(test_temporary_directory),
        with_server(test_nothing_outlives_a_killed_dibs),
        cmocka_unit_test(test_limits_are_raised_or_named),
        cmocka_unit_test(test_placement),
    };
    return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
