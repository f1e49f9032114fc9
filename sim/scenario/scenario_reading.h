/* A scenario while it is being read. Internal to the scenario reader. */
#ifndef DIBS_SIM_SCENARIO_READING_H
#define DIBS_SIM_SCENARIO_READING_H

#include "sim/scenario/scenario_keys.h"
#include "sim/scenario/scenario_roster.h"

struct reading {
    struct scenario *scenario;
    const char *path; /* of the file */
    struct scenario_error *error;
    struct roster roster; /* who is run */
    struct roster listed; /* as the file lists them */
    struct origin
        origins[SCENARIO_KEYS_MAX]; /* where each key was given last; text NULL: nowhere */
};

/* All functions that return bool: false means that the error is filled. */

bool reading_file(struct reading *r);

/* Sets a key that is not `contenders`, and keeps its origin. */
bool reading_key_set(struct reading *r, const struct scenario_key *key, const char *text,
                     const struct origin *origin);

/* What no key can know alone, once all are set. */
bool reading_check(struct reading *r);

/* Returns false, so that callers can return it. */
bool reading_unknown_key(struct reading *r, const struct origin *origin, const char *path);

static inline struct origin *reading_origin(struct reading *r, const struct scenario_key *key)
{
    return &r->origins[key - scenario_keys];
}

#endif
