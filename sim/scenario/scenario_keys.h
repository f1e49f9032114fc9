/* The keys of a scenario: one table from which files and --set are checked, defaults are filled
 * and help is written. For the scenario reader, and for options that stand for a key. */
#ifndef DIBS_SIM_SCENARIO_KEYS_H
#define DIBS_SIM_SCENARIO_KEYS_H

#include "sim/scenario/scenario.h"
#include "strategies/value.h"

enum { SCENARIO_KEYS_MAX = 56 };

enum key_kind {
    KEY_VALUE,      /* one value that `rule` accepts, stored at `offset` */
    KEY_WAKE,       /* one of wake's choices, or offsets with commas */
    KEY_EVENTS,     /* events of the timeline with commas */
    KEY_VARIABLES,  /* environment variables with commas */
    KEY_EXPECT,     /* expectations with commas */
    KEY_VARY,       /* values with commas */
    KEY_CONTENDERS, /* read by scenario_roster */
};

struct scenario_key {
    const char *path;     /* "refresh.statement" */
    const char *fallback; /* the default as a user would write it; NULL: required */
    const char *help;
    enum key_kind kind;
    struct value_rule rule;
    size_t offset, width; /* of the member in struct scenario */
};

/* Ends in an entry with a NULL path. */
extern const struct scenario_key scenario_keys[];

/* NULL if there is no such key. */
const struct scenario_key *scenario_key_find(const char *path);

/* Whether keys stand under this path, as refresh.statement stands under "refresh". */
bool scenario_key_is_group(const char *path);

/* Reads text as the value of a key that is not KEY_CONTENDERS. False: what is wrong, and what
 * would be right. */
bool scenario_key_set(struct scenario *scenario, const struct scenario_key *key, const char *text,
                      char *error, size_t error_size);

/* What the key accepts. */
void scenario_key_expected(const struct scenario_key *key, char *text, size_t size);

/* Everything that has a default gets it. */
void scenario_keys_default(struct scenario *scenario);

#endif
