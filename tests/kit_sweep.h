/* Protocols with a hole at a known place, for sweeps to find it. */
#ifndef DIBS_TESTS_KIT_SWEEP_H
#define DIBS_TESTS_KIT_SWEEP_H

#include "strategies/strategy.h"

/* A round is SPOP of a batch, SADD of one entry per item that records the claim, the work, SREM of
 * the entries. Entries that are older than five minutes go back to the queue. Between the two first
 * commands the items are nowhere. */
extern const struct strategy kit_records_late;

/* A round is SMEMBERS of the queue, SREM of all of it as the acknowledgement, and then the work. */
extern const struct strategy kit_acknowledges_first;

#endif
