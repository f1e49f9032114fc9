#include "sim/scenario/scenario_keys.h"

#include "sim/fault/timeline.h"
#include "sim/judge/expectation.h"
#include "sim/scenario/scenario_lists.h"
#include "sim/scenario/variables.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

enum { SECOND_MS = 1000, HOUR_MS = 3600 * SECOND_MS, DAY_MS = 24 * HOUR_MS };

#define HOUR_US INT64_C(3600000000)

static const char *const item_kind_names[] = {
    [ITEMS_MARKS] = "marks", [ITEMS_TASK_ROUNDS] = "task_rounds", NULL};
static const char *const mode_names[] = {
    [MODE_CONCURRENT] = "concurrent", [MODE_LOCKSTEP] = "lockstep", NULL};
static const char *const placement_names[] = {[PLACEMENT_FREE] = "free",
                                              [PLACEMENT_SPLIT] = "split",
                                              [PLACEMENT_ONE_CORE] = "one-core",
                                              NULL};
static const char *const upkeep_names[] = {
    [UPKEEP_SEAT] = "seat", [UPKEEP_BETWEEN_ITEMS] = "between_items", NULL};
static const char *const wake_names[] = {
    [WAKE_ALIGNED] = "aligned", [WAKE_SPREAD] = "spread", [WAKE_GIVEN] = "given"};
static const char *const deployment_names[] = {[DEPLOYMENT_STATEFULSET] = "statefulset",
                                               [DEPLOYMENT_DEPLOYMENT] = "deployment",
                                               [DEPLOYMENT_COMPOSE] = "compose",
                                               NULL};
static const char *const scaler_names[] = {
    [SCALER_NONE] = "none", [SCALER_HPA] = "hpa", [SCALER_QUEUE] = "queue", NULL};
static const char *const journal_names[] = {
    [JOURNAL_AUTO] = "auto", [JOURNAL_YES] = "yes", [JOURNAL_NO] = "no", NULL};

#define MEMBER(name) offsetof(struct scenario, name), sizeof(((struct scenario *)0)->name)

/* The rules, as columns of the table. */
#define WHOLE(low, high)                                                                           \
    {                                                                                              \
        VALUE_INTEGER, low, high, NULL, NULL                                                       \
    }
#define NUMBER(low, high)                                                                          \
    {                                                                                              \
        VALUE_NUMBER, low, high, NULL, NULL                                                        \
    }
#define CHOICE(names)                                                                              \
    {                                                                                              \
        VALUE_CHOICE, 0, 0, names, NULL                                                            \
    }
#define MS(low, high)                                                                              \
    {                                                                                              \
        VALUE_MS, low, high, NULL, NULL                                                            \
    }
#define US(low, high)                                                                              \
    {                                                                                              \
        VALUE_US, low, high, NULL, NULL                                                            \
    }
#define NO_RULE                                                                                    \
    {                                                                                              \
        VALUE_LINE, 0, 0, NULL, NULL                                                               \
    }

