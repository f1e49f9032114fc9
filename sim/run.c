#include "sim/run.h"

#include "sim/judge/expectation.h"
#include "sim/judge/findings_fill.h"
#include "sim/judge/gather.h"
#include "sim/judge/verdict.h"
#include "sim/scenario/pace.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Marks measured beside a run, half of them of items that are marked already; and the greatest
 * backlog that they are added to. */
enum { MARKS_BESIDE = 20000, MARKS_BACKLOG_MAX = 1000000 };

/* A census of more items than this would hold up the end after an interrupt. */
enum { CENSUS_WHEN_INTERRUPTED_MAX = 100000 };

void run_add_reason(struct run_result *result, const char *format, ...)
{
    if (result->reason_count == RUN_REASONS_MAX)
        return;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(result->reasons[result->reason_count++], RUN_REASON_MAX, format, arguments);
    va_end(arguments);
}

void run_tell(const struct run_options *options, const char *contender, const char *phase,
              uint32_t done, uint32_t of)
{
    const struct run_progress progress = {
        .contender = contender, .phase = phase, .share = (double)done / of, .done = done};
    if (options->progress != NULL)
        options->progress(options->progress_context, &progress);
}

const char *run_status_name(enum run_status status)
{
    static const char *const names[] = {
        [RUN_COMPLETE] = "complete",
        [RUN_INTERRUPTED] = "interrupted",
        [RUN_COULD_NOT] = "failed",
        [RUN_REFUSED] = "refused",
    };
    return names[status];
}

const char *bottleneck_name(enum bottleneck bottleneck)
{
    static const char *const names[] = {
        [BOTTLENECK_NONE] = "none",
        [BOTTLENECK_SERVER] = "server",
        [BOTTLENECK_CLIENT] = "client",
        [BOTTLENECK_WORK] = "work",
    };
    return names[bottleneck];
}

/* ---- the mark, measured on a server of its own */

/* What a mark costs depends on how many there are: the backlog is the scenario's. Beside it lie so
 * many items that are not marked that a random pick finds one. */
static double shape_marks(struct scenario *scenario)
{
    double backlog = (double)scenario->items * scenario->producers.seeded;
    if (backlog > MARKS_BACKLOG_MAX)
        backlog = MARKS_BACKLOG_MAX;
    double unmarked = backlog / 2 > MARKS_BESIDE ? backlog / 2 : MARKS_BESIDE;
    scenario->items = (uint64_t)(backlog + unmarked);
    return backlog / (double)scenario->items;
}

static void measure_marks(const struct scenario *scenario, const struct entry *entry,
                          const struct run_options *options, struct run_result *result,
                          struct unit_cost *cost)
{
    struct scenario *small = malloc(sizeof *small);
    struct world *world = calloc(1, sizeof *world);
    struct run_result *beside = calloc(1, sizeof *beside);
    if (small == NULL || world == NULL || beside == NULL) {
        free(small), free(world), free(beside);
        result->status = RUN_COULD_NOT;
        snprintf(result->error, sizeof result->error, "the marks beside the run: out of memory");
        return;
    }
    *small = *scenario;
    double seeded = shape_marks(small);
    small->mode = MODE_CONCURRENT;
    /* One producer waits for each reply: on two cores either would wake an idle one for every mark,
     * and the server's half of that is no cost of the strategy. What is to be told apart from a
     * run's own marks is measured as that run was, and a server of the user's stays where it is. */
    if (scenario->producers.count == 0 && options->server == NULL)
        small->placement = PLACEMENT_ONE_CORE;
    small->event_count = 0;
    small->scaler.kind = SCALER_NONE;
    small->observe.enabled = 0;
    if (result->marks > 0) /* the two forms in the shares that they had in the run */
        small->producers.migrated = 1 - (double)result->marks_legacy / (double)result->marks;
    struct world_shape shape = {
        .producers = {.count = 1, .again = 0.5, .marks = MARKS_BESIDE},
        .seeded = seeded,
    };
    struct run_options quiet = *options;
    quiet.trace_fd = -1;
    quiet.progress = NULL; /* its refreshes are none of the run's */
    run_tell(options, entry->label, "marks", 1, 1);
    beside->entry = entry;
    if (world_open(world, small, entry, &quiet, &shape, result->seed, beside)) {
        world_run(world);
        world_close_books(world, false);
        gather_result(world, beside);
        gather_unit_costs(world, NULL, beside);
        *cost = beside->per_mark;
    }
    if (result->status == RUN_COMPLETE && beside->status != RUN_COMPLETE) {
        result->status = beside->status;
        snprintf(result->error, sizeof result->error, "the marks beside the run: %.190s",
                 beside->error);
    }
    for (uint32_t i = 0; i < beside->reason_count; i++)
        run_add_reason(result, "the marks beside the run: %.190s", beside->reasons[i]);
    world_close(world);
    run_result_close(beside);
    free(small), free(world), free(beside);
}

