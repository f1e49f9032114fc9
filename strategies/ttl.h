/* The time to live of a SET, as the published clients write it. */
#ifndef DIBS_STRATEGIES_TTL_H
#define DIBS_STRATEGIES_TTL_H

#include "strategies/strategy.h"

/* Adds "EX <seconds>" for whole seconds, "PX <ms>" for anything else and where time is scaled. */
static inline void ttl_add(struct seat *seat, uint64_t ttl_ms)
{
    bool in_ms = seat->time_scaled || ttl_ms % 1000 != 0;
    wire_text(seat->wire, in_ms ? "PX" : "EX");
    wire_int(seat->wire, (int64_t)(in_ms ? ttl_ms : ttl_ms / 1000));
}

#endif
