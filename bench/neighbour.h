/* A neighbour on the machine: a process that keeps a core busy, and never the one that server and
 * clients have under PLACEMENT_ONE_CORE. */
#ifndef DIBS_BENCH_NEIGHBOUR_H
#define DIBS_BENCH_NEIGHBOUR_H

#include "sim/janitor.h"

/* Its pid; it spins once it is bound to its core. -1: errno. There must be two cores at least. */
pid_t neighbour_start(struct janitor *janitor);

/* Gone when this returns. */
void neighbour_end(struct janitor *janitor, pid_t pid);

#endif
