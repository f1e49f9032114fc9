/* Event lines, word by word: when, then what. */
#include "sim/fault/timeline.h"

#include "sim/fault/fault_kinds.h"
#include "sim/fault/fault_read.h"
#include "sim/world/board.h"
#include "strategies/value.h"

#include <stdio.h>
#include <string.h>

const char timeline_expected[] = "WHEN WHAT, as in \"at 90s scale 8\" (dibs --help lists both)";

enum argument { ARGUMENT_NONE, ARGUMENT_NUMBER, ARGUMENT_SHARE };

static const struct verb {
    const char *word;
    enum timeline_kind kind;
    enum argument argument;
    uint32_t max;
    const char *option;  /* a word in front of a duration, or NULL */
    uint64_t option_ms;  /* its default */
    const char *summary; /* the rest of the line, for help */
} verbs[] = {
    {"scale", TIMELINE_SCALE, ARGUMENT_NUMBER, SCENARIO_INSTANCES_MAX, "gap", 0,
     "N [gap TIME]: so many instances run from then on"},
    {"stop", TIMELINE_STOP, ARGUMENT_NUMBER, SCENARIO_INSTANCES_MAX - 1, "within",
     TIMELINE_STOP_WITHIN_MS, "N [within TIME]: instance N is stopped, and killed after TIME"},
    {"restart", TIMELINE_RESTART, ARGUMENT_NONE, 0, "gap", 0,
     "[gap TIME]: all instances, one after the other"},
    {"migrate", TIMELINE_MIGRATE, ARGUMENT_SHARE, 0, NULL, 0,
     "SHARE (0 to 1): this share of the marks has the new form from then on"},
    {"rollback", TIMELINE_ROLLBACK, ARGUMENT_NONE, 0, "gap", 0,
     "[gap TIME]: the migration is undone"},
};

static const struct verb *verb_find(const char *word)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (word != NULL && strcmp(verbs[i].word, word) == 0)
            return &verbs[i];
    return NULL;
}

const char *timeline_verb(const struct timeline_event *event)
{
    if (event->kind == TIMELINE_FAULT)
        return fault_kinds[event->fault.kind].name;
    size_t i = 0;
    while (verbs[i].kind != event->kind)
        i++;
    return verbs[i].word;
}

/* ---- when */

static const char *const command_points[] = {[FAULT_BEFORE_SEND] = "before",
                                             [FAULT_HALF_SENT] = "half-sent",
                                             [FAULT_UNREAD] = "executed",
                                             [FAULT_AFTER_REPLY] = "after",
                                             NULL};
static const char *const refresh_points[] = {"before", "after", NULL};

/* "SPOP 3 of 1 executed", behind "at". */
static bool read_point(struct words *words, const char *name, struct timeline_event *event)
{
    bool of_refresh = strcmp(name, "refresh") == 0;
    uint32_t i;
    event->when = WHEN_COMMAND;
    snprintf(event->point.name, sizeof event->point.name, "%s", name);
    if (!words_number(words, name, 1000000, &event->point.nth))
        return false;
    if (event->point.nth == 0 || !words_take(words, "of"))
        return words_fail(words, "neither a time nor a command:", name);
    event->point.role = words_take(words, "upkeep") ? SEAT_UPKEEP : SEAT_WORKER;
    if (!words_number(words, "of", SCENARIO_INSTANCES_MAX - 1, &event->point.instance) ||
        !words_choice(words, "no point of a command:", of_refresh ? refresh_points : command_points,
                      &i))
        return false;
    event->point.phase = (enum fault_phase)(of_refresh ? FAULT_BEFORE_EFFECT + i : i);
    return true;
}

static bool read_at(struct words *words, struct timeline_event *event)
{
    const char *word = words->at[words->next];
    if (words_share(words, &event->share_done)) {
        event->when = WHEN_SHARE;
        return true;
    }
    bool of_command = word != NULL && words->at[words->next + 1] != NULL &&
                      words->at[words->next + 2] != NULL &&
                      strcmp(words->at[words->next + 2], "of") == 0;
    if (!of_command)
        return words_ms(words, &event->at_ms);
    return read_point(words, words_next(words), event);
}

