/* What no key can know alone: whether what a scenario asks for goes together. */
#include "sim/scenario/scenario_reading.h"

#include "sim/fault/fault_read.h"
#include "sim/fault/timeline.h"
#include "sim/judge/beside.h"
#include "sim/scenario/variables.h"
#include "sim/world/rounds.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* An error at a key, wherever it was given; at the file's first line if nowhere. */
static bool __attribute__((format(printf, 3, 4)))
key_fail(struct reading *r, const char *path, const char *format, ...)
{
    const struct origin *given = reading_origin(r, scenario_key_find(path));
    const struct origin start = {ORIGIN_FILE, r->path, 1};
    char reason[320];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof(reason), format, arguments);
    va_end(arguments);
    return origin_fail(r->error, given->text ? given : &start, path, "%s", reason);
}

static bool required_check(struct reading *r)
{
    for (const struct scenario_key *key = scenario_keys; key->path; key++) {
        bool given = key->kind == KEY_CONTENDERS ? r->roster.count > 0
                                                 : reading_origin(r, key)->text != NULL;
        bool follows = r->scenario->kind == ITEMS_TASK_ROUNDS && strcmp(key->path, "items") == 0;
        if (!key->fallback && !given && !follows) {
            char expected[160];
            scenario_key_expected(key, expected, sizeof(expected));
            return key_fail(r, key->path, "is missing; %s would be right", expected);
        }
    }
    return true;
}

static enum item_kind kind_of(const struct strategy *strategy)
{
    return strategy->tasks != NULL ? ITEMS_TASK_ROUNDS : ITEMS_MARKS;
}

/* Takes those out of the roster whose items are not of the scenario's kind. */
static bool kind_check(struct reading *r)
{
    static const char *const reasons[] = {
        [ITEMS_MARKS] = "its items are task rounds, this scenario's are marks",
        [ITEMS_TASK_ROUNDS] = "its items are marks, this scenario's are task rounds",
    };
    struct scenario *s = r->scenario;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < r->roster.count; i++) {
        const struct roster_entry *listed = &r->roster.entries[i];
        if (kind_of(listed->entry.strategy) == s->kind) {
            r->roster.entries[kept++] = *listed;
            continue;
        }
        struct skipped *skipped = &s->skipped[s->skipped_count++];
        memcpy(skipped->label, listed->entry.label, sizeof(skipped->label));
        snprintf(skipped->reason, sizeof(skipped->reason), "%s", reasons[s->kind]);
    }
    r->roster.count = kept;
    if (kept > 0)
        return true;
    return origin_fail(r->error, &r->roster.entries[0].origin, s->skipped[0].label,
                       "%s; contenders of its kind would be right", s->skipped[0].reason);
}

/* Rounds are planned by their periods: how many there are follows, and nobody marks them. */
static bool rounds_check(struct reading *r)
{
    struct scenario *s = r->scenario;
    if (s->kind != ITEMS_TASK_ROUNDS)
        return true;
    if (reading_origin(r, scenario_key_find("items"))->text)
        return key_fail(r, "items",
                        "task rounds are as many as the cycles hold; no number would "
                        "be right");
    if (s->cycles == 0)
        return key_fail(r, "cycles", "task rounds never end; a number of cycles would be right");
    if (s->producers.count > 0)
        return key_fail(r, "producers.count",
                        "time marks task rounds; no producers would be right");
    if (s->entry_race_cycles > 0)
        return key_fail(r, "entry_race_cycles",
                        "races for one lock are counted, and each task has its own; 0 would be "
                        "right");
    for (uint32_t i = 0; i < r->roster.count; i++) {
        const struct entry *entry = &r->roster.entries[i].entry;
        uint64_t items = rounds_count(entry->strategy->tasks, s);
        if (i > 0 && items != s->items)
            return origin_fail(r->error, &r->roster.entries[i].origin, entry->label,
                               "its tasks have other rounds than those of %s; a scenario of its "
                               "own would be right",
                               r->roster.entries[0].entry.label);
        s->items = items;
    }
    return true;
}

static bool vary_check(struct reading *r)
{
    const struct scenario *s = r->scenario;
    if (s->vary.count == 0)
        return true;
    if (reading_origin(r, scenario_key_find("vary.items"))->text &&
        reading_origin(r, scenario_key_find("vary.instances"))->text)
        return key_fail(r, "vary.items", "two things are varied; one would be right");
    if (s->kind != ITEMS_MARKS)
        return key_fail(r, "vary.items",
                        "task rounds follow from their periods; marks would be "
                        "right");
    if (s->vary.what == VARY_INSTANCES && s->wake == WAKE_GIVEN)
        return key_fail(r, "wake",
                        "offsets for another number of instances; aligned would be "
                        "right");
    return true;
}

