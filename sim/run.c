#include "sim/run.h"

#include "sim/judge/expectation.h"
#include "sim/judge/findings_fill.h"
#include "sim/judge/gather.h"
#include "sim/judge/verdict.h"
#include "sim/scenario/pace.h"
#include "sim/trial/marks.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
        (struct run_result){.entry = entry,
                                  .repeat = repeat,
                                  .seed = scenario->seed + repeat - 1,
                                  .mark_ratio = NAN};
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
        marks_measure(scenario, entry, options, result, &beside);
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
