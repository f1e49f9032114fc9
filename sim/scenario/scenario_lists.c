#include "sim/scenario/scenario_lists.h"

#include "sim/fault/timeline.h"
#include "sim/judge/expectation.h"
#include "sim/scenario/variables.h"

#include <string.h>

/* Reads the offset up to a comma or the end. */
static bool offset_add(struct scenario *scenario, const struct value_rule *rule, const char *text,
                       size_t len, char *error, size_t error_size)
{
    char one[64];
    union value value;
    if (scenario->wake_count == SCENARIO_INSTANCES_MAX) {
        snprintf(error, error_size, "more than %d offsets; one for each instance would be right",
                 (int)SCENARIO_INSTANCES_MAX);
        return false;
    }
    snprintf(one, sizeof(one), "%.*s", (int)len, text);
    if (!value_read(rule, one, &value, error, error_size))
        return false;
    scenario->wake_ms[scenario->wake_count++] = (uint64_t)value.integer;
    return true;
}

static bool wake_set(struct scenario *scenario, const struct scenario_key *key, const char *text,
                     char *error, size_t error_size)
{
    static const char *const choices[] = {"aligned", "spread", NULL};
    static const struct value_rule words = {VALUE_CHOICE, 0, 0, choices, NULL};
    union value value;
    scenario->wake_count = 0;
    if (value_read(&words, text, &value, error, error_size)) {
        scenario->wake = (enum wake)value.integer;
        return true;
    }
    if (!strpbrk(text, "0123456789,")) { /* meant as a word, then */
        char expected[160];
        scenario_key_expected(key, expected, sizeof(expected));
        snprintf(error, error_size, "\"%.48s\" is none of the choices; %s would be right", text,
                 expected);
        return false;
    }

    scenario->wake = WAKE_GIVEN;
    for (;; text++) {
        text += strspn(text, " ");
        size_t len = strcspn(text, ",");
        if (!offset_add(scenario, &key->rule, text, len, error, error_size))
            return false;
        text += len;
        if (*text == '\0')
            return true;
    }
}

/* ---- lists of which each member has a place of its own */

/* Reads one into the place behind the last. */
typedef bool read_one(struct scenario *scenario, const struct value_rule *rule, const char *one,
                      char *error, size_t error_size);

static bool is_timed(const struct timeline_event *event)
{
    return event->when == WHEN_TIME && event->kind != TIMELINE_FAULT;
}

/* Sentences in the order of their times. */
static bool read_event(struct scenario *scenario, const struct value_rule *rule, const char *one,
                       char *error, size_t error_size)
{
    (void)rule;
    struct timeline_event *event = &scenario->events[scenario->event_count];
    if (!timeline_read(one, event, error, error_size))
        return false;
    for (uint32_t i = 0; is_timed(event) && i < scenario->event_count; i++)
        if (is_timed(&scenario->events[i]) && scenario->events[i].at_ms > event->at_ms) {
            snprintf(error, error_size,
                     "\"%s\" is earlier than the event before it; the order of their times would "
                     "be right",
                     one);
            return false;
        }
    return true;
}

static bool read_expectation(struct scenario *scenario, const struct value_rule *rule,
                             const char *one, char *error, size_t error_size)
{
    (void)rule;
    return expectation_read(one, &scenario->expectations[scenario->expectation_count], error,
                            error_size);
}

static bool read_variable(struct scenario *scenario, const struct value_rule *rule, const char *one,
                          char *error, size_t error_size)
{
    (void)rule;
    return variable_read(one, &scenario->variables[scenario->variable_count], error, error_size);
}

static bool read_varied(struct scenario *scenario, const struct value_rule *rule, const char *one,
                        char *error, size_t error_size)
{
    union value value;
    if (!value_read(rule, one, &value, error, error_size))
        return false;
    scenario->vary.values[scenario->vary.count] = (uint64_t)value.integer;
    return true;
}

struct list {
    const char *what; /* its members, for messages */
    const char *separators;
    read_one *read;
    uint32_t most, *count;
    size_t size; /* of the longest, with its NUL; at most LIST_ONE_MAX */
};

enum { LIST_ONE_MAX = 128 };

static bool read_list(struct scenario *scenario, const struct list *list,
                      const struct value_rule *rule, const char *text, char *error,
                      size_t error_size)
{
    for (*list->count = 0; *(text += strspn(text, ", ")) != '\0'; ++*list->count) {
        char one[LIST_ONE_MAX];
        size_t len = strcspn(text, list->separators);
        if (*list->count == list->most) {
            snprintf(error, error_size, "more than %u %s", list->most, list->what);
            return false;
        }
        if (len >= list->size) {
            snprintf(error, error_size, "\"%.48s...\" is longer than %zu characters", text,
                     list->size - 1);
            return false;
        }
        snprintf(one, sizeof one, "%.*s", (int)len, text);
        if (!list->read(scenario, rule, one, error, error_size))
            return false;
        text += len;
    }
    return true;
}

bool scenario_list_set(struct scenario *scenario, const struct scenario_key *key, const char *text,
                       char *error, size_t error_size)
{
    const struct list lists[] = {
        [KEY_EVENTS] = {"events", ",", read_event, SCENARIO_EVENTS_MAX, &scenario->event_count,
                        EVENT_TEXT_MAX},
        [KEY_VARIABLES] = {"variables", ",", read_variable, SCENARIO_VARIABLES_MAX,
                           &scenario->variable_count, LIST_ONE_MAX},
        [KEY_EXPECT] = {"expectations", ",", read_expectation, SCENARIO_EXPECTATIONS_MAX,
                        &scenario->expectation_count, LIST_ONE_MAX},
        [KEY_VARY] = {"values", ", ", read_varied, SCENARIO_VARY_MAX, &scenario->vary.count,
                      LIST_ONE_MAX},
    };
    if (key->kind == KEY_WAKE)
        return wake_set(scenario, key, text, error, error_size);
    if (key->kind == KEY_VARY && *text == '\0') /* the default: it may be the other key of two */
        return true;
    if (key->kind == KEY_VARY)
        scenario->vary.what = (enum vary)key->offset; /* its offset is the thing that it varies */
    return read_list(scenario, &lists[key->kind], &key->rule, text, error, error_size);
}
