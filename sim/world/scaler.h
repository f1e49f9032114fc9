/* Scalers: what changes the number of instances by itself, from what it measures. */
#ifndef DIBS_SIM_SCALER_H
#define DIBS_SIM_SCALER_H

#include "sim/world/cluster.h"
#include "sim/world/sampler.h"

enum { SCALER_WINDOW_MAX = 256 };

struct scaler {
    uint64_t next_ns;               /* of the next look, since the start */
    double cpu_s;                   /* of all instances at the last look */
    uint64_t done, failed, work_ns; /* at the last look */
    double mean_s;                  /* time of a refresh in the period before the last look */
    struct {
        uint64_t at_ns;
        uint32_t size;
    } wishes[SCALER_WINDOW_MAX]; /* a ring: sizes that were wished for, against flapping */
    uint32_t wish_count;
};

/* If a look is due: the size that should be, and why it differs; else now_wanted. */
uint32_t scaler_wanted(struct scaler *scaler, const struct cluster *cluster,
                       const struct totals *totals, uint32_t now_wanted, uint64_t now_ns,
                       const char **why);

/* ---- the rules, as functions of what was measured */

/* Kubernetes' HorizontalPodAutoscaler: `load` is the CPU of all `now` instances over their
 * requests, the mean of them; 0 for either changes nothing. */
uint32_t scaler_hpa_size(uint32_t now, double load, double target, const char **why);

/* The job-queue plan's triggers. */
struct queue_look {
    uint64_t pending, depth;      /* items, and over how many of them is deep */
    double mean_s, mean_before_s; /* time of a job in this period and the one before; 0: none */
    double busy;                  /* share of the worker seats that are at work */
    double failing;               /* share of the attempts that failed */
};
uint32_t scaler_queue_size(uint32_t now, const struct queue_look *look, const char **why);

/* Remembers the wish and returns the size to have: more at once, less only once that has been
 * enough for the whole window. */
uint32_t scaler_stabilize(struct scaler *scaler, uint32_t now, uint32_t wish, uint64_t now_ns,
                          uint64_t window_ns);

#endif
