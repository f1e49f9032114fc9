/* Who believes to lead, over time. Sampled by the supervisor, who is told of each change of mind
 * and looks each 5 ms at least: exact in lockstep, else late by as long as it takes to wake. */
#ifndef DIBS_SIM_LEADERS_H
#define DIBS_SIM_LEADERS_H

#include "sim/world/cluster.h"

struct leaders {
    uint32_t now;      /* living instances that believe so */
    uint64_t since_ns; /* the time up to here is counted */
    uint64_t none_ns, several_ns;
};

/* Counts the time since the last look as what was seen then, and looks anew. */
void leaders_look(struct leaders *leaders, const struct cluster *cluster, uint64_t now_ns);

/* How often an instance came to believe it. */
uint64_t leaders_elected(const struct board *board);

#endif
