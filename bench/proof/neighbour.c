#include "bench/proof/neighbour.h"

#include "sim/machine/placement.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void spin(void)
{
    for (volatile unsigned turns = 0;; turns++)
        continue;
}

/* It tells by a byte that it is bound. */
static _Noreturn void keep_busy(struct janitor *janitor, pid_t dibs, int told)
{
    /* The server's core when the two are split is the one that nobody has when they are not. */
    if (janitor_child(janitor, dibs) && placement_bind_server(PLACEMENT_SPLIT) &&
        write(told, "", 1) == 1)
        spin();
    _exit(1);
}

static bool is_told(int told)
{
    char byte;
    ssize_t n;
    while ((n = read(told, &byte, 1)) < 0 && errno == EINTR)
        continue;
    return n == 1;
}

pid_t neighbour_start(struct janitor *janitor, char *error, size_t size)
{
    int told[2];
    pid_t dibs = getpid();
    if (pipe2(told, O_CLOEXEC) != 0) {
        snprintf(error, size, "%s", strerror(errno));
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0)
        keep_busy(janitor, dibs, told[1]);
    int why = errno;
    if (pid > 0)
        janitor_add_process(janitor, pid);
    close(told[1]);
    bool bound = pid > 0 && is_told(told[0]);
    close(told[0]);
    if (bound)
        return pid;
    snprintf(error, size, "%s", pid < 0 ? strerror(why) : "there is no other core for it");
    if (pid > 0)
        neighbour_end(janitor, pid);
    return -1;
}

/* Looks without reaping: its pid is nobody else's until it is ended here. */
bool neighbour_spins(pid_t pid)
{
    siginfo_t end = {0};
    return waitid(P_PID, (id_t)pid, &end, WEXITED | WNOHANG | WNOWAIT) == 0 && end.si_pid == 0;
}

void neighbour_end(struct janitor *janitor, pid_t pid)
{
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    janitor_forget_process(janitor, pid);
}
