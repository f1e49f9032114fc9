/* The protocol of strategy `claim`, which `dual` runs beside scan's. */
#ifndef DIBS_STRATEGIES_CLAIM_H
#define DIBS_STRATEGIES_CLAIM_H

#include "strategies/key.h"

/* Its parameters, in a list that may have others in front. */
enum {
    CLAIM_BATCH,
    CLAIM_DRAIN,
    CLAIM_COUNT,
    CLAIM_TTL,
    CLAIM_STALE,
    CLAIM_RECOVER,
    CLAIM_PARAMETERS
};
#define CLAIM_PARAMETER_BATCH                                                                      \
    {                                                                                              \
        .name = "batch", .type = PARAMETER_INTEGER, .fallback = "100", .min = 1, .max = 100000,    \
        .help = "items of one claim (as published)",                                               \
    }
#define CLAIM_PARAMETER_DRAIN                                                                      \
    {                                                                                              \
        .name = "drain", .type = PARAMETER_SWITCH, .fallback = "no",                               \
        .help = "claim until the queue is empty (published: once per cycle)",                      \
    }
#define CLAIM_PARAMETER_COUNT                                                                      \
    {                                                                                              \
        .name = "count", .type = PARAMETER_INTEGER, .fallback = "100", .min = 1, .max = 1000000,   \
        .help = "COUNT of each SSCAN (as published)",                                              \
    }
#define CLAIM_PARAMETER_TTL                                                                        \
    {                                                                                              \
        .name = "ttl", .type = PARAMETER_DURATION, .fallback = "600s", .min = 1000,                \
        .max = 24 * 3600 * 1000, .lease = true,                                                    \
        .help = "time to live of the whole processing set (as published)",                         \
    }
#define CLAIM_PARAMETER_STALE                                                                      \
    {                                                                                              \
        .name = "stale", .type = PARAMETER_DURATION, .fallback = "300s", .min = 1000,              \
        .max = 24 * 3600 * 1000, .lease = true,                                                    \
        .help = "age past which a claim is taken back (as published)",                             \
    }
#define CLAIM_PARAMETER_RECOVER                                                                    \
    {                                                                                              \
        .name = "recover", .type = PARAMETER_DURATION, .fallback = "60s", .min = 1000,             \
        .max = 24 * 3600 * 1000, .help = "period of the recovery (as published)",                  \
    }

struct claim {
    const int64_t *values; /* of its parameters, that of CLAIM_BATCH first; borrowed */
    char queue[KEY_MAX];
    char processing[KEY_MAX];
};

extern const struct wire_script claim_script;
extern const struct probe claim_probes[];

bool claim_open(struct seat *seat, struct claim *claim, const int64_t *values);
enum outcome claim_mark(struct seat *seat, const struct claim *claim, const uint64_t *ids,
                        size_t n);
enum outcome claim_cycle(struct seat *seat, const struct claim *claim);
enum outcome claim_recover(struct seat *seat, const struct claim *claim);
enum outcome claim_census(struct seat *seat, const struct claim *claim, struct census *census);
struct needs claim_needs(const struct seat *seat, const int64_t *values);

#endif
