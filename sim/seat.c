#include "sim/seat.h"

#include "sim/baton.h"
#include "sim/database.h"
#include "sim/fan_out.h"
#include "sim/futex.h"
#include "sim/random.h"
#include "sim/variables.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECT_TIMEOUT_MS = 10000, COMMAND_TIMEOUT_MS = 30000 };

static struct sim_seat *sim_of(struct seat *seat)
{
    return (struct sim_seat *)(void *)seat;
}

static void beat(struct sim_seat *seat)
{
    counter_add(&seat->slot->heartbeat, 1);
}

/* ---- stopping */

/* A stop was asked for, or the round's bound is over, at least `grace_ns` ago. */
static bool is_over(const struct sim_seat *seat, uint64_t grace_ns)
{
    const struct board *board = seat->plan->board;
    uint32_t all = atomic_load_explicit(&board->stop, memory_order_relaxed);
    uint32_t own = atomic_load_explicit(&seat->slot->stop, memory_order_relaxed);
    if (all == STOP_HARD || own == STOP_HARD)
        return true;
    uint64_t over_ns = seat->deadline_ns;
    if (all != STOP_NONE && atomic_load(&board->stop_ns) < over_ns)
        over_ns = atomic_load(&board->stop_ns);
    if (own != STOP_NONE && atomic_load(&seat->slot->stop_ns) < over_ns)
        over_ns = atomic_load(&seat->slot->stop_ns);
    return over_ns != UINT64_MAX && board_now_ns(board) >= over_ns + grace_ns;
}

/* A stop of any kind was asked for. */
static bool is_asked_to_stop(const struct sim_seat *seat)
{
    return atomic_load(&seat->plan->board->stop) != STOP_NONE ||
           atomic_load(&seat->slot->stop) != STOP_NONE;
}

static bool op_stopping(struct seat *seat)
{
    return is_over(sim_of(seat), 0);
}

/* ---- what wire asks */

/* ---- breaking on purpose */

static const struct fault_point *find_fault(const struct sim_seat *seat)
{
    const struct slot *slot = seat->slot;
    for (uint32_t i = 0; slot != NULL && i < seat->plan->fault_count; i++) {
        const struct fault_point *fault = &seat->plan->faults[i];
        bool first = fault->role != SEAT_WORKER || slot->worker == 0;
        if (fault->instance == slot->instance && fault->role == slot->role && first)
            return fault;
    }
    return NULL;
}

/* The fault of this seat strikes if it is due here, in its first round; only once. */
static void strike(struct sim_seat *seat, enum fault_phase phase, uint32_t nth, const char *name)
{
    const struct fault_point *fault = seat->fault;
    struct slot *slot = seat->slot;
    bool first_round = counter_get(&slot->cycles) == 0;
    if (fault->phase != phase || fault->nth != nth || !first_round ||
        atomic_load(&slot->fault_hit) != 0)
        return;
    snprintf(slot->fault_command, sizeof slot->fault_command, "%s", name);
    atomic_store(&slot->fault_hit, 1);
    board_tell(seat->plan->board);
    fault_apply(fault->kind, &seat->wire);
}

static void at_point(void *context, enum wire_point point, struct wire *wire)
{
    static const enum fault_phase phases[] = {
        [WIRE_HALF_SENT] = FAULT_HALF_SENT,
        [WIRE_UNREAD] = FAULT_UNREAD,
        [WIRE_ANSWERED] = FAULT_AFTER_REPLY,
    };
    struct sim_seat *seat = context;
    strike(seat, phases[point], seat->commands, wire_batch_name(wire));
}

static enum outcome before_command(void *context, const char *name, unsigned commands)
{
    (void)commands;
    struct sim_seat *seat = context;
    struct board *board = seat->plan->board;
    beat(seat);
    if (is_over(seat, SEAT_GRACE_NS))
        return OUTCOME_STOP;
    if (board->lockstep && !baton_command(board, seat->slot))
        return OUTCOME_STOP;
    seat->side = atomic_load_explicit(&board->side, memory_order_relaxed);
    if (seat->fault != NULL)
        strike(seat, FAULT_BEFORE_SEND, ++seat->commands, name);
    return OUTCOME_OK;
}

