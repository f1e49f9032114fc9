#include "bench/selfbench/rival.h"

#include "strategies/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOT_STARTED = 127 };

/* In the child: never returns. */
static void become(struct janitor *janitor, pid_t dibs, const char *const *argv, int input,
                   int output)
{
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (janitor_child(janitor, dibs) && dup2(input >= 0 ? input : nothing, STDIN_FILENO) >= 0 &&
        dup2(output, STDOUT_FILENO) >= 0 && dup2(output, STDERR_FILENO) >= 0)
        execvp(argv[0], (char *const *)argv);
    _exit(NOT_STARTED);
}

static void read_all(int fd, char *text, size_t size)
{
    char rest[512];
    size_t used = 0;
    for (;;) {
        bool full = used + 1 >= size;
        ssize_t n = full ? read(fd, rest, sizeof rest) : read(fd, text + used, size - 1 - used);
        if (n == 0 || (n < 0 && errno != EINTR))
            break;
        used += n > 0 && !full ? (size_t)n : 0;
    }
    text[used] = '\0';
}

static bool judge(const char *name, int status, const char *output, char *error, size_t size)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_STARTED)
        snprintf(error, size, "%s could not be started; it comes with redis-tools", name);
    else
        snprintf(error, size, "%s failed: %.*s", name, (int)strcspn(output, "\r\n"), output);
    return false;
}

bool rival_run(struct janitor *janitor, const char *const *argv, int input, struct rival_run *run,
               char *error, size_t size)
{
    int ends[2];
    if ((input >= 0 && lseek(input, 0, SEEK_SET) < 0) || pipe2(ends, O_CLOEXEC) != 0) {
        snprintf(error, size, "%s: %s", argv[0], strerror(errno));
        return false;
    }
    pid_t dibs = getpid();
    uint64_t begin_ns = clock_ns();
    pid_t pid = fork();
    if (pid == 0)
        become(janitor, dibs, argv, input, ends[1]);
    close(ends[1]);
    if (pid < 0) {
        snprintf(error, size, "%s: %s", argv[0], strerror(errno));
        close(ends[0]);
        return false;
    }
    janitor_add_process(janitor, pid);
    read_all(ends[0], run->output, sizeof run->output);
    close(ends[0]);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    run->seconds = (double)(clock_ns() - begin_ns) / 1e9;
    janitor_forget_process(janitor, pid);
    return judge(argv[0], status, run->output, error, size);
}
