#include "bench/table/table_columns.h"

#include <math.h>
#include <string.h>

static double ratio(double value, double by)
{
    return by > 0 ? value / by : NAN;
}

#define CELL(name, expression)                                                                     \
    static double name(const struct run_result *run)                                               \
    {                                                                                              \
        return expression;                                                                         \
    }

CELL(refreshed, (double)run->items.refreshed)
CELL(refreshed_share, ratio((double)run->items.refreshed, (double)run->items.total))
CELL(redundant, (double)run->refreshes.redundant)
CELL(pending, run->audited ? (double)run->items.pending : NAN)
CELL(claimed, run->audited ? (double)run->items.claimed : NAN)
CELL(stranded, run->audited ? (double)run->items.stranded : NAN)
CELL(dead, run->audited ? (double)run->items.dead : NAN)
CELL(lost, run->audited ? (double)run->items.lost : NAN)
CELL(to_drain, run->cycles_to_drain ? (double)run->cycles_to_drain : NAN)

static double item(const struct run_result *run, double value)
{
    return run->per_item.units ? value : NAN;
}

static double mark(const struct run_result *run, double value)
{
    return run->per_mark.units ? value : NAN;
}

CELL(item_calls, item(run, run->per_item.server_calls))
CELL(item_trips, item(run, run->per_item.round_trips))
CELL(item_cpu, item(run, run->per_item.server_cpu_usec))
CELL(mark_cpu, mark(run, run->per_mark.server_cpu_usec))
CELL(sum_cpu, item_cpu(run) + mark_cpu(run))
CELL(redis_cpu, run->redis.cpu_seconds)
CELL(redis_share, run->redis.cpu_share)
CELL(redis_peak, run->redis.cpu_share_peak)
CELL(memory, (double)run->redis.memory_seeded_bytes / 1e6)
CELL(statements, (double)run->database.statements)
CELL(conflicts, (double)run->database.conflicts)
CELL(given_up, (double)run->database.failed)

static double seconds(const struct hist *hist, double quantile)
{
    if (!hist || hist_total(hist) == 0)
        return NAN;
    return (double)hist_quantile_ns(hist, quantile) / 1e9;
}

CELL(duration, run->duration_s)
CELL(overruns, run->overruns)
CELL(unfinished, run->unfinished)
CELL(delay_p50, seconds(run->delay, 0.5))
CELL(delay_p99, seconds(run->delay, 0.99))
CELL(delay_max, seconds(run->delay, 1))
CELL(round_max, seconds(run->round, 1))
CELL(at_work, run->at_work_mean)
CELL(no_leader, run->has_leaders ? run->leaders.none_s : NAN)
CELL(several_leaders, run->has_leaders ? run->leaders.several_s : NAN)
CELL(pass_p50, seconds(run->pass, 0.5))

CELL(success, run->jobs.success_share)
CELL(failed, (double)run->refreshes.failed)
CELL(utilisation, run->jobs.utilisation)
CELL(instance_time, run->jobs.instance_s)
CELL(job_time, run->jobs.instance_s_per_job)
CELL(restarts, run->restarts)
CELL(idle_calls, run->idle_calls_per_instance_s)
CELL(below, run->below_wanted_s)
CELL(above, run->above_wanted_s)

static double starts(const struct run_result *run)
{
    double sum = 0;
    for (uint32_t i = 0; i < run->instance_count; i++)
        sum += run->instances[i].lives;
    return sum;
}

static const struct column work_columns[] = {
    {"refreshed", "items", FORM_COUNT, FOLD_WORST, false, refreshed},
    {"of", "all", FORM_PERCENT, FOLD_WORST, false, refreshed_share},
    {"redundant", "refreshes", FORM_COUNT, FOLD_MEDIAN, false, redundant},
    {"pending", "items", FORM_COUNT, FOLD_WORST, false, pending},
    {"claimed", "items", FORM_COUNT, FOLD_WORST, true, claimed},
    {"stranded", "items", FORM_COUNT, FOLD_WORST, false, stranded},
    {"dead", "items", FORM_COUNT, FOLD_WORST, true, dead},
    {"lost", "items", FORM_COUNT, FOLD_WORST, false, lost},
    {"to drain", "cycles", FORM_COUNT, FOLD_MEDIAN, false, to_drain},
};

static const struct column cost_columns[] = {
    {"claim+ack", "calls/item", FORM_3, FOLD_MEDIAN, false, item_calls},
    {"trips", "/item", FORM_3, FOLD_MEDIAN, false, item_trips},
    {"CPU us", "/item", FORM_2, FOLD_MEDIAN, false, item_cpu},
    {"CPU us", "/mark", FORM_2, FOLD_MEDIAN, false, mark_cpu},
    {"CPU us", "sum", FORM_2, FOLD_MEDIAN, false, sum_cpu},
    {"Redis", "CPU s", FORM_2, FOLD_MEDIAN, false, redis_cpu},
    {"of", "cycles", FORM_PERCENT, FOLD_MEDIAN, false, redis_share},
    {"100 ms", "peak", FORM_PERCENT, FOLD_MEDIAN, false, redis_peak},
    {"marks", "MB", FORM_1, FOLD_MEDIAN, false, memory},
    {"database", "statements", FORM_COUNT, FOLD_MEDIAN, false, statements},
};

