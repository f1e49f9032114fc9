#include "sim/trial/sweep_world.h"

#include "sim/judge/audit.h"
#include "sim/judge/findings_fill.h"
#include "sim/judge/verdict.h"
#include "sim/machine/futex.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_NS (2 * NS_PER_MS) /* between two looks at a condition */
#define CENSUS_REST 15          /* a census is followed by that many times as long without one, */
#define CENSUS_REST_NS (50 * NS_PER_MS) /* or by this */
#define BOUND_NS (60 * NS_PER_S)        /* for any condition: more means that dibs is broken */
#define STALL_OF_A_LEASE 0.25 /* between two looks: no lease is kept on a machine this busy */

enum { FIRST, SECOND, HEALTHY, INSTANCES };

/* ---- waiting for conditions */

static struct cluster *cluster_of(struct sweep_world *w)
{
    return &w->world.cluster;
}

static struct slot *slot_of(struct sweep_world *w, uint32_t instance, enum seat_role role)
{
    const struct process *process = &cluster_of(w)->processes[instance];
    struct slot *slot = &w->world.board->slots[process->first_slot];
    while (slot->role != (uint32_t)role) /* every instance has a seat of each swept role */
        slot++;
    return slot;
}

typedef bool condition(struct sweep_world *w, const void *what);

/* False: interrupted, the server died, or the bound passed; the result says which. The longest time
 * between two looks is kept. */
static bool wait_for(struct sweep_world *w, condition *is_true, const void *what, const char *name)
{
    uint64_t now_ns = clock_ns(), deadline_ns = now_ns + BOUND_NS;
    w->held_up_ns = 0;
    for (;;) {
        uint64_t last_ns = now_ns;
        uint32_t news = atomic_load(&w->world.board->news);
        cluster_reap(cluster_of(w));
        bool now_true = is_true(w, what);
        now_ns = clock_ns();
        if (now_ns - last_ns > w->held_up_ns)
            w->held_up_ns = now_ns - last_ns;
        if (now_true)
            return true;
        if (world_is_interrupted(&w->world))
            world_fail(&w->world, RUN_INTERRUPTED, "interrupted");
        else if (server_has_died(&w->world.server))
            world_fail(&w->world, RUN_COULD_NOT, "%s", w->world.server.error);
        else if (now_ns > deadline_ns)
            world_fail(&w->world, RUN_COULD_NOT, "waited in vain until %s", name);
        if (w->result.status != RUN_COMPLETE)
            return false;
        futex_wait(&w->world.board->news, news, LOOK_NS);
    }
}

/* The same while seats hold, or could hold, leases that nothing but a busy machine lets lapse: what
 * comes of the world then depends on how long they were held up. */
static bool wait_on_leases(struct sweep_world *w, condition *is_true, const void *what,
                           const char *name)
{
    bool good = wait_for(w, is_true, what, name);
    double lease_ms = sweep_world_lease_ms(w->scenario);
    w->stalled |= lease_ms > 0 && (double)w->held_up_ns > STALL_OF_A_LEASE * lease_ms * 1e6;
    return good;
}

static bool is_ready(struct sweep_world *w, const void *what)
{
    (void)what;
    return cluster_is_ready(cluster_of(w));
}

/* The fault has come about, or its round has ended without it. */
static bool is_settled(struct sweep_world *w, const void *what)
{
    const struct fault_point *fault = what;
    const struct process *process = &cluster_of(w)->processes[fault->instance];
    const struct slot *slot = slot_of(w, fault->instance, (enum seat_role)fault->role);
    if (atomic_load(&slot->fault_hit) == 0)
        return counter_get(&slot->cycles) > 0 || process->state == PROCESS_DEAD;
    switch (fault->kind) {
    case FAULT_CRASH:
        return process->state == PROCESS_DEAD;
    case FAULT_PAUSE:
        return process_is_stopped(process);
    default:
        return true;
    }
}

struct ledger_view {
    bool served;     /* nothing is owed */
    bool residue;    /* an item, served or not, stands where somebody may find it */
    bool may_move;   /* something owed is where somebody may find it */
    uint64_t due_ms; /* the last deadline of a claim */
};

/* ---- what the census says while the world goes on */

struct looking {
    struct census census; /* first */
    struct sweep_world *w;
    struct ledger_view view;
};

