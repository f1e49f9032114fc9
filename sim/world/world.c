#include "sim/world/world.h"

#include "sim/judge/audit.h"
#include "sim/machine/limits.h"
#include "sim/server/info.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEED_BATCH = 1000, SEED_TELL_EVERY = 50 };

void world_fail(struct world *world, enum run_status status, const char *format, ...)
{
    struct run_result *result = world->result;
    if (result->status != RUN_COMPLETE)
        return;
    result->status = status;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(result->error, sizeof result->error, format, arguments);
    va_end(arguments);
}

void world_fail_wire(struct world *world, const char *what, const char *why)
{
    if (server_dies(&world->server))
        world_fail(world, RUN_COULD_NOT, "%s", world->server.error);
    else
        world_fail(world, RUN_COULD_NOT, "%s: %s", what, why);
}

bool world_is_interrupted(const struct world *world)
{
    return world->options->interrupted != NULL && *world->options->interrupted != 0;
}

void world_tell(const struct world *world, const char *phase, double share, double elapsed_s)
{
    if (world->options->progress == NULL)
        return;
    struct run_progress progress = {world->entry->label, phase, share, elapsed_s, 0};
    /* The seats' counts: to sum over a million items ten times a second would hold the run up. */
    for (uint32_t i = 0; world->board != NULL && i < world->board->seats; i++)
        progress.done += counter_get(&world->board->slots[i].tally.done);
    world->options->progress(world->options->progress_context, &progress);
}

/* ---- opening */

static bool open_server(struct world *world, uint32_t seats)
{
    const struct run_options *options = world->options;
    char error[RUN_REASON_MAX];
    if (!limits_raise(seats, error, sizeof error)) {
        world_fail(world, RUN_COULD_NOT, "%s", error);
        return false;
    }
    bool (*start)(struct server *, struct janitor *, const char *, enum placement, uint32_t,
                  const volatile int *) =
        scenario_persists(world->scenario) ? server_start_with_data : server_start;
    if (options->server != NULL && faults_need_server(world->scenario)) {
        world_fail(world, RUN_REFUSED, "its faults break the server: only a private one is broken");
        return false;
    }
    bool good = options->server != NULL
                    ? server_use(&world->server, options->server, options->remove_leftovers,
                                 options->interrupted)
                    : start(&world->server, options->janitor, options->program,
                            world->scenario->placement, seats, options->interrupted);
    if (!good && world_is_interrupted(world))
        world_fail(world, RUN_INTERRUPTED, "interrupted while the server was to start");
    else if (!good)
        world_fail(world, RUN_COULD_NOT, "%s", world->server.error);
    return good;
}

static uint64_t used_memory(struct world *world, const char *field)
{
    return (uint64_t)info_number(info_ask(&world->harness.wire, "memory"), field, 0);
}

/* The first of each batch by the share that is migrated, the rest as before. */
static enum outcome mark_in_both_forms(struct world *world, const uint64_t *ids, size_t n)
{
    const struct strategy *strategy = world->entry->strategy;
    struct seat *seat = &world->harness.seat;
    size_t migrated = n;
    if (strategy->mark_legacy != NULL)
        migrated = (size_t)(world->scenario->producers.migrated * (double)n);
    enum outcome outcome = migrated > 0 ? strategy->mark(seat, ids, migrated) : OUTCOME_OK;
    if (outcome == OUTCOME_OK && migrated < n)
        outcome = strategy->mark_legacy(seat, ids + migrated, n - migrated);
    return outcome;
}

static bool mark_batch(struct world *world, const uint64_t *ids, size_t n)
{
    struct sim_seat *harness = &world->harness;
    if (mark_in_both_forms(world, ids, n) == OUTCOME_OK)
        return true;
    if (world_is_interrupted(world))
        world_fail(world, RUN_INTERRUPTED, "interrupted while seeding");
    else
        world_fail_wire(world, "seeding", harness->wire.err);
    return false;
}

static bool seed(struct world *world)
{
    struct ledger *ledger = &world->board->ledger;
    uint64_t count = (uint64_t)(world->shape.seeded * (double)ledger->count);
    uint64_t ids[SEED_BATCH], begin_ns = clock_ns();
    world->memory_empty_bytes = used_memory(world, "used_memory");
    for (uint64_t done = 0, batches = 0; done < count; batches++) {
        size_t n = count - done < SEED_BATCH ? (size_t)(count - done) : SEED_BATCH;
        for (size_t i = 0; i < n; i++) {
            ids[i] = ledger->first_id + done + i;
            atomic_store_explicit(&ledger->items[done + i].versions, UINT64_C(1) << 32,
                                  memory_order_relaxed);
        }
        if (world_is_interrupted(world)) {
            world_fail(world, RUN_INTERRUPTED, "interrupted while seeding");
            return false;
        }
        if (!mark_batch(world, ids, n))
            return false;
        done += n;
        if (batches % SEED_TELL_EVERY == 0)
            world_tell(world, "seeding", 0, 0);
    }
    world->owed_at_start = count;
    world->seed_seconds = (double)(clock_ns() - begin_ns) / 1e9;
    world->memory_seeded_bytes = used_memory(world, "used_memory");
    return true;
}

