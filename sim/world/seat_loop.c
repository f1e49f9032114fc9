/* The rounds of a seat: cycles at their times, and upkeep where it has a seat of its own. */
#include "sim/world/seat_internal.h"

#include <string.h>

static bool is_failure(enum outcome outcome)
{
    return outcome == OUTCOME_FAILED || outcome == OUTCOME_UNKNOWN;
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
    seat->upkeep.outcome = OUTCOME_OK;
    atomic_store(&slot->in_round, 1);
    enum outcome outcome = OUTCOME_FAILED;
    if (seat_is_connected(seat))
        outcome = seat->plan->entry->strategy->cycle(&seat->seat);
    atomic_store(&slot->in_round, 0);
    atomic_store(&slot->has_lock, 0);
    if (is_failure(seat->upkeep.outcome)) {
        outcome = seat->upkeep.outcome;
        memcpy(seat->wire.err, seat->upkeep.err, sizeof seat->wire.err);
    }
    bool cut = board_now_ns(seat->plan->board) >= seat->deadline_ns && outcome == OUTCOME_STOP;
    counter_add(&slot->unfinished, cut && !seat_is_asked_to_stop(seat));
    seat->deadline_ns = UINT64_MAX;
    counter_set(&slot->tally.held, 0);
    counter_add(&slot->failed, is_failure(outcome));
    counter_add(&slot->cycles, 1);
    uint64_t took_ns = board_now_ns(seat->plan->board) - begin_ns;
    if (counter_get(&slot->tally.begun) > begun)
        hist_record(&slot->round, took_ns);
    if (took_ns > cycle_ns)
        counter_add(&slot->overruns, 1);
    return outcome;
}

static enum outcome leave(struct sim_seat *seat)
{
    const struct strategy *strategy = seat->plan->entry->strategy;
    if (strategy->leave == NULL)
        return OUTCOME_OK;
    bool connected = seat_is_connected(seat);
    return seat_carry_on(seat, connected ? strategy->leave(&seat->seat) : OUTCOME_FAILED);
}

/* Until it is time for the next cycle; who has no other seat for its upkeep runs it meanwhile. */
static bool wait_for_cycle(struct sim_seat *seat, uint64_t ns, enum outcome *outcome)
{
    while (seat->upkeep.due_ns < ns) {
        if (!seat_wait_until(seat, seat->upkeep.due_ns))
            return false;
        *outcome = seat_upkeep_run(seat);
        if (is_failure(*outcome))
            return false;
    }
    return seat_wait_until(seat, ns);
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
    if (seat->seat.keeps_up)
        seat_upkeep_plan(seat);
    while (offset_ns + tick * cycle_ns <= last_ns &&
           wait_for_cycle(seat, offset_ns + tick * cycle_ns, &outcome)) {
        outcome = seat_carry_on(seat, run_round(seat, cycle_ns));
        if (is_failure(outcome))
            break;
        uint64_t now_ns = board_now_ns(seat->plan->board);
        uint64_t passed = now_ns > offset_ns ? (now_ns - offset_ns) / cycle_ns : 0;
        tick = passed > tick ? passed + 1 : tick + 1;
    }
    bool leaves = strategy->upkeep == NULL || seat->seat.keeps_up;
    seat_finish(seat, leaves && !is_failure(outcome) ? leave(seat) : outcome);
}

void seat_run_upkeep(struct sim_seat *seat)
{
    enum outcome outcome = OUTCOME_OK;
    seat_upkeep_plan(seat);
    while (!is_failure(outcome) && seat_wait_until(seat, seat->upkeep.due_ns)) {
        outcome = seat_upkeep_run(seat);
        counter_add(&seat->slot->cycles, 1);
    }
    seat_finish(seat, is_failure(outcome) ? outcome : leave(seat));
}
