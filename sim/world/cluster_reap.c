/* How processes of the cluster end, and what is left of them then. */
#include "sim/world/cluster.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* The last look at what a killed process was about, before its seats have a new life. */
static void note_deaths(struct cluster *cluster, const struct process *process)
{
    uint64_t now_ns = board_now_ns(cluster->plan.board);
    for (uint32_t k = 0; k < process->slots; k++) {
        const struct death death = {
            .seat = process->first_slot + k,
            .life = process->lives - 1,
            .sent_ns = process->kill_sent_ns,
            .reaped_ns = now_ns,
            .step = atomic_load(&cluster_slot(cluster, process->first_slot + k)->step),
        };
        deaths_add(&cluster->deaths, &death);
    }
}

/* A killed writer's batch is of unknown outcome. */
static void settle_doubts(struct cluster *cluster, const struct process *process)
{
    for (uint32_t k = 0; k < process->slots; k++) {
        struct slot *slot = cluster_slot(cluster, process->first_slot + k);
        counter_add(&slot->meter.unknown, counter_get(&slot->meter.under_way));
        counter_set(&slot->meter.under_way, 0);
        counter_add(&slot->meter.unknown_out, counter_get(&slot->meter.under_way_out));
        counter_set(&slot->meter.under_way_out, 0);
        counter_set(&slot->tally.held, 0);
        atomic_store(&slot->has_lock, 0);
        atomic_store(&slot->in_round, 0);
        slot_leave(cluster->plan.board, slot);
    }
}

static bool is_doomed(const struct cluster *cluster, const struct process *process)
{
    for (uint32_t k = 0; k < process->slots; k++)
        if (atomic_load(&cluster_slot(cluster, process->first_slot + k)->doomed) != 0)
            return true;
    return false;
}

/* A kill that was ordered, or its own end with nothing to complain of. */
static bool was_expected(const struct process *process)
{
    return process->death_signal == 0 ? process->exit_status == 0
                                      : process->death_signal == SIGKILL && process->ordered;
}

static void reaped(struct cluster *cluster, struct process *process, int status,
                   const struct rusage *usage)
{
    process->state = PROCESS_DEAD;
    process->cpu_before_s += seconds(usage->ru_utime) + seconds(usage->ru_stime);
    process->alive_s += (double)(clock_ns() - process->born_ns) / 1e9;
    process->death_signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    process->exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    process->kills += process->death_signal != 0;
    bool by_itself = process->death_signal == SIGKILL && is_doomed(cluster, process);
    process->own_deaths += by_itself;
    process->ordered |= by_itself;
    process->frozen = false;
    process->surprises += !was_expected(process);
    if (process->death_signal != 0)
        note_deaths(cluster, process);
    settle_doubts(cluster, process);
    cluster->running--;
    janitor_forget_process(cluster->janitor, process->pid);
}

static bool has_finished(const struct cluster *cluster, const struct process *process)
{
    for (uint32_t k = 0; k < process->slots; k++)
        if (atomic_load(&cluster_slot(cluster, process->first_slot + k)->finished) == 0)
            return false;
    return true;
}

bool cluster_is_leaving(const struct cluster *cluster)
{
    for (uint32_t i = 0; i < cluster->count; i++)
        if (cluster->processes[i].state == PROCESS_RUNNING &&
            has_finished(cluster, &cluster->processes[i]))
            return true;
    return false;
}

static bool is_past_its_time(const struct cluster *cluster, const struct process *process)
{
    return process->ordered && board_now_ns(cluster->plan.board) > process->kill_at_ns &&
           !has_finished(cluster, process);
}

static void send_kill(const struct cluster *cluster, struct process *process)
{
    if (process->kill_sent_ns == 0)
        process->kill_sent_ns = board_now_ns(cluster->plan.board);
    kill(process->pid, SIGKILL);
}

bool cluster_reap(struct cluster *cluster)
{
    bool any = false;
    for (uint32_t i = 0; i < cluster->count; i++) {
        struct process *process = &cluster->processes[i];
        int status;
        struct rusage usage;
        if (process->state != PROCESS_RUNNING)
            continue;
        if (is_past_its_time(cluster, process))
            send_kill(cluster, process);
        if (wait4(process->pid, &status, WNOHANG, &usage) == process->pid) {
            reaped(cluster, process, status, &usage);
            any = true;
        }
    }
    return any;
}

void cluster_kill(struct cluster *cluster, struct process *process)
{
    int status;
    struct rusage usage;
    if (process->state != PROCESS_RUNNING)
        return;
    send_kill(cluster, process);
    while (wait4(process->pid, &status, 0, &usage) < 0 && errno == EINTR)
        ;
    reaped(cluster, process, status, &usage);
}
