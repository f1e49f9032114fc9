/* One point of a sweep: a small world, one fault, what came of it. */
#ifndef DIBS_SIM_SWEEP_WORLD_H
#define DIBS_SIM_SWEEP_WORLD_H

#include "sim/trial/sweep.h"
#include "sim/world/world.h"

enum {
    SWEEP_LEASE_MS = 200,       /* the shortest lease, real time */
    SWEEP_LEASE_MOST_MS = 1600, /* where others keep the machine busy */
};

enum sweep_end {
    SWEEP_END_STRUCK,      /* the fault struck, and the point is filled */
    SWEEP_END_NOT_REACHED, /* there is no such command any more */
    SWEEP_END_FAILED,      /* result.status and error say why */
};

struct sweep_world {
    const struct scenario *scenario;
    const struct entry *entry;
    uint64_t seed;
    const struct run_options *options;
    struct run_result result;
    struct world world;
    struct fault_point faults[2]; /* the point's own; and the death that leaves a claim behind */
    uint32_t fault_count;
    bool survivor; /* the second of two goes on, not one that is configured as the only one */
    uint64_t quiet_after;     /* cycles of the healthy instance; UINT64_MAX: it moves */
    uint64_t census_after_ns; /* by the clock: until then the server is left to the world */
    uint64_t struck_ns;       /* since the start */
    uint64_t held_up_ns;      /* in the last wait, the longest time between two looks */
    bool stalled; /* dibs was held up while leases ran: some may have lapsed that need not have */
};

/* The scenario of a small world for this entry; batches become SWEEP_ITEMS where there are any. */
void sweep_world_scenario(const struct entry *entry, struct scenario *scenario);
/* The same with leases twice as long in real time, up to SWEEP_LEASE_MOST_MS and as published. */
void sweep_world_slow_down(struct scenario *scenario);
/* The shortest lease of its entry in real time; 0: it has none. */
double sweep_world_lease_ms(const struct scenario *scenario);

enum sweep_end sweep_world_run(struct sweep_world *sweep_world, struct sweep_point *point);

#endif
