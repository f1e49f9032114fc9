#include "strategies/registry.h"
#include "strategies/suggest.h"
#include "strategies/value.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const enum value_type value_types[] = {
    [PARAMETER_INTEGER] = VALUE_INTEGER,
    [PARAMETER_SWITCH] = VALUE_SWITCH,
    [PARAMETER_CHOICE] = VALUE_CHOICE,
    [PARAMETER_DURATION] = VALUE_MS,
};

static struct value_rule rule_of(const struct parameter *parameter)
{
    return (struct value_rule){
        .type = value_types[parameter->type],
        .min = parameter->min,
        .max = parameter->max,
        .choices = parameter->choices,
    };
}

static const struct parameter *parameter_find(const struct strategy *strategy, const char *name)
{
    for (const struct parameter *p = strategy->parameters; p->name; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}

static bool unknown(const struct strategy *strategy, const char *name, char *error,
                    size_t error_size)
{
    struct suggestion suggestion = {.word = name};
    for (const struct parameter *p = strategy->parameters; p->name; p++)
        suggestion_consider(&suggestion, p->name);
    char hint[SUGGESTION_KNOWN_MAX + 32];
    suggestion_write(&suggestion, hint, sizeof(hint));
    snprintf(error, error_size, "%.48s: no such parameter of strategy %s; %s", name, strategy->name,
             hint);
    return false;
}

bool parameters_set(const struct strategy *strategy, const char *name, const char *text,
                    int64_t *values, char *error, size_t error_size)
{
    const struct parameter *parameter = parameter_find(strategy, name);
    if (!parameter)
        return unknown(strategy, name, error, error_size);

    char reason[256];
    union value value;
    struct value_rule rule = rule_of(parameter);
    if (!value_read(&rule, text, &value, reason, sizeof(reason))) {
        snprintf(error, error_size, "%s: %s", name, reason);
        return false;
    }
    values[parameter - strategy->parameters] = value.integer;
    return true;
}

void parameters_default(const struct strategy *strategy, int64_t *values)
{
    memset(values, 0, sizeof(parameter_values));
    for (const struct parameter *p = strategy->parameters; p->name; p++) {
        char error[256];
        bool readable =
            parameters_set(strategy, p->name, p->fallback, values, error, sizeof(error));
        assert(readable);
        (void)readable;
    }
}

int64_t duration_parse_ms(const char *text)
{
    int64_t us = duration_parse_us(text);
    return us < 0 || us % 1000 != 0 ? -1 : us / 1000;
}