static void after_reply(void *context, unsigned row, uint64_t latency_ns)
{
    struct sim_seat *seat = context;
    struct slot *slot = seat->slot;
    hist_record(&slot->latency[row], latency_ns);
    if (seat->side != SIDE_NONE && (slot->role == SEAT_WORKER || slot->role == SEAT_UPKEEP))
        hist_record(&slot->sides[seat->side], latency_ns);
}

static bool harness_in_a_hurry(void *context)
{
    const struct sim_seat *seat = context;
    return seat->interrupted != NULL && *seat->interrupted != 0;
}

/* ---- what strategies ask */

void seat_spend(struct sim_seat *seat, uint64_t ns)
{
    struct board *board = seat->plan->board;
    if (board->lockstep) {
        baton_wait_until(board, seat->slot, board_now_ns(board) + ns);
        return;
    }
    struct timespec time = {.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S)};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}

static void spend_statement(void *context)
{
    struct sim_seat *seat = context;
    seat_spend(seat, seat->statement_ns);
}

static void step(struct slot *slot, enum step_phase phase, uint64_t index)
{
    atomic_store_explicit(&slot->step, (uint64_t)phase << 56 | index, memory_order_relaxed);
}

static void completed(struct slot *slot, uint64_t now_ns)
{
    if (counter_get(&slot->first_done_ns) == 0)
        counter_set(&slot->first_done_ns, now_ns);
    counter_set(&slot->last_done_ns, now_ns);
}

/* The work of one item as the database does it when nobody interferes. */
static uint64_t work_ns(const struct sim_seat *seat)
{
    return DATABASE_STATEMENTS * seat->statement_ns;
}

/* The caller gives up in the middle; what was under way in the database changes nothing. */
static enum database_result run_into_limit(struct sim_seat *seat, uint64_t limit_ns)
{
    counter_add(&seat->slot->tally.statements, limit_ns / seat->statement_ns);
    seat_spend(seat, limit_ns);
    return DATABASE_GAVE_UP;
}

static enum refresh work_on(struct sim_seat *seat, struct ledger_item *item, uint32_t token,
                            uint64_t limit_ns, const struct fan_out *fan_out)
{
    struct slot *slot = seat->slot;
    struct tally *tally = &slot->tally;
    struct board *board = seat->plan->board;
    uint64_t index = (uint64_t)(item - board->ledger.items);
    uint32_t version = 0;
    double failures = seat->plan->scenario->refresh.failures;

    bool breaks = seat->fault != NULL;
    step(slot, STEP_BEGUN, index);
    ledger_begin(item, tally, seat->index);
    if (breaks)
        strike(seat, FAULT_BEFORE_EFFECT, ++seat->effects, "refresh");
    struct database database = {
        .tally = tally,
        .spend = seat->statement_ns > 0 ? spend_statement : NULL,
        .context = seat,
    };
    uint64_t now_ns = board_now_ns(board);
    enum database_result written = DATABASE_GAVE_UP;
    if (fan_out != NULL)
        written = fan_out_run(seat, fan_out, item, &version);
    else if (work_ns(seat) > limit_ns)
        written = run_into_limit(seat, limit_ns);
    else if (failures == 0 || random_unit(&seat->random) >= failures)
        written = database_refresh(&database, item, token, now_ns, &version);
    if (seat->statement_ns > 0)
        counter_add(&slot->work_ns, board_now_ns(board) - now_ns);
    if (written != DATABASE_DONE) {
        ledger_failed(item, tally, seat->index);
        step(slot, STEP_IDLE, 0);
        return written == DATABASE_FENCED ? REFRESH_FENCED : REFRESH_FAILED;
    }
    step(slot, STEP_APPLYING, index);
    if (seat->statement_ns > 0)
        now_ns = board_now_ns(board);
    ledger_done(item, tally, seat->index, version, now_ns, &slot->delay);
    step(slot, STEP_IDLE, 0);
    completed(slot, now_ns);
    if (breaks)
        strike(seat, FAULT_AFTER_EFFECT, seat->effects, "refresh");
    return REFRESH_DONE;
}

