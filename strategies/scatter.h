/* A bijection of 64 bits that scatters (the finaliser of MurmurHash3). */
#ifndef DIBS_STRATEGIES_SCATTER_H
#define DIBS_STRATEGIES_SCATTER_H

#include <stdint.h>

static inline uint64_t scatter(uint64_t x)
{
    x = (x ^ x >> 33) * UINT64_C(0xff51afd7ed558ccd);
    x = (x ^ x >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return x ^ x >> 33;
}

#endif