/* ---- one contender, once */

static struct world_shape shape_of(const struct scenario *scenario)
{
    return (struct world_shape){
        .instances = scenario->instances,
        .instances_max = timeline_instances_max(scenario),
        .seeded = scenario->kind == ITEMS_TASK_ROUNDS ? 0 : scenario->producers.seeded,
        .producers = {.count = scenario->producers.count,
                      .rate_per_s = scenario->producers.per_s * scenario->time_scale,
                      .again = scenario->producers.again,
                      .marks = scenario->producers.marks,
                      .end_ns =
                          scenario_scaled_ns(scenario, scenario->cycle_ms) * scenario->cycles},
    };
}

static bool may_take_census(const struct scenario *scenario, const struct run_result *result)
{
    return result->status == RUN_COMPLETE ||
           (result->status == RUN_INTERRUPTED && scenario->items <= CENSUS_WHEN_INTERRUPTED_MAX);
}

static void run_paced(const struct scenario *scenario, const struct entry *entry, uint32_t repeat,
                      const struct run_options *options, struct run_result *result)
{
    *result =
        (struct run_result){.entry = entry, .repeat = repeat, .seed = scenario->seed + repeat - 1};
    struct world_shape shape = shape_of(scenario);
    struct unit_cost beside = {0};
    struct world *world = calloc(1, sizeof *world);
    if (world == NULL) {
        result->status = RUN_COULD_NOT;
        snprintf(result->error, sizeof result->error, "out of memory");
        return;
    }
    result->items.total = scenario->items;
    result->time_scale = scenario->time_scale;
    if (world_open(world, scenario, entry, options, &shape, result->seed, result)) {
        world_run(world);
        world_tell(world, "audit", 1, 0);
        world_close_books(world, may_take_census(scenario, result));
        gather_result(world, result);
        result->converge = (struct converged){world->converge.done, world->converge.in_time,
                                              world->converge.at_s};
        findings_fill(world, result);
    }
    world_close(world); /* its books and shape stay */
    if (result->status == RUN_COMPLETE && entry->strategy->mark != NULL && !options->without_marks)
        measure_marks(scenario, entry, options, result, &beside);
    gather_unit_costs(world, &beside, result);
    if (result->status != RUN_COMPLETE)
        run_add_reason(result, "the run did not complete: %.200s", result->error);
    result->trustworthy = result->reason_count == 0;
    verdict_judge(scenario, result);
    expectation_judge(scenario, result);
    free(world);
}

void run_contender(const struct scenario *scenario, const struct entry *entry, uint32_t repeat,
                   const struct run_options *options, struct run_result *result)
{
    struct scenario *paced = malloc(sizeof *paced);
    if (paced == NULL) {
        *result = (struct run_result){.entry = entry, .repeat = repeat, .status = RUN_COULD_NOT};
        snprintf(result->error, sizeof result->error, "out of memory");
        return;
    }
    pace_scenario(scenario, entry, paced);
    run_paced(paced, entry, repeat, options, result);
    free(paced);
}

void run_result_close(struct run_result *result)
{
    for (uint32_t i = 0; i < result->command_count; i++)
        free(result->commands[i].latency);
    free(result->delay);
    free(result->round);
    free(result->pass);
    free(result->instances);
    free(result->samples);
    free(result->events);
    free(result->expectations);
    *result = (struct run_result){0};
}
