#include "sim/beside.h"

#include "sim/expectation.h"

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

const struct beside_figure beside_figures[] = {
    {"calls", "calls", "/item", false, calls},
    {"memory", "memory", "of marks", false, memory},
    {"item_cpu", "claim+ack", "CPU", true, item_cpu},
    {"mark_cpu", "mark", "CPU", true, mark_cpu},
    {"cost", "mark+claim+ack", "CPU", true, cost},
    {0},
};

const struct beside_figure *beside_find(const char *name)
{
    if (strncmp(name, prefix, sizeof prefix - 1) != 0)
        return NULL;
    for (const struct beside_figure *figure = beside_figures; figure->name; figure++)
        if (strcmp(figure->name, name + sizeof prefix - 1) == 0)
            return figure;
    return NULL;
}

/* ---- the ratio */

static const struct run_result *find_run(const struct run_result *runs, size_t count,
                                         const char *contender, uint32_t repeat)
{
    for (size_t i = 0; i < count; i++)
        if (runs[i].repeat == repeat && strcmp(runs[i].entry->label, contender) == 0)
            return runs[i].status == RUN_COMPLETE && runs[i].trustworthy ? &runs[i] : NULL;
    return NULL;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct beside_ratio beside_ratio(const struct beside_figure *figure, const struct run_result *runs,
                                 size_t count, const char *contender, const char *by)
{
    double ratios[REPEATS_MAX];
    size_t n = 0;
    for (uint32_t repeat = 1; repeat <= REPEATS_MAX; repeat++) {
        const struct run_result *run = find_run(runs, count, contender, repeat);
        const struct run_result *other = find_run(runs, count, by, repeat);
        double ratio = run && other ? figure->read(run) / figure->read(other) : NAN;
        if (isfinite(ratio))
            ratios[n++] = ratio;
    }
    if (n == 0)
        return (struct beside_ratio){NAN, NAN, NAN};
    qsort(ratios, n, sizeof *ratios, compare);
    return (struct beside_ratio){(ratios[(n - 1) / 2] + ratios[n / 2]) / 2, ratios[0],
                                 ratios[n - 1]};
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

/* ---- what is expected of it */

static void judge(const struct expectation *expectation, const char *by,
                  const struct run_result *runs, size_t count, struct run_result *last)
{
    struct expectation_result *result = &last->expectations[last->expectation_count];
    struct beside_ratio ratio =
        beside_ratio(beside_find(expectation->name), runs, count, last->entry->label, by);
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
    last->expectation_count++;
}

static bool is_last(const struct run_result *runs, size_t count, size_t index)
{
    for (size_t i = index + 1; i < count; i++)
        if (runs[i].entry == runs[index].entry)
            return false;
    return true;
}

void beside_judge(const struct scenario *scenario, struct run_result *runs, size_t count)
{
    char by[SCENARIO_LABEL_MAX];
    if (!beside_name(scenario->beside, 0, by))
        return;
    for (size_t i = 0; i < count; i++) {
        bool judged = is_last(runs, count, i) && strcmp(runs[i].entry->label, by) != 0 &&
                      runs[i].expectations != NULL;
        for (uint32_t k = 0; judged && k < scenario->expectation_count; k++) {
            const struct expectation *expectation = &scenario->expectations[k];
            if (beside_find(expectation->name) && expectation_concerns(expectation, &runs[i]))
                judge(expectation, by, runs, count, &runs[i]);
        }
    }
}
