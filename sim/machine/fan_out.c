#include "sim/machine/fan_out.h"

#include "sim/machine/pool.h"
#include "sim/machine/random.h"

static bool run_piece(void *context)
{
    struct sim_seat *seat = context;
    seat_spend(seat, seat->statement_ns);
    return !seat_stopping(&seat->seat);
}

/* What the pool would do, by the clock of lockstep. */
static uint32_t pretend(struct sim_seat *seat, const struct fan_out *fan_out)
{
    uint32_t taken = 0;
    while (taken < fan_out->pieces && !seat_stopping(&seat->seat)) {
        uint32_t left = fan_out->pieces - taken;
        taken += left < fan_out->hands ? left : fan_out->hands;
        seat_spend(seat, seat->statement_ns);
    }
    return taken;
}

static void count(struct sim_seat *seat, uint32_t taken)
{
    uint64_t failed = 0;
    for (uint32_t i = 0; i < taken; i++)
        failed += random_unit(&seat->random) < seat->plan->scenario->refresh.failures;
    counter_add(&seat->slot->tally.statements, taken);
    counter_add(&seat->slot->pieces, taken);
    counter_add(&seat->slot->pieces_failed, failed);
}

static bool run_pass(struct sim_seat *seat, const struct fan_out *fan_out)
{
    const struct board *board = seat->plan->board;
    uint64_t begin_ns = board_now_ns(board);
    uint32_t taken = fan_out->pieces;
    bool good = true;
    if (seat->statement_ns > 0 && board->lockstep)
        taken = pretend(seat, fan_out);
    else if (seat->statement_ns > 0)
        good = pool_run(fan_out->hands, fan_out->pieces, run_piece, seat, &taken);
    count(seat, taken);
    if (!good || taken < fan_out->pieces)
        return false;
    hist_record(&seat->slot->pass, board_now_ns(board) - begin_ns);
    return true;
}

enum database_result fan_out_run(struct sim_seat *seat, const struct fan_out *fan_out,
                                 const struct ledger_item *round, uint32_t *version)
{
    *version = ledger_read(round);
    for (uint32_t pass = 0; pass < fan_out->passes; pass++)
        if (!run_pass(seat, fan_out))
            return DATABASE_GAVE_UP;
    return DATABASE_DONE;
}
