/* The times in which there was a backlog and nothing of it was completed. */
#ifndef DIBS_SIM_AVAILABILITY_H
#define DIBS_SIM_AVAILABILITY_H

#include "sim/world/board.h"

#define AVAILABILITY_STALL_NS (100 * NS_PER_MS) /* shorter ones are not added up */

struct availability {
    double longest_s, stalled_s; /* NAN where time marks the items, which no journal tells */
};

/* From the journal's marks and completions. False: out of memory. */
bool availability_measure(const struct board *board, uint64_t owed_at_start, uint64_t end_ns,
                          struct availability *availability);

#endif
