/* One process of a cluster: an instance with its seats, a producer, the observer, the operator. */
#ifndef DIBS_SIM_PROCESS_H
#define DIBS_SIM_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct cluster;

enum process_kind {
    PROCESS_INSTANCE,
    PROCESS_PRODUCER,
    PROCESS_OBSERVER,
    PROCESS_OPERATOR,
    PROCESS_KINDS
};
enum process_state { PROCESS_NONE, PROCESS_RUNNING, PROCESS_DEAD };

struct process {
    enum process_kind kind;
    enum process_state state;
    uint32_t number;            /* instance, or producer */
    uint32_t first_slot, slots; /* its seats on the board */
    pid_t pid;
    uint32_t lives;      /* how often it was started */
    bool ordered;        /* its end was asked for */
    bool frozen;         /* stopped by process_freeze */
    bool fresh;          /* its next life has a name of its own */
    uint32_t own_deaths; /* lives that it ended itself, as a fault ordered it to */
    uint64_t kill_at_ns; /* ordered: killed after it, since the start */
    int death_signal;    /* DEAD: the signal that ended it, else 0 */
    int exit_status;     /* DEAD: of one that no signal ended */
    uint32_t kills;      /* lives that ended by a signal */
    uint32_t surprises;  /* lives that ended as nobody had ordered */
    double cpu_before_s; /* of its dead lives */
    double alive_s;      /* of its dead lives */
    uint64_t born_ns;    /* RUNNING: real time */
    uint64_t kill_sent_ns; /* RUNNING: before it was killed, since the start; 0: it was not */
};

/* In the forked child: runs all its seats, the first one on the main thread. Returns the exit
 * status. */
int process_run(const struct cluster *cluster, const struct process *process);

/* Stops it and lets it go on; it stands still only when process_is_frozen says so. */
void process_freeze(struct process *process);
bool process_is_stopped(const struct process *process); /* whoever did it */
bool process_is_frozen(const struct process *process);
void process_thaw(struct process *process);

const char *process_kind_name(enum process_kind kind);
double process_cpu_seconds(const struct process *process);

#endif
