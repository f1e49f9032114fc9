/* Supervision of a world: from the first fork to the last reaped process. */
#include "sim/machine/futex.h"
#include "sim/machine/random.h"
#include "sim/server/info.h"
#include "sim/world/baton.h"
#include "sim/world/supervisor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define LOOK_EVERY_NS (5 * NS_PER_MS)   /* unless somebody tells us something earlier */
#define AIM_EVERY_NS (NS_PER_MS / 2)    /* while a fault is on its way */
#define READY_WITHIN_NS (60 * NS_PER_S) /* all seats at the barrier */

void supervisor_stop(struct supervisor *s, enum stop how)
{
    if (s->stop_asked_ns == 0 || how == STOP_HARD)
        s->stop_asked_ns = clock_ns();
    board_stop(s->world->board, how);
}

void supervisor_abort(struct supervisor *s)
{
    if (atomic_load(&s->world->board->stop) != STOP_HARD)
        supervisor_stop(s, STOP_HARD);
}

/* ---- what time brings */

/* Rounds fall due; who leads is looked at until somebody asks for the end. */
static void follow_time(struct supervisor *s)
{
    struct world *world = s->world;
    uint64_t now_ns = board_now_ns(world->board);
    rounds_fall_due(&world->board->rounds, &world->board->ledger, now_ns);
    if (atomic_load(&world->board->stop) == STOP_NONE)
        leaders_look(&world->leaders, &world->cluster, now_ns);
}

/* Events and scalers, while nothing has asked for the end. */
static void move_deployment(struct supervisor *s)
{
    struct world *world = s->world;
    struct cluster *cluster = &world->cluster;
    uint64_t now_ns = board_now_ns(world->board);
    bool begun = now_ns > 0 || world->board->lockstep;
    if (atomic_load(&world->board->stop) != STOP_NONE) {
        faults_heal(&world->faults, world);
        return;
    }
    if (!begun)
        return;
    timeline_advance(&world->timeline, cluster, now_ns);
    faults_advance(&world->faults, world, now_ns);
    if (world->scenario->scaler.kind == SCALER_NONE || world->shape.instances == 0)
        return;
    const char *why;
    struct totals totals = sampler_totals(cluster, world->owed_at_start);
    uint32_t wanted =
        scaler_wanted(&world->scaler, cluster, &totals, world->timeline.wanted, now_ns, &why);
    timeline_scale(&world->timeline, cluster, wanted, 0, now_ns, why);
}

/* ---- the loop */

/* What the run costs the server. Of one that is gone, what it had used when it was last asked. */
static uint64_t server_cpu(struct world *world)
{
    uint64_t ns;
    if (server_cpu_ns(&world->server, &world->harness.wire, &ns))
        world->cpu_after_ns = ns - world->converge.cpu_ns;
    return world->cpu_after_ns;
}

static double progress_share(const struct world *world)
{
    const struct scenario *scenario = world->scenario;
    struct totals totals = sampler_totals(&world->cluster, world->owed_at_start);
    double now_s = (double)board_now_ns(world->board) / 1e9;
    double planned_s =
        (double)scenario_scaled_ns(scenario, scenario->cycle_ms) * scenario->cycles / 1e9;
    struct needs needs = world->entry->strategy->needs(&world->harness.seat);
    double work = (double)scenario->items * needs.items_per_instance * world->shape.instances;
    double by_work = work > 0 ? (double)totals.done / work : 1;
    if (scenario->cycles == 1)
        return by_work < 1 ? by_work : 1;
    if (scenario->cycles > 1 && planned_s > 0)
        return now_s < planned_s ? now_s / planned_s : 1;
    return 1 - (double)totals.backlog / (double)scenario->items;
}

