/* What a mark costs, measured beside a run on servers of its own: not mixed with what the instances
 * cost, as in a run with producers. */
#ifndef DIBS_SIM_MARKS_H
#define DIBS_SIM_MARKS_H

#include "sim/run.h"

/* Fills `cost` and, where the scenario sets contenders beside another, the result's mark_ratio.
 * What fails stands in the result: its status, or a reason not to trust it. */
void marks_measure(const struct scenario *scenario, const struct entry *entry,
                   const struct run_options *options, struct run_result *result,
                   struct unit_cost *cost);

#endif
