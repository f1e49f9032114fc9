/* Event lines, word by word. */
#include "sim/timeline.h"
#include "strategies/value.h"

#include <stdio.h>
#include <string.h>

const char timeline_expected[] = "at TIME scale N [gap TIME], stop N [within TIME], "
                                 "restart [gap TIME], kill N, migrate SHARE or "
                                 "rollback [gap TIME]";

enum argument { ARGUMENT_NONE, ARGUMENT_NUMBER, ARGUMENT_SHARE };

static const struct verb {
    const char *word;
    enum timeline_kind kind;
    enum argument argument;
    int64_t min, max;
    const char *option; /* a word in front of a duration, or NULL */
    uint64_t option_ms; /* its default */
} verbs[] = {
    {"scale", TIMELINE_SCALE, ARGUMENT_NUMBER, 0, SCENARIO_INSTANCES_MAX, "gap", 0},
    {"stop", TIMELINE_STOP, ARGUMENT_NUMBER, 0, SCENARIO_INSTANCES_MAX - 1, "within",
     TIMELINE_STOP_WITHIN_MS},
    {"restart", TIMELINE_RESTART, ARGUMENT_NONE, 0, 0, "gap", 0},
    {"kill", TIMELINE_KILL, ARGUMENT_NUMBER, 0, SCENARIO_INSTANCES_MAX - 1, NULL, 0},
    {"migrate", TIMELINE_MIGRATE, ARGUMENT_SHARE, 0, 1, NULL, 0},
    {"rollback", TIMELINE_ROLLBACK, ARGUMENT_NONE, 0, 0, "gap", 0},
};

static const struct verb *verb_find(const char *word)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (word != NULL && strcmp(verbs[i].word, word) == 0)
            return &verbs[i];
    return NULL;
}

const char *timeline_verb(enum timeline_kind kind)
{
    size_t i = 0;
    while (verbs[i].kind != kind)
        i++;
    return verbs[i].word;
}

static bool fail(char *error, size_t size, const char *what, const char *word)
{
    snprintf(error, size, "%s \"%.32s\"; %s would be right", what, word != NULL ? word : "",
             timeline_expected);
    return false;
}

static bool read_duration(const char *word, uint64_t *ms, char *error, size_t size)
{
    int64_t us = word != NULL ? duration_parse_us(word) : -1;
    if (us < 0)
        return fail(error, size, "not a time:", word);
    *ms = (uint64_t)us / 1000;
    return true;
}

bool timeline_read(const char *text, struct timeline_event *event, char *error, size_t error_size)
{
    char copy[96], *rest = copy;
    if (strlen(text) >= sizeof copy)
        return fail(error, error_size, "too long:", text);
    snprintf(copy, sizeof copy, "%s", text);
    const char *at = strtok_r(copy, " ", &rest);
    if (at == NULL || strcmp(at, "at") != 0)
        return fail(error, error_size, "no \"at\" in front:", text);
    *event = (struct timeline_event){0};
    if (!read_duration(strtok_r(NULL, " ", &rest), &event->at_ms, error, error_size))
        return false;
    const char *word = strtok_r(NULL, " ", &rest);
    const struct verb *verb = verb_find(word);
    if (verb == NULL)
        return fail(error, error_size, "unknown event", word);
    event->kind = verb->kind;
    event->option_ms = verb->option_ms;
    if (verb->argument != ARGUMENT_NONE) {
        bool share = verb->argument == ARGUMENT_SHARE;
        const struct value_rule rule = {share ? VALUE_NUMBER : VALUE_INTEGER, verb->min, verb->max,
                                        NULL, NULL};
        union value value;
        word = strtok_r(NULL, " ", &rest);
        if (word == NULL)
            return fail(error, error_size, "no number behind", verb->word);
        if (!value_read(&rule, word, &value, error, error_size))
            return false;
        if (share)
            event->share = value.number;
        else
            event->number = (uint32_t)value.integer;
    }
    word = strtok_r(NULL, " ", &rest);
    if (word != NULL && verb->option != NULL && strcmp(word, verb->option) == 0) {
        if (!read_duration(strtok_r(NULL, " ", &rest), &event->option_ms, error, error_size))
            return false;
        word = strtok_r(NULL, " ", &rest);
    }
    return word == NULL || fail(error, error_size, "unexpected", word);
}

uint32_t timeline_instances_max(const struct scenario *scenario)
{
    uint32_t most = scenario->instances;
    if (scenario->scaler.kind != SCALER_NONE && scenario->scaler.max > most)
        most = scenario->scaler.max;
    for (uint32_t i = 0; i < scenario->event_count; i++)
        if (scenario->events[i].kind == TIMELINE_SCALE && scenario->events[i].number > most)
            most = scenario->events[i].number;
    return most;
}