static enum refresh refresh(struct sim_seat *seat, uint64_t id, uint32_t token, uint64_t limit_ns)
{
    if (is_over(seat, 0))
        return REFRESH_STOP;
    beat(seat);
    struct tally *tally = &seat->slot->tally;
    uint64_t held = counter_get(&tally->held);
    if (held > 0)
        counter_set(&tally->held, held - 1);
    struct ledger_item *item = ledger_item(&seat->plan->board->ledger, id);
    if (item == NULL) {
        counter_add(&tally->gone, 1);
        return REFRESH_GONE;
    }
    return work_on(seat, item, token, limit_ns, NULL);
}

static enum refresh op_refresh(struct seat *base, uint64_t id, uint32_t token)
{
    return refresh(sim_of(base), id, token, UINT64_MAX);
}

static enum refresh op_refresh_within(struct seat *base, uint64_t id, uint64_t limit_ms)
{
    return refresh(sim_of(base), id, 0, limit_ms * NS_PER_MS);
}

static bool op_is_owed(struct seat *base, uint64_t id)
{
    const struct ledger_item *item = ledger_item(&sim_of(base)->plan->board->ledger, id);
    return item != NULL && ledger_is_owed(item);
}

static bool op_round_now(struct seat *base, uint32_t task, uint64_t *round)
{
    const struct board *board = sim_of(base)->plan->board;
    return rounds_now(&board->rounds, task, board_now_ns(board), round);
}

static enum refresh op_run_round(struct seat *base, uint32_t task, uint64_t round,
                                 const struct fan_out *fan_out)
{
    struct sim_seat *seat = sim_of(base);
    const struct board *board = seat->plan->board;
    if (is_over(seat, 0))
        return REFRESH_STOP;
    beat(seat);
    struct ledger_item *item =
        rounds_take(&board->rounds, &board->ledger, task, round, &seat->slot->tally);
    if (item == NULL) {
        counter_add(&seat->slot->tally.gone, 1);
        return REFRESH_GONE;
    }
    enum refresh refresh = work_on(seat, item, 0, UINT64_MAX, fan_out);
    return refresh == REFRESH_FAILED && is_over(seat, 0) ? REFRESH_STOP : refresh;
}

static uint64_t op_unix_ms(struct seat *base)
{
    const struct board *board = sim_of(base)->plan->board;
    return SEAT_EPOCH_MS + (board != NULL ? board_now_ns(board) / NS_PER_MS : 0);
}

static uint64_t op_random(struct seat *base)
{
    return random_next(&sim_of(base)->random);
}

static void trace(struct sim_seat *seat, enum event event, uint64_t n)
{
    static const char *const names[EVENT_KINDS] = {
        [EVENT_CLAIMED] = "claimed",   [EVENT_ACQUIRED] = "acquired",   [EVENT_SKIPPED] = "skipped",
        [EVENT_RELEASED] = "released", [EVENT_RECOVERED] = "recovered", [EVENT_DEAD] = "dead",
        [EVENT_LEADING] = "leading",
    };
    const struct slot *slot = seat->slot;
    char line[320];
    int len = snprintf(
        line, sizeof line,
        "{\"contender\":\"%s\",\"repeat\":%llu,\"t_s\":%.6f,\"instance\":%u,\"life\":%u,"
        "\"seat\":%u,\"role\":\"%s\",\"cycle\":%llu,\"event\":\"%s\",\"items\":%llu}\n",
        seat->plan->entry->label,
        (unsigned long long)(seat->plan->seed - seat->plan->scenario->seed + 1),
        (double)board_now_ns(seat->plan->board) / 1e9, slot->instance, slot->life, slot->worker,
        slot->role == SEAT_UPKEEP ? "upkeep" : "worker",
        (unsigned long long)counter_get(&slot->cycles), names[event], (unsigned long long)n);
    /* One write of an O_APPEND file: lines of many processes do not mix. */
    ssize_t written = write(seat->plan->trace_fd, line, (size_t)len);
    if (written != len)
        atomic_store(&seat->slot->trace_errno, (uint32_t)(written < 0 ? errno : ENOSPC));
}

/* The instance leads, whichever of its seats found out. */
static void lead(struct sim_seat *seat, bool leads)
{
    struct slot *first = seat->slot - seat->slot->worker;
    if (atomic_exchange(&first->leading, leads) == leads)
        return;
    counter_add(&seat->slot->elected, leads);
    board_tell(seat->plan->board);
}