static bool wake_check(struct reading *r)
{
    const struct scenario *s = r->scenario;
    if (s->wake != WAKE_GIVEN || s->wake_count == s->instances)
        return true;
    return key_fail(r, "wake", "%u offsets for %u instances; one for each instance would be right",
                    s->wake_count, s->instances);
}

static bool cycle_check(struct reading *r)
{
    const struct scenario *s = r->scenario;
    if ((double)s->cycle_ms >= s->time_scale)
        return true;
    return key_fail(r, "time_scale", "makes a cycle shorter than 1ms; %llu or less would be right",
                    (unsigned long long)s->cycle_ms);
}

static bool producers_check(struct reading *r)
{
    const struct scenario *s = r->scenario;
    if (s->producers.count > 0 && !(s->producers.per_s > 0))
        return key_fail(r, "producers.count",
                        "producers without a rate; producers.rate above 0 would be right");
    if (s->producers.count == 0 && s->producers.per_s > 0)
        return key_fail(r, "producers.rate",
                        "a rate without producers; producers.count above 0 would be right");
    bool idle = s->producers.seeded == 0 && s->cycles > 0; /* on purpose: what does idling cost? */
    if (s->kind == ITEMS_MARKS && s->producers.count == 0 && !idle &&
        s->producers.seeded * (double)s->items < 1)
        return key_fail(r, "producers.seeded",
                        "no item is ever marked; a larger share or producers would be right");
    if (s->producers.count == 0 && s->producers.marks > 0)
        return key_fail(r, "producers.marks",
                        "marks without producers; producers.count above 0 would be right");
    if (s->producers.count > 0 && s->cycles == 0 && s->producers.marks == 0)
        return key_fail(r, "cycles",
                        "until_drained while producers mark has no end; a number of cycles, or of "
                        "producers.marks, would be right");
    return true;
}

/* A round that takes what failed out of the queue again and again has no other end, and neither has
 * a run that is to go on until nothing is owed. */
static bool broken_check(struct reading *r)
{
    const struct scenario *s = r->scenario;
    if (s->refresh.broken == 0)
        return true;
    if (s->round_bound_ms == 0)
        return key_fail(r, "refresh.broken",
                        "rounds of items that always fail may have no end; with a round_bound it "
                        "would be right");
    if (s->cycles == 0)
        return key_fail(r, "cycles",
                        "until_drained with items that always fail has no end; a number of cycles "
                        "would be right");
    return true;
}

static bool scaler_check(struct reading *r)
{
    const struct scenario *s = r->scenario;
    if (s->scaler.kind == SCALER_NONE)
        return true;
    if (s->scaler.min > s->scaler.max)
        return key_fail(r, "scaler.min", "%u is more than scaler.max; %u or less would be right",
                        s->scaler.min, s->scaler.max);
    if (s->scaler.kind != SCALER_HPA)
        return true;
    if (s->mode == MODE_LOCKSTEP)
        return key_fail(r, "mode",
                        "lockstep has no CPU time for hpa to look at; concurrent, or "
                        "scaler.kind queue, would be right");
    if (!(s->scaler.target > 0))
        return key_fail(r, "scaler.target", "no target at all; a number above 0 would be right");
    if (!(s->scaler.request > 0))
        return key_fail(r, "scaler.request", "no CPU at all; a number above 0 would be right");
    return true;
}

/* An event loop without an upkeep would silently be the same. */
static bool upkeep_check(struct reading *r)
{
    for (uint32_t i = 0; i < r->roster.count; i++)
        if (r->roster.entries[i].entry.strategy->upkeep != NULL)
            return true;
    return r->scenario->upkeep == UPKEEP_SEAT ||
           key_fail(r, "upkeep", "no contender here has one; seat would be right");
}

static bool rollback_check(struct reading *r)
{
    for (uint32_t i = 0; scenario_rolls_back(r->scenario) && i < r->roster.count; i++) {
        const struct entry *entry = &r->roster.entries[i].entry;
        if (entry->strategy->rollback == NULL)
            return key_fail(r, "events",
                            "%s has nothing to roll back to; contenders that were migrated to "
                            "would be right",
                            entry->label);
    }
    return true;
}

