#include "bench/published.h"

#include <math.h>
#include <string.h>

enum { FIGURE_CONTENDERS_MAX = 5, MEDIAN_MAX = 512 };

/* What was published: 5 instances, 1,000,000 items, every 30 s. */
enum { PUBLISHED_INSTANCES = 5, PUBLISHED_ITEMS = 1000000, PUBLISHED_CYCLE_MS = 30000 };

static const char COMPARISON[] = "solution-comparison";
static const char FINAL[] = "final-summary";
static const char IDS[] = "instance-id-summary";

/* How a published figure is carried over to a scenario of another size. */
enum scale {
    WITH_INSTANCES,
    WITH_ITEMS,
    WITH_BOTH,
    WITH_NOTHING,
    AS_REDUNDANCY, /* every instance refreshes every item: all but one of n are redundant */
    NOT_AT_ALL,    /* time and memory: only the published size and cycle can check them */
};

typedef double measure_fn(const struct run_result *run);

static double per_cycle(const struct run_result *run, double count)
{
    return run->cycles_run ? count / run->cycles_run : NAN;
}

/* Of the instances alone. */
static double calls(const struct run_result *run, const char *name)
{
    for (uint32_t i = 0; i < run->command_count; i++) {
        const struct command_result *command = &run->commands[i];
        if (strcmp(command->name, name) == 0)
            return (double)command->server_calls - (double)command->producer_calls;
    }
    return 0;
}

static double scan_calls(const struct run_result *run)
{
    return per_cycle(run, calls(run, "SCAN"));
}

static double keys_listed(const struct run_result *run)
{
    return per_cycle(run, run->in_hand || !run->refreshes.total ? (double)run->in_hand : NAN);
}

static double spop_calls(const struct run_result *run)
{
    return per_cycle(run, calls(run, "SPOP"));
}

static double smembers_calls(const struct run_result *run)
{
    return per_cycle(run, calls(run, "SMEMBERS"));
}

static double finding_calls(const struct run_result *run)
{
    return per_cycle(run, calls(run, "SCAN") + calls(run, "SSCAN") + calls(run, "SMEMBERS") +
                              calls(run, "SPOP"));
}

static double all_calls(const struct run_result *run)
{
    return per_cycle(run, run->per_item.server_calls * (double)run->per_item.units);
}

/* The instances' EXISTS and SET speak of the lock alone; each entry ends in one release. */
static double lock_calls(const struct run_result *run)
{
    return per_cycle(run, calls(run, "EXISTS") + calls(run, "SET") + (double)run->entered);
}

static double cpu_percent(const struct run_result *run)
{
    return run->redis.cpu_share * 100;
}

static double cpu_peak_percent(const struct run_result *run)
{
    return run->redis.cpu_share_peak * 100;
}

static double memory_mb(const struct run_result *run)
{
    return (double)run->redis.memory_seeded_bytes / 1e6;
}

static double statements(const struct run_result *run)
{
    return per_cycle(run, (double)run->database.statements);
}

static double redundant_percent(const struct run_result *run)
{
    if (!run->refreshes.total)
        return NAN;
    return (double)run->refreshes.redundant * 100 / (double)run->refreshes.total;
}