/* "200ms from 1s until 3s 4 times", behind "every". */
static bool read_every(struct words *words, struct timeline_event *event)
{
    if (!words_ms(words, &event->every_ms))
        return false;
    if (event->every_ms == 0)
        return words_fail(words, "not a time:", "0");
    event->at_ms = event->every_ms;
    if (words_take(words, "from") && !words_ms(words, &event->at_ms))
        return false;
    if (words_take(words, "until") && !words_ms(words, &event->until_ms))
        return false;
    if (words->at[words->next] != NULL && words->at[words->next + 1] != NULL &&
        strcmp(words->at[words->next + 1], "times") == 0) {
        if (!words_number(words, "every", 10000, &event->times))
            return false;
        words_take(words, "times");
    }
    if (event->until_ms == 0 && event->times == 0)
        return words_fail(words, "neither until TIME nor N times behind", "every");
    return true;
}

static bool read_when(struct words *words, struct timeline_event *event)
{
    if (words_take(words, "at"))
        return read_at(words, event);
    event->random = words_take(words, "randomly");
    if (words_take(words, "every"))
        return read_every(words, event);
    return words_fail(words, "no \"at\" in front:", words->at[0] == NULL ? "" : event->text);
}

/* ---- what */

static bool read_verb(struct words *words, const struct verb *verb, struct timeline_event *event)
{
    event->kind = verb->kind;
    event->option_ms = verb->option_ms;
    if (event->when != WHEN_TIME || event->every_ms != 0)
        return words_fail(words, "only a fault can be repeated or wait for something:", verb->word);
    if (verb->argument == ARGUMENT_NUMBER &&
        !words_number(words, verb->word, verb->max, &event->number))
        return false;
    if (verb->argument == ARGUMENT_SHARE && !words_real(words, verb->word, 0, 1, &event->share))
        return false;
    return verb->option == NULL || !words_take(words, verb->option) ||
           words_ms(words, &event->option_ms);
}

bool timeline_read(const char *text, struct timeline_event *event, char *error, size_t error_size)
{
    struct words words;
    *event = (struct timeline_event){0};
    snprintf(event->text, sizeof event->text, "%s", text);
    if (!words_split(&words, text, error, error_size) || !read_when(&words, event))
        return false;
    const struct verb *verb = verb_find(words.at[words.next]);
    if (verb != NULL)
        words_next(&words);
    bool good = verb != NULL ? read_verb(&words, verb, event) : fault_read(&words, event);
    const char *left = good ? words_next(&words) : NULL;
    return good && (left == NULL || words_fail(&words, "unexpected", left));
}

void timeline_describe(FILE *out)
{
    char of_command[64], of_refresh[64];
    value_expected(&(struct value_rule){.type = VALUE_CHOICE, .choices = command_points},
                   of_command, sizeof of_command);
    value_expected(&(struct value_rule){.type = VALUE_CHOICE, .choices = refresh_points},
                   of_refresh, sizeof of_refresh);
    fprintf(
        out,
        "Events: WHEN WHAT; instances are numbered from 0, commands and refreshes from 1\n"
        "  %-14s at TIME; of a fault also at SHARE%% (of the work), [randomly] every TIME [from\n"
        "  %-14s TIME] [until TIME] [N times], or, of kill, pause and cut, without their WHO,\n"
        "  %-14s at COMMAND N of [upkeep] INSTANCE POINT\n"
        "  %-14s %s; of the COMMAND \"refresh\" %s\n",
        "WHEN", "", "", "POINT", of_command, of_refresh);
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        fprintf(out, "  %-14s %s\n", verbs[i].word, verbs[i].summary);
    fault_describe(out);
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
