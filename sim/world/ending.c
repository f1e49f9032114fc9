/* When a world is over. */
#include "sim/world/supervisor.h"

#define HARD_STOP_WITHIN_NS (2 * NS_PER_S)
#define SOFT_STOP_WITHIN_NS (SEAT_GRACE_NS + 30 * NS_PER_S) /* a command may take its time-out */

/* Nothing is owed but what was given up. */
static bool is_drained(const struct supervisor *s)
{
    const struct world *world = s->world;
    if (world->scenario->cycles != 0 || world->shape.instances == 0)
        return false;
    struct totals totals = sampler_totals(&world->cluster, world->owed_at_start);
    return totals.backlog <= totals.dead;
}

/* It is broken on purpose (or is what such runs are compared with), and has no number of cycles: it
 * ends when it has come to rest. Without instances, as where marks are measured, nothing can. */
static bool converges(const struct world *world)
{
    const struct scenario *scenario = world->scenario;
    return world->shape.instances > 0 && scenario->cycles == 0 &&
           (scenario_breaks(scenario) || scenario->lease_ms > 0);
}

/* The timeline has yet to do something while there is a cycle to begin: it may start instances. */
static bool is_awaited(const struct world *world)
{
    const struct scenario *scenario = world->scenario;
    uint64_t next_ns = timeline_next_ns(&world->timeline);
    if (scenario->cycles == 0)
        return next_ns != UINT64_MAX || (converges(world) && !world->converge.done);
    uint64_t cycle_ns = scenario_scaled_ns(scenario, scenario->cycle_ms);
    return next_ns <= (scenario->cycles - 1) * cycle_ns;
}

/* No fault is active, and none is to come that could still hit anything; and since then it has
 * converged, or had its time. A fault that waits for work waits as long as any is done. Who only
 * drains is at rest too when nobody will ever find what is owed. */
static bool is_at_rest(struct supervisor *s)
{
    struct world *world = s->world;
    const struct faults *faults = &world->faults;
    bool drained = is_drained(s);
    if (faults_are_active(faults, drained) || (!drained && faults_are_to_come(faults)) ||
        timeline_moves(&world->timeline)) {
        world->converge.gained_ns = 0;
        return false;
    }
    uint64_t patience_ns = converges(world) ? 0 : world->scenario->watchdog_ms * NS_PER_MS;
    return converge_look(&world->converge, world, board_now_ns(world->board), patience_ns);
}

void ending_look(struct supervisor *s)
{
    const struct world *world = s->world;
    bool workers_finished =
        cluster_has_finished(&world->cluster, SEAT_WORKER) && !is_awaited(world);
    bool producers_finished = cluster_has_finished(&world->cluster, SEAT_PRODUCER);
    if (world->timeline.rolling_back || !producers_finished ||
        atomic_load(&world->board->stop) != STOP_NONE)
        return;
    bool drains = world->shape.instances > 0 && world->scenario->cycles == 0;
    if (workers_finished || (!converges(world) && is_drained(s)) || (drains && is_at_rest(s)))
        supervisor_stop(s, STOP_SOFT);
}

void ending_enforce(struct supervisor *s, uint64_t now_ns)
{
    if (s->stop_asked_ns == 0)
        return;
    bool hard = atomic_load(&s->world->board->stop) == STOP_HARD;
    uint64_t within_ns = hard ? HARD_STOP_WITHIN_NS : SOFT_STOP_WITHIN_NS;
    if (now_ns < s->stop_asked_ns + within_ns) /* asked for later than now_ns was taken, maybe */
        return;
    struct cluster *cluster = &s->world->cluster;
    for (uint32_t i = 0; i < cluster->count; i++) {
        struct process *process = &cluster->processes[i];
        if (process->state != PROCESS_RUNNING)
            continue;
        cluster_kill(cluster, process);
        s->watches[i].surprises_seen = process->surprises;
        if (!hard)
            run_add_reason(s->world->result, "%s %u did not stop when asked and was ended",
                           process_kind_name(process->kind), process->number);
    }
}

bool ending_is_far(const struct world *world)
{
    return atomic_load(&world->board->stop) == STOP_NONE &&
           (is_awaited(world) || world->timeline.rolling_back);
}
