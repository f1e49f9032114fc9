/* When a seat runs its strategy's upkeep. */
#include "sim/world/seat_internal.h"

#include <string.h>

enum outcome seat_carry_on(const struct sim_seat *seat, enum outcome outcome)
{
    bool failed = outcome == OUTCOME_FAILED || outcome == OUTCOME_UNKNOWN;
    bool goes_on = seat->plan->carry_on && atomic_load(&seat->plan->board->strict) == 0;
    return failed && goes_on ? OUTCOME_OK : outcome;
}

/* A ticker's first tick comes after a period; who stood by has waited for long enough. */
void seat_upkeep_plan(struct sim_seat *seat)
{
    uint64_t joined_ns = seat->late ? board_now_ns(seat->plan->board) : 0;
    seat->upkeep.period_ns = seat->plan->entry->strategy->upkeep_ms(&seat->seat) * NS_PER_MS;
    seat->upkeep.due_ns = joined_ns + (seat->plan->standby ? 0 : seat->upkeep.period_ns);
}

enum outcome seat_upkeep_run(struct sim_seat *seat)
{
    struct slot *slot = seat->slot;
    uint64_t due_ns = seat->upkeep.due_ns, period_ns = seat->upkeep.period_ns;
    uint32_t in_round = atomic_exchange(&slot->in_round, 1);
    /* On a worker's seat: none of its commands acknowledges what is in hand. */
    uint64_t step = atomic_exchange(&slot->step, step_word(STEP_IDLE, 0, 0));
    seat->upkeep.due_ns = UINT64_MAX; /* it is not run inside of itself */
    enum outcome outcome = OUTCOME_FAILED;
    if (seat_is_connected(seat))
        outcome = seat->plan->entry->strategy->upkeep(&seat->seat);
    outcome = seat_carry_on(seat, outcome);
    atomic_store(&slot->in_round, in_round);
    atomic_store(&slot->step, step);
    uint64_t now_ns = board_now_ns(seat->plan->board);
    if (now_ns > due_ns + period_ns)
        due_ns = now_ns - (now_ns - due_ns) % period_ns;
    seat->upkeep.due_ns = due_ns + period_ns;
    return outcome;
}

bool seat_keep_up(struct sim_seat *seat)
{
    if (seat->upkeep.due_ns == UINT64_MAX || board_now_ns(seat->plan->board) < seat->upkeep.due_ns)
        return true;
    seat->upkeep.outcome = seat_upkeep_run(seat);
    memcpy(seat->upkeep.err, seat->wire.err, sizeof seat->upkeep.err);
    return seat->upkeep.outcome == OUTCOME_OK && seat_is_connected(seat);
}
