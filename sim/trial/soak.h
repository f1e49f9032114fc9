/* The soak: contenders whose code keeps all that it declares, in runs whose faults are drawn from
 * the seed. Whoever is accused there is wrong, or whoever accuses is. And the same runs, many of
 * them in one process, after which that process must hold what it held before. */
#ifndef DIBS_SIM_SOAK_H
#define DIBS_SIM_SOAK_H

#include "sim/run.h"

enum {
    SOAK_CONTENDERS_MAX = 16,
    SOAK_FINDINGS_MAX = 64,
    SOAK_BLOCK = 25 /* runs of one process that is asked for leaks */
};

/* Names of the sound contenders; ends in NULL. */
extern const char *const soak_contenders[];

struct soak;

/* One more contender is soaked. False: there is none of this name, its items
 * are not marked, or there is no room. */
bool soak_add(struct soak *soak, const char *contender);

/* Scales a scenario of defaults down to a small world, in which a fault has come and gone within
 * seconds: few items, short cycles, leases and restarts, and no end before it has come to rest. */
void soak_small_world(struct scenario *scenario);

/* The small world of this seed: what happens in it, when, and to whom. */
void soak_scenario(const struct entry *entry, uint64_t seed, struct scenario *scenario);

/* What came of the runs of one contender. */
struct soak_row {
    struct entry entry;
    uint32_t runs;
    uint32_t faults, faults_hit;
    uint64_t redundant, lost;
    uint32_t accused; /* runs in which it broke a promise */
    uint32_t unsure;  /* runs that could not be believed, or made */
};

struct soak_leaks {
    uint32_t runs;
    uint32_t descriptors, mappings, processes, files; /* that were left */
    uint64_t bytes;                                   /* of memory */
};

/* A run that is accused or unsure, and why; its seed makes the same schedule again. */
struct soak_finding {
    uint32_t row;
    uint64_t seed;
    bool accused;
    char why[RUN_REASON_MAX];
};

struct soak {
    struct soak_row rows[SOAK_CONTENDERS_MAX];
    uint32_t row_count;
    uint32_t planned; /* runs under faults, of all rows */
    struct soak_finding findings[SOAK_FINDINGS_MAX];
    uint32_t finding_count; /* there may be more than there is room for */
    struct soak_leaks leaks;
};

/* Runs each row's contender with `seeds` seeds from the first one on, many runs side by side.
 * False: `error` is one line. What has been run stands in the soak. The caller must have no other
 * threads. */
bool soak_faults(struct soak *soak, uint64_t first_seed, uint32_t seeds,
                 const struct run_options *options, char *error, size_t error_size);

/* Makes about so many runs, SOAK_BLOCK of them in one process: healthy ones, broken ones, ones that
 * are interrupted and ones whose server does not start. As above. */
bool soak_leaks(struct soak *soak, uint32_t runs, const struct run_options *options, char *error,
                size_t error_size);

#endif
