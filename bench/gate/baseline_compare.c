#include "bench/gate/baseline_compare.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What of a command is compared, and what stands alone; what matters most comes first. */
static const struct measure {
    const char *group; /* NULL: of every command */
    const char *name, *label;
} measures[] = {
    {"fates", "lost", "items lost"},
    {"fates", "stranded", "items stranded"},
    {"fates", "dead", "items dead"},
    {"fates", "claimed", "items claimed"},
    {"fates", "pending", "items pending"},
    {"fates", "redundant", "redundant refreshes"},
    {NULL, "calls", "server calls"},
    {NULL, "inner", "calls in scripts"},
    {NULL, "errors", "error replies"},
    {"run", "round_trips", "round trips"},
    {NULL, "out", "bytes sent"},
    {NULL, "in", "bytes received"},
    {"run", "keys_left", "keys left behind"},
};

/* One contender on both sides. */
struct match {
    const char *label;
    const struct counts *before, *now;
    double items; /* of the scenario; 0: not known */
    struct comparison *comparison;
};

static bool is_command(const char *group)
{
    return strcmp(group, "run") != 0 && strcmp(group, "fates") != 0;
}

static bool belongs(const struct measure *measure, const struct count *count)
{
    if (strcmp(measure->name, count->name) != 0)
        return false;
    return measure->group != NULL ? strcmp(measure->group, count->group) == 0
                                  : is_command(count->group);
}

/* What is not counted on either side (an older document) is not known; a command that is not there
 * was not called. */
static bool is_known(const struct match *match, const struct count *count)
{
    return is_command(count->group) || (counts_has(match->before, count->group, count->name) &&
                                        counts_has(match->now, count->group, count->name));
}

/* False: it is bounded on either side, or not known there. */
static bool exact_pair(const struct match *match, const struct count *count, int64_t *before,
                       int64_t *now)
{
    *before = counts_get(match->before, count->group, count->name);
    *now = counts_get(match->now, count->group, count->name);
    return *before != COUNT_BOUNDED && *now != COUNT_BOUNDED && is_known(match, count);
}

/* Calls `visit` for each counter of the measure that is exact on both sides, and different. */
typedef void visit_change(const struct match *match, const struct measure *measure,
                          const struct count *count, int64_t before, int64_t now, void *context);

static void each_change(const struct match *match, const struct measure *measure,
                        visit_change *visit, void *context)
{
    int64_t before, now;
    for (size_t i = 0; i < match->now->used; i++) {
        const struct count *count = &match->now->list[i];
        if (belongs(measure, count) && exact_pair(match, count, &before, &now) && before != now)
            visit(match, measure, count, before, now, context);
    }
    for (size_t i = 0; i < match->before->used; i++) { /* those that are no more */
        const struct count *count = &match->before->list[i];
        if (belongs(measure, count) && count->value > 0 && is_known(match, count) &&
            !counts_has(match->now, count->group, count->name))
            visit(match, measure, count, count->value, 0, context);
    }
}

struct totals {
    int64_t change;
    size_t changed;
};

static void add_up(const struct match *match, const struct measure *measure,
                   const struct count *count, int64_t before, int64_t now, void *context)
{
    struct totals *totals = context;
    (void)match, (void)measure, (void)count;
    totals->change += now - before;
    totals->changed++;
}

/* What is exact on both sides, added up. */
static int64_t total(const struct match *match, const struct measure *measure,
                     const struct counts *counts)
{
    int64_t sum = 0, before, now;
    for (size_t i = 0; i < counts->used; i++)
        if (belongs(measure, &counts->list[i]) &&
            exact_pair(match, &counts->list[i], &before, &now))
            sum += counts->list[i].value;
    return sum;
}

static void describe(struct finding *finding, int64_t before, int64_t now, double items)
{
    char share[32] = "", each[48] = "";
    double percent = before > 0 ? 100 * ((double)now - (double)before) / (double)before : 0;
    if (before > 0)
        snprintf(share, sizeof share, ", %+.*f %%", percent < 1 && percent > -1 ? 3 : 1, percent);
    if (items > 0)
        snprintf(each, sizeof each, ", %+.3g per item", ((double)now - (double)before) / items);
    finding->base = (double)before;
    finding->now = (double)now;
    snprintf(finding->text, sizeof finding->text, "%" PRId64 " -> %" PRId64 " (%+" PRId64 "%s%s)",
             before, now, now - before, share, each);
}