static void every_now_and_then(struct supervisor *s)
{
    struct world *world = s->world;
    uint64_t now_ns = clock_ns();
    double late_s = s->looked_ns > 0 ? (double)(now_ns - s->looked_ns) / 1e9 : 0;
    if (late_s > world->result->held_up_s)
        world->result->held_up_s = late_s;
    s->looked_ns = now_ns;
    watch_deaths(s);
    watch_errors(s);
    if (world->cluster.error[0] != '\0' && world->result->status == RUN_COMPLETE) {
        world_fail(world, RUN_COULD_NOT, "%s", world->cluster.error);
        supervisor_abort(s);
    }
    watch_lapses(s, now_ns);
    if (world_is_interrupted(world)) {
        world_fail(world, RUN_INTERRUPTED, "interrupted");
        supervisor_abort(s);
    }
    ending_enforce(s, now_ns);
    if (now_ns >= s->next_sample_ns) {
        s->next_sample_ns = now_ns + SAMPLER_PERIOD_NS;
        sampler_take(&world->sampler, &world->cluster, server_cpu(world), world->timeline.wanted);
        world_tell(world, "running", progress_share(world),
                   (double)board_now_ns(world->board) / 1e9);
    }
    if (now_ns >= s->next_watch_ns) {
        s->next_watch_ns = now_ns + NS_PER_S / 4;
        watch_hangs(s, now_ns);
        watch_failures(s, now_ns);
    }
}

static bool is_dead(void *cluster, uint32_t seat)
{
    return cluster_seat_is_dead(cluster, seat);
}

static uint64_t next_event_ns(const struct world *world)
{
    uint64_t timeline_ns = timeline_next_ns(&world->timeline);
    uint64_t faults_ns = faults_next_ns(&world->faults);
    return timeline_ns < faults_ns ? timeline_ns : faults_ns;
}

/* Lets time pass: until something is told, or (lockstep) by passing the baton while it can be. */
static void go_on(struct supervisor *s)
{
    struct board *board = s->world->board;
    if (!board->lockstep) {
        uint32_t news = atomic_load(&board->news);
        follow_time(s);
        move_deployment(s);
        ending_look(s);
        bool aims = faults_are_active(&s->world->faults, false);
        futex_wait(&board->news, news, aims ? AIM_EVERY_NS : LOOK_EVERY_NS);
        return;
    }
    uint64_t until_ns = clock_ns() + LOOK_EVERY_NS;
    do {
        enum baton baton = baton_settle(board, is_dead, &s->world->cluster, LOOK_EVERY_NS);
        if (baton == BATON_BUSY)
            return;
        /* What it has left behind is known when it is gone. */
        if (cluster_is_leaving(&s->world->cluster)) {
            futex_wait(&board->news, atomic_load(&board->news), NS_PER_MS);
            return;
        }
        /* Nobody runs: what is decided here is the same in every run of this seed. */
        follow_time(s);
        move_deployment(s);
        ending_look(s);
        bool moves = atomic_load(&board->stop) == STOP_NONE;
        uint64_t next_ns = moves ? next_event_ns(s->world) : UINT64_MAX;
        bool comes = next_ns != UINT64_MAX && next_ns > board_now_ns(board);
        if (baton == BATON_ALL_LEFT && !comes) {
            uint32_t news = atomic_load(&board->news);
            futex_wait(&board->news, news, NS_PER_MS);
            return;
        }
        baton_give(board, &s->random, next_ns, is_dead, &s->world->cluster);
    } while (clock_ns() < until_ns);
}

static bool wait_until_ready(struct supervisor *s)
{
    struct world *world = s->world;
    uint64_t deadline_ns = clock_ns() + READY_WITHIN_NS;
    while (!cluster_is_ready(&world->cluster) && world->result->status == RUN_COMPLETE) {
        uint32_t news = atomic_load(&world->board->news);
        watch_errors(s);
        if (cluster_reap(&world->cluster) && world->result->status == RUN_COMPLETE) {
            watch_errors(s);
            world_fail(world, RUN_COULD_NOT, "an instance ended before the start");
        }
        if (world_is_interrupted(world))
            world_fail(world, RUN_INTERRUPTED, "interrupted before the start");
        if (clock_ns() > deadline_ns)
            world_fail(world, RUN_COULD_NOT, "%u of %u seats were not ready within %.0f s",
                       world->cluster.seats_expected - atomic_load(&world->board->ready),
                       world->cluster.seats_expected, (double)READY_WITHIN_NS / 1e9);
        world_tell(world, "starting", 0, 0);
        if (!cluster_is_ready(&world->cluster))
            futex_wait(&world->board->news, news, LOOK_EVERY_NS);
    }
    return world->result->status == RUN_COMPLETE;
}