static void op_event(struct seat *base, enum event event, uint64_t n)
{
    struct sim_seat *seat = sim_of(base);
    struct slot *slot = seat->slot;
    beat(seat);
    if (event == EVENT_CLAIMED) {
        counter_add(&slot->tally.held, n);
        counter_add(&slot->tally.claimed, n);
    } else if (event == EVENT_ACQUIRED) {
        counter_add(&slot->entered, 1);
    } else if (event == EVENT_SKIPPED) {
        counter_add(&slot->skipped, 1);
    } else if (event == EVENT_LEADING) {
        lead(seat, n != 0);
    } else if (event == EVENT_DEAD) {
        counter_add(&slot->tally.dead, n);
    }
    if (seat->plan->trace_fd >= 0)
        trace(seat, event, n);
}

/* The harness's own seat marks and takes the census; it has nothing to refresh. */
static enum refresh harness_refresh(struct seat *seat, uint64_t id, uint32_t token)
{
    (void)seat, (void)id, (void)token;
    return REFRESH_STOP;
}

static enum refresh harness_refresh_within(struct seat *seat, uint64_t id, uint64_t limit_ms)
{
    (void)seat, (void)id, (void)limit_ms;
    return REFRESH_STOP;
}

static bool harness_stopping(struct seat *seat)
{
    (void)seat;
    return false;
}

static void harness_event(struct seat *seat, enum event event, uint64_t n)
{
    (void)seat, (void)event, (void)n;
}

static bool harness_round_now(struct seat *seat, uint32_t task, uint64_t *round)
{
    (void)seat, (void)task, (void)round;
    return false;
}

static enum refresh harness_run_round(struct seat *seat, uint32_t task, uint64_t round,
                                      const struct fan_out *fan_out)
{
    (void)seat, (void)task, (void)round, (void)fan_out;
    return REFRESH_STOP;
}

static const struct seat_ops ops = {
    .refresh = op_refresh,
    .refresh_within = op_refresh_within,
    .is_owed = op_is_owed,
    .unix_ms = op_unix_ms,
    .random = op_random,
    .stopping = op_stopping,
    .event = op_event,
    .round_now = op_round_now,
    .run_round = op_run_round,
};
static const struct seat_ops harness_ops = {
    .refresh = harness_refresh,
    .refresh_within = harness_refresh_within,
    .is_owed = op_is_owed,
    .unix_ms = op_unix_ms,
    .random = op_random,
    .stopping = harness_stopping,
    .event = harness_event,
    .round_now = harness_round_now,
    .run_round = harness_run_round,
};

/* ---- life */

static void scale_values(struct sim_seat *seat)
{
    const struct entry *entry = seat->plan->entry;
    double scale = seat->plan->scenario->time_scale;
    for (unsigned i = 0; entry->strategy->parameters[i].name != NULL; i++)
        if (entry->strategy->parameters[i].type == PARAMETER_DURATION)
            seat->values[i] = (int64_t)((double)seat->values[i] / scale);
}

static bool load_scripts(struct sim_seat *seat)
{
    const struct wire_script *const *scripts = seat->plan->entry->strategy->scripts;
    for (; scripts != NULL && *scripts != NULL; scripts++)
        if (wire_load(&seat->wire, *scripts) != OUTCOME_OK)
            return false;
    return true;
}

static bool is_harness(const struct seat_plan *plan, uint32_t index)
{
    return plan->board == NULL || index >= plan->board->seats;
}

