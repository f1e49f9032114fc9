/* What an observer has cost and seen in one run, as plain data. */
#ifndef DIBS_SIM_OBSERVED_H
#define DIBS_SIM_OBSERVED_H

#include "sim/world/observation.h"
#include "strategies/probe.h"

#include <stdbool.h>

struct probe_result {
    const struct probe *probe;
    double interval_s; /* real time */
    uint64_t calls, last;
    uint64_t bytes_out, bytes_in;
    double server_usec; /* its share, by calls, of the command's execution time: exact where nobody
                           else has called that command */
};

struct alert_result {
    const struct probe *probe;
    double raised_s, cleared_s; /* since the start; cleared_s < 0: not before the end */
};

struct observed {
    bool enabled; /* else nothing below is known */
    struct probe_result probes[OBSERVATION_PROBES_MAX];
    uint32_t probe_count;
    uint64_t calls, round_trips, bytes_out, bytes_in;
    double server_usec; /* execution only, as the probes say */
    /* Commands of instances sent in halves with and without probes (sim/world/observer.h); p99
     * below 0: no such command. */
    uint64_t samples_with, samples_without;
    double p99_with_us, p99_without_us;
    struct alert_result alerts[OBSERVATION_ALERTS_MAX];
    uint32_t alert_count;
    uint64_t alerts_raised; /* all, those beyond the array too */
};

struct world;

void observed_gather(const struct world *world, struct observed *observed);

#endif
