#include "tests/kit_server.h"

#include "sim/machine/procfs.h"
#include "sim/server/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATH_SIZE = 128, WITHIN_MS = 60000 };

static void write_file(const char *folder, const char *name)
{
    char path[PATH_SIZE * 2];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0);
    close(fd);
}

static void make_scratch(char path[PATH_SIZE])
{
    char error[256];
    assert_true(scratch_create(path, PATH_SIZE, error, sizeof error));
}

/* A directory with a file, a full directory and links that lead out of it. */
static void fill_scratch(char path[PATH_SIZE], const char *outside)
{
    char inner[PATH_SIZE + 16];
    make_scratch(path);
    write_file(path, "file");
    snprintf(inner, sizeof inner, "%s/inner", path);
    assert_int_equal(mkdir(inner, 0700), 0);
    write_file(inner, "file");
    snprintf(inner, sizeof inner, "%s/link", path);
    assert_int_equal(symlink(outside, inner), 0);
}

/* A child of dibs that does nothing until it is killed. */
static pid_t fork_idle(struct janitor *janitor)
{
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        janitor_child(janitor, parent);
        for (;;)
            pause();
    }
    return pid;
}

/* ---- a dibs that is killed */

struct report {
    pid_t janitor, idle, stopped, unattended;
    char directory[PATH_SIZE];
};

static _Noreturn void be_dibs(int out, const char *outside)
{
    struct janitor janitor;
    struct report report = {0};
    if (!janitor_start(&janitor))
        _exit(1);
    report.janitor = janitor.pid;
    report.idle = fork_idle(&janitor);
    /* One that was stopped right after the fork, and so holds a copy of the pipe. */
    report.stopped = fork();
    if (report.stopped == 0)
        for (;;)
            pause();
    kill(report.stopped, SIGSTOP);
    waitpid(report.stopped, NULL, WUNTRACED);
    /* One that the kernel does not end with its parent, so that only the janitor can. */
    report.unattended = fork();
    if (report.unattended == 0) {
        janitor_child(&janitor, getppid());
        prctl(PR_SET_PDEATHSIG, 0);
        kill(getpid(), SIGSTOP); /* "it is done" */
        for (;;)
            pause();
    }
    waitpid(report.unattended, NULL, WUNTRACED);
    kill(report.unattended, SIGCONT);
    janitor_add_process(&janitor, report.idle);
    janitor_add_process(&janitor, report.stopped);
    janitor_add_process(&janitor, report.unattended);
    fill_scratch(report.directory, outside);
    janitor_add_directory(&janitor, report.directory);
    if (write(out, &report, sizeof report) == sizeof report)
        pause();
    _exit(1);
}

static void test_nothing_outlives_a_killed_dibs(void **state)
{
    (void)state;
    char outside[PATH_SIZE], kept[PATH_SIZE + 8];
    make_scratch(outside);
    write_file(outside, "kept");
    snprintf(kept, sizeof kept, "%s/kept", outside);

    int ends[2];
    struct report report;
    assert_int_equal(pipe(ends), 0);
    pid_t dibs = fork();
    if (dibs == 0)
        be_dibs(ends[1], outside);
    close(ends[1]);
    assert_int_equal(read(ends[0], &report, sizeof report), sizeof report);
    assert_true(kit_exists(report.directory));
    /* What a terminal or a supervisor sends to all does not end the janitor before its time. */
    kill(report.janitor, SIGINT);
    kill(report.janitor, SIGTERM);
    kill(report.janitor, SIGHUP);
    kill(dibs, SIGKILL);
    waitpid(dibs, NULL, 0);

    assert_true(kit_has_ended(report.janitor));
    assert_true(kit_has_ended(report.idle));
    assert_true(kit_has_ended(report.stopped));
    assert_true(kit_has_ended(report.unattended));
    assert_false(kit_exists(report.directory));
    assert_true(kit_exists(kept)); /* no link was followed */

    char byte;
    assert_int_equal(read(ends[0], &byte, 1), 0); /* who reads the output of dibs sees its end */
    close(ends[0]);
    assert_true(scratch_remove(outside));
}

static _Noreturn void be_dibs_with_a_late_janitor(int out)
{
    struct janitor janitor;
    struct report report = {0};
    if (!janitor_start(&janitor))
        _exit(1);
    kill(janitor.pid, SIGSTOP); /* as a rule before its first line */
    report.janitor = janitor.pid;
    make_scratch(report.directory);
    janitor_add_directory(&janitor, report.directory);
    report.idle = fork(); /* holds a copy of the pipe */
    if (report.idle == 0)
        for (;;)
            pause();
    janitor_add_process(&janitor, report.idle);
    if (write(out, &report, sizeof report) == sizeof report)
        pause();
    _exit(1);
}