static void look_at(struct census *census, uint64_t id, enum place place, uint64_t detail)
{
    struct looking *looking = (struct looking *)census;
    struct ledger_item *item = ledger_item(&looking->w->world.board->ledger, id);
    if (item == NULL || place == PLACE_DEAD)
        return;
    bool moves = place != PLACE_CLAIMED || detail > 0;
    looking->view.residue |= moves;
    looking->view.may_move |= ledger_is_owed(item) && moves;
    if (place == PLACE_CLAIMED && detail > looking->view.due_ms)
        looking->view.due_ms = detail;
}

static struct ledger_view look(struct sweep_world *w)
{
    struct looking looking = {.census.found = look_at, .w = w};
    struct sim_seat *harness = &w->world.harness;
    uint64_t begun_ns = clock_ns();
    looking.view.served = ledger_sum(&w->world.board->ledger).owed == 0;
    if (w->entry->strategy->census(&harness->seat, &looking.census) != OUTCOME_OK)
        world_fail(&w->world, RUN_COULD_NOT, "the census: %s", harness->wire.err);
    uint64_t ended_ns = clock_ns(), rest_ns = (ended_ns - begun_ns) * CENSUS_REST;
    w->census_after_ns = ended_ns + (rest_ns < CENSUS_REST_NS ? rest_ns : CENSUS_REST_NS);
    return looking.view;
}

static bool claims_are_due(struct sweep_world *w, const void *what)
{
    (void)what;
    return look(w).due_ms <= seat_unix_ms(&w->world.harness.seat);
}

/* Until when the world is given time to converge. */
struct horizon {
    uint64_t ns;              /* the lease (if any), its recovery and some rounds, thrice */
    uint64_t last_ns;         /* on a machine that is busy with other things */
    uint64_t cycles, upkeeps; /* of the healthy instance, which also has to have had its chance */
};

/* Who goes on once the world is broken. */
static uint32_t healer(const struct sweep_world *w)
{
    return w->survivor ? SECOND : HEALTHY;
}

static uint64_t rounds_of(struct sweep_world *w, enum seat_role role)
{
    const struct slot *slot = slot_of(w, healer(w), role);
    return slot != NULL ? counter_get(&slot->cycles) : 0;
}

static struct horizon horizon_from_now(struct sweep_world *w)
{
    w->quiet_after = UINT64_MAX;
    const struct strategy *strategy = w->entry->strategy;
    const struct seat *harness = &w->world.harness.seat;
    bool has_upkeep = strategy->upkeep != NULL;
    double upkeep_ms = has_upkeep ? (double)strategy->upkeep_ms(harness) : 0;
    double lease_ms = sweep_world_lease_ms(w->scenario);
    double span_ms = 3 * (lease_ms + upkeep_ms + 2 * (double)harness->cycle_ms) + 500;
    uint64_t now_ns = clock_ns(), span_ns = (uint64_t)(span_ms * 1e6);
    return (struct horizon){
        .ns = now_ns + span_ns,
        .last_ns = now_ns + 4 * span_ns,
        .cycles = rounds_of(w, SEAT_WORKER) + 4,
        .upkeeps = has_upkeep ? rounds_of(w, SEAT_UPKEEP) + 4 : 0,
    };
}

static bool is_beyond(struct sweep_world *w, const struct horizon *horizon)
{
    uint64_t now_ns = clock_ns();
    bool has_upkeep = horizon->upkeeps > 0; /* else there is no seat to ask */
    bool had_its_chance = rounds_of(w, SEAT_WORKER) >= horizon->cycles &&
                          (!has_upkeep || rounds_of(w, SEAT_UPKEEP) >= horizon->upkeeps);
    return now_ns > horizon->last_ns || (now_ns > horizon->ns && had_its_chance);
}

/* Served and nothing left behind; or what is owed is nowhere. One look may miss an item that moves
 * meanwhile, or that the healthy instance has in hand: all looks until it has ended that round and
 * a whole one do not. */
static bool has_converged(struct sweep_world *w, const void *what)
{
    if (clock_ns() < w->census_after_ns)
        return false;
    struct ledger_view view = look(w);
    uint64_t cycles = rounds_of(w, SEAT_WORKER);
    bool quiet = view.served ? !view.residue : !view.may_move;
    if (!quiet)
        w->quiet_after = UINT64_MAX;
    else if (w->quiet_after == UINT64_MAX)
        w->quiet_after = cycles + 2;
    return cycles >= w->quiet_after || is_beyond(w, what);
}

