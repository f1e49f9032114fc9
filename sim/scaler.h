/* Scalers: what changes the number of instances by itself, from what it measures. */
#ifndef DIBS_SIM_SCALER_H
#define DIBS_SIM_SCALER_H

#include "sim/cluster.h"
#include "sim/sampler.h"

enum { SCALER_WINDOW_MAX = 256 };

struct scaler {
    uint64_t next_ns; /* of the next look, since the start */
    double cpu_s;     /* of all instances at the last look */
    uint64_t done, failed; /* refreshes at the last look */
    double mean_s;    /* time of an instance per refresh in the period before the last look */
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

#endif
