/* The time series of a run: what the seats' counters and the server's CPU clock say, by 100 ms. */
#ifndef DIBS_SIM_SAMPLER_H
#define DIBS_SIM_SAMPLER_H

#include "sim/run.h"
#include "sim/world/cluster.h"

#define SAMPLER_PERIOD_NS (100 * NS_PER_MS)

struct sampler {
    struct sample *samples; /* owned until taken over by a result */
    uint32_t count, capacity;
    uint64_t owed_at_start;
    uint64_t last_ns, last_cpu_ns; /* real time, CPU time of the server */
    double cpu_peak; /* share of one core over one period; NAN: there was none as long */
    uint64_t at_work_sum, at_work_samples;
    uint32_t at_work_max;
    double below_s, above_s; /* time with fewer, or more, instances alive than wanted */
};

/* What the counters of all seats add up to now. */
struct totals {
    uint64_t backlog, held, done, failed, dead;
    uint64_t served;        /* marks, counted once for as long as an item was owed */
    uint64_t work_ns;       /* inside refreshes that have ended */
    uint32_t at_work;       /* instances inside a round */
    uint32_t seats_at_work; /* worker seats inside a round */
    uint32_t alive;         /* instances that run */
    uint32_t ended;         /* instances whose cycles are over: nobody misses them */
};
struct totals sampler_totals(const struct cluster *cluster, uint64_t owed_at_start);

/* Takes a sample; server_cpu_ns is the CPU time that the server has used so far, `wanted` how many
 * instances should run. False: out of memory (the series then ends early). */
bool sampler_take(struct sampler *sampler, const struct cluster *cluster, uint64_t server_cpu_ns,
                  uint32_t wanted);

#endif