const struct scenario_key scenario_keys[] = {
    {"question",
     "",
     "the question that the scenario asks",
     KEY_VALUE,
     {VALUE_LINE, 0, sizeof(((struct scenario *)0)->question) - 1, NULL, NULL},
     MEMBER(question)},
    {"kind", "marks", "the items: what producers mark, or the rounds of periodic tasks", KEY_VALUE,
     CHOICE(item_kind_names), MEMBER(kind)},
    {"items", NULL, "how many items there are; of task rounds, as many as the cycles hold",
     KEY_VALUE, WHOLE(1, 100000000), MEMBER(items)},
    {"instances", NULL, "processes that share the items", KEY_VALUE,
     WHOLE(1, SCENARIO_INSTANCES_MAX), MEMBER(instances)},
    {"workers", "1", "seats of each instance that run cycles", KEY_VALUE, WHOLE(1, 64),
     MEMBER(workers)},
    {"vendor",
     "GARBAGE_COLLECTION",
     "of every item",
     KEY_VALUE,
     {VALUE_NAME, 1, SCENARIO_VENDOR_MAX - 1, NULL, NULL},
     MEMBER(vendor)},
    {"cycle", "30s", "time from one wake of an instance to its next", KEY_VALUE, MS(1, DAY_MS),
     MEMBER(cycle_ms)},
    {"wake", "aligned", "when each instance first wakes", KEY_WAKE, MS(0, DAY_MS), 0, 0},
    {"cycles",
     "1",
     "cycles that are run",
     KEY_VALUE,
     {VALUE_INTEGER, 1, 1000000, NULL, "until_drained"},
     MEMBER(cycles)},
    {"round_bound",
     "none",
     "a round is stopped after this; none: it runs to its end",
     KEY_VALUE,
     {VALUE_MS, 1, DAY_MS, NULL, "none"},
     MEMBER(round_bound_ms)},
    {"mode", "concurrent", "lockstep: a seeded baton passes between the seats, time is virtual",
     KEY_VALUE, CHOICE(mode_names), MEMBER(mode)},
    {"upkeep", "seat", "who runs it: a seat of its own, or the worker between items when it is due",
     KEY_VALUE, CHOICE(upkeep_names), MEMBER(upkeep)},
    {"placement", "free", "cores of server and clients: any, apart, or one for both", KEY_VALUE,
     CHOICE(placement_names), MEMBER(placement)},
    {"time_scale", "1", "divides every duration but watchdog's", KEY_VALUE, NUMBER(1, 100000),
     MEMBER(time_scale)},
    {"producers.count", "0", "processes that mark items while the instances run", KEY_VALUE,
     WHOLE(0, 64), MEMBER(producers.count)},
    {"producers.rate", "0", "marks a second of published time, all producers together", KEY_VALUE,
     NUMBER(0, 10000000), MEMBER(producers.per_s)},
    {"producers.again", "0", "share of the marks that go to items already marked", KEY_VALUE,
     NUMBER(0, 1), MEMBER(producers.again)},
    {"producers.marks", "0", "marks of all producers; 0: as many as the cycles hold", KEY_VALUE,
     WHOLE(0, 1000000000), MEMBER(producers.marks)},
    {"producers.seeded", "1", "share of the items that is marked before the start", KEY_VALUE,
     NUMBER(0, 1), MEMBER(producers.seeded)},
    {"producers.migrated", "1", "share of all marks in the new form, where there is an older one",
     KEY_VALUE, NUMBER(0, 1), MEMBER(producers.migrated)},
    {"refresh.statement", "0us", "time of each database statement", KEY_VALUE, US(0, HOUR_US),
     MEMBER(refresh.statement_us)},
    {"refresh.failures", "0", "share of the refreshes that fail", KEY_VALUE, NUMBER(0, 1),
     MEMBER(refresh.failures)},
    {"refresh.broken", "0", "items whose refresh always fails; needs round_bound", KEY_VALUE,
     WHOLE(0, 1000000000), MEMBER(refresh.broken)},
    {"refresh.unchecked",
     "no",
     "the database does not compare the revision that was read",
     KEY_VALUE,
     {VALUE_SWITCH, 0, 0, NULL, NULL},
     MEMBER(refresh.unchecked)},
    {"journal", "auto", "every refresh is written down; auto: where there are events", KEY_VALUE,
     CHOICE(journal_names), MEMBER(journal)},
    {"deployment", "statefulset", "what makes the instances, and so their host names", KEY_VALUE,
     CHOICE(deployment_names), MEMBER(deployment)},
    {"restart",
     "deployment",
     "time until a killed instance is back, doubled each time",
     KEY_VALUE,
     {VALUE_MS, 1, DAY_MS, NULL, "deployment"},
     MEMBER(restart_ms)},
    {"environment", "", "published environment variables of the instances", KEY_VARIABLES, NO_RULE,
     0, 0},
    {"events", "", "what happens to the deployment while it runs", KEY_EVENTS, NO_RULE, 0, 0},
    {"scaler.kind", "none", "what changes the number of instances by itself", KEY_VALUE,
     CHOICE(scaler_names), MEMBER(scaler.kind)},
    {"scaler.min", "2", "instances at least", KEY_VALUE, WHOLE(1, SCENARIO_INSTANCES_MAX),
     MEMBER(scaler.min)},
    {"scaler.max", "10", "instances at most", KEY_VALUE, WHOLE(1, SCENARIO_INSTANCES_MAX),
     MEMBER(scaler.max)},
    {"scaler.period", "15s", "time between two looks of the scaler", KEY_VALUE, MS(1, DAY_MS),
     MEMBER(scaler.period_ms)},
    {"scaler.stabilize", "300s", "time for which a smaller size must have been enough", KEY_VALUE,
     MS(0, DAY_MS), MEMBER(scaler.stabilize_ms)},
    {"scaler.target", "0.7", "hpa: CPU of an instance over its request", KEY_VALUE, NUMBER(0, 10),
     MEMBER(scaler.target)},
    {"scaler.request", "0.1", "hpa: CPU request of an instance in cores", KEY_VALUE, NUMBER(0, 64),
     MEMBER(scaler.request)},
    {"scaler.depth", "1000", "queue: pending items over which it grows", KEY_VALUE,
     WHOLE(1, 100000000), MEMBER(scaler.depth)},
    {"observe.enabled",
     "no",
     "run the documents' own monitoring on a connection of its own",
     KEY_VALUE,
     {VALUE_SWITCH, 0, 0, NULL, NULL},
     MEMBER(observe.enabled)},
    {"observe.interval",
     "published",
     "time between two looks of every probe",
     KEY_VALUE,
     {VALUE_MS, 1, DAY_MS, NULL, "published"},
     MEMBER(observe.interval_ms)},
    {"seed", "1", "of the schedule and all that is drawn by lot", KEY_VALUE, WHOLE(0, INT64_MAX),
     MEMBER(seed)},
    {"repeats", "1", "runs of each contender", KEY_VALUE, WHOLE(1, 1000), MEMBER(repeats)},
    {"vary.instances", "", "run with each of these numbers of instances, all else being the same",
     KEY_VARY, WHOLE(1, SCENARIO_INSTANCES_MAX), VARY_INSTANCES, 0},
    {"vary.items", "", "run with each of these numbers of items, all else being the same", KEY_VARY,
     WHOLE(1, 100000000), VARY_ITEMS, 0},
    {"crash_probe_kills", "10", "kills of each contender that measure what a crash takes with it",
     KEY_VALUE, WHOLE(0, 100), MEMBER(crash_probe_kills)},
    {"entry_race_cycles", "0", "aligned cycles that count how many instances enter a lock at once",
     KEY_VALUE, WHOLE(0, 100000), MEMBER(entry_race_cycles)},
    {"lease", "none",
     "each contender's time runs so that its shortest lease is this; the rest is real", KEY_VALUE,
     {VALUE_MS, 100, HOUR_MS, NULL, "none"}, MEMBER(lease_ms)},
    {"converge", "auto",
     "how long nothing more is served before it is given up; auto: 30s, or some leases",
     KEY_VALUE, {VALUE_MS, 1, DAY_MS, NULL, "auto"}, MEMBER(converge_ms)},
    {"watchdog", "60s", "real time without progress after which a run is ended", KEY_VALUE,
     MS(SECOND_MS, HOUR_MS), MEMBER(watchdog_ms)},
    {"beside",
     "",
     "contenders that all others are set in ratio to, with commas",
     KEY_VALUE,
     {VALUE_LINE, 0, sizeof(((struct scenario *)0)->beside) - 1, NULL, NULL},
     MEMBER(beside)},
    {"expect", "", "what must come of it, else the exit status is 3", KEY_EXPECT, NO_RULE, 0, 0},
    {"contenders", NULL, "what is compared", KEY_CONTENDERS, NO_RULE, 0, 0},
    {NULL, NULL, NULL, KEY_VALUE, NO_RULE, 0, 0},
};

