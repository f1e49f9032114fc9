/* What one crash takes with it: kills of an instance that holds work, each in a small world of its
 * own with 2,000 items and the batch as published. Two instances share the items; the first one is
 * killed before its k-th refresh, k drawn from the seed; the second one goes on as it is configured
 * until nothing moves any more, and the audit tells what was lost and what is stranded. */
#ifndef DIBS_SIM_CRASH_PROBE_H
#define DIBS_SIM_CRASH_PROBE_H

#include "sim/run.h"

enum { CRASH_PROBE_KILLS_MAX = 100, CRASH_PROBE_ITEMS = 2000, CRASH_PROBE_DEPTH = 100 };

struct crash_kill {
    bool struck;          /* false: the kill did not come about, and the rest is nothing */
    uint32_t refresh;     /* before which it was killed, from 1 */
    struct fates items;
    uint64_t redundant;
    double recovery_s;    /* from the kill to the last completion; NaN: none came after it */
};

/* Of one contender. */
struct crash_probe {
    const struct entry *entry;
    uint32_t kills; /* asked for */
    struct crash_kill results[CRASH_PROBE_KILLS_MAX];
    enum run_status status;
    char error[RUN_REASON_MAX];
};

/* NULL: it can be probed. */
const char *crash_probe_refuses(const struct entry *entry);

/* Probes `count` contenders, several worlds side by side; needs the program of a private server.
 * Always fills `probes`; the caller must have no other threads. */
void crash_probe_run(const struct entry *const *entries, size_t count, uint32_t kills,
                     uint64_t seed, const struct run_options *options, struct crash_probe *probes);

/* About what it takes, side by side. */
double crash_probe_estimate_s(size_t contenders, uint32_t kills);

#endif
