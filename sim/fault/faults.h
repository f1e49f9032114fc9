/* The faults of a run: when they are due, whom they strike, and what became of each. */
#ifndef DIBS_SIM_FAULTS_H
#define DIBS_SIM_FAULTS_H

#include "sim/fault/fault_kinds.h"

enum { FAULTS_MAX = 512 }; /* strikes of one run */

struct faults {
    const struct scenario *scenario;
    struct strike *strikes;  /* owned */
    uint32_t count, dropped; /* strikes, and those that did not fit */
    struct fault_due {
        uint64_t next_ns; /* of WHEN_TIME; UINT64_MAX: over */
        uint32_t struck;  /* times so far */
        uint64_t random;
    } dues[SCENARIO_EVENTS_MAX];
    struct fault_point points[SCENARIO_EVENTS_MAX]; /* of those ordered at a command */
    uint32_t point_count;
    uint64_t random; /* whom it strikes */
    bool healed;
};

/* The schedule follows from the seed alone. False: out of memory. */
bool faults_open(struct faults *faults, const struct scenario *scenario, uint64_t seed);
void faults_close(struct faults *faults);

/* To be called before anybody begins: what is wrong with items from the start. */
void faults_begin(struct faults *faults, struct world *world);

/* Does what is due and moves what is on its way; never blocks for longer than a kill takes. */
void faults_advance(struct faults *faults, struct world *world, uint64_t now_ns);

/* Undoes whatever is in force, and gives up what has not come about. */
void faults_heal(struct faults *faults, struct world *world);

/* Something is aimed at, under way, or in force and to be undone; when nothing is owed any more,
 * what waits for somebody at work does not count. */
bool faults_are_active(const struct faults *faults, bool drained);

/* A time is yet to come: not a share of the work, or a command, which may never be reached. */
bool faults_are_to_come(const struct faults *faults);

/* What the scenario's faults need: a server that is ours to break; seats whose replies can be
 * withheld. */
bool faults_need_server(const struct scenario *scenario);
bool faults_withhold(const struct scenario *scenario);

/* When the next one is due, since the start; UINT64_MAX: none is. */
uint64_t faults_next_ns(const struct faults *faults);

#endif
