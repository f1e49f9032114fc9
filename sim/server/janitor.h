/* The janitor: a small process that outlives dibs by a moment and leaves nothing behind.
 *
 * It holds a pipe from dibs. When the pipe closes, for whatever reason (return, SIGTERM, SIGKILL),
 * it kills every process that is still on its list (SIGKILL ends the stopped ones too), waits for
 * their end, and removes every directory on its list with what it holds. */
#ifndef DIBS_SIM_JANITOR_H
#define DIBS_SIM_JANITOR_H

#include <stdbool.h>
#include <sys/types.h>

struct janitor {
    int pipe; /* -1: not started */
    pid_t pid;
};

/* Forks it into a session of its own (so that Ctrl-C does not reach it). Call before any other
 * process is made. False: errno. */
bool janitor_start(struct janitor *janitor);

/* What must be gone when dibs is gone. Cheap; each is one atomic write to the pipe. A process must
 * be a child that is not yet reaped; a directory is a scratch directory (sim/server/scratch.h). */
void janitor_add_process(struct janitor *janitor, pid_t pid);
void janitor_forget_process(struct janitor *janitor, pid_t pid); /* after it was reaped */
void janitor_add_directory(struct janitor *janitor, const char *path);
void janitor_forget_directory(struct janitor *janitor, const char *path); /* after it was removed */

/* In a child that is forked later: closes the child's copy of the pipe (else the janitor would
 * wait for the child too), leaves the process group of dibs, gives signals their default meaning
 * and asks the kernel to kill this child when its parent dies. Returns false if the parent is gone
 * already. `parent` is the pid of dibs, whose main thread must be the one that forks. */
bool janitor_child(struct janitor *janitor, pid_t parent);

/* Closes the pipe and waits until the janitor has cleaned up. */
void janitor_stop(struct janitor *janitor);

#endif
