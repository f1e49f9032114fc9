/* What a kill leaves open, settled: the step word of the dead seat says which write it was about,
 * and the database's row whether it was made. */
#ifndef DIBS_SIM_DOUBTS_H
#define DIBS_SIM_DOUBTS_H

#include "sim/judge/deaths.h"
#include "sim/judge/ledger.h"

struct doubts {
    uint32_t writes; /* that a killed seat made and could not count */
    uint32_t open;   /* of these, those of which it is not known which of several seats made them */
};

/* Serves in the ledger what was written. To be called once, when nobody writes any more. */
struct doubts doubts_settle(struct ledger *ledger, const struct deaths *deaths);

#endif
