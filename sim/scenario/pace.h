/* How fast time goes for a contender: its published durations are long, and differ. */
#ifndef DIBS_SIM_PACE_H
#define DIBS_SIM_PACE_H

#include "sim/scenario/scenario.h"

/* The shortest lease of the entry in published time (one that is 0 is a cycle); 0: nothing
 * lapses. */
double pace_shortest_lease_ms(const struct entry *entry, uint64_t cycle_ms);

/* How long after the last fault all may take to be served, in ns of real time: what the scenario
 * says, else 30 s, or three times the entry's longest lease and two cycles. */
uint64_t pace_converge_ns(const struct scenario *scenario, const struct entry *entry);

/* The scenario as it is run for this entry: with a `lease` its time scale is such that the shortest
 * lease is as long as that, and its own durations are real time; without, a copy. */
void pace_scenario(const struct scenario *scenario, const struct entry *entry,
                   struct scenario *paced);

#endif