static const struct figure {
    const char *text;
    const char *contenders[FIGURE_CONTENDERS_MAX];
    struct published_source sources[PUBLISHED_SOURCES_MAX];
    double low, high; /* at the published size */
    enum scale scale;
    measure_fn *measure; /* NULL: the entry race's maximum */
} figures[] = {
    {"SCAN operations, calls a cycle", {"harbor-2.14"},
     {{FINAL, 20}, {COMPARISON, 186}, {IDS, 59}}, 5e6, 5e6, WITH_BOTH, scan_calls},
    {"SCAN operations, keys a cycle", {"harbor-2.14"},
     {{FINAL, 20}, {COMPARISON, 186}, {IDS, 59}}, 5e6, 5e6, WITH_BOTH, keys_listed},
    {"SCAN operations, calls a cycle", {"harbor-22572"},
     {{COMPARISON, 22}, {COMPARISON, 44}, {IDS, 81}}, 5e6, 5e6, WITH_BOTH, scan_calls},
    {"SCAN operations, keys a cycle", {"harbor-22572"},
     {{COMPARISON, 22}, {COMPARISON, 44}, {IDS, 81}}, 5e6, 5e6, WITH_BOTH, keys_listed},
    {"lock operations, calls a cycle", {"harbor-22572"},
     {{COMPARISON, 22}, {IDS, 81}}, 5e6, 5e6, WITH_BOTH, lock_calls},
    {"instances at work at once", {"harbor-22572"},
     {{COMPARISON, 24}, {COMPARISON, 43}, {IDS, 83}}, 1, 1, WITH_NOTHING, NULL},
    {"SMEMBERS, calls a cycle", {"instance-id"},
     {{COMPARISON, 22}, {IDS, 81}}, 5, 5, WITH_INSTANCES, smembers_calls},
    {"SPOP, calls a cycle", {"claim-published", "claim-drained"},
     {{FINAL, 20}, {COMPARISON, 22}}, 5, 5, WITH_INSTANCES, spop_calls},
    {"finding work, calls a cycle", {"harbor-22572", "instance-id", "claim-published"},
     {{COMPARISON, 186}}, 5, 10, WITH_INSTANCES, finding_calls},
    {"all Redis calls a cycle", {"instance-id"}, {{IDS, 81}}, 5, 5, WITH_INSTANCES, all_calls},
    {"all Redis calls a cycle", {"claim-published", "claim-drained"},
     {{FINAL, 20}}, 5, 5, WITH_INSTANCES, all_calls},
    {"Redis CPU, % of the cycle", {"harbor-2.14"},
     {{FINAL, 21}, {COMPARISON, 187}, {IDS, 60}}, 90, 100, NOT_AT_ALL, cpu_percent},
    {"Redis CPU, peak %", {"harbor-2.14"}, {{IDS, 12}}, 100, 100, NOT_AT_ALL, cpu_peak_percent},
    {"Redis CPU, % of the cycle", {"harbor-22572"},
     {{COMPARISON, 187}}, 10, 20, NOT_AT_ALL, cpu_percent},
    {"Redis CPU, % of the cycle", {"instance-id"},
     {{COMPARISON, 187}, {IDS, 60}}, 10, 20, NOT_AT_ALL, cpu_percent},
    {"Redis CPU, % of the cycle", {"claim-published", "claim-drained"},
     {{FINAL, 21}, {COMPARISON, 187}}, 10, 20, NOT_AT_ALL, cpu_percent},
    {"memory of the marks, MB", {"harbor-2.14"},
     {{FINAL, 22}, {IDS, 61}}, 100, 100, NOT_AT_ALL, memory_mb},
    {"memory of the marks, MB", {"instance-id"}, {{IDS, 61}}, 70, 70, NOT_AT_ALL, memory_mb},
    {"memory of the marks, MB", {"claim-published", "claim-drained"},
     {{FINAL, 22}}, 70, 70, NOT_AT_ALL, memory_mb},
    {"database statements a cycle", {"harbor-2.14"},
     {{FINAL, 23}, {COMPARISON, 188}, {IDS, 62}}, 20e6, 20e6, WITH_BOTH, statements},
    {"database statements a cycle", {"harbor-22572"},
     {{COMPARISON, 188}}, 4e6, 4e6, WITH_ITEMS, statements},
    {"database statements a cycle", {"instance-id"},
     {{COMPARISON, 188}, {IDS, 62}}, 4e6, 4e6, WITH_ITEMS, statements},
    {"database statements a cycle", {"claim-published", "claim-drained"},
     {{FINAL, 23}, {COMPARISON, 188}}, 4e6, 4e6, WITH_ITEMS, statements},
    {"redundant refreshes, %", {"harbor-2.14"},
     {{FINAL, 26}}, 80, 80, AS_REDUNDANCY, redundant_percent},
    {"redundant refreshes, %", {"harbor-22572"},
     {{COMPARISON, 40}}, 0, 0, WITH_NOTHING, redundant_percent},
    {"redundant refreshes, %", {"instance-id"},
     {{IDS, 52}, {IDS, 64}}, 0, 0, WITH_NOTHING, redundant_percent},
    {"redundant refreshes, %", {"claim-published", "claim-drained"},
     {{FINAL, 26}}, 0, 0, WITH_NOTHING, redundant_percent},
};

static bool is_published_size(const struct scenario *s)
{
    return s->items == PUBLISHED_ITEMS && s->instances == PUBLISHED_INSTANCES &&
           s->cycle_ms == PUBLISHED_CYCLE_MS && s->time_scale == 1;
}