static bool has_ended_its_round(struct sweep_world *w, const void *what)
{
    const struct fault_point *fault = what;
    const struct slot *slot = slot_of(w, fault->instance, (enum seat_role)fault->role);
    return counter_get(&slot->cycles) > 0 || atomic_load(&slot->finished) != 0 ||
           cluster_of(w)->processes[fault->instance].state == PROCESS_DEAD;
}

/* ---- the steps of a point */

/* All three instances are started and connected; each waits to be let go. */
static bool start_all(struct sweep_world *w)
{
    const struct producer_plan nobody = {0};
    w->world.plan.faults = w->faults;
    w->world.plan.fault_count = w->fault_count;
    w->world.plan.carry_on = true;
    w->world.plan.standby = true;
    if (!cluster_start(cluster_of(w), &w->world.plan, &nobody, INSTANCES, INSTANCES,
                       w->options->janitor)) {
        world_fail(&w->world, RUN_COULD_NOT, "%s", cluster_of(w)->error);
        return false;
    }
    if (!wait_for(w, is_ready, NULL, "the instances were ready"))
        return false;
    cluster_open(cluster_of(w));
    return true;
}

/* The upkeep's sweep: instance 0 dies with its items in hand, and its claims become due. */
static bool leave_a_claim(struct sweep_world *w)
{
    cluster_release(cluster_of(w), FIRST, 2);
    return wait_on_leases(w, is_settled, &w->faults[1], "the first instance died") &&
           wait_for(w, claims_are_due, NULL, "its claims were due");
}

/* An upkeep is let go alone: a worker beside it could die with items in hand, which nobody would
 * tell from what the upkeep has lost. */
static void let_go(struct sweep_world *w, const struct fault_point *fault)
{
    struct slot *slot = slot_of(w, fault->instance, (enum seat_role)fault->role);
    if (fault->role == SEAT_WORKER) {
        cluster_release(cluster_of(w), fault->instance, 2);
        return;
    }
    slot->size = 2;
    slot_release(slot);
}

static bool break_it(struct sweep_world *w)
{
    bool upkeep = w->faults[0].role == SEAT_UPKEEP;
    w->faults[0].instance = upkeep ? SECOND : FIRST;
    w->faults[1] = (struct fault_point){.kind = FAULT_CRASH,
                                        .phase = FAULT_BEFORE_EFFECT,
                                        .instance = FIRST,
                                        .role = SEAT_WORKER,
                                        .nth = 1};
    w->fault_count = upkeep ? 2 : 1;
    if (!start_all(w) || (upkeep && !leave_a_claim(w)))
        return false;
    let_go(w, &w->faults[0]);
    if (!wait_on_leases(w, is_settled, &w->faults[0], "the fault had come about"))
        return false;
    w->struck_ns = board_now_ns(w->world.board);
    cluster_release(cluster_of(w), w->faults[0].instance, 2);
    return true;
}

/* Whoever was paused goes on now, and the history is told that it did nothing until then; whoever
 * was cut has gone on all the time. */
static void thaw(struct sweep_world *w)
{
    const struct process *victim = &cluster_of(w)->processes[w->faults[0].instance];
    if (w->faults[0].kind != FAULT_PAUSE || victim->state != PROCESS_RUNNING)
        return;
    const struct freeze freeze = {.process = w->faults[0].instance,
                                  .life = victim->lives - 1,
                                  .from_ns = w->struck_ns,
                                  .until_ns = board_now_ns(w->world.board)};
    deaths_add_freeze(&cluster_of(w)->deaths, &freeze);
    kill(victim->pid, SIGCONT);
}

static bool heal(struct sweep_world *w)
{
    struct horizon horizon = horizon_from_now(w);
    cluster_release(cluster_of(w), healer(w), w->survivor ? 2 : 1);
    if (!wait_on_leases(w, has_converged, &horizon, "the world had converged"))
        return false;
    if (w->faults[0].kind == FAULT_CRASH)
        return true;
    thaw(w);
    horizon = horizon_from_now(w);
    return wait_on_leases(w, has_ended_its_round, &w->faults[0],
                          "the broken instance had gone on") &&
           wait_on_leases(w, has_converged, &horizon, "the world had converged again");
}

static bool has_ended(struct sweep_world *w, const void *what)
{
    (void)what;
    return cluster_of(w)->running == 0;
}

static uint64_t redundant_refreshes(const struct ledger *ledger)
{
    struct ledger_sums sums = ledger_sum(ledger);
    return sums.done > sums.useful ? sums.done - sums.useful : 0; /* one died between the two */
}

