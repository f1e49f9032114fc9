#include "sim/machine/lanes.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WIDTH_MAX = 64, LOOK_MS = 10 };

/* A piece has children of its own to tell the janitor of: it keeps the way there. */
static bool become_piece(struct janitor *janitor, pid_t dibs)
{
    struct janitor kept = {fcntl(janitor->pipe, F_DUPFD_CLOEXEC, 0), janitor->pid};
    bool good = janitor_child(janitor, dibs) && kept.pipe >= 0;
    *janitor = kept;
    return good;
}

static pid_t begin(const struct lanes *lanes, uint32_t piece)
{
    pid_t dibs = getpid(), pid = fork();
    if (pid == 0) {
        if (!become_piece(lanes->janitor, dibs))
            _exit(1);
        lanes->work(lanes->context, piece);
        _exit(0);
    }
    if (pid > 0)
        janitor_add_process(lanes->janitor, pid);
    return pid;
}

/* The first failure wins. */
static void fail(const struct lanes *lanes, char *error, size_t error_size, const char *what,
                 const char *why)
{
    if (error[0] == '\0')
        snprintf(error, error_size, "%s: %s", what, why);
    *lanes->stop = 1;
}

/* Whether this one has ended. */
static bool reap(const struct lanes *lanes, pid_t pid, char *error, size_t error_size)
{
    int status = 0;
    if (waitpid(pid, &status, WNOHANG) == 0)
        return false;
    janitor_forget_process(lanes->janitor, pid);
    if (WIFSIGNALED(status))
        fail(lanes, error, error_size, "a process of dibs died", strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) != 0)
        fail(lanes, error, error_size, "a process of dibs ended", "it could not begin");
    return true;
}

bool lanes_run(const struct lanes *lanes, uint32_t pieces, uint32_t width, char *error,
               size_t error_size)
{
    pid_t running[WIDTH_MAX];
    uint32_t count = 0, next = 0;
    error[0] = '\0';
    while (count > 0 || (next < pieces && *lanes->stop == 0)) {
        if (lanes->interrupted != NULL && *lanes->interrupted != 0)
            *lanes->stop = 1;
        if (next < pieces && count < width && count < WIDTH_MAX && *lanes->stop == 0) {
            running[count] = begin(lanes, next++);
            if (running[count] > 0)
                count++;
            else
                fail(lanes, error, error_size, "cannot make a process", strerror(errno));
            continue;
        }
        uint32_t before = count;
        for (uint32_t i = count; i-- > 0;)
            if (reap(lanes, running[i], error, error_size))
                running[i] = running[--count];
        if (lanes->tell != NULL && next > 0)
            lanes->tell(lanes->context, next - 1, next - count);
        if (count == before)
            poll(NULL, 0, LOOK_MS);
    }
    return error[0] == '\0';
}
