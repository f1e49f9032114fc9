/* The sweep: one instance is broken at every command that it issues, in every phase of it, each
 * time in a small world of its own; then one healthy instance and the audit tell what came of it.
 *
 * A world has 2 items and batches of 2; its time is scaled so that the shortest lease is 200 ms.
 * The worker's sweep breaks the first round of instance 0. The upkeep's sweep first lets instance 0
 * die with a claim in hand, waits until that claim may be taken back, and then breaks the first
 * upkeep of instance 1. The healthy instance is configured as the only one. */
#ifndef DIBS_SIM_SWEEP_H
#define DIBS_SIM_SWEEP_H

#include "sim/fault/fault_point.h"
#include "sim/run.h"
#include "sim/world/board.h"

enum { SWEEP_POINTS_MAX = 1024, SWEEP_ITEMS = 2 };

enum sweep_outcome {
    SWEEP_ONCE,       /* every item was refreshed once */
    SWEEP_REDUNDANT,  /* every item was refreshed, some more than once */
    SWEEP_STRANDED,   /* an item is held, and nobody will move it */
    SWEEP_LOST,       /* an item is nowhere */
    SWEEP_UNFINISHED, /* an item would be found, but was not within the horizon */
    SWEEP_OUTCOMES
};

struct sweep_point {
    struct fault_point fault;
    char command[WIRE_NAME_MAX]; /* at which it struck; "refresh" in the effect phases */
    uint32_t commands;           /* begun by its seat until then, this one included */
    uint32_t step;               /* of its role's protocol, commands and refreshes alike, from 1 */
    enum sweep_outcome outcome;
    struct fates items;
    struct findings findings; /* of its world */
    uint64_t redundant;
    double recovery_s; /* from the fault to the last completion; NaN: none came after it */
    char broken_promise[RUN_REASON_MAX]; /* the first one that was, as one line, or "" */
};

struct sweep {
    const struct entry *entry;
    enum fault_kind kind;
    struct sweep_point *points; /* owned; in the order of the protocol, worker first */
    uint32_t count;
    uint64_t seed;
    enum run_status status;
    char error[RUN_REASON_MAX]; /* why it is not complete */
    double duration_s;
};

/* Which roles are swept. */
enum { SWEEP_WORKER = 1 << SEAT_WORKER, SWEEP_UPKEEP = 1 << SEAT_UPKEEP };

/* Sweeps one contender, several worlds side by side. Always fills `sweep`, which keeps `entry`; the
 * caller must have no other threads. */
void sweep_run(const struct entry *entry, enum fault_kind kind, unsigned roles, uint64_t seed,
               const struct run_options *options, struct sweep *sweep);
void sweep_close(struct sweep *sweep);

/* NULL: it can be swept in one of these roles. */
const char *sweep_reason_to_skip(const struct strategy *strategy, unsigned roles);

/* Points by what came of them. */
void sweep_signature(const struct sweep *sweep, uint32_t counts[SWEEP_OUTCOMES]);

const char *sweep_outcome_name(enum sweep_outcome outcome);
const char *sweep_role_name(const struct sweep_point *point);

#endif
