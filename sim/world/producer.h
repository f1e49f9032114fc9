/* A producer: a process that marks items outdated, at a scheduled rate or as fast as it can. */
#ifndef DIBS_SIM_PRODUCER_H
#define DIBS_SIM_PRODUCER_H

#include "sim/world/seat.h"

struct producer_plan {
    uint32_t count;      /* producers of the run; mark i is made by producer i % count */
    double rate_per_s;   /* of all together, in real time; 0: each mark after the one before */
    double again;        /* share of marks that go to items already marked */
    uint64_t marks;      /* of all together; 0: as many as there are until end_ns */
    uint64_t end_ns;     /* no mark is planned at or after it, since the start; 0: there is none */
};

/* What a plan with a rate comes to: its marks, and how long they take. */
double producer_marks(const struct producer_plan *plan);
double producer_marks_s(const struct producer_plan *plan);

/* Marks until the plan is done or a stop is asked for. A mark that is late is sent at once and
 * keeps its planned time: nothing is omitted. */
void producer_run(struct sim_seat *seat, const struct producer_plan *plan);

#endif
