/* Whether the instances, as the scenario's variables configure them, share out all items. */
#ifndef DIBS_SIM_ASSIGNMENT_H
#define DIBS_SIM_ASSIGNMENT_H

#include "sim/world/world.h"

/* Items that none of the scenario's instances owns (struct strategy). 0 where no variable is set,
 * for then it is not the deployment's fault, and where the strategy assigns nothing. */
uint64_t assignment_count_missed(const struct world *world);

#endif
