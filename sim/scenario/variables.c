#include "sim/scenario/variables.h"

#include "strategies/suggest.h"
#include "strategies/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CYCLE_VARIABLE "EXECUTION_STATUS_REFRESH_INTERVAL_SECONDS"
#define HOST_VARIABLE "HOSTNAME"

const char variables_expected[] = "NAME=VALUE, or on N NAME=VALUE for instance N alone";

static bool fail(char *error, size_t size, const char *what, const char *text)
{
    snprintf(error, size, "%s \"%.48s\"; %s would be right", what, text, variables_expected);
    return false;
}

bool variable_read(const char *text, struct variable *variable, char *error, size_t error_size)
{
    const char *name = text;
    *variable = (struct variable){.instance = VARIABLE_OF_ALL};
    if (strncmp(text, "on ", 3) == 0) {
        static const struct value_rule rule = {VALUE_INTEGER, 0, SCENARIO_INSTANCES_MAX - 1, NULL,
                                               NULL};
        char number[16];
        union value value;
        size_t len = strcspn(text + 3, " ");
        snprintf(number, sizeof number, "%.*s", (int)len, text + 3);
        if (!value_read(&rule, number, &value, error, error_size))
            return false;
        variable->instance = (int32_t)value.integer;
        name = text + 3 + len + strspn(text + 3 + len, " ");
    }
    size_t len = strcspn(name, "=");
    if (len == 0 || name[len] != '=')
        return fail(error, error_size, "not an assignment:", text);
    if (len >= sizeof variable->name || strlen(name + len + 1) >= sizeof variable->value)
        return fail(error, error_size, "too long:", text);
    snprintf(variable->name, sizeof variable->name, "%.*s", (int)len, name);
    snprintf(variable->value, sizeof variable->value, "%s", name + len + 1);
    return true;
}

/* The parameter that this variable is published for; NULL: it means nothing here. */
static const struct parameter *parameter_of(const struct strategy *strategy, const char *name)
{
    for (const struct parameter *p = strategy->parameters; p->name != NULL; p++)
        if (p->environment != NULL && strcmp(p->environment, name) == 0)
            return p;
    return NULL;
}

static bool is_cycle(const struct variable *variable, uint64_t *cycle_ms)
{
    static const struct value_rule rule = {VALUE_INTEGER, 1, 24 * 3600, NULL, NULL};
    union value value;
    char error[128];
    if (strcmp(variable->name, CYCLE_VARIABLE) != 0 ||
        !value_read(&rule, variable->value, &value, error, sizeof error))
        return false;
    *cycle_ms = (uint64_t)value.integer * 1000;
    return true;
}

/* Published values of durations are often bare seconds. */
static bool set_parameter(const struct strategy *strategy, const struct parameter *parameter,
                          const char *text, int64_t *values, char *error, size_t error_size)
{
    char with_unit[48];
    size_t digits = strspn(text, "0123456789");
    if (parameter->type == PARAMETER_DURATION && digits > 0 && text[digits] == '\0') {
        snprintf(with_unit, sizeof with_unit, "%ss", text);
        text = with_unit;
    }
    if (parameter->type == PARAMETER_SWITCH && strcmp(text, "true") == 0)
        text = "yes";
    if (parameter->type == PARAMETER_SWITCH && strcmp(text, "false") == 0)
        text = "no";
    return parameters_set(strategy, parameter->name, text, values, error, error_size) ||
           (parameter->unparsable != NULL &&
            parameters_set(strategy, parameter->name, parameter->unparsable, values, error,
                           error_size));
}

static bool is_host(const struct variable *variable)
{
    return strcmp(variable->name, HOST_VARIABLE) == 0 && variable->value[0] != '\0';
}

static bool check_one(const struct scenario *scenario, const struct variable *variable, char *error,
                      size_t error_size)
{
    uint64_t cycle_ms;
    struct suggestion suggestion = {.word = variable->name};
    bool known = is_cycle(variable, &cycle_ms) || is_host(variable);
    suggestion_consider(&suggestion, CYCLE_VARIABLE);
    suggestion_consider(&suggestion, HOST_VARIABLE);
    for (uint32_t i = 0; i < scenario->entry_count; i++) {
        const struct strategy *strategy = scenario->entries[i].strategy;
        const struct parameter *parameter = parameter_of(strategy, variable->name);
        parameter_values values;
        char reason[256];
        for (const struct parameter *p = strategy->parameters; p->name != NULL; p++)
            if (p->environment != NULL)
                suggestion_consider(&suggestion, p->environment);
        if (parameter == NULL)
            continue;
        known = true;
        memcpy(values, scenario->entries[i].values, sizeof values);
        if (!set_parameter(strategy, parameter, variable->value, values, reason, sizeof reason)) {
            snprintf(error, error_size, "%s: %s", variable->name, reason);
            return false;
        }
    }
    if (known)
        return true;
    char hint[SUGGESTION_KNOWN_MAX + 32];
    suggestion_write(&suggestion, hint, sizeof hint);
    snprintf(error, error_size, "%s=%s means nothing to any contender here; %s", variable->name,
             variable->value, hint);
    return false;
}

bool variables_check(const struct scenario *scenario, char *error, size_t error_size)
{
    for (uint32_t i = 0; i < scenario->variable_count; i++)
        if (!check_one(scenario, &scenario->variables[i], error, error_size))
            return false;
    return true;
}

static bool is_for(const struct variable *variable, uint32_t number)
{
    return variable->instance == VARIABLE_OF_ALL || (uint32_t)variable->instance == number;
}

const char *variables_host(const struct scenario *scenario, uint32_t number)
{
    const char *host = NULL;
    for (uint32_t i = 0; i < scenario->variable_count; i++)
        if (is_host(&scenario->variables[i]) && is_for(&scenario->variables[i], number))
            host = scenario->variables[i].value;
    return host;
}

void variables_apply(const struct scenario *scenario, const struct entry *entry, uint32_t number,
                     int64_t *values, uint64_t *cycle_ms)
{
    char error[256];
    *cycle_ms = scenario->cycle_ms;
    memcpy(values, entry->values, sizeof(parameter_values));
    for (uint32_t i = 0; i < scenario->variable_count; i++) {
        const struct variable *variable = &scenario->variables[i];
        const struct parameter *parameter = parameter_of(entry->strategy, variable->name);
        if (!is_for(variable, number))
            continue;
        if (parameter != NULL)
            set_parameter(entry->strategy, parameter, variable->value, values, error, sizeof error);
        else
            is_cycle(variable, cycle_ms);
    }
}