void seat_describe(struct sim_seat *seat, const struct seat_plan *plan, uint32_t index)
{
    const struct scenario *scenario = plan->scenario;
    bool harness = is_harness(plan, index);
    *seat = (struct sim_seat){
        .plan = plan,
        .slot = harness ? NULL : &plan->board->slots[index],
        .index = index,
        .random = random_fork(plan->seed, index),
        .deadline_ns = UINT64_MAX,
        .statement_ns =
            (uint64_t)((double)(scenario->refresh.statement_us * NS_PER_US) / scenario->time_scale),
    };
    uint32_t instance = harness ? UINT32_MAX : seat->slot->instance;
    uint64_t cycle_ms;
    variables_apply(scenario, plan->entry, instance, seat->values, &cycle_ms);
    scale_values(seat);
    instance = harness ? 0 : instance;
    deployment_host(scenario->deployment, plan->seed, instance, harness ? 0 : seat->slot->life,
                    seat->host);
    seat->seat = (struct seat){
        .wire = &seat->wire,
        .values = seat->values,
        .ops = harness ? &harness_ops : &ops,
        .prefix = plan->server->prefix,
        .vendor = scenario->vendor,
        .host = seat->host,
        .instance = instance,
        .instances = harness ? scenario_instances(scenario, plan->entry) : seat->slot->size,
        .worker = harness ? 0 : seat->slot->worker,
        .workers = scenario_workers(scenario, plan->entry),
        .first_id = board_first_id(scenario->items),
        .items = scenario->items,
        .cycle_ms = (uint64_t)((double)cycle_ms / scenario->time_scale),
        .time_scaled = scenario->time_scale != 1,
        .legacy = !harness && seat->slot->legacy != 0,
    };
    seat->cycle_ns = scenario_scaled_ns(scenario, cycle_ms);
}

