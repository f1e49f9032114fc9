#include "sim/world/producer.h"

#include "sim/machine/random.h"
#include "sim/world/seat_internal.h"
#include "sim/world/seat_journal.h"

#include <math.h>

#define RETRY_NS (10 * NS_PER_MS)

double producer_marks(const struct producer_plan *plan)
{
    double until_end = plan->end_ns > 0 ? plan->rate_per_s * (double)plan->end_ns / 1e9 : INFINITY;
    return fmin(until_end, plan->marks > 0 ? (double)plan->marks : INFINITY);
}

double producer_marks_s(const struct producer_plan *plan)
{
    return producer_marks(plan) / plan->rate_per_s;
}

/* A random item that is owed (already marked) or not, as wanted; any where that kind is rare. */
static struct ledger_item *pick(struct sim_seat *seat, bool owed, uint64_t *id)
{
    const struct ledger *ledger = &seat->plan->board->ledger;
    struct ledger_item *item = NULL;
    for (int try = 0; try < 64; try++) {
        uint64_t index = random_below(&seat->random, ledger->count);
        item = &ledger->items[index];
        *id = ledger->first_id + index;
        if (ledger_is_owed(item) == owed)
            break;
    }
    return item;
}

/* Whether the next mark comes from a producer that is not migrated yet. */
static bool is_legacy(struct sim_seat *seat)
{
    uint32_t migrated = atomic_load(&seat->plan->board->migrated);
    if (seat->plan->entry->strategy->mark_legacy == NULL || migrated == MIGRATED_ALL)
        return false;
    return random_below(&seat->random, MIGRATED_ALL) >= migrated;
}

static enum outcome send_mark(struct sim_seat *seat, const struct strategy *strategy, bool legacy,
                              uint64_t id)
{
    return legacy ? strategy->mark_legacy(&seat->seat, &id, 1)
                  : strategy->mark(&seat->seat, &id, 1);
}

static bool has_failed(enum outcome outcome)
{
    return outcome == OUTCOME_FAILED || outcome == OUTCOME_UNKNOWN;
}

/* Where clients carry on a producer does not rest until its mark is made: it is idempotent. */
static enum outcome mark_one(struct sim_seat *seat, double again, uint64_t plan_ns)
{
    uint64_t id;
    struct tally *tally = &seat->slot->tally;
    struct ledger_item *item = pick(seat, random_unit(&seat->random) < again, &id);
    struct ledger_marking marking = ledger_mark(item, tally, plan_ns);
    seat_journal_mark(seat, (uint32_t)(id - seat->plan->board->ledger.first_id), marking);
    const struct strategy *strategy = seat->plan->entry->strategy;
    bool legacy = is_legacy(seat);
    enum outcome outcome = send_mark(seat, strategy, legacy, id);
    if (has_failed(outcome))
        counter_add(&tally->marks_doubted, 1);
    while (has_failed(outcome) && seat->plan->carry_on && !seat_is_asked_to_stop(seat)) {
        seat_spend(seat, RETRY_NS);
        if (seat_is_connected(seat))
            outcome = send_mark(seat, strategy, legacy, id);
    }
    if (outcome == OUTCOME_OK)
        counter_add(&tally->marks, 1);
    else
        counter_add(&tally->marks_failed, 1);
    if (outcome == OUTCOME_OK && legacy)
        counter_add(&tally->marks_legacy, 1);
    return outcome;
}

void producer_run(struct sim_seat *seat, const struct producer_plan *plan)
{
    enum outcome outcome = OUTCOME_OK;
    bool scheduled = plan->rate_per_s > 0;
    for (uint64_t i = seat->slot->instance; outcome == OUTCOME_OK; i += plan->count) {
        if (plan->marks > 0 && i >= plan->marks)
            break;
        uint64_t plan_ns = scheduled ? (uint64_t)((double)i * 1e9 / plan->rate_per_s)
                                     : board_now_ns(seat->plan->board);
        if (plan->end_ns > 0 && plan_ns >= plan->end_ns)
            break;
        if (scheduled && !seat_wait_until(seat, plan_ns))
            break;
        if (seat->seat.ops->stopping(&seat->seat))
            break;
        outcome = mark_one(seat, plan->again, plan_ns);
    }
    seat_finish(seat, outcome);
}