static double recovery_s(struct sweep_world *w)
{
    uint64_t last_ns = 0;
    for (uint32_t i = 0; i < w->world.board->seats; i++) {
        uint64_t done_ns = counter_get(&w->world.board->slots[i].last_done_ns);
        last_ns = done_ns > last_ns ? done_ns : last_ns;
    }
    return last_ns > w->struck_ns ? (double)(last_ns - w->struck_ns) / 1e9 : NAN;
}

/* As a whole run is judged. */
static void judge_promises(struct sweep_world *w, struct sweep_point *point)
{
    struct run_result *result = &w->result;
    const struct ledger_sums sums = ledger_sum(&w->world.board->ledger);
    result->entry = w->entry;
    result->items = point->items;
    result->audited = true;
    result->refreshes.total = sums.done;
    result->refreshes.redundant = point->redundant;
    result->refreshes.beyond_marks = sums.beyond_marks;
    for (uint32_t i = 0; i < w->world.board->seats; i++)
        result->refreshes.overlaps += counter_get(&w->world.board->slots[i].tally.overlaps);
    findings_fill(&w->world, result);
    result->trustworthy = result->reason_count == 0;
    verdict_judge(w->scenario, result);
    point->findings = result->findings;
    memcpy(point->broken_promise, result->broken_promise, sizeof point->broken_promise);
}

static bool judge(struct sweep_world *w, struct sweep_point *point)
{
    bool alive[INSTANCES] = {false};
    struct sim_seat *harness = &w->world.harness;
    alive[healer(w)] = true;
    harness->seat.instances = w->survivor ? 2 : 1;
    w->world.doubts = doubts_settle(&w->world.board->ledger, &cluster_of(w)->deaths);
    w->world.ended_s = (double)board_now_ns(w->world.board) / 1e9;
    if (!audit_fates(harness, &w->world.board->ledger, alive, INSTANCES, &point->items)) {
        world_fail(&w->world, RUN_COULD_NOT, "the audit: %s", harness->wire.err);
        return false;
    }
    const struct slot *slot = slot_of(w, w->faults[0].instance, (enum seat_role)w->faults[0].role);
    memcpy(point->command, slot->fault_command, sizeof point->command);
    point->commands = slot->fault_commands;
    point->fault = w->faults[0];
    point->redundant = redundant_refreshes(&w->world.board->ledger);
    point->recovery_s = recovery_s(w);
    point->outcome = point->items.lost > 0                         ? SWEEP_LOST
                     : point->items.stranded > 0                   ? SWEEP_STRANDED
                     : point->items.refreshed < point->items.total ? SWEEP_UNFINISHED
                     : point->redundant > 0                        ? SWEEP_REDUNDANT
                                                                   : SWEEP_ONCE;
    judge_promises(w, point);
    if (w->result.reason_count > 0)
        world_fail(&w->world, RUN_COULD_NOT, "%s", w->result.reasons[0]);
    return w->result.status == RUN_COMPLETE;
}

static enum sweep_end run_point(struct sweep_world *w, struct sweep_point *point)
{
    if (!break_it(w))
        return SWEEP_END_FAILED;
    if (atomic_load(
            &slot_of(w, w->faults[0].instance, (enum seat_role)w->faults[0].role)->fault_hit) == 0)
        return SWEEP_END_NOT_REACHED;
    if (!heal(w))
        return SWEEP_END_FAILED;
    board_stop(w->world.board, STOP_SOFT);
    if (!wait_for(w, has_ended, NULL, "all instances had stopped") || !judge(w, point))
        return SWEEP_END_FAILED;
    return SWEEP_END_STRUCK;
}

enum sweep_end sweep_world_run(struct sweep_world *w, struct sweep_point *point)
{
    const struct world_shape shape = {.instances_max = INSTANCES, .seeded = 1};
    struct run_options quiet = *w->options;
    quiet.progress = NULL;
    quiet.trace_fd = -1;
    quiet.environment = NULL;
    w->faults[0] = point->fault;
    enum sweep_end end = SWEEP_END_FAILED;
    if (world_open(&w->world, w->scenario, &w->scenario->entries[0], &quiet, &shape, w->seed,
                   &w->result))
        end = run_point(w, point);
    world_close(&w->world);
    w->world.options = NULL; /* they end with this function */
    return end;
}
