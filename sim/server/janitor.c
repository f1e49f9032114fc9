#include "sim/server/janitor.h"

#include "sim/machine/procfs.h"
#include "sim/server/scratch.h"
#include "strategies/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long the killed may take to be gone, so that all is over within 5 s of the end of dibs. */
#define KILLED_WITHIN_NS (4 * NS_PER_S)

/* Something to be ended or removed. A process is its pid and its start time: a pid alone may by
 * then belong to somebody else. */
struct charge {
    pid_t pid; /* 0: a directory */
    uint64_t start_time; /* 0: a directory, or a process that was dead already */
    char path[128];
};

struct message {
    bool forget;
    struct charge charge;
};

/* ---- the janitor's own process */

struct list {
    struct charge *charges;
    size_t count, capacity;
};

static void list_add(struct list *list, const struct charge *charge)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 64;
        struct charge *grown = realloc(list->charges, capacity * sizeof *grown);
        if (grown == NULL)
            return;
        list->charges = grown;
        list->capacity = capacity;
    }
    list->charges[list->count++] = *charge;
}

static void list_forget(struct list *list, const struct charge *charge)
{
    for (size_t i = list->count; i-- > 0;) {
        struct charge *known = &list->charges[i];
        if (known->pid == charge->pid && strcmp(known->path, charge->path) == 0) {
            *known = list->charges[--list->count];
            return;
        }
    }
}

static bool is_alive(const struct charge *charge)
{
    return charge->start_time > 0 && procfs_start_time(charge->pid) == charge->start_time;
}

/* With its process group, where it leads one: a server may have forked to write its data. */
static void end_process(const struct charge *charge)
{
    if (!is_alive(charge))
        return;
    kill(-charge->pid, SIGKILL);
    kill(charge->pid, SIGKILL);
}

static void wait_for_end(const struct list *list)
{
    uint64_t deadline = clock_ns() + KILLED_WITHIN_NS;
    for (size_t i = 0; i < list->count; i++)
        while (is_alive(&list->charges[i]) && clock_ns() < deadline)
            poll(NULL, 0, 1);
}

static void clean_up(const struct list *list)
{
    for (size_t i = 0; i < list->count; i++)
        end_process(&list->charges[i]);
    wait_for_end(list); /* else what is dying could still write into its directory */
    for (size_t i = 0; i < list->count; i++)
        if (list->charges[i].pid == 0)
            scratch_remove(list->charges[i].path);
}

/* Keeps nothing of dibs open: who reads its output must see the end of it when dibs dies. */
static void let_go(int inbox)
{
    int null = open("/dev/null", O_RDWR);
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        dup2(null, fd);
    close_range((unsigned)inbox + 1, ~0U, 0);
    if (inbox > STDERR_FILENO + 1)
        close_range(STDERR_FILENO + 1, (unsigned)inbox - 1, 0);
}

/* False: dibs has closed the pipe, or is dead. Its death is watched too, because a child that was
 * stopped right after the fork still holds a copy of the pipe. */
static bool next_message(int inbox, int death, int patience_ms, struct message *message)
{
    struct pollfd sources[] = {{.fd = inbox, .events = POLLIN}, {.fd = death, .events = POLLIN}};
    while (poll(sources, 2, patience_ms) < 0)
        continue;
    return recv(inbox, message, sizeof *message, MSG_DONTWAIT) == sizeof *message;
}

/* Never returns. All signals are blocked here: whoever ends the session or the group of dibs ends
 * dibs, and this process follows in its own time. */
static _Noreturn void work(int inbox, pid_t dibs)
{
    struct list list = {0};
    struct message message;
    setsid();
    prctl(PR_SET_NAME, "dibs-janitor");
    let_go(inbox);
    int death = (int)syscall(SYS_pidfd_open, dibs, 0); /* -1 where there is no such thing */
    int patience_ms = getppid() == dibs ? -1 : 0;      /* 0: it did not live to see this */
    while (next_message(inbox, death, patience_ms, &message)) {
        if (message.forget)
            list_forget(&list, &message.charge);
        else
            list_add(&list, &message.charge);
    }
    clean_up(&list);
    _exit(0);
}

/* ---- dibs' side */

/* The janitor's end above the standard descriptors, whose place it will clear. */
static bool make_pipe(int ends[2])
{
    /* A pipe that keeps messages apart, and whose writer gets no SIGPIPE. */
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return false;
    int above = fcntl(ends[1], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(ends[1]);
    ends[1] = above;
    if (above < 0)
        close(ends[0]);
    return above >= 0;
}

bool janitor_start(struct janitor *janitor)
{
    *janitor = (struct janitor){.pipe = -1};
    int ends[2];
    if (!make_pipe(ends))
        return false;
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    pid_t dibs = getpid(), pid = fork();
    if (pid == 0) {
        close(ends[0]);
        work(ends[1], dibs);
    }
    int error = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        errno = error;
        return false;
    }
    *janitor = (struct janitor){.pipe = ends[0], .pid = pid};
    return true;
}

/* Should the janitor have been killed, there is nobody to tell. */
static void tell(const struct janitor *janitor, bool forget, pid_t pid, const char *path)
{
    if (janitor->pipe < 0)
        return;
    struct message message = {.forget = forget, .charge.pid = pid};
    if (pid > 0 && !forget)
        message.charge.start_time = procfs_start_time(pid);
    size_t len = strlen(path);
    if (len >= sizeof message.charge.path)
        return;
    memcpy(message.charge.path, path, len);
    while (send(janitor->pipe, &message, sizeof message, MSG_NOSIGNAL) < 0 && errno == EINTR)
        continue;
}

void janitor_add_process(struct janitor *janitor, pid_t pid)
{
    tell(janitor, false, pid, "");
}

void janitor_forget_process(struct janitor *janitor, pid_t pid)
{
    tell(janitor, true, pid, "");
}

void janitor_add_directory(struct janitor *janitor, const char *path)
{
    tell(janitor, false, 0, path);
}

void janitor_forget_directory(struct janitor *janitor, const char *path)
{
    tell(janitor, true, 0, path);
}

bool janitor_child(struct janitor *janitor, pid_t parent)
{
    setpgid(0, 0); /* first, so that a Ctrl-C from here on reaches dibs alone */
    if (janitor->pipe >= 0)
        close(janitor->pipe);
    *janitor = (struct janitor){.pipe = -1};

    /* What dibs may handle or ignore; the rest may belong to a sanitizer. */
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGCHLD, SIGALRM};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        signal(signals[i], SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);

    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent;
}

void janitor_stop(struct janitor *janitor)
{
    if (janitor->pipe < 0)
        return;
    shutdown(janitor->pipe, SHUT_WR); /* ends it even if a child still has a copy */
    close(janitor->pipe);
    while (waitpid(janitor->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    *janitor = (struct janitor){.pipe = -1};
}
