#include "sim/cluster.h"

#include "sim/futex.h"
#include "sim/placement.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* ---- inside a process */

struct job { /* one seat's thread */
    struct sim_seat seat;
    const struct cluster *cluster;
    uint32_t index;
    void *shared; /* of all seats of this process */
};

static void *run_seat(void *argument)
{
    struct job *job = argument;
    struct sim_seat *seat = &job->seat;
    struct slot *slot = &job->cluster->plan.board->slots[job->index];
    if (!seat_open(seat, &job->cluster->plan, job->index, &slot->meter, job->shared)) {
        seat_finish(seat, OUTCOME_FAILED);
    } else if (!seat_barrier(seat)) {
        seat_finish(seat, OUTCOME_STOP);
    } else {
        switch ((enum seat_role)slot->role) {
        case SEAT_WORKER:
            seat_run_cycles(seat);
            break;
        case SEAT_UPKEEP:
            seat_run_upkeep(seat);
            break;
        case SEAT_PRODUCER:
            producer_run(seat, &job->cluster->producers);
            break;
        }
    }
    seat_close(seat);
    return NULL;
}

/* All seats of this process, the first one on the main thread. Returns the exit status. */
static int run_process(const struct cluster *cluster, const struct process *process)
{
    prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    struct job *jobs = calloc(process->slots, sizeof *jobs);
    pthread_t *threads = calloc(process->slots, sizeof *threads);
    void *shared = calloc(1, cluster->plan.entry->strategy->shared_size + 1);
    if (jobs == NULL || threads == NULL || shared == NULL)
        return 1;
    uint32_t started = 1;
    for (uint32_t i = 0; i < process->slots; i++)
        jobs[i] = (struct job){
            .cluster = cluster, .index = process->first_slot + i, .shared = shared};
    while (started < process->slots &&
           pthread_create(&threads[started], NULL, run_seat, &jobs[started]) == 0)
        started++;
    if (started == process->slots)
        run_seat(&jobs[0]);
    else
        board_stop(cluster->plan.board, STOP_HARD);
    for (uint32_t i = 1; i < started; i++)
        pthread_join(threads[i], NULL);
    free(shared);
    free(threads);
    free(jobs);
    return started == process->slots ? 0 : 1;
}

/* ---- in the supervisor */

uint32_t cluster_seats_per_instance(const struct scenario *scenario, const struct entry *entry)
{
    return scenario->workers + (entry->strategy->upkeep != NULL);
}

static struct slot *slot_of(const struct cluster *cluster, uint32_t seat)
{
    return &cluster->plan.board->slots[seat];
}

static void lay_out(struct cluster *cluster, uint32_t instances)
{
    uint32_t seats = cluster_seats_per_instance(cluster->plan.scenario, cluster->plan.entry);
    uint32_t workers = cluster->plan.scenario->workers;
    uint32_t next = 0;
    for (uint32_t i = 0; i < cluster->count; i++) {
        struct process *process = &cluster->processes[i];
        bool instance = i < instances;
        process->kind = instance ? PROCESS_INSTANCE : PROCESS_PRODUCER;
        process->number = instance ? i : i - instances;
        process->first_slot = next;
        process->slots = instance ? seats : 1;
        for (uint32_t k = 0; k < process->slots; k++) {
            struct slot *slot = slot_of(cluster, next + k);
            slot->instance = process->number;
            slot->process = i;
            slot->worker = k;
            slot->role = !instance ? SEAT_PRODUCER : k < workers ? SEAT_WORKER : SEAT_UPKEEP;
        }
        next += process->slots;
    }
}

static bool spawn(struct cluster *cluster, struct process *process)
{
    pid_t dibs = getpid();
    pid_t pid = fork();
    if (pid < 0)
        return false;
    if (pid == 0) {
        if (!janitor_child(cluster->janitor, dibs))
            _exit(1);
        placement_bind_clients(cluster->plan.scenario->placement);
        _exit(run_process(cluster, process));
    }
    process->pid = pid;
    process->state = PROCESS_RUNNING;
    cluster->running++;
    janitor_add_process(cluster->janitor, pid);
    return true;
}

