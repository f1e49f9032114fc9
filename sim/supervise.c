/* Supervision of a world: from the first fork to the last reaped process. */
#include "sim/baton.h"
#include "sim/futex.h"
#include "sim/info.h"
#include "sim/random.h"
#include "sim/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define LOOK_EVERY_NS (5 * NS_PER_MS)   /* unless somebody tells us something earlier */
#define READY_WITHIN_NS (60 * NS_PER_S) /* all seats at the barrier */
#define HARD_STOP_WITHIN_NS (2 * NS_PER_S)
#define SOFT_STOP_WITHIN_NS (SEAT_GRACE_NS + 30 * NS_PER_S) /* a command may take its time-out */

/* What the supervisor remembers of each process to notice one that hangs. */
struct watch {
    uint64_t heartbeats, since_ns;
    uint32_t surprises_seen;
};

struct supervisor {
    struct world *world;
    struct watch *watches; /* one per process */
    uint64_t random;       /* of the baton */
    uint64_t next_sample_ns, next_watch_ns;
    uint64_t stop_asked_ns; /* real time; 0: not yet */
};

static const char *kind_name(const struct process *process)
{
    return process_kind_name(process->kind);
}

static void stop(struct supervisor *s, enum stop how)
{
    if (s->stop_asked_ns == 0 || how == STOP_HARD)
        s->stop_asked_ns = clock_ns();
    board_stop(s->world->board, how);
}

static void abort_run(struct supervisor *s)
{
    if (atomic_load(&s->world->board->stop) != STOP_HARD)
        stop(s, STOP_HARD);
}

/* ---- what can go wrong */

static void look_for_deaths(struct supervisor *s)
{
    struct cluster *cluster = &s->world->cluster;
    if (!cluster_reap(cluster))
        return;
    for (uint32_t i = 0; i < cluster->count; i++) {
        const struct process *process = &cluster->processes[i];
        if (s->watches[i].surprises_seen == process->surprises)
            continue;
        s->watches[i].surprises_seen = process->surprises;
        run_add_reason(s->world->result, "%s %u was ended by signal %d, which nobody ordered",
                       kind_name(process), process->number, process->death_signal);
    }
}

static const struct slot *errored_slot(const struct board *board)
{
    for (uint32_t i = 0; i < board->seats; i++)
        if (atomic_load(&board->slots[i].errored) != 0)
            return &board->slots[i];
    return NULL;
}

static void look_for_errors(struct supervisor *s)
{
    struct world *world = s->world;
    if (world->result->status != RUN_COMPLETE)
        return;
    const struct slot *slot = errored_slot(world->board);
    if (slot != NULL) {
        char who[32];
        const struct process *process = &world->cluster.processes[slot->process];
        snprintf(who, sizeof who, "%s %u", kind_name(process), process->number);
        world_fail_wire(world, who, slot->error);
        abort_run(s);
    } else if (server_has_died(&world->server)) {
        world_fail(world, RUN_COULD_NOT, "%s", world->server.error);
        abort_run(s);
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

static void look_for_hangs(struct supervisor *s, uint64_t now_ns)
{
    struct cluster *cluster = &s->world->cluster;
    uint64_t limit_ns = s->world->scenario->watchdog_ms * NS_PER_MS;
    for (uint32_t i = 0; i < cluster->count; i++) {
        struct process *process = &cluster->processes[i];
        struct watch *watch = &s->watches[i];
        uint64_t beats = heartbeats(s->world->board, process);
        bool moves = beats != watch->heartbeats || !is_busy(s->world->board, process);
        if (process->state != PROCESS_RUNNING || moves || watch->since_ns == 0) {
            watch->heartbeats = beats;
            watch->since_ns = now_ns;
        } else if (now_ns - watch->since_ns > limit_ns) {
            cluster_kill(cluster, process);
            watch->surprises_seen = process->surprises;
            run_add_reason(s->world->result,
                           "%s %u made no progress for %.0f s and was ended (watchdog)",
                           kind_name(process), process->number, (double)limit_ns / 1e9);
        }
    }
}

/* In lockstep the server's clock and ours are not the same: a time to live that could lapse on
 * either would make the run mean nothing. */
static void look_for_lapses(struct supervisor *s, uint64_t now_ns)
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
    abort_run(s);
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

/* ---- when it is over */

/* Events and scalers, while nothing has asked for the end. */
static void move_deployment(struct supervisor *s)
{
    struct world *world = s->world;
    struct cluster *cluster = &world->cluster;
    uint64_t now_ns = board_now_ns(world->board);
    bool begun = now_ns > 0 || world->board->lockstep;
    if (atomic_load(&world->board->stop) != STOP_NONE || !begun)
        return;
    timeline_advance(&world->timeline, cluster, now_ns);
    if (world->scenario->scaler.kind == SCALER_NONE || world->shape.instances == 0)
        return;
    const char *why;
    struct totals totals = sampler_totals(cluster, world->owed_at_start);
    uint32_t wanted =
        scaler_wanted(&world->scaler, cluster, &totals, world->timeline.wanted, now_ns, &why);
    timeline_scale(&world->timeline, cluster, wanted, 0, now_ns, why);
}

/* Nothing is owed but what was given up. */
static bool is_drained(const struct supervisor *s)
{
    const struct world *world = s->world;
    if (world->scenario->cycles != 0 || world->shape.instances == 0)
        return false;
    struct totals totals = sampler_totals(&world->cluster, world->owed_at_start);
    return totals.backlog <= totals.dead;
}

/* The timeline has yet to do something while there is a cycle to begin: it may start instances. */
static bool is_awaited(const struct world *world)
{
    const struct scenario *scenario = world->scenario;
    uint64_t next_ns = timeline_next_ns(&world->timeline);
    if (scenario->cycles == 0)
        return next_ns != UINT64_MAX;
    uint64_t cycle_ns = scenario_scaled_ns(scenario, scenario->cycle_ms);
    return next_ns <= (scenario->cycles - 1) * cycle_ns;
}

static void look_for_the_end(struct supervisor *s)
{
    const struct world *world = s->world;
    bool workers_finished =
        cluster_has_finished(&world->cluster, SEAT_WORKER) && !is_awaited(world);
    bool producers_finished = cluster_has_finished(&world->cluster, SEAT_PRODUCER);
    if (world->timeline.rolling_back)
        return;
    if ((workers_finished && producers_finished) || (producers_finished && is_drained(s)))
        if (atomic_load(&world->board->stop) == STOP_NONE)
            stop(s, STOP_SOFT);
}

/* What does not end in its time after a stop is ended. */
static void enforce_stop(struct supervisor *s, uint64_t now_ns)
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
                           kind_name(process), process->number);
    }
}

