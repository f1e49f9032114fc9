#include "sim/fault/fault_read.h"

#include "sim/fault/fault_kinds.h"
#include "sim/fault/timeline.h"
#include "strategies/value.h"

#include <ctype.h>
#include <string.h>

/* ---- one line */

static const struct fault_row *find(struct words *words, uint32_t *kind)
{
    for (*kind = 0; fault_kinds[*kind].name != NULL; ++*kind) {
        const char *name = fault_kinds[*kind].name, *space = strchr(name, ' ');
        size_t len = space != NULL ? (size_t)(space - name) : strlen(name);
        const char *word = words->at[words->next];
        if (word == NULL || strncmp(word, name, len) != 0 || word[len] != '\0')
            continue;
        const char *second = words->at[words->next + 1];
        if (space != NULL && (second == NULL || strcmp(second, space + 1) != 0))
            continue;
        words->next += space != NULL ? 2 : 1;
        return &fault_kinds[*kind];
    }
    return NULL;
}

static const char *const who_words[] = {"any",       "all",         "all-but-one", "claim-holder",
                                        "successor", "lock-holder", "leader",      NULL};
static const char *const condition_words[] = {"leads", "holds-lock", "holds", NULL};

static bool read_victim(struct words *words, struct fault_order *order)
{
    static const struct {
        enum fault_target target;
        enum fault_condition condition;
    } of_words[] = {
        {TARGET_ANY, IF_ALIVE}, {TARGET_ALL, IF_ALIVE},       {TARGET_ALL_BUT_ONE, IF_ALIVE},
        {TARGET_ANY, IF_HOLDS}, {TARGET_ANY_OTHER, IF_HOLDS}, {TARGET_ANY, IF_HOLDS_LOCK},
        {TARGET_ANY, IF_LEADS},
    };
    const char *word = words->at[words->next];
    uint32_t i;
    if (word == NULL || !isalpha((unsigned char)*word)) {
        order->target = TARGET_ONE;
        return words_number(words, fault_kinds[order->kind].name, SCENARIO_INSTANCES_MAX - 1,
                            &order->number);
    }
    if (!words_choice(words, "neither a number nor", who_words, &i))
        return false;
    order->target = of_words[i].target;
    order->condition = of_words[i].condition;
    order->holds = 1;
    return true;
}

static bool read_condition(struct words *words, struct fault_order *order)
{
    static const enum fault_condition of_words[] = {IF_LEADS, IF_HOLDS_LOCK, IF_HOLDS};
    uint32_t i;
    if (!words_take(words, "if"))
        return true;
    if (!words_choice(words, "unknown condition", condition_words, &i))
        return false;
    order->condition = of_words[i];
    return order->condition != IF_HOLDS || words_number(words, "holds", 1000000, &order->holds);
}

bool fault_read(struct words *words, struct timeline_event *event)
{
    struct fault_order *order = &event->fault;
    event->kind = TIMELINE_FAULT;
    const struct fault_row *row = find(words, &order->kind);
    if (row == NULL)
        return words_fail(words, "unknown event", words_next(words));
    bool at_point = event->when == WHEN_COMMAND;
    if (at_point && row->point == FAULT_NONE)
        return words_fail(words, "this does not strike at a command:", row->name);
    if (at_point) {
        order->target = TARGET_ONE;
        order->number = event->point.instance;
    } else if ((row->needs & NEEDS_VICTIM) && !read_victim(words, order)) {
        return false;
    }
    if (!at_point && !read_condition(words, order))
        return false;
    bool plain = at_point && words->at[words->next] == NULL; /* by the victim itself */
    if (row->read != NULL && !plain && !row->read(words, order))
        return false;
    if (words_take(words, "for") && !words_ms(words, &order->for_ms))
        return false;
    if ((row->needs & NEEDS_TIME) && order->for_ms == 0)
        return words_fail(words, "no \"for TIME\" behind", row->name);
    return true;
}

/* ---- all lines of a scenario */

static const char *reason_against(const struct scenario *s, const struct timeline_event *event)
{
    const struct fault_row *row = &fault_kinds[event->fault.kind];
    bool plain = event->when == WHEN_TIME && event->every_ms == 0 &&
                 event->fault.target == TARGET_ONE && event->fault.condition == IF_ALIVE;
    if (s->mode == MODE_LOCKSTEP && ((row->needs & NEEDS_REAL_TIME) || !plain))
        return "needs real time; mode concurrent would be right";
    if ((row->needs & NEEDS_WORK) && s->refresh.statement_us == 0)
        return "needs work that takes time; a refresh.statement above 0 would be right";
    if ((row->needs & NEEDS_SERVER) && s->observe.enabled)
        return "leaves the monitoring without its connection; observe.enabled no would be right";
    return NULL;
}

static uint32_t points_of(const struct scenario *s, uint32_t instance, uint32_t role)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->event_count; i++)
        count += s->events[i].kind == TIMELINE_FAULT && s->events[i].when == WHEN_COMMAND &&
                 s->events[i].point.instance == instance && s->events[i].point.role == role;
    return count;
}

bool fault_check(const struct scenario *s, char *error, size_t error_size)
{
    for (uint32_t i = 0; i < s->event_count; i++) {
        const struct timeline_event *event = &s->events[i];
        if (event->kind != TIMELINE_FAULT)
            continue;
        const char *reason = reason_against(s, event);
        if (event->when == WHEN_COMMAND &&
            points_of(s, event->point.instance, event->point.role) > 1)
            reason = "is not the only one at a command of this seat; one would be right";
        if (reason != NULL) {
            snprintf(error, error_size, "\"%s\" %s", event->text, reason);
            return false;
        }
    }
    return true;
}

void fault_describe(FILE *out)
{
    char who[160], conditions[160];
    value_expected(&(struct value_rule){.type = VALUE_CHOICE, .choices = who_words}, who,
                   sizeof who);
    value_expected(&(struct value_rule){.type = VALUE_CHOICE, .choices = condition_words},
                   conditions, sizeof conditions);
    for (const struct fault_row *row = fault_kinds; row->name != NULL; row++)
        fprintf(out, "  %-14s %s\n", row->name, row->summary);
    fprintf(out, "  %-14s a number, %s\n  %-14s %s N (items in hand at least)\n", "WHO", who,
            "CONDITION", conditions);
}
