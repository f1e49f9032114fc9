/* What a seat hangs into its wire: stops, turns, latencies, faults. */
#include "sim/world/seat_internal.h"

#include "sim/world/baton.h"
#include "sim/world/seat_journal.h"

#include <stdio.h>
#include <string.h>

bool seat_is_over(const struct sim_seat *seat, uint64_t grace_ns)
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

bool seat_is_asked_to_stop(const struct sim_seat *seat)
{
    return atomic_load(&seat->plan->board->stop) != STOP_NONE ||
           atomic_load(&seat->slot->stop) != STOP_NONE;
}

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
    bool in_time = fault->any_round || counter_get(&slot->cycles) == 0;
    if (fault->phase != phase || fault->nth != nth || !in_time ||
        atomic_load(&slot->fault_hit) != 0)
        return;
    snprintf(slot->fault_command, sizeof slot->fault_command, "%s", name);
    slot->fault_commands = seat->commands;
    atomic_store(&slot->doomed, fault->kind == FAULT_CRASH);
    atomic_store(&slot->fault_hit, 1);
    board_tell(seat->plan->board);
    fault_apply(fault->kind, &seat->wire);
}

/* The reply is there, and its client waits in vain until its patience is over. */
static void withhold(struct sim_seat *seat, struct wire *wire)
{
    uint64_t ns = atomic_exchange(&seat->slot->withhold_ns, 0);
    if (ns == 0)
        return;
    atomic_fetch_add(&seat->slot->withheld, 1);
    seat_spend(seat, ns);
    wire_time_out(wire, atomic_load(&seat->slot->withhold_retry) != 0);
}

static void at_point(void *context, enum wire_point point, struct wire *wire)
{
    static const enum fault_phase phases[] = {
        [WIRE_HALF_SENT] = FAULT_HALF_SENT,
        [WIRE_UNREAD] = FAULT_UNREAD,
        [WIRE_ANSWERED] = FAULT_AFTER_REPLY,
    };
    struct sim_seat *seat = context;
    if (seat->fault != NULL && seat->matches)
        strike(seat, phases[point], seat->matching, wire_batch_name(wire));
    if (point == WIRE_UNREAD)
        withhold(seat, wire);
}

static void count_command(struct sim_seat *seat, const char *name)
{
    seat->commands++;
    seat->matches = seat->fault->name == NULL || strcmp(seat->fault->name, name) == 0;
    if (!seat->matches)
        return;
    seat->matching++;
    strike(seat, FAULT_BEFORE_SEND, seat->matching, name);
}

static enum outcome before_command(void *context, const char *name, unsigned commands)
{
    (void)commands;
    struct sim_seat *seat = context;
    struct board *board = seat->plan->board;
    seat_beat(seat);
    if (seat_is_over(seat, SEAT_GRACE_NS))
        return OUTCOME_STOP;
    if (board->lockstep && !baton_command(board, seat->slot))
        return OUTCOME_STOP;
    seat->side = atomic_load_explicit(&board->side, memory_order_relaxed);
    if (atomic_load_explicit(&seat->slot->cut_asked, memory_order_relaxed) != 0) {
        atomic_store(&seat->slot->cut_asked, 0);
        fault_apply(FAULT_CUT, &seat->wire);
    }
    if (seat->fault != NULL)
        count_command(seat, name);
    seat_journal_asks(seat);
    return OUTCOME_OK;
}

static void after_reply(void *context, unsigned row, uint64_t latency_ns)
{
    struct sim_seat *seat = context;
    struct slot *slot = seat->slot;
    seat_journal_answered(seat);
    hist_record(&slot->latency[row], latency_ns);
    if (seat->side != SIDE_NONE && (slot->role == SEAT_WORKER || slot->role == SEAT_UPKEEP))
        hist_record(&slot->sides[seat->side], latency_ns);
}

static bool harness_in_a_hurry(void *context)
{
    const struct sim_seat *seat = context;
    return seat->interrupted != NULL && *seat->interrupted != 0;
}

void seat_strike_at_effect(struct sim_seat *seat, enum fault_phase phase)
{
    if (seat->fault == NULL)
        return;
    seat->effects += phase == FAULT_BEFORE_EFFECT;
    strike(seat, phase, seat->effects, "refresh");
}

void seat_prepare_hooks(struct sim_seat *seat, bool harness)
{
    seat->fault = harness ? NULL : find_fault(seat);
    seat->timing = (struct wire_hooks){.context = seat, .replied = after_reply};
    if (harness)
        seat->hooks = (struct wire_hooks){.context = seat, .in_a_hurry = harness_in_a_hurry};
    else
        seat->hooks = (struct wire_hooks){
            .context = seat,
            .before = before_command,
            .replied = after_reply,
            .at = seat->fault != NULL || seat->plan->withholds ? at_point : NULL,
        };
}
