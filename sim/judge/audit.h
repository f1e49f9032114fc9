/* The audit: census against ledger; every item gets exactly one fate. */
#ifndef DIBS_SIM_AUDIT_H
#define DIBS_SIM_AUDIT_H

#include "sim/run.h"
#include "sim/world/seat.h"

/* Asks the strategy, on the harness's seat, where everything still owed sits, and counts fates.
 * `alive` has one entry per instance: assigned to one that is not alive is stranded. False: the
 * census failed, `harness->wire.err` says why, and fates are not filled. */
bool audit_fates(struct sim_seat *harness, const struct ledger *ledger, const bool *alive,
                 uint32_t instances, struct fates *fates);

#endif
