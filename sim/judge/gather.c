#include "sim/judge/gather.h"

#include "sim/machine/placement.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool fill_hists(const struct world *world, struct run_result *result)
{
    const struct board *board = world->board;
    result->delay = calloc(1, sizeof *result->delay);
    result->round = calloc(1, sizeof *result->round);
    result->pass = calloc(1, sizeof *result->pass);
    if (result->delay == NULL || result->round == NULL || result->pass == NULL)
        return false;
    for (uint32_t i = 0; i < board->seats; i++) {
        hist_merge(result->delay, &board->slots[i].delay);
        hist_merge(result->round, &board->slots[i].round);
        hist_merge(result->pass, &board->slots[i].pass);
    }
    return true;
}

static struct hist *latency_of(const struct board *board, const char *name)
{
    struct hist *merged = calloc(1, sizeof *merged);
    for (uint32_t i = 0; merged != NULL && i < board->seats; i++) {
        const struct slot *slot = &board->slots[i];
        for (unsigned row = 0; row < slot->meter.used && slot->role != SEAT_OBSERVER; row++)
            if (strcmp(slot->meter.counts[row].name, name) == 0)
                hist_merge(merged, &slot->latency[row]);
    }
    return merged;
}

/* The observer's part is reported apart: its time by its share of the calls. */
static uint64_t without_observer_usec(const struct books_row *row)
{
    if (row->observer_calls == 0 || row->server_calls == 0)
        return row->server_usec;
    double share = (double)row->observer_calls / (double)row->server_calls;
    return (uint64_t)((double)row->server_usec * (1 - share));
}

static void fill_commands(const struct world *world, struct run_result *result)
{
    const struct books *books = &world->books;
    uint32_t left_out = 0;
    for (uint32_t i = 0; i < books->count; i++) {
        const struct books_row *row = &books->rows[i];
        uint64_t client_calls = row->client_calls - row->observer_calls;
        if (client_calls + row->inner_calls == 0)
            continue; /* the observer's, or not ours: the books of a private server refuse that */
        if (result->command_count == RUN_COMMANDS_MAX) {
            left_out++;
            continue;
        }
        struct command_result *command = &result->commands[result->command_count++];
        *command = (struct command_result){
            .server_calls = row->server_calls - row->observer_calls,
            .inner_calls = row->inner_calls,
            .client_calls = client_calls,
            .producer_calls = row->producer_calls,
            .errors = row->errors,
            .server_usec = without_observer_usec(row),
            .bytes_out = row->bytes_out - row->observer_out,
            .bytes_in = row->bytes_in - row->observer_in,
            .latency = client_calls > 0 ? latency_of(world->board, row->name) : NULL,
        };
        memcpy(command->name, row->name, sizeof command->name);
    }
    if (left_out > 0)
        run_add_reason(result, "%u commands more than a result can hold", left_out);
    result->round_trips = books->round_trips - books->observer_round_trips;
    result->keys_left = world->keys_left;
}

static double cpu_seconds(const struct world *world)
{
    return (double)(world->cpu_after_ns - world->cpu_before_ns) / 1e9;
}

static uint64_t server_calls(const struct run_result *result)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < result->command_count; i++)
        sum += result->commands[i].server_calls;
    return sum;
}

static uint64_t producer_calls(const struct run_result *result)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < result->command_count; i++)
        sum += result->commands[i].producer_calls;
    return sum;
}

static struct unit_cost cost_per(uint64_t units, uint64_t calls, uint64_t round_trips, double cpu_s)
{
    if (units == 0)
        return (struct unit_cost){0};
    double n = (double)units;
    return (struct unit_cost){units, (double)calls / n, (double)round_trips / n,
                              cpu_s > 0 ? cpu_s * 1e6 / n : 0};
}

static void fill_instances(const struct world *world, struct run_result *result)
{
    uint32_t instances = world->cluster.instances;
    result->instances = calloc(instances + 1, sizeof *result->instances);
    if (result->instances == NULL)
        return;
    result->instance_count = instances;
    for (uint32_t i = 0; i < instances; i++) {
        const struct process *process = &world->cluster.processes[i];
        struct instance_result *instance = &result->instances[i];
        instance->cpu_seconds = process_cpu_seconds(process);
        instance->death_signal = process->death_signal;
        instance->lives = process->lives;
        instance->kills = process->kills;
        instance->alive_s = process->alive_s;
        for (uint32_t k = 0; k < process->slots; k++) {
            const struct slot *slot = &world->board->slots[process->first_slot + k];
            double finished_s = (double)counter_get(&slot->finished_ns) / 1e9;
            instance->refreshes += counter_get(&slot->tally.done);
            instance->round_trips += counter_get(&slot->meter.round_trips);
            if (slot->role != SEAT_WORKER)
                continue;
            if (counter_get(&slot->cycles) > instance->cycles)
                instance->cycles = (uint32_t)counter_get(&slot->cycles);
            if (finished_s > instance->finished_s)
                instance->finished_s = finished_s;
        }
        if (instance->cycles > result->cycles_run)
            result->cycles_run = instance->cycles;
    }
}

