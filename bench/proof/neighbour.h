/* A neighbour on the machine: a process that keeps a core busy, and never the one that server and
 * clients have under PLACEMENT_ONE_CORE. */
#ifndef DIBS_BENCH_NEIGHBOUR_H
#define DIBS_BENCH_NEIGHBOUR_H

#include "sim/server/janitor.h"

/* Its pid, when it is bound to its core. -1: `error` is one line; there is no second core, for
 * instance. */
pid_t neighbour_start(struct janitor *janitor, char *error, size_t size);

/* False: it has ended, whatever ended it, and stays so. */
bool neighbour_spins(pid_t pid);

/* Gone when this returns. */
void neighbour_end(struct janitor *janitor, pid_t pid);

#endif
