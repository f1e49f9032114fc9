#include "sim/trial/marks.h"

#include "sim/judge/beside.h"
#include "sim/judge/gather.h"
#include "sim/machine/placement.h"
#include "sim/machine/random.h"
#include "sim/world/world.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Marks beside a run, half of them of items that are marked already; and the greatest backlog that
 * they are added to. */
enum { MARKS = 20000, BACKLOG_MAX = 1000000 };

/* Those in turn with another's: the machine changes more slowly than blocks of some 30 ms, and the
 * first marks of each, which find the other's data in the caches, are not counted. */
enum { BLOCKS = 10, BLOCK_MARKS = 2500, BLOCK_WARMING = 500 };

/* A world beside the run, and what its own run comes to. */
struct beside_world {
    struct scenario scenario;
    struct world world;
    struct run_result result;
    double seeded;
    uint64_t random;
};

/* What a mark costs depends on how many there are: the backlog is the scenario's. Beside it lie so
 * many items that are not marked that a random pick finds one. */
static double shape_marks(struct scenario *scenario)
{
    double backlog = (double)scenario->items * scenario->producers.seeded;
    if (backlog > BACKLOG_MAX)
        backlog = BACKLOG_MAX;
    double unmarked = fmax(backlog / 2, 2 * MARKS);
    scenario->items = (uint64_t)(backlog + unmarked);
    return backlog / (double)scenario->items;
}

static bool open_beside(struct beside_world *beside, const struct scenario *scenario,
                        const struct entry *entry, const struct run_options *options,
                        const struct run_result *run)
{
    struct scenario *small = &beside->scenario;
    *small = *scenario;
    beside->seeded = shape_marks(small);
    beside->random = random_fork(run->seed, 0x3a7c);
    beside->result.entry = entry;
    small->mode = MODE_CONCURRENT;
    /* One producer waits for each reply: on two cores either would wake an idle one for every mark,
     * and the server's half of that is no cost of the strategy. What is to be told apart from a
     * run's own marks is measured as that run was, and a server of the user's stays where it is. */
    if (scenario->producers.count == 0 && options->server == NULL)
        small->placement = PLACEMENT_ONE_CORE;
    small->event_count = 0;
    small->scaler.kind = SCALER_NONE;
    small->observe.enabled = 0;
    if (run->marks > 0) /* the two forms in the shares that they had in the run */
        small->producers.migrated = 1 - (double)run->marks_legacy / (double)run->marks;
    const struct world_shape shape = {
        .producers = {.count = 1, .again = 0.5, .marks = MARKS},
        .seeded = beside->seeded,
    };
    return world_open(&beside->world, small, entry, options, &shape, run->seed, &beside->result);
}

static void close_beside(struct beside_world *beside)
{
    world_close(&beside->world);
    run_result_close(&beside->result);
    free(beside);
}

/* ---- in turn with another's */

/* One at a time, as a producer makes them. */
static bool mark(struct beside_world *beside, uint32_t count)
{
    struct world *world = &beside->world;
    const struct ledger *ledger = &world->board->ledger;
    uint64_t owed = world->owed_at_start;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t index = i % 2 == 0 ? random_below(&beside->random, owed)
                                    : owed + random_below(&beside->random, ledger->count - owed);
        uint64_t id = ledger->first_id + index;
        if (world->entry->strategy->mark(&world->harness.seat, &id, 1) != OUTCOME_OK)
            return false;
    }
    return true;
}

static bool mark_block(struct beside_world *beside, uint64_t *cpu_ns)
{
    struct server *server = &beside->world.server;
    struct wire *wire = &beside->world.harness.wire;
    uint64_t begin_ns, end_ns;
    if (!mark(beside, BLOCK_WARMING) || !server_cpu_ns(server, wire, &begin_ns) ||
        !mark(beside, BLOCK_MARKS) || !server_cpu_ns(server, wire, &end_ns))
        return false;
    *cpu_ns = end_ns - begin_ns;
    return true;
}

