/* A round's pieces of work, handed to a pool of threads. */
#ifndef DIBS_SIM_FAN_OUT_H
#define DIBS_SIM_FAN_OUT_H

#include "sim/world/database.h"
#include "sim/world/seat.h"

/* Runs all passes, one after another: each piece is one database statement, and fails as often as
 * the scenario's refreshes do. The duration of each pass goes into the slot. In lockstep no thread
 * is made: the pass takes the time that the pool would take. Gives up if stopped in between. */
enum database_result fan_out_run(struct sim_seat *seat, const struct fan_out *fan_out,
                                 const struct ledger_item *round, uint32_t *version);

#endif