bool world_open(struct world *world, const struct scenario *scenario, const struct entry *entry,
                const struct run_options *options, const struct world_shape *shape,
                uint64_t run_seed, struct run_result *result)
{
    *world = (struct world){.scenario = scenario,
                            .entry = entry,
                            .options = options,
                            .shape = *shape,
                            .result = result};
    if (world->shape.instances_max == 0)
        world->shape.instances_max = shape->instances;
    if (entry->strategy->fixed_instances > 0 && shape->instances > 0)
        world->shape.instances = world->shape.instances_max = entry->strategy->fixed_instances;
    uint32_t seats = world->shape.instances_max * cluster_seats_per_instance(scenario, entry) +
                     shape->producers.count + cluster_seats_beside(scenario);
    if (!open_server(world, seats))
        return false;
    uint64_t items = scenario->items;
    world->board = board_open(seats, board_first_id(items), items, scenario->mode == MODE_LOCKSTEP);
    if (world->board == NULL) {
        world_fail(world, RUN_COULD_NOT, "cannot map %zu bytes of shared memory: %s",
                   board_bytes(seats, items), strerror(errno));
        return false;
    }
    if (scenario_is_journaled(scenario)) {
        world->board->journal = journal_open(seats, journal_capacity(items, scenario->cycles));
        if (world->board->journal == NULL) {
            world_fail(world, RUN_COULD_NOT, "cannot map the journal: %s", strerror(errno));
            return false;
        }
    }
    rounds_lay_out(&world->board->rounds, entry->strategy->tasks, scenario);
    world->board->afflictions.seed = run_seed;
    world->board->afflictions.items = items;
    if (!faults_open(&world->faults, scenario, run_seed)) {
        world_fail(world, RUN_COULD_NOT, "out of memory");
        return false;
    }
    world->plan = (struct seat_plan){
        .scenario = scenario,
        .entry = entry,
        .server = &world->server,
        .board = world->board,
        .seed = run_seed,
        .trace_fd = options->trace_fd,
        .faults = options->fault_count > 0 ? options->faults : world->faults.points,
        .fault_count =
            options->fault_count > 0 ? options->fault_count : world->faults.point_count,
        .withholds = faults_withhold(scenario),
        .carry_on = scenario_breaks(scenario),
    };
    atomic_store(&world->board->migrated, (uint32_t)(scenario->producers.migrated * MIGRATED_ALL));
    world->harness_shared = calloc(1, entry->strategy->shared_size + 1);
    if (world->harness_shared == NULL) {
        world_fail(world, RUN_COULD_NOT, "out of memory");
        return false;
    }
    world->harness_is_open = true;
    if (!seat_open(&world->harness, &world->plan, UINT32_MAX, &world->harness_meter,
                   world->harness_shared)) {
        world_fail_wire(world, "the harness", world->harness.wire.err);
        return false;
    }
    world->harness.interrupted = options->interrupted;
    if (options->environment != NULL && options->environment->server_version[0] == '\0')
        environment_read_server(options->environment, &world->harness.wire);
    return seed(world);
}

/* ---- closing */

static bool *alive_instances(const struct world *world)
{
    bool *alive = calloc(world->shape.instances_max + 1, sizeof *alive);
    for (uint32_t i = 0; alive != NULL && i < world->cluster.instances; i++) {
        const struct process *process = &world->cluster.processes[i];
        alive[i] = process->lives > 0 && !process->ordered && process->death_signal == 0;
    }
    return alive;
}

void world_close_books(struct world *world, bool census)
{
    if (!world->has_books)
        return;
    world->doubts = doubts_settle(&world->board->ledger, &world->cluster.deaths);
    books_fill(&world->books, &world->cluster, &world->before, &world->after, &world->gap);
    world->books.owed_at_start = world->owed_at_start;
    /* What is configured with a number of instances is audited by the last one that was wanted. */
    world->harness.seat.instances = world->shape.instances > 0
                                        ? world->timeline.wanted
                                        : scenario_instances(world->scenario, world->entry);
    world->harness.seat.legacy = world->cluster.legacy;
    bool *alive = alive_instances(world);
    if (census && alive != NULL) {
        world->books.audited = audit_fates(&world->harness, &world->board->ledger, alive,
                                           world->shape.instances_max, &world->books.fates);
        if (!world->books.audited)
            world_fail_wire(world, "the audit", world->harness.wire.err);
    }
    free(alive);
    books_check(&world->books, world->result);
}

/* From the user's server; over a new connection if the old one broke and somebody waits for it. */
static bool remove_our_keys(struct world *world)
{
    struct wire *wire = &world->harness.wire;
    bool reaches = !wire->broken || (!world_is_interrupted(world) && wire_reopen(wire));
    return reaches && server_remove_keys(&world->server, wire);
}

void world_close(struct world *world)
{
    cluster_end(&world->cluster);
    timeline_close(&world->timeline);
    faults_close(&world->faults);
    converge_close(&world->converge);
    if (world->harness_is_open) {
        if (!world->server.is_private && !remove_our_keys(world))
            run_add_reason(world->result,
                           "our keys (prefix %s) are still on the server; --remove-leftovers "
                           "removes them the next time",
                           world->server.prefix);
        seat_close(&world->harness);
    }
    world->harness_is_open = false;
    free(world->harness_shared);
    world->harness_shared = NULL;
    server_stop(&world->server);
    board_close(world->board);
    world->board = NULL;
    free(world->sampler.samples);
    world->sampler.samples = NULL;
}