static_assert(sizeof(scenario_keys) / sizeof(scenario_keys[0]) - 1 <= SCENARIO_KEYS_MAX,
              "a place is kept for every key");
static_assert(sizeof(enum mode) == sizeof(uint32_t) && sizeof(enum placement) == sizeof(uint32_t),
              "choices are stored like 32-bit numbers");

const struct scenario_key *scenario_key_find(const char *path)
{
    for (const struct scenario_key *key = scenario_keys; key->path; key++)
        if (strcmp(key->path, path) == 0)
            return key;
    return NULL;
}

bool scenario_key_is_group(const char *path)
{
    size_t len = strlen(path);
    for (const struct scenario_key *key = scenario_keys; key->path; key++)
        if (strncmp(key->path, path, len) == 0 && key->path[len] == '.')
            return true;
    return false;
}

static void value_store(struct scenario *scenario, const struct scenario_key *key,
                        const union value *value)
{
    char *member = (char *)scenario + key->offset;
    uint32_t narrow;
    switch (key->rule.type) {
    case VALUE_NUMBER:
        assert(key->width == sizeof(value->number));
        memcpy(member, &value->number, sizeof(value->number));
        break;
    case VALUE_NAME:
    case VALUE_LINE:
        assert(strlen(value->text) < key->width);
        memcpy(member, value->text, strlen(value->text) + 1);
        break;
    default:
        narrow = (uint32_t)value->integer;
        assert(key->width == sizeof(value->integer) || key->width == sizeof(narrow));
        if (key->width == sizeof(narrow))
            memcpy(member, &narrow, sizeof(narrow));
        else
            memcpy(member, &value->integer, sizeof(value->integer));
    }
}