static bool snapshot(struct world *world, struct server_counts *counts)
{
    if (server_counts_read(counts, &world->harness.wire))
        return true;
    world_fail_wire(world, "the books", world->harness.wire.err);
    return false;
}

static double own_cpu_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* What the server has to tell of itself when all have ended; its counts stand in the snapshot. */
static void look_back(struct world *world)
{
    struct wire *wire = &world->harness.wire;
    struct wire_reply keys = {0};
    world->memory_peak_bytes =
        (uint64_t)info_number(info_ask(wire, "memory"), "used_memory_peak", 0);
    if (wire_ask(wire, &keys, "DBSIZE") == OUTCOME_OK)
        world->keys_left = (uint64_t)keys.integer;
    else
        world_fail_wire(world, "the keys left behind", wire->err);
}

/* The last may have left while nobody looked: what the faults owe is settled all the same. */
static void heal(struct supervisor *s)
{
    struct world *world = s->world;
    faults_heal(&world->faults, world);
    while (world->result->status == RUN_COMPLETE && faults_are_active(&world->faults, false)) {
        futex_wait(&world->board->news, atomic_load(&world->board->news), AIM_EVERY_NS);
        every_now_and_then(s);
        faults_heal(&world->faults, world);
    }
}

static void supervise(struct supervisor *s)
{
    struct world *world = s->world;
    if (!wait_until_ready(s) || !snapshot(world, &world->before))
        return;
    world->sampler.owed_at_start = world->owed_at_start;
    double own_before = own_cpu_seconds();
    world->cpu_before_ns = server_cpu(world);
    faults_begin(&world->faults, world);
    cluster_open(&world->cluster);
    while (world->cluster.running > 0 || ending_is_far(world)) {
        go_on(s);
        every_now_and_then(s);
    }
    heal(s);
    world->ended_s = (double)board_now_ns(world->board) / 1e9;
    timeline_settle(&world->timeline, &world->cluster, board_now_ns(world->board));
    uint32_t dropped = world->timeline.dropped + world->faults.dropped;
    if (dropped > 0)
        run_add_reason(world->result, "%u events or faults more than a run can keep", dropped);
    /* Whoever has gone before the last round was due has left it undone. */
    if (world->result->status == RUN_COMPLETE)
        rounds_fall_due(&world->board->rounds, &world->board->ledger, UINT64_MAX);
    world->cpu_after_ns = server_cpu(world);
    world->harness_cpu_seconds = own_cpu_seconds() - own_before;
    sampler_take(&world->sampler, &world->cluster, world->cpu_after_ns, world->timeline.wanted);
    world->has_books = snapshot(world, &world->after);
    if (world->has_books)
        look_back(world);
}

void world_run(struct world *world)
{
    const struct run_options *options = world->options;
    struct supervisor s = {.world = world, .random = random_fork(world->plan.seed, UINT64_MAX)};
    bool started =
        cluster_start(&world->cluster, &world->plan, &world->shape.producers,
                      world->shape.instances, world->shape.instances_max, options->janitor);
    s.watches = calloc(world->cluster.count + 1, sizeof *s.watches);
    if (!started)
        world_fail(world, RUN_COULD_NOT, "%s", world->cluster.error);
    else if (s.watches == NULL ||
             !timeline_open(&world->timeline, world->scenario, world->shape.instances))
        world_fail(world, RUN_COULD_NOT, "out of memory");
    else
        supervise(&s);
    if (world->cluster.running > 0)
        board_stop(world->board, STOP_HARD);
    free(s.watches);
}
