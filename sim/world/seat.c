#include "sim/world/seat_internal.h"

#include "sim/machine/futex.h"
#include "sim/machine/random.h"
#include "sim/scenario/variables.h"
#include "sim/world/baton.h"
#include "sim/world/seat_journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Added to the number in the name of an instance that came back under another one. */
enum { RENAMED = 5000 };

enum { CONNECT_TIMEOUT_MS = 10000, COMMAND_TIMEOUT_MS = 30000 };

static void scale_values(struct sim_seat *seat)
{
    const struct entry *entry = seat->plan->entry;
    double scale = seat->plan->scenario->time_scale;
    for (unsigned i = 0; entry->strategy->parameters[i].name != NULL; i++)
        if (entry->strategy->parameters[i].type == PARAMETER_DURATION)
            seat->values[i] = (int64_t)((double)seat->values[i] / scale);
}

bool seat_load_scripts(struct sim_seat *seat)
{
    const struct wire_script *const *scripts = seat->plan->entry->strategy->scripts;
    for (; scripts != NULL && *scripts != NULL; scripts++)
        if (wire_load(&seat->wire, *scripts) != OUTCOME_OK)
            return false;
    return true;
}

bool seat_is_connected(struct sim_seat *seat)
{
    if (!seat->wire.broken)
        return true;
    if (!seat->plan->carry_on)
        return false;
    seat_journal_give_up(seat); /* no answer on the new connection is one to that */
    if (!wire_reopen(&seat->wire))
        return false;
    if (!seat_load_scripts(seat)) /* not yet: a server that loads its data refuses */
        seat->wire.broken = true;
    return !seat->wire.broken;
}

static bool is_harness(const struct seat_plan *plan, uint32_t index)
{
    return plan->board == NULL || index >= plan->board->seats;
}

static bool keeps_up(const struct scenario *scenario, const struct entry *entry,
                     const struct slot *slot)
{
    bool first_worker = slot->role == SEAT_WORKER && slot->worker == 0;
    return slot->role == SEAT_UPKEEP || (first_worker && entry->strategy->upkeep != NULL &&
                                         !scenario_has_upkeep_seat(scenario, entry));
}

/* Another one in each life: a token that one has drawn for itself alone the next must not draw. */
static uint64_t random_of(const struct seat_plan *plan, uint32_t index)
{
    uint64_t random = random_fork(plan->seed, index);
    uint32_t life = is_harness(plan, index) ? 0 : plan->board->slots[index].life;
    return life == 0 ? random : random_fork(random, life);
}

void seat_describe(struct sim_seat *seat, const struct seat_plan *plan, uint32_t index)
{
    const struct scenario *scenario = plan->scenario;
    bool harness = is_harness(plan, index);
    *seat = (struct sim_seat){
        .plan = plan,
        .slot = harness ? NULL : &plan->board->slots[index],
        .index = index,
        .random = random_of(plan, index),
        .deadline_ns = UINT64_MAX,
        .statement_ns =
            (uint64_t)((double)(scenario->refresh.statement_us * NS_PER_US) / scenario->time_scale),
    };
    uint32_t instance = harness ? UINT32_MAX : seat->slot->instance;
    uint64_t cycle_ms;
    variables_apply(scenario, plan->entry, instance, seat->values, &cycle_ms);
    scale_values(seat);
    instance = harness ? 0 : instance;
    bool renamed = !harness && seat->slot->renamed != 0;
    const char *host = harness || renamed ? NULL : variables_host(scenario, instance);
    if (host != NULL)
        snprintf(seat->host, sizeof seat->host, "%s", host);
    else
        deployment_host(scenario->deployment, plan->seed, renamed ? instance + RENAMED : instance,
                        harness ? 0 : seat->slot->life, seat->host);
    seat->seat = (struct seat){
        .wire = &seat->wire,
        .values = seat->values,
        .ops = harness ? &seat_harness_ops : &seat_worker_ops,
        .prefix = plan->server->prefix,
        .vendor = scenario->vendor,
        .host = seat->host,
        .instance = instance,
        .instances = harness ? scenario_instances(scenario, plan->entry) : seat->slot->size,
        .worker = harness ? 0 : seat->slot->worker,
        .workers = scenario_workers(scenario, plan->entry),
        .keeps_up = !harness && keeps_up(scenario, plan->entry, seat->slot),
        .first_id = board_first_id(scenario->items),
        .items = scenario->items,
        .cycle_ms = (uint64_t)((double)cycle_ms / scenario->time_scale),
        .time_scaled = scenario->time_scale != 1,
        .legacy = !harness && seat->slot->legacy != 0,
    };
    seat->cycle_ns = scenario_scaled_ns(scenario, cycle_ms);
    seat->upkeep.due_ns = UINT64_MAX;
}

