#include "sim/world/cluster.h"

#include "sim/machine/futex.h"
#include "sim/machine/placement.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint32_t cluster_seats_per_instance(const struct scenario *scenario, const struct entry *entry)
{
    return scenario_workers(scenario, entry) + scenario_has_upkeep_seat(scenario, entry);
}

uint32_t cluster_seats_beside(const struct scenario *scenario)
{
    return scenario->observe.enabled + scenario_rolls_back(scenario);
}

/* Whose process `i` is, and which of its kind. */
static enum process_kind kind_of(const struct cluster *cluster, uint32_t i, uint32_t *number)
{
    const struct {
        enum process_kind kind;
        uint32_t count;
    } crew[] = {
        {PROCESS_INSTANCE, cluster->instances},
        {PROCESS_PRODUCER, cluster->producers.count},
        {PROCESS_OBSERVER, cluster->plan.scenario->observe.enabled},
        {PROCESS_OPERATOR, 1},
    };
    const size_t last = sizeof crew / sizeof *crew - 1;
    size_t k = 0;
    for (*number = i; k < last && *number >= crew[k].count; k++)
        *number -= crew[k].count;
    return crew[k].kind;
}

static enum seat_role role_of(enum process_kind kind, uint32_t worker, uint32_t workers)
{
    static const enum seat_role roles[PROCESS_KINDS] = {
        [PROCESS_PRODUCER] = SEAT_PRODUCER,
        [PROCESS_OBSERVER] = SEAT_OBSERVER,
        [PROCESS_OPERATOR] = SEAT_OPERATOR,
    };
    if (kind == PROCESS_INSTANCE)
        return worker < workers ? SEAT_WORKER : SEAT_UPKEEP;
    return roles[kind];
}

static void lay_out(struct cluster *cluster)
{
    uint32_t seats = cluster_seats_per_instance(cluster->plan.scenario, cluster->plan.entry);
    uint32_t workers = scenario_workers(cluster->plan.scenario, cluster->plan.entry);
    uint32_t next = 0;
    for (uint32_t i = 0; i < cluster->count; i++) {
        struct process *process = &cluster->processes[i];
        process->kind = kind_of(cluster, i, &process->number);
        process->first_slot = next;
        process->slots = process->kind == PROCESS_INSTANCE ? seats : 1;
        for (uint32_t k = 0; k < process->slots; k++) {
            struct slot *slot = cluster_slot(cluster, next + k);
            slot->instance = process->number;
            slot->process = i;
            slot->worker = k;
            slot->role = role_of(process->kind, k, workers);
        }
        next += process->slots;
    }
}

/* A new life begins with seats that run and want nothing. What they have counted stays. */
static void prepare_slots(struct cluster *cluster, const struct process *process, uint32_t size)
{
    for (uint32_t k = 0; k < process->slots; k++) {
        struct slot *slot = cluster_slot(cluster, process->first_slot + k);
        slot->size = size;
        slot->legacy = cluster->legacy;
        slot->life = process->lives;
        atomic_store(&slot->step, step_word(STEP_IDLE, 0, 0));
        atomic_store(&slot->stop, STOP_NONE);
        atomic_store(&slot->want, WANT_NOTHING);
        atomic_store(&slot->in_round, 0);
        atomic_store(&slot->up, 0);
        atomic_store(&slot->leading, 0);
        atomic_store(&slot->finished, 0);
        atomic_store(&slot->doomed, 0);
        atomic_store(&slot->cut_asked, 0);
        atomic_store(&slot->withhold_ns, 0);
        atomic_store(&slot->has_lock, 0);
        slot->renamed |= process->fresh;
    }
}

static bool spawn(struct cluster *cluster, struct process *process, uint32_t size)
{
    prepare_slots(cluster, process, size);
    pid_t dibs = getpid();
    pid_t pid = fork();
    if (pid < 0)
        return false;
    if (pid == 0) {
        if (!janitor_child(cluster->janitor, dibs))
            _exit(1);
        placement_bind_clients(cluster->plan.scenario->placement);
        _exit(process_run(cluster, process));
    }
    process->pid = pid;
    process->state = PROCESS_RUNNING;
    process->ordered = false;
    process->frozen = false;
    process->fresh = false;
    process->death_signal = 0;
    process->born_ns = clock_ns();
    process->kill_sent_ns = 0;
    process->lives++;
    cluster->running++;
    janitor_add_process(cluster->janitor, pid);
    return true;
}

bool cluster_start(struct cluster *cluster, const struct seat_plan *plan,
                   const struct producer_plan *producers, uint32_t instances,
                   uint32_t instances_max, struct janitor *janitor)
{
    *cluster = (struct cluster){.plan = *plan,
                                .producers = *producers,
                                .janitor = janitor,
                                .instances = instances_max,
                                .count = instances_max + producers->count +
                                         cluster_seats_beside(plan->scenario)};
    cluster->processes = calloc(cluster->count, sizeof *cluster->processes);
    if (cluster->processes == NULL) {
        snprintf(cluster->error, sizeof cluster->error, "out of memory");
        return false;
    }
    lay_out(cluster);
    for (uint32_t i = 0; i < cluster->count; i++) {
        struct process *process = &cluster->processes[i];
        if (process->kind == PROCESS_OPERATOR ||
            (process->kind == PROCESS_INSTANCE && i >= instances))
            continue;
        if (!spawn(cluster, process, instances)) {
            snprintf(cluster->error, sizeof cluster->error,
                     "cannot start process %u of %u: %s (ulimit -u, or memory, is in the way)",
                     i + 1, cluster->count, strerror(errno));
            return false;
        }
        cluster->seats_expected += process->slots;
    }
    return true;
}

