/* What a seat writes into the journal, where there is one; without one each of these is a look at
 * a pointer. Internal to the seat. */
#ifndef DIBS_SIM_SEAT_JOURNAL_H
#define DIBS_SIM_SEAT_JOURNAL_H

#include "sim/world/database.h"
#include "sim/world/seat.h"

void seat_journal_begin(struct sim_seat *seat, uint32_t item, uint32_t order, uint32_t token);
void seat_journal_done(struct sim_seat *seat, uint32_t item, uint32_t token, uint32_t version,
                       const struct database_write *write, struct ledger_service service);
void seat_journal_failed(struct sim_seat *seat, uint32_t item, uint32_t token,
                         enum database_result why);
void seat_journal_mark(struct sim_seat *seat, uint32_t item, struct ledger_marking marking);
void seat_journal_unowned(struct sim_seat *seat, uint64_t n);
/* The last command has brought a claim: what begins from now on is of that. */
void seat_journal_claimed(struct sim_seat *seat);

/* A command goes out, and its reply has come: the first one after a refresh acknowledges it. */
void seat_journal_asks(struct sim_seat *seat);
void seat_journal_answered(struct sim_seat *seat);
/* No reply will come any more to what was asked, or would have been. */
void seat_journal_give_up(struct sim_seat *seat);

#endif
