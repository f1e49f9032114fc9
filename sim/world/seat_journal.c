#include "sim/world/seat_journal.h"

/* Fills in who writes and when, and writes. */
static void put(struct sim_seat *seat, enum journal_kind kind, struct journal_record record)
{
    const struct board *board = seat->plan->board;
    record.kind = (uint16_t)kind;
    record.t_ns = board_now_ns(board);
    record.life = seat->slot->life;
    record.attempt = seat->attempts;
    journal_write(board->journal, seat->index, &record);
}

static bool has_journal(const struct sim_seat *seat)
{
    return seat->plan->board->journal != NULL;
}

void seat_journal_begin(struct sim_seat *seat, uint32_t item, uint32_t order, uint32_t token)
{
    if (!has_journal(seat))
        return;
    seat->attempts++;
    put(seat, JOURNAL_BEGIN,
        (struct journal_record){.item = item,
                                .order = order,
                                .token = token,
                                .row = seat->claim.told_ns,
                                .asked_ns = seat->claim.asked_ns});
}

void seat_journal_claimed(struct sim_seat *seat)
{
    if (!has_journal(seat))
        return;
    seat->claim.asked_ns = seat->sent_ns;
    seat->claim.told_ns = board_now_ns(seat->plan->board);
}

void seat_journal_done(struct sim_seat *seat, uint32_t item, uint32_t token, uint32_t version,
                       const struct database_write *write, struct ledger_service service)
{
    if (!has_journal(seat))
        return;
    unsigned flags =
        (service.useful ? JOURNAL_USEFUL : 0) | (service.satisfied ? JOURNAL_TURNED : 0);
    put(seat, JOURNAL_DONE,
        (struct journal_record){.item = item,
                                .order = write->begun,
                                .token = token,
                                .row = write->overwritten,
                                .read = write->read,
                                .version = version,
                                .flags = (uint16_t)flags});
}

void seat_journal_failed(struct sim_seat *seat, uint32_t item, uint32_t token,
                         enum database_result why)
{
    if (has_journal(seat))
        put(seat, why == DATABASE_FENCED ? JOURNAL_FENCED : JOURNAL_FAILED,
            (struct journal_record){.item = item, .token = token});
}

void seat_journal_mark(struct sim_seat *seat, uint32_t item, struct ledger_marking marking)
{
    if (has_journal(seat))
        put(seat, JOURNAL_MARK,
            (struct journal_record){.item = item,
                                    .version = marking.version,
                                    .flags = marking.became_owed ? JOURNAL_TURNED : 0});
}

void seat_journal_unowned(struct sim_seat *seat, uint64_t n)
{
    if (has_journal(seat))
        put(seat, JOURNAL_UNOWNED, (struct journal_record){.item = (uint32_t)n});
}

void seat_journal_asks(struct sim_seat *seat)
{
    uint64_t word = atomic_load_explicit(&seat->slot->step, memory_order_relaxed);
    enum step_phase phase = step_phase(word);
    if (has_journal(seat))
        seat->sent_ns = board_now_ns(seat->plan->board);
    if (phase == STEP_ACKING) { /* it was asked before, and had no reply */
        seat_journal_give_up(seat);
        return;
    }
    if (phase != STEP_APPLIED)
        return;
    seat->asked_ns = seat->sent_ns;
    atomic_store_explicit(&seat->slot->step, step_word(STEP_ACKING, 0, step_item(word)),
                          memory_order_release);
}

void seat_journal_give_up(struct sim_seat *seat)
{
    uint64_t word = atomic_load_explicit(&seat->slot->step, memory_order_relaxed);
    enum step_phase phase = step_phase(word);
    if (phase != STEP_APPLIED && phase != STEP_ACKING)
        return;
    if (has_journal(seat))
        put(seat, JOURNAL_UNANSWERED, (struct journal_record){.item = step_item(word)});
    atomic_store_explicit(&seat->slot->step, step_word(STEP_IDLE, 0, 0), memory_order_release);
}

void seat_journal_answered(struct sim_seat *seat)
{
    uint64_t word = atomic_load_explicit(&seat->slot->step, memory_order_relaxed);
    if (step_phase(word) != STEP_ACKING)
        return;
    if (has_journal(seat))
        put(seat, JOURNAL_ANSWERED,
            (struct journal_record){.item = step_item(word), .row = seat->asked_ns});
    atomic_store_explicit(&seat->slot->step, step_word(STEP_IDLE, 0, 0), memory_order_release);
}