/* A command's part of a total that has changed. */
static void add_part(const struct match *match, const struct measure *measure,
                     const struct count *count, int64_t before, int64_t now, void *context)
{
    const enum finding_kind *kind = context;
    char label[COMPARISON_MEASURE_MAX];
    snprintf(label, sizeof label, "%.16s of %.20s", measure->label, count->group);
    struct finding *finding = comparison_add(match->comparison, *kind, match->label, label);
    if (finding == NULL)
        return;
    describe(finding, before, now, match->items);
    finding->detail = true;
    finding->rank = (unsigned)(measure - measures);
}

/* Some counter of it is exact on both sides; no command at all on either is a count, too. */
static bool is_measured(const struct match *match, const struct measure *measure)
{
    const struct counts *const sides[] = {match->before, match->now};
    bool called = false;
    int64_t before, now;
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < sides[s]->used; i++) {
            const struct count *count = &sides[s]->list[i];
            if (belongs(measure, count) && exact_pair(match, count, &before, &now))
                return true;
            called = called || is_command(count->group);
        }
    return measure->group == NULL && !called;
}

static void compare_measure(const struct match *match, const struct measure *measure)
{
    struct totals totals = {0};
    each_change(match, measure, add_up, &totals);
    if (totals.changed == 0) {
        if (is_measured(match, measure))
            match->comparison->unchanged++;
        else
            match->comparison->unmeasured++;
        return;
    }
    enum finding_kind kind = totals.change >= 0 ? FINDING_FAIL : FINDING_BETTER;
    struct finding *finding = comparison_add(match->comparison, kind, match->label, measure->label);
    if (finding == NULL)
        return;
    finding->rank = (unsigned)(measure - measures);
    int64_t before = total(match, measure, match->before);
    if (totals.change != 0) {
        describe(finding, before, before + totals.change, match->items);
    } else {
        finding->base = finding->now = (double)before;
        snprintf(finding->text, sizeof finding->text,
                 "%" PRId64 " as before, but another mix of commands", before);
    }
    if (measure->group == NULL)
        each_change(match, measure, add_part, &kind);
}

static bool calls_command(const struct counts *counts, const char *command)
{
    return counts_has(counts, command, "calls");
}

/* Counters that this run could not repeat, though those of the baseline were; of a command that was
 * not called before they are too many, however many they are. */
static void note_bounded(const struct match *match)
{
    for (size_t i = 0; i < match->now->used; i++) {
        const struct count *count = &match->now->list[i];
        if (count->value != COUNT_BOUNDED ||
            counts_get(match->before, count->group, count->name) == COUNT_BOUNDED)
            continue;
        bool is_new = is_command(count->group) && !calls_command(match->before, count->group);
        char label[COMPARISON_MEASURE_MAX];
        snprintf(label, sizeof label, "%.15s of %.20s", count->name, count->group);
        struct finding *finding = comparison_add(
            match->comparison, is_new ? FINDING_FAIL : FINDING_INCONCLUSIVE, match->label, label);
        if (finding != NULL)
            snprintf(finding->text, sizeof finding->text, "%s",
                     is_new ? "none -> some, and not as many each time"
                            : "two runs of one seed differ; in the baseline they did not");
    }
}

/* Those on one side only, in one line. */
static void note_missing(const struct baseline *those, const struct baseline *others,
                         const char *what, struct comparison *comparison)
{
    char names[COMPARISON_LINE_MAX - 64] = "";
    size_t at = 0, missing = 0;
    for (size_t i = 0; i < those->count; i++) {
        const char *label = those->contenders[i].label;
        if (baseline_find(others, label) != NULL)
            continue;
        if (at < sizeof names)
            at += (size_t)snprintf(names + at, sizeof names - at, "%s%s", at ? ", " : "", label);
        missing++;
    }
    if (missing > 0)
        comparison_note(comparison, "not compared, %s: %s%s", what, names,
                        at < sizeof names ? "" : "...");
}

static double items_of(const struct baseline *baseline)
{
    const char *items = workload_value(&baseline->workload, "items");
    return items != NULL ? strtod(items, NULL) : 0;
}

void baseline_compare(const struct baseline *before, const struct baseline *now,
                      struct comparison *comparison)
{
    for (size_t i = 0; i < now->count; i++) {
        const struct baseline_contender *contender = &now->contenders[i];
        const struct baseline_contender *old = baseline_find(before, contender->label);
        if (old == NULL)
            continue;
        const struct match match = {contender->label, &old->counts, &contender->counts,
                                    items_of(now), comparison};
        for (size_t m = 0; m < sizeof measures / sizeof *measures; m++)
            compare_measure(&match, &measures[m]);
        note_bounded(&match);
    }
    note_missing(now, before, "for there is no baseline of it", comparison);
    note_missing(before, now, "for it is only in the baseline", comparison);
}
