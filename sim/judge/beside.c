#include "sim/judge/beside.h"

#include "sim/judge/expectation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPEATS_MAX = 1000 };

static const char prefix[] = "ratio.";

/* ---- the figures */

static double over_units(const struct unit_cost *cost, double figure)
{
    return cost->units > 0 ? figure : NAN;
}

static double calls(const struct run_result *run)
{
    return over_units(&run->per_item, run->per_item.server_calls);
}

static double memory(const struct run_result *run)
{
    uint64_t bytes = run->redis.memory_seeded_bytes;
    return bytes > 0 ? (double)bytes : NAN;
}

static double item_cpu(const struct run_result *run)
{
    return over_units(&run->per_item, run->per_item.server_cpu_usec);
}

static double mark_cpu(const struct run_result *run)
{
    return over_units(&run->per_mark, run->per_mark.server_cpu_usec);
}

static double cost(const struct run_result *run)
{
    return item_cpu(run) + mark_cpu(run);
}

static const struct {
    const char *name;
    double (*read)(const struct run_result *run); /* NAN: not known */
} measures[BESIDE_MEASURES] = {
    [BESIDE_CALLS] = {"calls", calls},
    [BESIDE_MEMORY] = {"memory", memory},
    [BESIDE_ITEM_CPU] = {"item_cpu", item_cpu},
    [BESIDE_MARK_CPU] = {"mark_cpu", mark_cpu},
    [BESIDE_COST] = {"cost", cost},
};

const char *beside_measure_name(enum beside_measure measure)
{
    return measures[measure].name;
}

bool beside_find(const char *name, enum beside_measure *measure)
{
    if (strncmp(name, prefix, sizeof prefix - 1) != 0)
        return false;
    for (int i = 0; i < BESIDE_MEASURES; i++)
        if (strcmp(measures[i].name, name + sizeof prefix - 1) == 0) {
            *measure = (enum beside_measure)i;
            return true;
        }
    return false;
}

/* ---- the ratios */

static const struct run_result *find_run(const struct run_result *runs, size_t count,
                                         const char *contender, uint32_t repeat)
{
    for (size_t i = 0; i < count; i++)
        if (runs[i].repeat == repeat && strcmp(runs[i].entry->label, contender) == 0)
            return runs[i].status == RUN_COMPLETE && runs[i].trustworthy ? &runs[i] : NULL;
    return NULL;
}

void beside_level_marks(struct run_result *runs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct run_result *run = &runs[i];
        const struct run_result *by = find_run(runs, count, run->mark_by, run->repeat);
        if (by != NULL && isfinite(run->mark_ratio) && isfinite(mark_cpu(by)))
            run->per_mark.server_cpu_usec = run->mark_ratio * mark_cpu(by);
    }
}

static struct spread ratio_of(enum beside_measure measure, const struct run_result *runs,
                              size_t count, const char *contender, const char *by)
{
    double ratios[REPEATS_MAX];
    size_t n = 0;
    for (uint32_t repeat = 1; repeat <= REPEATS_MAX; repeat++) {
        const struct run_result *run = find_run(runs, count, contender, repeat);
        const struct run_result *other = find_run(runs, count, by, repeat);
        double one =
            run && other ? measures[measure].read(run) / measures[measure].read(other) : NAN;
        if (isfinite(one))
            ratios[n++] = one;
    }
    return spread_of(ratios, n);
}

bool beside_name(const char *beside, uint32_t n, char name[SCENARIO_LABEL_MAX])
{
    static const char separators[] = ", ";
    const char *from = beside + strspn(beside, separators);
    for (uint32_t i = 0; i < n; i++) {
        from += strcspn(from, separators);
        from += strspn(from, separators);
    }
    snprintf(name, SCENARIO_LABEL_MAX, "%.*s", (int)strcspn(from, separators), from);
    return *name != '\0';
}

static const struct entry *find_entry(const struct run_result *runs, size_t count,
                                      const char *label)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(runs[i].entry->label, label) == 0)
            return runs[i].entry;
    return NULL;
}

