/* From a world whose books are closed to a result. */
#ifndef DIBS_SIM_GATHER_H
#define DIBS_SIM_GATHER_H

#include "sim/world/world.h"

/* Everything but what a unit of work cost; takes over the samples and the events of the world. */
void gather_result(struct world *world, struct run_result *result);

/* What an item and a mark cost. What producers caused is taken out of what instances are charged
 * with. The server's CPU time cannot be told apart within one run, so marks are charged with what
 * they cost on a server of their own (`beside`); where only producers ran, with all of it. */
void gather_unit_costs(const struct world *world, const struct unit_cost *beside,
                       struct run_result *result);

#endif