/* The median over the blocks; NAN: a connection failed, or somebody has interrupted. */
static double mark_in_turn(struct beside_world *one, struct beside_world *other)
{
    struct beside_world *const worlds[] = {one, other};
    double ratios[BLOCKS];
    for (uint32_t block = 0; block < BLOCKS; block++) {
        uint64_t cpu_ns[2];
        for (uint32_t i = 0; i < 2; i++) {
            uint32_t whose = (block + i) % 2;
            if (world_is_interrupted(&one->world) || !mark_block(worlds[whose], &cpu_ns[whose]))
                return NAN;
        }
        ratios[block] = (double)cpu_ns[0] / (double)cpu_ns[1];
    }
    return spread_of(ratios, BLOCKS).median;
}

/* The first that the contenders stand beside; NULL: it is this one, or marks are not set in ratio
 * (in two forms, or on a server whose CPU others use). */
static const struct entry *find_other(const struct scenario *scenario, const struct entry *entry,
                                      const struct run_options *options)
{
    char name[SCENARIO_LABEL_MAX];
    if (!beside_name(scenario->beside, 0, name) || strcmp(name, entry->label) == 0 ||
        entry->strategy->mark_legacy != NULL || options->server != NULL ||
        scenario->producers.count > 0 || (double)scenario->items * scenario->producers.seeded < 1)
        return NULL;
    for (uint32_t i = 0; i < scenario->entry_count; i++)
        if (strcmp(scenario->entries[i].label, name) == 0)
            return scenario->entries[i].strategy->mark != NULL ? &scenario->entries[i] : NULL;
    return NULL;
}

static void compare_marks(struct beside_world *one, const struct scenario *scenario,
                          const struct run_options *options, struct run_result *result)
{
    const struct entry *entry = find_other(scenario, result->entry, options);
    if (entry == NULL)
        return;
    struct beside_world *other = calloc(1, sizeof *other);
    if (other == NULL) {
        run_add_reason(result, "the marks beside %s: out of memory", entry->label);
        return;
    }
    struct placement_mask mask;
    if (open_beside(other, scenario, entry, options, result) && placement_save(&mask) &&
        placement_bind_clients(one->scenario.placement)) {
        result->mark_ratio = mark_in_turn(one, other);
        snprintf(result->mark_by, sizeof result->mark_by, "%s", entry->label);
        placement_restore(&mask);
    }
    close_beside(other);
}

/* ---- the marks */

static void take_over(const struct beside_world *beside, struct run_result *result)
{
    if (result->status == RUN_COMPLETE && beside->result.status != RUN_COMPLETE) {
        result->status = beside->result.status;
        snprintf(result->error, sizeof result->error, "the marks beside the run: %.190s",
                 beside->result.error);
    }
    for (uint32_t i = 0; i < beside->result.reason_count; i++)
        run_add_reason(result, "the marks beside the run: %.190s", beside->result.reasons[i]);
}

void marks_measure(const struct scenario *scenario, const struct entry *entry,
                   const struct run_options *options, struct run_result *result,
                   struct unit_cost *cost)
{
    struct beside_world *beside = calloc(1, sizeof *beside);
    if (beside == NULL) {
        result->status = RUN_COULD_NOT;
        snprintf(result->error, sizeof result->error, "the marks beside the run: out of memory");
        return;
    }
    struct run_options quiet = *options;
    quiet.trace_fd = -1;
    quiet.progress = NULL; /* its refreshes are none of the run's */
    run_tell(options, entry->label, "marks", 1, 1);
    if (open_beside(beside, scenario, entry, &quiet, result)) {
        world_run(&beside->world);
        world_close_books(&beside->world, false);
        gather_result(&beside->world, &beside->result);
        gather_unit_costs(&beside->world, NULL, &beside->result);
        *cost = beside->result.per_mark;
        if (beside->result.status == RUN_COMPLETE)
            compare_marks(beside, scenario, &quiet, result);
    }
    take_over(beside, result);
    close_beside(beside);
}