static uint32_t names_of(const char *beside)
{
    char name[SCENARIO_LABEL_MAX];
    uint32_t n = 0;
    while (beside_name(beside, n, name))
        n++;
    return n;
}

/* All contenders over one; each stands among the runs once for every repeat. */
static void add_rows(struct beside *beside, const struct run_result *runs, size_t count,
                     const struct entry *by)
{
    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = runs[i].entry;
        if (entry == by || find_entry(runs, i, entry->label) != NULL)
            continue;
        struct beside_row *row = &beside->rows[beside->count++];
        *row = (struct beside_row){.entry = entry, .by = by};
        for (int m = 0; m < BESIDE_MEASURES; m++)
            row->ratios[m] = ratio_of((enum beside_measure)m, runs, count, entry->label, by->label);
    }
}

bool beside_open(struct beside *beside, const struct scenario *scenario,
                 const struct run_result *runs, size_t count)
{
    char by[SCENARIO_LABEL_MAX];
    *beside = (struct beside){0};
    beside->rows = calloc(names_of(scenario->beside) * count + 1, sizeof *beside->rows);
    if (beside->rows == NULL)
        return false;
    for (uint32_t n = 0; beside_name(scenario->beside, n, by); n++) {
        const struct entry *entry = find_entry(runs, count, by);
        if (entry != NULL)
            add_rows(beside, runs, count, entry);
    }
    return true;
}

void beside_close(struct beside *beside)
{
    free(beside->rows);
    *beside = (struct beside){0};
}

/* ---- what is expected of them */

static struct spread find_ratio(const struct beside *beside, enum beside_measure measure,
                                const struct entry *entry, const char *by)
{
    for (size_t i = 0; i < beside->count; i++)
        if (beside->rows[i].entry == entry && strcmp(beside->rows[i].by->label, by) == 0)
            return beside->rows[i].ratios[measure];
    return (struct spread){NAN, NAN, NAN};
}

static void judge(const struct expectation *expectation, struct spread ratio, const char *by,
                  struct run_result *last)
{
    struct expectation_result *result = &last->expectations[last->expectation_count++];
    *result = (struct expectation_result){.measured = ratio.median, .ruling = RULING_UNKNOWN};
    expectation_write(expectation, result->text, sizeof result->text);
    int len = snprintf(result->line, sizeof result->line, "%.64s beside %.64s: expected %s",
                       last->entry->label, by, result->text);
    char *rest = result->line + len;
    size_t room = sizeof result->line - (size_t)len;
    if (isnan(ratio.median)) {
        snprintf(rest, room, ", and it is not known");
    } else if (expectation_holds(expectation, ratio.median)) {
        result->ruling = RULING_PASS;
        *result->line = '\0';
    } else {
        result->ruling = RULING_FAIL;
        snprintf(rest, room, ", and it was %.3g (%.3g to %.3g)", ratio.median, ratio.least,
                 ratio.most);
    }
}

static void judge_all(const struct beside *beside, const struct scenario *scenario, const char *by,
                      struct run_result *last)
{
    for (uint32_t k = 0; k < scenario->expectation_count; k++) {
        const struct expectation *expectation = &scenario->expectations[k];
        enum beside_measure measure;
        if (beside_find(expectation->name, &measure) && expectation_concerns(expectation, last))
            judge(expectation, find_ratio(beside, measure, last->entry, by), by, last);
    }
}

static bool is_last(const struct run_result *runs, size_t count, size_t index)
{
    for (size_t i = index + 1; i < count; i++)
        if (runs[i].entry == runs[index].entry)
            return false;
    return true;
}

void beside_judge(const struct beside *beside, const struct scenario *scenario,
                  struct run_result *runs, size_t count)
{
    char by[SCENARIO_LABEL_MAX];
    if (!beside_name(scenario->beside, 0, by))
        return;
    for (size_t i = 0; i < count; i++)
        if (is_last(runs, count, i) && strcmp(runs[i].entry->label, by) != 0 &&
            runs[i].expectations != NULL)
            judge_all(beside, scenario, by, &runs[i]);
}
