/* From a world whose books are closed to what it has shown. */
#ifndef DIBS_SIM_FINDINGS_FILL_H
#define DIBS_SIM_FINDINGS_FILL_H

#include "sim/world/world.h"

/* After gather_result. What the journal contradicts is added to the reasons. */
void findings_fill(const struct world *world, struct run_result *result);

#endif