static void fill_tallies(const struct world *world, struct run_result *result)
{
    uint64_t last_done_ns = 0, finished_ns = 0, useful = 0;
    for (uint32_t i = 0; i < world->board->seats; i++) {
        const struct slot *slot = &world->board->slots[i];
        const struct tally *tally = &slot->tally;
        result->refreshes.total += counter_get(&tally->done);
        useful += counter_get(&tally->useful);
        result->refreshes.failed += counter_get(&tally->failed);
        result->refreshes.gone += counter_get(&tally->gone);
        result->refreshes.overlaps += counter_get(&tally->overlaps);
        result->refreshes.fenced += counter_get(&tally->fenced);
        result->database.statements += counter_get(&tally->statements);
        result->database.conflicts += counter_get(&tally->conflicts);
        result->database.failed += counter_get(&tally->gave_up);
        result->marks += counter_get(&tally->marks);
        result->marks_failed += counter_get(&tally->marks_failed);
        result->marks_legacy += counter_get(&tally->marks_legacy);
        result->in_hand += counter_get(&tally->claimed);
        result->overruns += (uint32_t)counter_get(&slot->overruns);
        result->unfinished += (uint32_t)counter_get(&slot->unfinished);
        result->pieces.total += counter_get(&slot->pieces);
        result->pieces.failed += counter_get(&slot->pieces_failed);
        result->entered += counter_get(&slot->entered);
        result->skipped += counter_get(&slot->skipped);
        if (counter_get(&tally->done) > 0 && counter_get(&slot->last_done_ns) > last_done_ns)
            last_done_ns = counter_get(&slot->last_done_ns);
        if (counter_get(&slot->finished_ns) > finished_ns)
            finished_ns = counter_get(&slot->finished_ns);
        if (atomic_load(&slot->trace_errno) != 0)
            result->trace_errno = (int)atomic_load(&slot->trace_errno);
    }
    /* Who is killed between the two counts has counted only the first. */
    result->refreshes.redundant =
        result->refreshes.total > useful ? result->refreshes.total - useful : 0;
    result->live = result->unfinished == 0;
    result->database.modelled = true;
    result->duration_s = (double)(last_done_ns > 0 ? last_done_ns : finished_ns) / 1e9;
}

static void fill_leaders(const struct world *world, struct run_result *result)
{
    result->has_leaders = world->board->rounds.tasks > 0;
    result->leaders.none_s = (double)world->leaders.none_ns / 1e9;
    result->leaders.several_s = (double)world->leaders.several_ns / 1e9;
    result->leaders.changes = leaders_elected(world->board);
}

static void fill_redis(const struct world *world, struct run_result *result)
{
    result->redis.cpu_seconds = cpu_seconds(world);
    double cycles_s = result->cycle_s * result->cycles_run;
    result->redis.cpu_share = cycles_s > 0 ? result->redis.cpu_seconds / cycles_s : 0;
    result->redis.cpu_share_peak = world->sampler.cpu_peak;
    result->redis.memory_empty_bytes = world->memory_empty_bytes;
    result->redis.memory_seeded_bytes = world->memory_seeded_bytes > world->memory_empty_bytes
                                            ? world->memory_seeded_bytes - world->memory_empty_bytes
                                            : 0;
    result->redis.memory_peak_bytes = world->memory_peak_bytes;
}

/* Who held the run up, of those that were busy for over 90 % of what they could be. */
static enum bottleneck find_bottleneck(const struct world *world, const struct run_result *result)
{
    const struct scenario *scenario = world->scenario;
    double seats = (double)scenario_instances(scenario, world->entry) *
                   scenario_workers(scenario, world->entry);
    double statement_s = (double)scenario->refresh.statement_us / 1e6 / scenario->time_scale;
    double duration_s = result->duration_s;
    unsigned cores = scenario->placement == PLACEMENT_ONE_CORE ? 1 : placement_cores();
    if (duration_s <= 0 || scenario->mode == MODE_LOCKSTEP)
        return BOTTLENECK_NONE;
    if (statement_s * (double)result->database.statements > 0.5 * seats * duration_s)
        return BOTTLENECK_WORK;
    if (result->redis.cpu_seconds > 0.9 * duration_s)
        return BOTTLENECK_SERVER;
    double all_s =
        result->redis.cpu_seconds + result->client_cpu_seconds + result->harness_cpu_seconds;
    return all_s > 0.9 * duration_s * cores ? BOTTLENECK_CLIENT : BOTTLENECK_NONE;
}

/* Its own, where the strategy has one. */
static double cycle_seconds(const struct world *world)
{
    const struct scenario *scenario = world->scenario;
    if (world->entry->strategy->cycle_ms != NULL)
        return (double)world->harness.seat.cycle_ms / 1e3;
    return (double)scenario_scaled_ns(scenario, scenario->cycle_ms) / 1e9;
}

