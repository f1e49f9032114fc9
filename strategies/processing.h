/* The processing set of strategy `claim`: who holds which item since when, one entry
 * "<id>:<vendor>:<node>:<time>" per claim. */
#ifndef DIBS_STRATEGIES_PROCESSING_H
#define DIBS_STRATEGIES_PROCESSING_H

#include "strategies/strategy.h"

/* Unit of the times in entries: seconds as published, ms where the scenario's time is scaled. */
static inline uint64_t processing_unit_ms(const struct seat *seat)
{
    return seat->time_scaled ? 1 : 1000;
}

/* The seat's clock in that unit. */
static inline uint64_t processing_now(struct seat *seat)
{
    return seat_unix_ms(seat) / processing_unit_ms(seat);
}

/* Removes every entry of this item ("<id>:<vendor>"), whoever's it is: SSCAN with COUNT `count`
 * through the whole set `key`, then one SREM if anything matched. */
enum outcome processing_remove(struct seat *seat, const char *key, const char *item, int64_t count);

/* Puts the items of entries that are older than stale_ms back into the set `queue`. */
enum outcome processing_recover(struct seat *seat, const char *key, const char *queue,
                                uint64_t stale_ms);

/* Reports every entry as claimed until taken_back_ms after its time. */
enum outcome processing_census(struct seat *seat, const char *key, uint64_t taken_back_ms,
                               struct census *census);

#endif