static double scale_factor(const struct scenario *s, enum scale scale)
{
    double items = (double)s->items / PUBLISHED_ITEMS;
    double instances = (double)s->instances / PUBLISHED_INSTANCES;
    switch (scale) {
    case WITH_INSTANCES:
        return instances;
    case WITH_ITEMS:
        return items;
    case WITH_BOTH:
        return items * instances;
    case AS_REDUNDANCY:
        return (1 - 1.0 / s->instances) / (1 - 1.0 / PUBLISHED_INSTANCES);
    case WITH_NOTHING:
    case NOT_AT_ALL:
        break;
    }
    return 1;
}

static double median(double *values, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++)
        for (uint32_t j = i; j > 0 && values[j] < values[j - 1]; j--) {
            double swap = values[j];
            values[j] = values[j - 1];
            values[j - 1] = swap;
        }
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* A variant under another name is not what was published. */
static bool is_of(const struct entry *entry, const char *contender)
{
    return strcmp(entry->label, contender) == 0;
}

/* Values of the contender's runs that can be believed; `seen` tells whether it was run at all. */
static uint32_t measure_runs(const struct published_input *input, measure_fn *measure,
                             const char *contender, double *values, bool *seen)
{
    uint32_t n = 0;
    for (size_t i = 0; i < input->run_count; i++) {
        const struct run_result *run = &input->runs[i];
        if (!is_of(run->entry, contender))
            continue;
        *seen = true;
        double value = measure(run);
        if (run->status == RUN_COMPLETE && run->trustworthy && isfinite(value) && n < MEDIAN_MAX)
            values[n++] = value;
    }
    return n;
}

static uint32_t measure_races(const struct published_input *input, const char *contender,
                              double *values, bool *seen)
{
    uint32_t n = 0;
    for (size_t i = 0; i < input->race_count; i++) {
        if (!is_of(input->race_entries[i], contender))
            continue;
        *seen = true;
        if (input->races[i].cycles_done > 0 && n < MEDIAN_MAX)
            values[n++] = input->races[i].max;
    }
    return n;
}

static enum verdict judge(const struct published_row *row, bool comparable)
{
    if (!comparable)
        return VERDICT_OTHER_SIZE;
    if (row->runs == 0)
        return VERDICT_NOT_MEASURED;
    bool holds = row->measured >= row->low * (1 - PUBLISHED_TOLERANCE) &&
                 row->measured <= row->high * (1 + PUBLISHED_TOLERANCE);
    return holds ? VERDICT_HOLDS : VERDICT_DOES_NOT_HOLD;
}

/* False: the contender was not run. */
static bool compare(const struct published_input *input, const struct figure *figure,
                    const char *contender, struct published_row *row)
{
    double values[MEDIAN_MAX], factor = scale_factor(input->scenario, figure->scale);
    bool seen = false;
    uint32_t n = figure->measure
                     ? measure_runs(input, figure->measure, contender, values, &seen)
                     : measure_races(input, contender, values, &seen);
    *row = (struct published_row){
        .figure = figure->text,
        .contender = contender,
        .low = figure->low * factor,
        .high = figure->high * factor,
        .measured = n ? median(values, n) : NAN,
        .runs = n,
    };
    memcpy(row->sources, figure->sources, sizeof row->sources);
    row->verdict = judge(row, figure->scale != NOT_AT_ALL || is_published_size(input->scenario));
    return seen;
}

size_t published_compare(const struct published_input *input, struct published_row *rows,
                         size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        for (size_t j = 0; j < FIGURE_CONTENDERS_MAX && figures[i].contenders[j]; j++) {
            struct published_row row;
            if (!compare(input, &figures[i], figures[i].contenders[j], &row))
                continue;
            if (count < max)
                rows[count] = row;
            count++;
        }
    }
    return count;
}

void published_describe(FILE *out)
{
    fprintf(out,
            "Sources (letter and line): %c %s, %c %s, %c %s.\n"
            "Published for %d instances, 1,000,000 items and a cycle of %d s; counts are scaled.\n"
            "A figure holds within %.0f %% of what was published (of its range; a 0 only as 0).\n",
            *COMPARISON, COMPARISON, *FINAL, FINAL, *IDS, IDS, PUBLISHED_INSTANCES,
            PUBLISHED_CYCLE_MS / 1000, PUBLISHED_TOLERANCE * 100);
}

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = {
        [VERDICT_HOLDS] = "holds",
        [VERDICT_DOES_NOT_HOLD] = "does not hold",
        [VERDICT_NOT_MEASURED] = "not measured",
        [VERDICT_OTHER_SIZE] = "other size",
    };
    return names[verdict];
}