static void test_a_late_janitor_finds_dibs_dead(void **state)
{
    (void)state;
    int ends[2];
    struct report report;
    assert_int_equal(pipe(ends), 0);
    pid_t dibs = fork();
    if (dibs == 0)
        be_dibs_with_a_late_janitor(ends[1]);
    close(ends[1]);
    assert_int_equal(read(ends[0], &report, sizeof report), sizeof report);
    close(ends[0]);
    kill(dibs, SIGKILL);
    waitpid(dibs, NULL, 0);
    kill(report.janitor, SIGCONT);
    assert_true(kit_has_ended(report.janitor));
    assert_true(kit_has_ended(report.idle));
    assert_false(kit_exists(report.directory));
}

static void test_output_ends_with_dibs_and_not_with_the_janitor(void **state)
{
    (void)state;
    struct janitor janitor;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_true(janitor_start(&janitor)); /* has inherited the writing end, and must let it go */
    close(ends[1]);
    struct pollfd end = {.fd = ends[0], .events = POLLIN};
    assert_int_equal(poll(&end, 1, WITHIN_MS), 1);
    assert_true(end.revents & POLLHUP);
    assert_int_equal(kill(janitor.pid, 0), 0);
    close(ends[0]);
    janitor_stop(&janitor);
}

/* ---- a dibs that ends well */

static void test_stop_cleans_what_is_left(void **state)
{
    (void)state;
    struct janitor janitor;
    char left[PATH_SIZE], forgotten[PATH_SIZE];
    assert_true(janitor_start(&janitor));
    pid_t killed = fork_idle(&janitor), spared = fork_idle(&janitor);
    janitor_add_process(&janitor, killed);
    janitor_add_process(&janitor, spared);
    janitor_forget_process(&janitor, spared);
    make_scratch(left);
    make_scratch(forgotten);
    janitor_add_directory(&janitor, left);
    janitor_add_directory(&janitor, forgotten);
    janitor_forget_directory(&janitor, forgotten);
    pid_t pid = janitor.pid;
    janitor_stop(&janitor);

    assert_int_equal(kill(pid, 0), -1); /* and it was reaped */
    assert_int_equal(waitpid(killed, NULL, WNOHANG), killed);
    assert_int_equal(waitpid(spared, NULL, WNOHANG), 0);
    assert_false(kit_exists(left));
    assert_true(kit_exists(forgotten));

    kill(spared, SIGKILL);
    waitpid(spared, NULL, 0);
    assert_true(scratch_remove(forgotten));
    janitor_stop(&janitor);
    janitor_add_process(&janitor, getpid()); /* stopped: nobody listens */
}

static void test_many_processes(void **state)
{
    (void)state;
    enum { MANY = 150 }; /* more than the list starts with */
    struct janitor janitor;
    pid_t pids[MANY];
    assert_true(janitor_start(&janitor));
    for (int i = 0; i < MANY; i++) {
        pids[i] = fork_idle(&janitor);
        janitor_add_process(&janitor, pids[i]);
    }
    janitor_stop(&janitor);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(waitpid(pids[i], NULL, WNOHANG), pids[i]);
}

static void test_stop_does_not_wait_for_a_copy_of_the_pipe(void **state)
{
    (void)state;
    struct janitor janitor;
    assert_true(janitor_start(&janitor));
    pid_t holder = fork();
    if (holder == 0)
        for (;;)
            pause();
    pid_t pid = janitor.pid;
    janitor_stop(&janitor);
    assert_int_equal(kill(pid, 0), -1);
    kill(holder, SIGKILL);
    waitpid(holder, NULL, 0);
}

static void test_a_killed_janitor_takes_nobody_with_it(void **state)
{
    (void)state;
    struct janitor janitor;
    assert_true(janitor_start(&janitor));
    kill(janitor.pid, SIGKILL);
    assert_true(kit_has_ended(janitor.pid));
    void (*handler)(int) = signal(SIGPIPE, SIG_DFL); /* it may be inherited as ignored */
    janitor_add_process(&janitor, getpid());
    signal(SIGPIPE, handler);
    janitor_stop(&janitor);
    assert_int_equal(janitor.pipe, -1);
}

/* ---- whom it must not touch */

static void test_a_dead_process_and_its_pid_are_left_alone(void **state)
{
    (void)state;
    struct janitor janitor;
    assert_true(janitor_start(&janitor));
    pid_t dead = fork_idle(&janitor);
    uint64_t start_time = procfs_start_time(dead);
    assert_true(start_time > 0);
    assert_true(start_time >= procfs_start_time(getpid()));
    kill(dead, SIGKILL);
    assert_true(kit_has_ended(dead));
    assert_int_equal(procfs_start_time(dead), 0); /* although it is not reaped */
    janitor_add_process(&janitor, dead);
    waitpid(dead, NULL, 0);
    assert_int_equal(procfs_start_time(dead), 0);
    janitor_stop(&janitor); /* waits for nothing */
}