bool scenario_key_set(struct scenario *scenario, const struct scenario_key *key, const char *text,
                      char *error, size_t error_size)
{
    assert(key->kind != KEY_CONTENDERS);
    if (key->kind != KEY_VALUE)
        return scenario_list_set(scenario, key, text, error, error_size);
    union value value;
    if (!value_read(&key->rule, text, &value, error, error_size))
        return false;
    value_store(scenario, key, &value);
    return true;
}

void scenario_key_expected(const struct scenario_key *key, char *text, size_t size)
{
    if (key->kind == KEY_WAKE)
        snprintf(text, size,
                 "aligned, spread or a list of offsets (0s, 5s), one for each instance");
    else if (key->kind == KEY_EVENTS)
        snprintf(text, size, "a list of: %s", timeline_expected);
    else if (key->kind == KEY_EXPECT)
        snprintf(text, size, "%s", expectation_expected);
    else if (key->kind == KEY_VARY)
        snprintf(text, size, "a list of whole numbers, at most %d", (int)SCENARIO_VARY_MAX);
    else if (key->kind == KEY_VARIABLES)
        snprintf(text, size, "a list of: %s", variables_expected);
    else if (key->kind == KEY_CONTENDERS)
        snprintf(text, size, "a list of names, each alone or as {name: NAME, PARAMETER: VALUE}");
    else
        value_expected(&key->rule, text, size);
}

void scenario_keys_default(struct scenario *scenario)
{
    for (const struct scenario_key *key = scenario_keys; key->path; key++) {
        char error[256];
        bool readable =
            !key->fallback || scenario_key_set(scenario, key, key->fallback, error, sizeof(error));
        assert(readable);
        (void)readable;
    }
}

void scenario_describe(FILE *out)
{
    for (const struct scenario_key *key = scenario_keys; key->path; key++) {
        char expected[160];
        scenario_key_expected(key, expected, sizeof(expected));
        fprintf(out, "%-18s %s\n", key->path, key->help);
        fprintf(out, "%-18s %s; ", "", expected);
        if (!key->fallback)
            fputs("required\n", out);
        else
            fprintf(out, "default: %s\n", *key->fallback ? key->fallback : "nothing");
    }
}

const char *item_kind_name(enum item_kind kind)
{
    return item_kind_names[kind];
}

const char *mode_name(enum mode mode)
{
    return mode_names[mode];
}

const char *placement_name(enum placement placement)
{
    return placement_names[placement];
}

const char *upkeep_name(enum upkeep upkeep)
{
    return upkeep_names[upkeep];
}

const char *wake_name(enum wake wake)
{
    return wake_names[wake];
}

const char *deployment_name(enum deployment deployment)
{
    return deployment_names[deployment];
}

const char *journaling_name(enum journaling journaling)
{
    return journal_names[journaling];
}

const char *scaler_name(enum scaler_kind kind)
{
    return scaler_names[kind];
}