static const struct column database_columns[] = {
    {"", "statements", FORM_COUNT, FOLD_MEDIAN, false, statements},
    {"", "conflicts", FORM_COUNT, FOLD_MEDIAN, false, conflicts},
    {"refreshes", "given up", FORM_COUNT, FOLD_MEDIAN, false, given_up},
};

static const struct column time_columns[] = {
    {"duration", "s", FORM_2, FOLD_MEDIAN, false, duration},
    {"longest", "round s", FORM_2, FOLD_MAX, false, round_max},
    {"rounds", "overrun", FORM_COUNT, FOLD_MAX, false, overruns},
    {"rounds", "unended", FORM_COUNT, FOLD_MAX, true, unfinished},
    {"delay", "p50 s", FORM_2, FOLD_MEDIAN, false, delay_p50},
    {"delay", "p99 s", FORM_2, FOLD_MEDIAN, false, delay_p99},
    {"delay", "max s", FORM_2, FOLD_MAX, false, delay_max},
    {"instances", "at work", FORM_2, FOLD_MEDIAN, false, at_work},
    {"pass", "p50 s", FORM_2, FOLD_MEDIAN, true, pass_p50},
    {"leaders", "none s", FORM_2, FOLD_MAX, true, no_leader},
    {"leaders", "many s", FORM_2, FOLD_MAX, true, several_leaders},
};

static const struct column job_columns[] = {
    {"refreshes", "succeed", FORM_PERCENT, FOLD_MEDIAN, false, success},
    {"refreshes", "failed", FORM_COUNT, FOLD_MAX, true, failed},
    {"workers", "busy", FORM_PERCENT, FOLD_MEDIAN, false, utilisation},
    {"instances", "alive s", FORM_1, FOLD_MEDIAN, false, instance_time},
    {"alive s", "/job", FORM_3, FOLD_MEDIAN, false, job_time},
    {"instances", "started", FORM_COUNT, FOLD_MEDIAN, false, starts},
    {"restarts", "to learn", FORM_COUNT, FOLD_MEDIAN, true, restarts},
    {"too few", "s", FORM_2, FOLD_MEDIAN, true, below},
    {"too many", "s", FORM_2, FOLD_MEDIAN, true, above},
};

static const struct column idle_columns[] = {
    {"calls", "/instance/s", FORM_3, FOLD_MEDIAN, false, idle_calls},
    {"Redis", "CPU s", FORM_2, FOLD_MEDIAN, false, redis_cpu},
};

/* How the runs of a contender ended, in one word; the worst of them. */
static const char *books_word(const struct row *row, bool *good)
{
    static const char *const words[] = {"balanced", "UNTRUSTED", "partial", "refused", "failed"};
    size_t worst = 0;
    for (size_t i = 0; i < row->count; i++) {
        const struct run_result *run = row->runs[i];
        size_t word = run->status == RUN_COULD_NOT     ? 4
                      : run->status == RUN_REFUSED     ? 3
                      : run->status == RUN_INTERRUPTED ? 2
                      : !run->trustworthy              ? 1
                                                       : 0;
        worst = word > worst ? word : worst;
    }
    *good = worst == 0;
    return words[worst];
}

static const char *bottleneck_word(const struct row *row, bool *good)
{
    *good = true;
    return bottleneck_name(row->runs[0]->bottleneck);
}

#define TABLE(columns) columns, sizeof columns / sizeof *columns

/* Where instances came and went, or refreshes were jobs that take their time. */
static bool is_of_jobs(const struct run_result *run)
{
    return run->event_count > 0 || run->jobs.utilisation > 0;
}

static bool has_conflicts(const struct run_result *run)
{
    return run->database.conflicts > 0;
}

static bool is_idle(const struct run_result *run)
{
    return isfinite(run->idle_calls_per_instance_s);
}

const struct table tables[] = {
    {"What was done", TABLE(work_columns), "books", books_word, NULL, NULL},
    {"What it cost: Redis calls, round trips and Redis CPU time", TABLE(cost_columns), NULL, NULL,
     "/item: claim + acknowledge of an item refreshed, scripts' inner calls included; sum: its "
     "mark "
     "too.\nof cycles: Redis CPU over the length of the cycles run; peak: over its busiest 100 ms.",
     NULL},
    {"What the database saw", TABLE(database_columns), NULL, NULL,
     "conflicts: writes refused, for another had written meanwhile; given up: after 5 tries.",
     has_conflicts},
    {"How long it took", TABLE(time_columns), "bottleneck", bottleneck_word,
     "delay: from mark to refresh; at work: inside a round at once, mean while work was left.",
     NULL},
    {"Instances and jobs", TABLE(job_columns), NULL, NULL,
     "workers busy: share of their time inside refreshes; alive: time of all instances together, "
     "and"
     "\nthat over refreshes not redundant; too few, too many: time not as many alive as wanted.",
     is_of_jobs},
    {"What idling costs, in published time", TABLE(idle_columns), NULL, NULL, NULL, is_idle},
    {NULL, NULL, 0, NULL, NULL, NULL, NULL},
};
