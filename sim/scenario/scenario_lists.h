/* The keys of a scenario whose value is a list with commas. Internal to the scenario reader. */
#ifndef DIBS_SIM_SCENARIO_LISTS_H
#define DIBS_SIM_SCENARIO_LISTS_H

#include "sim/scenario/scenario_keys.h"

/* scenario_key_set for a key that is neither KEY_VALUE nor KEY_CONTENDERS: the list replaces what
 * stood there. */
bool scenario_list_set(struct scenario *scenario, const struct scenario_key *key, const char *text,
                       char *error, size_t error_size);

#endif
