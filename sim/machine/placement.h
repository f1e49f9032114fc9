/* On which cores the server and the clients run. */
#ifndef DIBS_SIM_PLACEMENT_H
#define DIBS_SIM_PLACEMENT_H

#include "sim/scenario/scenario.h"

#include <sched.h>

/* Binds the calling process. Server and clients: free = anywhere; split = server on the first
 * allowed core, clients on the others; one-core = both on the last allowed core. False (and
 * nothing changed) where this machine has too few cores for it. */
bool placement_bind_server(enum placement placement);
bool placement_bind_clients(enum placement placement);

/* What the calling process is bound to now, to be bound to it again. */
struct placement_mask {
    cpu_set_t cores;
};
bool placement_save(struct placement_mask *mask);
void placement_restore(const struct placement_mask *mask);

/* Cores that this process may use. */
unsigned placement_cores(void);

#endif