/* An event of an instance that there never is would silently do nothing. */
static bool events_check(struct reading *r)
{
    const struct scenario *s = r->scenario;
    uint32_t most = timeline_instances_max(s);
    for (uint32_t i = 0; i < s->event_count; i++) {
        const struct timeline_event *event = &s->events[i];
        bool fault = event->kind == TIMELINE_FAULT;
        bool names_one =
            event->kind == TIMELINE_STOP || (fault && event->fault.target == TARGET_ONE);
        uint32_t number = fault ? event->fault.number : event->number;
        if (names_one && number >= most)
            return key_fail(r, "events",
                            "%s %u: there are never more than %u instances; a number from 0 to %u "
                            "would be right",
                            timeline_verb(event), number, most, most - 1);
    }
    char reason[256];
    return fault_check(s, reason, sizeof(reason)) || key_fail(r, "events", "%s", reason);
}

static bool is_listed(const struct roster *roster, const char *label)
{
    for (uint32_t i = 0; i < roster->count; i++)
        if (strcmp(roster->entries[i].entry.label, label) == 0)
            return true;
    return false;
}

/* What the file lists counts even where others were selected to be run. */
static bool is_known(const struct reading *r, const char *label)
{
    const struct strategy *strategy;
    return contender_find(label, &strategy) != NULL || is_listed(&r->roster, label) ||
           is_listed(&r->listed, label);
}

/* What is expected of somebody who is nowhere would never be judged. */
static bool expect_check(struct reading *r)
{
    const struct scenario *s = r->scenario;
    for (uint32_t i = 0; i < s->expectation_count; i++) {
        const char *name = s->expectations[i].contender;
        if (*name != '\0' && !is_known(r, name))
            return key_fail(r, "expect", "there is no contender \"%.40s\"", name);
    }
    return true;
}

static bool beside_check(struct reading *r)
{
    const struct scenario *s = r->scenario;
    char name[SCENARIO_LABEL_MAX];
    for (uint32_t n = 0; beside_name(s->beside, n, name); n++)
        if (!is_known(r, name))
            return key_fail(r, "beside", "there is no contender \"%.40s\"", name);
    return true;
}

/* A ratio that could never be judged is no expectation: it needs somebody else to stand beside, and
 * runs of one size. */
static bool ratios_check(struct reading *r)
{
    const struct scenario *s = r->scenario;
    char by[SCENARIO_LABEL_MAX];
    bool stands = beside_name(s->beside, 0, by);
    for (uint32_t i = 0; i < s->expectation_count; i++) {
        const struct expectation *expectation = &s->expectations[i];
        enum beside_measure measure;
        if (!beside_find(expectation->name, &measure))
            continue;
        if (!stands)
            return key_fail(r, "expect", "%s takes beside: CONTENDER", expectation->name);
        if (s->vary.count > 0)
            return key_fail(r, "expect", "%s of runs that vary; runs of one size would be right",
                            expectation->name);
        if (strcmp(expectation->contender, by) == 0)
            return key_fail(r, "expect", "%s of %.40s beside itself; another would be right",
                            expectation->name, by);
    }
    return true;
}

static bool journal_check(struct reading *r)
{
    const struct scenario *s = r->scenario;
    if (s->journal != JOURNAL_YES || s->items <= SCENARIO_JOURNAL_ITEMS_MAX)
        return true;
    return key_fail(r, "journal", "of more than %d items; no, or fewer items, would be right",
                    (int)SCENARIO_JOURNAL_ITEMS_MAX);
}

static bool environment_check(struct reading *r)
{
    char reason[512];
    for (uint32_t i = 0; i < r->roster.count; i++)
        r->scenario->entries[i] = r->roster.entries[i].entry;
    r->scenario->entry_count = r->roster.count;
    return variables_check(r->scenario, reason, sizeof(reason)) ||
           key_fail(r, "environment", "%s", reason);
}

static bool durations_check(struct reading *r)
{
    return roster_check_durations(&r->roster, r->scenario, r->error);
}

static bool (*const checks[])(struct reading *r) = {
    required_check,  kind_check,   rounds_check, vary_check,     wake_check,        cycle_check,
    producers_check, scaler_check, events_check, rollback_check, environment_check, durations_check,
    journal_check,   broken_check, upkeep_check, expect_check,   beside_check,      ratios_check,
};

bool reading_check(struct reading *r)
{
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
        if (!checks[i](r))
            return false;
    return true;
}