bool cluster_start(struct cluster *cluster, const struct seat_plan *plan,
                   const struct producer_plan *producers, uint32_t instances,
                   struct janitor *janitor)
{
    *cluster = (struct cluster){.plan = *plan, .producers = *producers, .janitor = janitor};
    cluster->count = instances + producers->count;
    cluster->processes = calloc(cluster->count, sizeof *cluster->processes);
    if (cluster->processes == NULL) {
        snprintf(cluster->error, sizeof cluster->error, "out of memory");
        return false;
    }
    lay_out(cluster, instances);
    for (uint32_t i = 0; i < cluster->count; i++)
        if (!spawn(cluster, &cluster->processes[i])) {
            snprintf(cluster->error, sizeof cluster->error,
                     "cannot start process %u of %u: %s (ulimit -u, or memory, is in the way)",
                     i + 1, cluster->count, strerror(errno));
            return false;
        }
    return true;
}

bool cluster_is_ready(const struct cluster *cluster)
{
    return atomic_load(&cluster->plan.board->ready) == cluster->plan.board->seats;
}

void cluster_open(struct cluster *cluster)
{
    struct board *board = cluster->plan.board;
    uint64_t margin = 2 * NS_PER_MS + board->seats * 20 * NS_PER_US; /* for all to wake up */
    atomic_store(&board->start_ns, clock_ns() + margin);
    atomic_store(&board->open, 1);
    futex_wake_all(&board->open);
}

static void reaped(struct cluster *cluster, struct process *process, int status,
                   const struct rusage *usage)
{
    process->state = PROCESS_DEAD;
    process->usage = *usage;
    process->death_signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    cluster->running--;
    janitor_forget_process(cluster->janitor, process->pid);
}

bool cluster_reap(struct cluster *cluster)
{
    bool any = false;
    for (uint32_t i = 0; i < cluster->count; i++) {
        struct process *process = &cluster->processes[i];
        int status;
        struct rusage usage;
        if (process->state == PROCESS_RUNNING &&
            wait4(process->pid, &status, WNOHANG, &usage) == process->pid) {
            reaped(cluster, process, status, &usage);
            any = true;
        }
    }
    return any;
}

bool cluster_seat_is_dead(const struct cluster *cluster, uint32_t seat)
{
    return cluster->processes[slot_of(cluster, seat)->process].state == PROCESS_DEAD;
}

bool cluster_has_finished(const struct cluster *cluster, enum seat_role role)
{
    for (uint32_t i = 0; i < cluster->count; i++) {
        const struct process *process = &cluster->processes[i];
        if (process->state == PROCESS_DEAD)
            continue;
        for (uint32_t k = 0; k < process->slots; k++) {
            const struct slot *slot = slot_of(cluster, process->first_slot + k);
            if (slot->role == (uint32_t)role && atomic_load(&slot->finished) == 0)
                return false;
        }
    }
    return true;
}

void cluster_kill(struct cluster *cluster, struct process *process)
{
    int status;
    struct rusage usage;
    if (process->state != PROCESS_RUNNING)
        return;
    kill(process->pid, SIGKILL);
    while (wait4(process->pid, &status, 0, &usage) < 0 && errno == EINTR)
        ;
    reaped(cluster, process, status, &usage);
}

void cluster_end(struct cluster *cluster)
{
    for (uint32_t i = 0; i < cluster->count && cluster->processes != NULL; i++)
        cluster_kill(cluster, &cluster->processes[i]);
    free(cluster->processes);
    cluster->processes = NULL;
    cluster->count = 0;
}

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

double process_cpu_seconds(const struct process *process)
{
    if (process->state == PROCESS_DEAD)
        return seconds(process->usage.ru_utime) + seconds(process->usage.ru_stime);
    clockid_t clock;
    struct timespec t;
    if (process->state != PROCESS_RUNNING || clock_getcpuclockid(process->pid, &clock) != 0 ||
        clock_gettime(clock, &t) != 0)
        return 0;
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double cluster_cpu_seconds(const struct cluster *cluster)
{
    double sum = 0;
    for (uint32_t i = 0; i < cluster->count; i++)
        sum += process_cpu_seconds(&cluster->processes[i]);
    return sum;
}