static double share(double part, double all)
{
    return all > 0 ? part / all : NAN;
}

static void fill_jobs(const struct world *world, struct run_result *result)
{
    double work_s = 0, seats_s = 0, instances_s = 0;
    for (uint32_t i = 0; i < world->board->seats; i++) {
        const struct slot *slot = &world->board->slots[i];
        if (slot->role != SEAT_WORKER)
            continue;
        work_s += (double)counter_get(&slot->work_ns) / 1e9;
        seats_s += (double)counter_get(&slot->alive_ns) / 1e9;
    }
    for (uint32_t i = 0; i < result->instance_count; i++)
        instances_s += result->instances[i].alive_s;
    double done = (double)result->refreshes.total, failed = (double)result->refreshes.failed;
    result->jobs.success_share = share(done, done + failed);
    result->jobs.failure_share = share(failed, done + failed);
    result->jobs.utilisation =
        world->scenario->refresh.statement_us > 0 ? share(work_s, seats_s) : NAN;
    result->jobs.instance_s = instances_s;
    result->jobs.instance_s_per_job =
        share(instances_s, done - (double)result->refreshes.redundant);
}

/* Rounds of tasks come whether or not there is something to do in them. After fill_commands. */
static double idle_calls(const struct world *world, const struct run_result *result)
{
    bool rounds = world->scenario->kind == ITEMS_TASK_ROUNDS;
    double cycles_s = result->cycle_s * result->cycles_run * world->scenario->time_scale;
    bool idle = world->owed_at_start == 0 && result->marks == 0 && result->refreshes.total == 0;
    return idle || rounds ? share((double)server_calls(result), cycles_s * result->instance_count)
                          : NAN;
}

void gather_result(struct world *world, struct run_result *result)
{
    const struct scenario *scenario = world->scenario;
    const struct ledger_sums sums = ledger_sum(&world->board->ledger);
    result->seed_seconds = world->seed_seconds;
    result->cycle_s = cycle_seconds(world);
    memcpy(result->redis.version, world->server.version, sizeof result->redis.version);
    if (!fill_hists(world, result))
        world_fail(world, RUN_COULD_NOT, "out of memory");
    fill_tallies(world, result);
    fill_instances(world, result);
    fill_jobs(world, result);
    fill_commands(world, result);
    result->idle_calls_per_instance_s = idle_calls(world, result);
    fill_leaders(world, result);
    fill_redis(world, result);
    observed_gather(world, &result->observed);
    result->client_cpu_seconds = cluster_cpu_seconds(&world->cluster);
    result->harness_cpu_seconds = world->harness_cpu_seconds;
    result->bottleneck = find_bottleneck(world, result);

    result->audited = world->books.audited;
    result->items = world->books.fates;
    if (!result->audited)
        result->items =
            (struct fates){.total = scenario->items, .refreshed = scenario->items - sums.owed};
    result->distinct_refreshed = sums.refreshed;
    result->refreshes.beyond_marks = sums.beyond_marks;
    if (sums.refreshed > 0 && result->cycles_run > 0 && scenario->kind == ITEMS_MARKS)
        result->cycles_to_drain =
            (scenario->items * result->cycles_run + sums.refreshed - 1) / sums.refreshed;

    result->at_work_max = world->sampler.at_work_max;
    if (world->sampler.at_work_samples > 0)
        result->at_work_mean =
            (double)world->sampler.at_work_sum / (double)world->sampler.at_work_samples;
    result->samples = world->sampler.samples;
    result->sample_count = world->sampler.count;
    world->sampler.samples = NULL;
    result->below_wanted_s = world->sampler.below_s;
    result->above_wanted_s = world->sampler.above_s;
    result->events = world->timeline.notes;
    result->event_count = world->timeline.note_count;
    result->restarts = world->timeline.restarts;
    world->timeline.notes = NULL;
}

void gather_unit_costs(const struct world *world, const struct unit_cost *beside,
                       struct run_result *result)
{
    double marks_cpu_s = 0;
    if (world->shape.producers.count > 0) {
        marks_cpu_s = world->shape.instances > 0
                          ? (double)result->marks * beside->server_cpu_usec / 1e6
                          : result->redis.cpu_seconds;
        result->per_mark = cost_per(result->marks, producer_calls(result),
                                    world->books.producer_round_trips, marks_cpu_s);
        double planned_s = producer_marks_s(&world->shape.producers);
        result->marks_offered_per_s = world->shape.producers.rate_per_s;
        result->marks_achieved_per_s = planned_s > 0 ? (double)result->marks / planned_s : 0;
    } else if (world->entry->strategy->mark != NULL && !world->options->without_marks) {
        result->per_mark = *beside;
        result->per_mark_beside = true;
    }
    result->per_item =
        cost_per(result->distinct_refreshed, server_calls(result) - producer_calls(result),
                 result->round_trips - world->books.producer_round_trips,
                 result->redis.cpu_seconds - marks_cpu_s - result->observed.server_usec / 1e6);
}
