#include "bench/neighbour.h"

#include "sim/placement.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void spin(void)
{
    for (volatile unsigned turns = 0;; turns++)
        continue;
}

pid_t neighbour_start(struct janitor *janitor)
{
    pid_t dibs = getpid(), pid = fork();
    if (pid > 0)
        janitor_add_process(janitor, pid);
    if (pid != 0)
        return pid;
    /* The server's core when the two are split is the one that nobody has when they are not. */
    if (janitor_child(janitor, dibs) && placement_bind_server(PLACEMENT_SPLIT))
        spin();
    _exit(1);
}

void neighbour_end(struct janitor *janitor, pid_t pid)
{
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    janitor_forget_process(janitor, pid);
}