/* ---- the loop */

/* Of a server that is gone, what it had used when it was last asked. */
static uint64_t server_cpu(struct world *world)
{
    uint64_t ns;
    if (server_cpu_ns(&world->server, &world->harness.wire, &ns))
        world->cpu_after_ns = ns;
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
    look_for_deaths(s);
    look_for_errors(s);
    if (world->cluster.error[0] != '\0' && world->result->status == RUN_COMPLETE) {
        world_fail(world, RUN_COULD_NOT, "%s", world->cluster.error);
        abort_run(s);
    }
    look_for_lapses(s, now_ns);
    if (world_is_interrupted(world)) {
        world_fail(world, RUN_INTERRUPTED, "interrupted");
        abort_run(s);
    }
    enforce_stop(s, now_ns);
    if (now_ns >= s->next_sample_ns) {
        s->next_sample_ns = now_ns + SAMPLER_PERIOD_NS;
        sampler_take(&world->sampler, &world->cluster, server_cpu(world), world->timeline.wanted);
        world_tell(world, "running", progress_share(world),
                   (double)board_now_ns(world->board) / 1e9);
    }
    if (now_ns >= s->next_watch_ns) {
        s->next_watch_ns = now_ns + NS_PER_S / 4;
        look_for_hangs(s, now_ns);
    }
}

static bool is_dead(void *cluster, uint32_t seat)
{
    return cluster_seat_is_dead(cluster, seat);
}

/* Lets time pass: until something is told, or (lockstep) by passing the baton while it can be. */
static void go_on(struct supervisor *s)
{
    struct board *board = s->world->board;
    if (!board->lockstep) {
        uint32_t news = atomic_load(&board->news);
        follow_time(s);
        move_deployment(s);
        look_for_the_end(s);
        futex_wait(&board->news, news, LOOK_EVERY_NS);
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
        look_for_the_end(s);
        bool moves = atomic_load(&board->stop) == STOP_NONE;
        uint64_t next_ns = moves ? timeline_next_ns(&s->world->timeline) : UINT64_MAX;
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
        look_for_errors(s);
        if (cluster_reap(&world->cluster) && world->result->status == RUN_COMPLETE) {
            look_for_errors(s);
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

/* Nobody runs, but somebody is still to come. */
static bool is_coming_back(const struct world *world)
{
    return atomic_load(&world->board->stop) == STOP_NONE &&
           (is_awaited(world) || world->timeline.rolling_back);
}

static void supervise(struct supervisor *s)
{
    struct world *world = s->world;
    if (!wait_until_ready(s) || !snapshot(world, &world->before))
        return;
    world->sampler.owed_at_start = world->owed_at_start;
    double own_before = own_cpu_seconds();
    world->cpu_before_ns = server_cpu(world);
    cluster_open(&world->cluster);
    while (world->cluster.running > 0 || is_coming_back(world)) {
        go_on(s);
        every_now_and_then(s);
    }
    timeline_settle(&world->timeline, &world->cluster, board_now_ns(world->board));
    /* Whoever has gone before the last round was due has left it undone. */
    if (world->result->status == RUN_COMPLETE)
        rounds_fall_due(&world->board->rounds, &world->board->ledger, UINT64_MAX);
    world->cpu_after_ns = server_cpu(world);
    world->harness_cpu_seconds = own_cpu_seconds() - own_before;
    sampler_take(&world->sampler, &world->cluster, world->cpu_after_ns, world->timeline.wanted);
    world->has_books = snapshot(world, &world->after);
    if (world->has_books)
        world->memory_peak_bytes =
            (uint64_t)info_number(info_ask(&world->harness.wire, "memory"), "used_memory_peak", 0);
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