bool cluster_spawn(struct cluster *cluster, uint32_t number, uint32_t size)
{
    struct process *process = &cluster->processes[number];
    if (process->state == PROCESS_RUNNING)
        return false;
    if (spawn(cluster, process, size))
        return true;
    snprintf(cluster->error, sizeof cluster->error, "cannot start instance %u: %s", number,
             strerror(errno));
    return false;
}

/* It comes last. */
static struct process *operator_of(const struct cluster *cluster)
{
    struct process *last = &cluster->processes[cluster->count - 1];
    return last->kind == PROCESS_OPERATOR ? last : NULL;
}

bool cluster_operate(struct cluster *cluster)
{
    struct process *process = operator_of(cluster);
    return process != NULL && process->lives == 0 && spawn(cluster, process, cluster->instances);
}

bool cluster_is_operating(const struct cluster *cluster)
{
    const struct process *process = operator_of(cluster);
    return process != NULL && process->state == PROCESS_RUNNING;
}

bool cluster_stop(struct cluster *cluster, uint32_t number, uint64_t within_ns)
{
    struct process *process = &cluster->processes[number];
    if (process->state != PROCESS_RUNNING || process->ordered)
        return false;
    process->ordered = true;
    process->kill_at_ns = board_now_ns(cluster->plan.board) + within_ns;
    for (uint32_t k = 0; k < process->slots; k++)
        slot_stop(cluster->plan.board, cluster_slot(cluster, process->first_slot + k), STOP_SOFT);
    return true;
}

void cluster_release(struct cluster *cluster, uint32_t number, uint32_t size)
{
    const struct process *process = &cluster->processes[number];
    for (uint32_t k = 0; k < process->slots; k++) {
        struct slot *slot = cluster_slot(cluster, process->first_slot + k);
        slot->size = size;
        slot_release(slot);
    }
}

bool cluster_crash(struct cluster *cluster, uint32_t number)
{
    struct process *process = &cluster->processes[number];
    if (process->state != PROCESS_RUNNING)
        return false;
    process->ordered = true;
    cluster_kill(cluster, process);
    return true;
}

bool cluster_is_up(const struct cluster *cluster, uint32_t number)
{
    const struct process *process = &cluster->processes[number];
    for (uint32_t k = 0; k < process->slots; k++)
        if (atomic_load(&cluster_slot(cluster, process->first_slot + k)->up) == 0)
            return false;
    return process->state == PROCESS_RUNNING;
}

bool cluster_is_ready(const struct cluster *cluster)
{
    return atomic_load(&cluster->plan.board->ready) == cluster->seats_expected;
}

void cluster_open(struct cluster *cluster)
{
    struct board *board = cluster->plan.board;
    uint64_t margin = 2 * NS_PER_MS + board->seats * 20 * NS_PER_US; /* for all to wake up */
    atomic_store(&board->start_ns, clock_ns() + margin);
    atomic_store(&board->open, 1);
    futex_wake_all(&board->open);
}

bool cluster_seat_is_dead(const struct cluster *cluster, uint32_t seat)
{
    return cluster->processes[cluster_slot(cluster, seat)->process].state != PROCESS_RUNNING;
}

bool cluster_has_finished(const struct cluster *cluster, enum seat_role role)
{
    for (uint32_t i = 0; i < cluster->count; i++) {
        const struct process *process = &cluster->processes[i];
        if (process->state != PROCESS_RUNNING)
            continue;
        for (uint32_t k = 0; k < process->slots; k++) {
            const struct slot *slot = cluster_slot(cluster, process->first_slot + k);
            if (slot->role == (uint32_t)role && atomic_load(&slot->finished) == 0)
                return false;
        }
    }
    return true;
}

void cluster_end(struct cluster *cluster)
{
    for (uint32_t i = 0; i < cluster->count && cluster->processes != NULL; i++)
        cluster_kill(cluster, &cluster->processes[i]);
    deaths_close(&cluster->deaths);
    free(cluster->processes);
    cluster->processes = NULL;
    cluster->count = 0;
}

static double sum_cpu_seconds(const struct cluster *cluster, uint32_t count)
{
    double sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += process_cpu_seconds(&cluster->processes[i]);
    return sum;
}

double cluster_cpu_seconds(const struct cluster *cluster)
{
    return sum_cpu_seconds(cluster, cluster->count);
}

double cluster_instances_cpu_seconds(const struct cluster *cluster)
{
    return sum_cpu_seconds(cluster, cluster->instances);
}