/* A process of this very pid; -1 where we may not ask for that. */
static pid_t fork_as(pid_t pid)
{
    struct clone_args wanted = {
        .exit_signal = SIGCHLD,
        .set_tid = (uint64_t)(uintptr_t)&pid,
        .set_tid_size = 1,
    };
    pid_t child = (pid_t)syscall(SYS_clone3, &wanted, sizeof wanted);
    if (child == 0)
        for (;;)
            pause();
    return child;
}

static void end_child(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void test_who_has_the_pid_later_is_spared(void **state)
{
    (void)state;
    struct janitor janitor;
    assert_true(janitor_start(&janitor));
    pid_t pid = fork_idle(&janitor), later;
    uint64_t start_time = procfs_start_time(pid);
    janitor_add_process(&janitor, pid);
    end_child(pid);
    /* As long as the clock of start times does not move, it would be the same process. */
    while ((later = fork_as(pid)) == pid && procfs_start_time(later) == start_time)
        end_child(later);
    janitor_stop(&janitor);
    if (later < 0)
        skip();
    assert_int_equal(waitpid(later, NULL, WNOHANG), 0);
    end_child(later);
}

static void test_other_directories_are_refused(void **state)
{
    (void)state;
    struct janitor janitor;
    char folder[PATH_SIZE], other[PATH_SIZE + 16], linked[PATH_SIZE + 16];
    make_scratch(folder);
    snprintf(other, sizeof other, "%s/precious", folder);
    assert_int_equal(mkdir(other, 0700), 0);
    write_file(other, "file");
    snprintf(linked, sizeof linked, "%s/dibs-link", folder);
    assert_int_equal(symlink(other, linked), 0);

    assert_true(janitor_start(&janitor));
    janitor_add_directory(&janitor, other);
    janitor_add_directory(&janitor, linked);
    janitor_stop(&janitor);
    assert_false(scratch_remove(other));
    assert_false(scratch_remove(linked));
    assert_int_equal(rmdir(other), -1); /* it still holds the file */
    assert_int_equal(errno, ENOTEMPTY);

    assert_true(scratch_remove(folder));
    assert_false(kit_exists(folder));
    assert_true(scratch_remove(folder));
}

/* ---- children */

struct child {
    bool alone, interruptible, unblocked, pipe_closed, parent_seen, stranger_refused;
};

static struct child look_at_itself(struct janitor *janitor, pid_t parent)
{
    struct child child;
    struct janitor copy = *janitor;
    int pipe = janitor->pipe;
    sigset_t blocked;
    child.parent_seen = janitor_child(janitor, parent);
    child.pipe_closed = janitor->pipe == -1 && fcntl(pipe, F_GETFD) == -1;
    child.alone = getpgrp() == getpid();
    child.interruptible = signal(SIGINT, SIG_DFL) == SIG_DFL;
    sigprocmask(SIG_BLOCK, NULL, &blocked);
    child.unblocked = sigismember(&blocked, SIGTERM) == 0;
    child.stranger_refused = !janitor_child(&copy, parent + 1);
    return child;
}

static void test_child_stands_alone(void **state)
{
    (void)state;
    struct janitor janitor;
    struct child child;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_true(janitor_start(&janitor));
    sigset_t term, before;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigprocmask(SIG_BLOCK, &term, &before);
    void (*handler)(int) = signal(SIGINT, SIG_IGN);
    pid_t parent = getpid(), pid = fork();
    if (pid == 0) {
        child = look_at_itself(&janitor, parent);
        _exit(write(ends[1], &child, sizeof child) == sizeof child ? 0 : 1);
    }
    signal(SIGINT, handler);
    sigprocmask(SIG_SETMASK, &before, NULL);
    assert_int_equal(read(ends[0], &child, sizeof child), sizeof child);
    waitpid(pid, NULL, 0);
    assert_true(child.parent_seen);
    assert_true(child.pipe_closed);
    assert_true(child.alone);
    assert_true(child.interruptible);
    assert_true(child.unblocked);
    assert_true(child.stranger_refused);
    janitor_stop(&janitor);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_outlives_a_killed_dibs),
        cmocka_unit_test(test_a_late_janitor_finds_dibs_dead),
        cmocka_unit_test(test_output_ends_with_dibs_and_not_with_the_janitor),
        cmocka_unit_test(test_stop_cleans_what_is_left),
        cmocka_unit_test(test_many_processes),
        cmocka_unit_test(test_stop_does_not_wait_for_a_copy_of_the_pipe),
        cmocka_unit_test(test_a_killed_janitor_takes_nobody_with_it),
        cmocka_unit_test(test_a_dead_process_and_its_pid_are_left_alone),
        cmocka_unit_test(test_who_has_the_pid_later_is_spared),
        cmocka_unit_test(test_other_directories_are_refused),
        cmocka_unit_test(test_child_stands_alone),
    };
    return cmocka_run_group_tests_name("janitor", tests, NULL, NULL);
}
