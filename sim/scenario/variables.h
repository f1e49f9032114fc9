/* Published environment variables of instances: "NAME=VALUE" for all, "on N NAME=VALUE" for one.
 * A strategy's parameter that names the variable takes its value; one variable is the scenario's
 * own (EXECUTION_STATUS_REFRESH_INTERVAL_SECONDS, the length of the cycle). HOSTNAME is the name of
 * the machine that an instance believes to run on. */
#ifndef DIBS_SIM_VARIABLES_H
#define DIBS_SIM_VARIABLES_H

#include "sim/scenario/scenario.h"

/* What a line may be, for help and messages. */
extern const char variables_expected[];

/* False: `error` says what is wrong and what would be right. */
bool variable_read(const char *text, struct variable *variable, char *error, size_t error_size);

/* Whether each variable means something to one of the scenario's contenders, and its value can be
 * read there. False: `error` names the variable. */
bool variables_check(const struct scenario *scenario, char *error, size_t error_size);

/* What instance `number` of this entry runs with: values (published time) and its cycle. */
void variables_apply(const struct scenario *scenario, const struct entry *entry, uint32_t number,
                     int64_t *values, uint64_t *cycle_ms);

/* The host name that instance `number` is given, or NULL: the deployment's. */
const char *variables_host(const struct scenario *scenario, uint32_t number);

#endif
