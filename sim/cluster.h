/* The cluster: the real processes of a run, from fork to the last reaped one. */
#ifndef DIBS_SIM_CLUSTER_H
#define DIBS_SIM_CLUSTER_H

#include "sim/producer.h"

#include <sys/resource.h>

enum process_kind { PROCESS_INSTANCE, PROCESS_PRODUCER };
enum process_state { PROCESS_NONE, PROCESS_RUNNING, PROCESS_DEAD };

struct process {
    enum process_kind kind;
    enum process_state state;
    uint32_t number;             /* instance, or producer */
    uint32_t first_slot, slots;  /* its seats on the board */
    pid_t pid;
    int death_signal;            /* DEAD: the signal that ended it, else 0 */
    struct rusage usage;         /* DEAD */
};

struct cluster {
    struct seat_plan plan;
    struct producer_plan producers;
    struct janitor *janitor;
    struct process *processes; /* owned: instances first, then producers */
    uint32_t count, running;
    char error[240]; /* why a start failed */
};

/* Seats that `instances` instances of this entry need, and the whole run with its producers. */
uint32_t cluster_seats_per_instance(const struct scenario *scenario, const struct entry *entry);

/* Lays out the seats on the board and forks everything: each process connects its seats and stands
 * at the barrier. False: error; what was started is running (cluster_end ends it). */
bool cluster_start(struct cluster *cluster, const struct seat_plan *plan,
                   const struct producer_plan *producers, uint32_t instances,
                   struct janitor *janitor);

/* All seats stand at the barrier. */
bool cluster_is_ready(const struct cluster *cluster);

/* Opens the barrier: all seats start at one time, a few ms from now. */
void cluster_open(struct cluster *cluster);

/* Reaps what has ended. Returns true if anything did. */
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
double process_cpu_seconds(const struct process *process);

#endif
