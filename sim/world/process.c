#include "sim/world/cluster.h"

#include "sim/world/observer.h"
#include "sim/world/seat_internal.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#define OPEN_AGAIN_NS (20 * NS_PER_MS)

struct job { /* one seat's thread */
    struct sim_seat seat;
    const struct cluster *cluster;
    uint32_t index;
    void *shared; /* of all seats of this process */
};

static void run_operation(struct sim_seat *seat)
{
    atomic_store(&seat->slot->in_round, 1);
    enum outcome outcome = seat->plan->entry->strategy->rollback(&seat->seat);
    atomic_store(&seat->slot->in_round, 0);
    seat_finish(seat, outcome);
}

/* Who is started while Redis is down is started again and again, as whatever runs it does. */
static bool open_seat(const struct job *job, struct sim_seat *seat)
{
    const struct seat_plan *plan = &job->cluster->plan;
    struct board *board = plan->board;
    struct wire_meter *meter = &board->slots[job->index].meter;
    while (!seat_open(seat, plan, job->index, meter, job->shared)) {
        bool late = atomic_load(&board->open) != 0;
        if (!plan->carry_on || board->lockstep || !late || seat_is_asked_to_stop(seat))
            return false;
        seat_close(seat);
        seat_spend(seat, OPEN_AGAIN_NS);
    }
    return true;
}

static void *run_seat(void *argument)
{
    struct job *job = argument;
    struct sim_seat *seat = &job->seat;
    struct slot *slot = &job->cluster->plan.board->slots[job->index];
    if (!open_seat(job, seat)) {
        bool in_vain = job->cluster->plan.carry_on && seat_is_asked_to_stop(seat);
        seat_finish(seat, in_vain ? OUTCOME_STOP : OUTCOME_FAILED);
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
        case SEAT_OBSERVER:
            observer_run(seat);
            break;
        case SEAT_OPERATOR:
            run_operation(seat);
            break;
        }
    }
    seat_close(seat);
    return NULL;
}

int process_run(const struct cluster *cluster, const struct process *process)
{
    prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    struct job *jobs = calloc(process->slots, sizeof *jobs);
    pthread_t *threads = calloc(process->slots, sizeof *threads);
    void *shared = calloc(1, cluster->plan.entry->strategy->shared_size + 1);
    if (jobs == NULL || threads == NULL || shared == NULL)
        return 1;
    uint32_t started = 1;
    for (uint32_t i = 0; i < process->slots; i++)
        jobs[i] =
            (struct job){.cluster = cluster, .index = process->first_slot + i, .shared = shared};
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

void process_freeze(struct process *process)
{
    process->frozen = kill(process->pid, SIGSTOP) == 0;
}

bool process_is_stopped(const struct process *process)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)process->pid, &info, WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == process->pid;
}

bool process_is_frozen(const struct process *process)
{
    return process->frozen && process_is_stopped(process);
}

void process_thaw(struct process *process)
{
    if (process->frozen && process->state == PROCESS_RUNNING)
        kill(process->pid, SIGCONT);
    process->frozen = false;
}

const char *process_kind_name(enum process_kind kind)
{
    static const char *const names[PROCESS_KINDS] = {
        [PROCESS_INSTANCE] = "instance",
        [PROCESS_PRODUCER] = "producer",
        [PROCESS_OBSERVER] = "observer",
        [PROCESS_OPERATOR] = "operator",
    };
    return names[kind];
}

double process_cpu_seconds(const struct process *process)
{
    clockid_t clock;
    struct timespec t;
    if (process->state != PROCESS_RUNNING || clock_getcpuclockid(process->pid, &clock) != 0 ||
        clock_gettime(clock, &t) != 0)
        return process->cpu_before_s;
    return process->cpu_before_s + (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}
