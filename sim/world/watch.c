/* What can go wrong while a world runs. */
#include "sim/world/supervisor.h"

#include <stdio.h>

static void add_surprise(struct supervisor *s, const struct process *process)
{
    const char *who = process_kind_name(process->kind);
    if (process->death_signal != 0)
        run_add_reason(s->world->result, "%s %u was ended by signal %d, which nobody ordered", who,
                       process->number, process->death_signal);
    else
        run_add_reason(s->world->result, "%s %u ended with status %d", who, process->number,
                       process->exit_status);
}

void watch_deaths(struct supervisor *s)
{
    struct cluster *cluster = &s->world->cluster;
    if (!cluster_reap(cluster))
        return;
    for (uint32_t i = 0; i < cluster->count; i++) {
        const struct process *process = &cluster->processes[i];
        if (s->watches[i].surprises_seen == process->surprises)
            continue;
        s->watches[i].surprises_seen = process->surprises;
        add_surprise(s, process);
    }
}

static const struct slot *errored_slot(const struct board *board)
{
    for (uint32_t i = 0; i < board->seats; i++)
        if (atomic_load(&board->slots[i].errored) != 0)
            return &board->slots[i];
    return NULL;
}

void watch_errors(struct supervisor *s)
{
    struct world *world = s->world;
    if (world->result->status != RUN_COMPLETE)
        return;
    const struct slot *slot = errored_slot(world->board);
    if (slot != NULL) {
        char who[32];
        const struct process *process = &world->cluster.processes[slot->process];
        snprintf(who, sizeof who, "%s %u", process_kind_name(process->kind), process->number);
        world_fail_wire(world, who, slot->error);
        supervisor_abort(s);
    } else if (server_has_died(&world->server)) {
        world_fail(world, RUN_COULD_NOT, "%s", world->server.error);
        supervisor_abort(s);
    }
}

/* A seat that is in a round (in lockstep: that holds the baton) and does nothing. */
static bool is_busy(const struct board *board, const struct process *process)
{
    for (uint32_t k = 0; k < process->slots; k++) {
        const struct slot *slot = &board->slots[process->first_slot + k];
        bool runs = !board->lockstep || atomic_load(&slot->want) == WANT_NOTHING;
        if (atomic_load(&slot->finished) == 0 && atomic_load(&slot->in_round) != 0 && runs)
            return true;
    }
    return false;
}

static uint64_t heartbeats(const struct board *board, const struct process *process)
{
    uint64_t sum = 0;
    for (uint32_t k = 0; k < process->slots; k++)
        sum += counter_get(&board->slots[process->first_slot + k].heartbeat);
    return sum;
}

void watch_hangs(struct supervisor *s, uint64_t now_ns)
{
    struct cluster *cluster = &s->world->cluster;
    uint64_t limit_ns = s->world->scenario->watchdog_ms * NS_PER_MS;
    for (uint32_t i = 0; i < cluster->count; i++) {
        struct process *process = &cluster->processes[i];
        struct watch *watch = &s->watches[i];
        uint64_t beats = heartbeats(s->world->board, process);
        bool moves = beats != watch->heartbeats || !is_busy(s->world->board, process);
        if (process->state != PROCESS_RUNNING || process->frozen || moves || watch->since_ns == 0) {
            watch->heartbeats = beats;
            watch->since_ns = now_ns;
        } else if (now_ns - watch->since_ns > limit_ns) {
            cluster_kill(cluster, process);
            watch->surprises_seen = process->surprises;
            run_add_reason(s->world->result,
                           "%s %u made no progress for %.0f s and was ended (watchdog)",
                           process_kind_name(process->kind), process->number,
                           (double)limit_ns / 1e9);
        }
    }
}

/* Rounds have failed, and none has succeeded in anything since the start. */
static bool fails_always(const struct board *board)
{
    uint64_t failed = 0;
    for (uint32_t i = 0; i < board->seats; i++) {
        const struct slot *slot = &board->slots[i];
        if (slot->role != SEAT_WORKER)
            continue;
        failed += counter_get(&slot->failed);
        if (counter_get(&slot->tally.done) > 0 ||
            counter_get(&slot->cycles) > counter_get(&slot->failed))
            return false;
    }
    return failed > 0;
}

void watch_failures(struct supervisor *s, uint64_t now_ns)
{
    struct world *world = s->world;
    uint64_t limit_ns = world->scenario->watchdog_ms * NS_PER_MS;
    if (!fails_always(world->board) || faults_are_active(&world->faults, true)) {
        s->vain_ns = 0;
    } else if (s->vain_ns == 0) {
        s->vain_ns = now_ns;
    } else if (now_ns - s->vain_ns > limit_ns && atomic_exchange(&world->board->strict, 1) == 0) {
        run_add_reason(world->result, "no round has succeeded for %.0f s (watchdog)",
                       (double)limit_ns / 1e9);
    }
}

void watch_lapses(struct supervisor *s, uint64_t now_ns)
{
    struct world *world = s->world;
    uint64_t ttl_ms = world->entry->strategy->needs(&world->harness.seat).server_ttl_ms;
    if (!world->board->lockstep || ttl_ms == 0)
        return;
    uint64_t started_ns = atomic_load(&world->board->start_ns);
    uint64_t real_ms = now_ns > started_ns ? (now_ns - started_ns) / NS_PER_MS : 0;
    uint64_t virtual_ms = board_now_ns(world->board) / NS_PER_MS;
    if (real_ms < ttl_ms && virtual_ms < ttl_ms)
        return;
    world_fail(world, RUN_REFUSED,
               "mode lockstep: a time to live of %llu ms that the server keeps could lapse; "
               "use fewer items or cycles, or mode concurrent",
               (unsigned long long)ttl_ms);
    supervisor_abort(s);
}