bool seat_open(struct sim_seat *seat, const struct seat_plan *plan, uint32_t index,
               struct wire_meter *meter, void *shared)
{
    const struct strategy *strategy = plan->entry->strategy;
    bool harness = is_harness(plan, index);
    seat_describe(seat, plan, index);
    seat->seat.shared = shared;
    seat_prepare_hooks(seat, harness);
    struct wire_options options = {CONNECT_TIMEOUT_MS, COMMAND_TIMEOUT_MS,
                                   .identified = !harness && scenario_identifies(plan->scenario)};
    /* What precedes the barrier waits for no turn. What a late seat says then is counted by the
     * server after the start, so it is timed like everything else. */
    bool late = !harness && atomic_load(&plan->board->open) != 0;
    /* A silent strategy's instances and producers say nothing; who watches or helps does. */
    bool silent = strategy->silent && !harness &&
                  (seat->slot->role == SEAT_WORKER || seat->slot->role == SEAT_UPKEEP ||
                   seat->slot->role == SEAT_PRODUCER);
    if (!silent && (!wire_open(&seat->wire, &plan->server->address, options, meter,
                               late ? &seat->timing : NULL) ||
                    !seat_load_scripts(seat)))
        return false;
    seat->seat.state = calloc(1, strategy->state_size + 1);
    if (seat->seat.state == NULL)
        return wire_fail(&seat->wire, "out of memory") == OUTCOME_OK;
    if (strategy->open != NULL && !strategy->open(&seat->seat))
        return false;
    if (strategy->cycle_ms != NULL) {
        seat->seat.cycle_ms = strategy->cycle_ms(&seat->seat);
        seat->cycle_ns = seat->seat.cycle_ms * NS_PER_MS;
    }
    seat->wire.hooks = &seat->hooks;
    return true;
}

void seat_close(struct sim_seat *seat)
{
    const struct strategy *strategy = seat->plan->entry->strategy;
    if (seat->seat.state != NULL && strategy->close != NULL)
        strategy->close(&seat->seat);
    free(seat->seat.state);
    seat->seat.state = NULL;
    wire_close(&seat->wire);
}

/* Ready to go, but not yet let go: no start-up stands between a fault and what comes after it. */
static bool stand_by(struct sim_seat *seat)
{
    struct slot *slot = seat->slot;
    uint32_t wake = atomic_load(&slot->wake);
    while (atomic_load(&slot->released) == 0) {
        if (seat_is_asked_to_stop(seat))
            return false;
        futex_wait(&slot->wake, wake, NS_PER_S / 10);
        wake = atomic_load(&slot->wake);
    }
    seat->seat.instances = slot->size;
    seat->late = true;
    return true;
}

bool seat_barrier(struct sim_seat *seat)
{
    struct board *board = seat->plan->board;
    /* What precedes the common start is not counted; who joins later is counted from its first
     * command on, as the server does. */
    seat->late = atomic_load(&board->open) != 0;
    if (!seat->late)
        wire_meter_reset(&seat->slot->meter);
    atomic_fetch_add(&board->ready, 1);
    board_tell(board);
    while (atomic_load(&board->open) == 0) {
        if (seat_is_asked_to_stop(seat))
            return false;
        futex_wait(&board->open, 0, NS_PER_S / 10);
    }
    counter_set(&seat->slot->joined_ns, board_now_ns(board));
    if (seat->plan->standby && !stand_by(seat))
        return false;
    atomic_store(&seat->slot->up, 1);
    uint64_t now_ns = board_now_ns(board);
    counter_set(&seat->slot->joined_ns, now_ns > 0 ? now_ns : 1);
    return seat_wait_until(seat, 0);
}

bool seat_wait_until(struct sim_seat *seat, uint64_t ns)
{
    struct board *board = seat->plan->board;
    if (board->lockstep) {
        baton_wait_until(board, seat->slot, ns);
        return !seat_is_asked_to_stop(seat);
    }
    uint64_t due = atomic_load(&board->start_ns) + ns;
    uint32_t wake = atomic_load(&seat->slot->wake);
    for (uint64_t now = clock_ns(); now < due && !seat_is_asked_to_stop(seat); now = clock_ns()) {
        futex_wait(&seat->slot->wake, wake, due - now);
        wake = atomic_load(&seat->slot->wake);
    }
    return !seat_is_asked_to_stop(seat);
}

void seat_finish(struct sim_seat *seat, enum outcome outcome)
{
    struct slot *slot = seat->slot;
    if (outcome == OUTCOME_FAILED || outcome == OUTCOME_UNKNOWN) {
        memcpy(slot->error, seat->wire.err, sizeof slot->error);
        atomic_store(&slot->errored, 1);
    }
    counter_set(&slot->finished_ns, board_now_ns(seat->plan->board));
    slot_leave(seat->plan->board, slot);
    atomic_store(&slot->finished, 1);
    if (seat->plan->board->lockstep)
        baton_leave(seat->plan->board, slot);
    board_tell(seat->plan->board);
}