bool seat_open(struct sim_seat *seat, const struct seat_plan *plan, uint32_t index,
               struct wire_meter *meter, void *shared)
{
    const struct strategy *strategy = plan->entry->strategy;
    bool harness = is_harness(plan, index);
    seat_describe(seat, plan, index);
    seat->seat.shared = shared;
    seat->fault = harness ? NULL : find_fault(seat);
    seat->hooks = (struct wire_hooks){
        .context = seat,
        .before = before_command,
        .replied = after_reply,
        .at = seat->fault != NULL ? at_point : NULL,
    };
    struct wire_options options = {CONNECT_TIMEOUT_MS, COMMAND_TIMEOUT_MS};
    /* What precedes the barrier waits for no turn. What a late seat says then is counted by the
     * server after the start, so it is timed like everything else. */
    bool late = !harness && atomic_load(&plan->board->open) != 0;
    seat->timing = (struct wire_hooks){.context = seat, .replied = after_reply};
    bool speaks = harness || !strategy->silent;
    if (speaks && (!wire_open(&seat->wire, &plan->server->address, options, meter,
                              late ? &seat->timing : NULL) ||
                   !load_scripts(seat)))
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
    if (harness)
        seat->hooks = (struct wire_hooks){.context = seat, .in_a_hurry = harness_in_a_hurry};
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
    while (atomic_load(&slot->released) == 0) {
        if (is_asked_to_stop(seat))
            return false;
        futex_wait(&slot->released, 0, NS_PER_S / 10);
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
        if (is_asked_to_stop(seat))
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
        return !is_asked_to_stop(seat);
    }
    uint64_t due = atomic_load(&board->start_ns) + ns;
    uint32_t wake = atomic_load(&seat->slot->wake);
    for (uint64_t now = clock_ns(); now < due && !is_asked_to_stop(seat); now = clock_ns()) {
        futex_wait(&seat->slot->wake, wake, due - now);
        wake = atomic_load(&seat->slot->wake);
    }
    return !is_asked_to_stop(seat);
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

/* When this instance wakes within a cycle. */
static uint64_t wake_offset_ns(const struct sim_seat *seat)
{
    const struct scenario *scenario = seat->plan->scenario;
    uint32_t instance = seat->slot->instance;
    switch (scenario->wake) {
    case WAKE_SPREAD:
        return scenario_scaled_ns(scenario, scenario->cycle_ms) * instance / scenario->instances;
    case WAKE_GIVEN:
        return scenario_scaled_ns(scenario, scenario->wake_ms[instance]);
    case WAKE_ALIGNED:
        break;
    }
    return 0;
}

/* The last round begins no later than this. */
static uint64_t last_begin_ns(const struct sim_seat *seat, uint64_t offset_ns)
{
    const struct scenario *scenario = seat->plan->scenario;
    if (scenario->cycles == 0)
        return UINT64_MAX;
    return offset_ns + (scenario->cycles - 1) * scenario_scaled_ns(scenario, scenario->cycle_ms);
}

static enum outcome run_round(struct sim_seat *seat, uint64_t cycle_ns)
{
    const struct scenario *scenario = seat->plan->scenario;
    struct slot *slot = seat->slot;
    uint64_t begin_ns = board_now_ns(seat->plan->board);
    uint64_t begun = counter_get(&slot->tally.begun);
    if (scenario->round_bound_ms > 0)
        seat->deadline_ns = begin_ns + scenario_scaled_ns(scenario, scenario->round_bound_ms);
    atomic_store(&slot->in_round, 1);
    enum outcome outcome = seat->plan->entry->strategy->cycle(&seat->seat);
    atomic_store(&slot->in_round, 0);
    seat->deadline_ns = UINT64_MAX;
    counter_set(&slot->tally.held, 0);
    counter_add(&slot->cycles, 1);
    uint64_t took_ns = board_now_ns(seat->plan->board) - begin_ns;
    if (counter_get(&slot->tally.begun) > begun)
        hist_record(&slot->round, took_ns);
    if (took_ns > cycle_ns)
        counter_add(&slot->overruns, 1);
    return outcome;
}

/* Published clients log a failed round, connect anew and go on with the next one. */
static enum outcome carry_on(struct sim_seat *seat, enum outcome outcome)
{
    if (!seat->plan->carry_on || (outcome != OUTCOME_FAILED && outcome != OUTCOME_UNKNOWN))
        return outcome;
    if (seat->wire.broken && !wire_reopen(&seat->wire))
        return outcome;
    return OUTCOME_OK;
}

static enum outcome leave(struct sim_seat *seat)
{
    const struct strategy *strategy = seat->plan->entry->strategy;
    return strategy->leave != NULL ? strategy->leave(&seat->seat) : OUTCOME_OK;
}

void seat_run_cycles(struct sim_seat *seat)
{
    const struct strategy *strategy = seat->plan->entry->strategy;
    uint64_t cycle_ns = seat->cycle_ns;
    uint64_t offset_ns = wake_offset_ns(seat), last_ns = last_begin_ns(seat, offset_ns);
    /* Who joins late begins with the next tick; a round that overruns swallows those it covers. */
    uint64_t joined_ns = seat->late ? board_now_ns(seat->plan->board) : 0;
    uint64_t tick = joined_ns > offset_ns ? (joined_ns - offset_ns + cycle_ns - 1) / cycle_ns : 0;
    enum outcome outcome = OUTCOME_OK;
    while (offset_ns + tick * cycle_ns <= last_ns &&
           seat_wait_until(seat, offset_ns + tick * cycle_ns)) {
        outcome = carry_on(seat, run_round(seat, cycle_ns));
        if (outcome == OUTCOME_FAILED || outcome == OUTCOME_UNKNOWN)
            break;
        uint64_t now_ns = board_now_ns(seat->plan->board);
        uint64_t passed = now_ns > offset_ns ? (now_ns - offset_ns) / cycle_ns : 0;
        tick = passed > tick ? passed + 1 : tick + 1;
    }
    if (strategy->upkeep == NULL && (outcome == OUTCOME_OK || outcome == OUTCOME_STOP))
        outcome = leave(seat);
    seat_finish(seat, outcome);
}

void seat_run_upkeep(struct sim_seat *seat)
{
    const struct strategy *strategy = seat->plan->entry->strategy;
    uint64_t period_ns = strategy->upkeep_ms(&seat->seat) * NS_PER_MS;
    enum outcome outcome = OUTCOME_OK;
    for (uint64_t due_ns = period_ns; seat_wait_until(seat, due_ns); due_ns += period_ns) {
        atomic_store(&seat->slot->in_round, 1);
        outcome = carry_on(seat, strategy->upkeep(&seat->seat));
        atomic_store(&seat->slot->in_round, 0);
        counter_add(&seat->slot->cycles, 1);
        if (outcome == OUTCOME_FAILED || outcome == OUTCOME_UNKNOWN)
            break;
        uint64_t now_ns = board_now_ns(seat->plan->board);
        if (now_ns > due_ns + period_ns)
            due_ns = now_ns - (now_ns - due_ns) % period_ns;
    }
    if (outcome == OUTCOME_OK || outcome == OUTCOME_STOP)
        outcome = leave(seat);
    seat_finish(seat, outcome);
}
