/* The cluster: the real processes of a run, from fork to the last reaped one. */
#ifndef DIBS_SIM_CLUSTER_H
#define DIBS_SIM_CLUSTER_H

#include "sim/judge/deaths.h"
#include "sim/world/process.h"
#include "sim/world/producer.h"

struct cluster {
    struct seat_plan plan;
    struct producer_plan producers;
    struct janitor *janitor;
    struct process *processes; /* owned: instances, producers, the observer, the operator */
    struct deaths deaths;      /* owned */
    uint32_t instances;        /* that may run, at most */
    uint32_t count, running;
    uint32_t seats_expected; /* at the barrier */
    bool legacy;             /* instances started from now on run the version before */
    char error[240];         /* why a start failed, at any time; "" if none did */
};

/* Seats of processes that are neither instances nor producers. */
uint32_t cluster_seats_beside(const struct scenario *scenario);

/* Seats that `instances` instances of this entry need, and the whole run with its producers. */
uint32_t cluster_seats_per_instance(const struct scenario *scenario, const struct entry *entry);

/* Lays out the seats of at most `instances_max` instances and of the producers on the board and
 * forks the first `instances` and the producers: each process connects its seats and stands at the
 * barrier. False: error; what was started is running (cluster_end ends it). */
bool cluster_start(struct cluster *cluster, const struct seat_plan *plan,
                   const struct producer_plan *producers, uint32_t instances,
                   uint32_t instances_max, struct janitor *janitor);

/* Starts instance `number`, which does not run, and tells it that there are `size`. False: it runs
 * already, or cannot be started. */
bool cluster_spawn(struct cluster *cluster, uint32_t number, uint32_t size);

/* Starts the operator, who rolls back what waits in the new form. False: there is none, it has run
 * already, or it cannot be started. */
bool cluster_operate(struct cluster *cluster);

/* The operator is at work. */
bool cluster_is_operating(const struct cluster *cluster);

static inline struct slot *cluster_slot(const struct cluster *cluster, uint32_t seat)
{
    return &cluster->plan.board->slots[seat];
}

/* Asks an instance to finish what it has in hand and to end; after within_ns it is killed
 * (cluster_reap does that). False: it does not run, or was asked before. */
bool cluster_stop(struct cluster *cluster, uint32_t number, uint64_t within_ns);

/* Lets an instance on standby go (seat_plan's `standby`) and tells it that there are `size`. */
void cluster_release(struct cluster *cluster, uint32_t number, uint32_t size);

/* Kills an instance as ordered: its death is no surprise. False: it does not run. */
bool cluster_crash(struct cluster *cluster, uint32_t number);

/* A process has nothing more to do, and has not ended yet. */
bool cluster_is_leaving(const struct cluster *cluster);

/* The instance runs and all its seats are past the barrier. */
bool cluster_is_up(const struct cluster *cluster, uint32_t number);

/* All seats stand at the barrier. */
bool cluster_is_ready(const struct cluster *cluster);

/* Opens the barrier: all seats start at one time, a few ms from now. */
void cluster_open(struct cluster *cluster);

/* Reaps what has ended, and kills what was asked to end and did not. True if anything has ended. */
bool cluster_reap(struct cluster *cluster);

/* All seats of this role have finished, or their process is dead. */
bool cluster_has_finished(const struct cluster *cluster, enum seat_role role);
bool cluster_seat_is_dead(const struct cluster *cluster, uint32_t seat);

/* Kills one process and reaps it. */
void cluster_kill(struct cluster *cluster, struct process *process);

/* Kills and reaps whatever still runs; frees. Accepts what is half started, twice. */
void cluster_end(struct cluster *cluster);

/* CPU time of all processes, dead and alive, in seconds. */
double cluster_cpu_seconds(const struct cluster *cluster);
double cluster_instances_cpu_seconds(const struct cluster *cluster);

#endif
