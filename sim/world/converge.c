#include "sim/world/converge.h"

#include "sim/scenario/pace.h"
#include "sim/world/world.h"

#include <stdlib.h>

#define LOOK_EVERY_NS (15 * NS_PER_MS)
#define LOOK_SHARE 16 /* of the time for which nothing has moved */

/* ---- what the census says while the world goes on */

struct looking {
    struct census census; /* first */
    struct world *world;
    bool residue;  /* an item, served or not, stands where somebody may find it */
    bool may_move; /* something owed is where somebody may find it */
};

static bool has_finder(const struct world *world, enum place place, uint64_t detail)
{
    if (place == PLACE_CLAIMED)
        return detail > 0;
    if (place != PLACE_ASSIGNED || detail == CENSUS_ASK_OWNERS)
        return place != PLACE_DEAD;
    return detail < world->cluster.instances &&
           world->cluster.processes[detail].state == PROCESS_RUNNING;
}

static void look_at(struct census *census, uint64_t id, enum place place, uint64_t detail)
{
    struct looking *looking = (struct looking *)census;
    const struct ledger_item *item = ledger_item(&looking->world->board->ledger, id);
    if (item == NULL || !has_finder(looking->world, place, detail))
        return;
    looking->residue = true;
    looking->may_move |= ledger_is_owed(item);
}

/* Nothing will move any more, as far as one look can tell. */
static bool is_quiet(struct world *world)
{
    struct looking looking = {.census.found = look_at, .world = world};
    struct sim_seat *harness = &world->harness;
    harness->seat.instances = world->timeline.wanted;
    if (world->entry->strategy->census(&harness->seat, &looking.census) != OUTCOME_OK) {
        world_fail_wire(world, "the census", harness->wire.err);
        return false;
    }
    return ledger_sum(&world->board->ledger).owed == 0 ? !looking.residue : !looking.may_move;
}

/* ---- one look may miss what moves: all looks until everybody has done two rounds do not */

static uint64_t rounds_of(const struct world *world, uint32_t instance)
{
    const struct process *process = &world->cluster.processes[instance];
    return counter_get(&world->board->slots[process->first_slot].cycles);
}

static bool begin(struct converge *converge, const struct world *world)
{
    uint32_t instances = world->cluster.instances;
    if (converge->rounds == NULL)
        converge->rounds = calloc(instances + 1, sizeof *converge->rounds);
    for (uint32_t i = 0; i < instances && converge->rounds != NULL; i++)
        converge->rounds[i] = rounds_of(world, i) + 2;
    return converge->rounds != NULL;
}

static bool everybody_had_a_chance(const struct converge *converge, const struct world *world)
{
    for (uint32_t i = 0; i < world->cluster.instances; i++)
        if (world->cluster.processes[i].state == PROCESS_RUNNING &&
            rounds_of(world, i) < converge->rounds[i])
            return false;
    return true;
}

/* Items have been done since this was last asked. */
static bool has_moved(struct converge *converge, const struct world *world, uint64_t now_ns)
{
    const struct totals totals = sampler_totals(&world->cluster, world->owed_at_start);
    bool moved = converge->moved_ns == 0 || totals.done != converge->moved;
    if (moved)
        converge->moved_ns = now_ns;
    converge->moved = totals.done;
    if (converge->gained_ns == 0 || totals.backlog < converge->backlog) {
        converge->gained_ns = now_ns;
        converge->backlog = totals.backlog;
    }
    return moved;
}

/* A look, and what it costs the server, with what instances may have done in that moment. */
static bool looks_quiet(struct converge *converge, struct world *world)
{
    uint64_t before_ns, after_ns;
    struct wire *wire = &world->harness.wire;
    bool timed = server_cpu_ns(&world->server, wire, &before_ns);
    bool quiet = is_quiet(world);
    if (timed && server_cpu_ns(&world->server, wire, &after_ns) && after_ns > before_ns)
        converge->cpu_ns += after_ns - before_ns;
    return quiet;
}

bool converge_look(struct converge *converge, struct world *world, uint64_t now_ns,
                   uint64_t patience_ns)
{
    if (converge->done)
        return true;
    if (now_ns < converge->look_ns)
        return false;
    bool moved = has_moved(converge, world, now_ns);
    uint64_t rest_ns = (now_ns - converge->moved_ns) / LOOK_SHARE;
    converge->look_ns = now_ns + (rest_ns > LOOK_EVERY_NS ? rest_ns : LOOK_EVERY_NS);
    bool may_rest = now_ns >= converge->gained_ns + patience_ns;
    bool quiet = may_rest && !moved && !timeline_awaits(&world->timeline) &&
                 looks_quiet(converge, world);
    if (quiet && !converge->quiet) {
        converge->at_s = (double)now_ns / 1e9;
        quiet = begin(converge, world);
    }
    converge->quiet = quiet;
    converge->in_time = quiet && everybody_had_a_chance(converge, world);
    uint64_t bound_ns = pace_converge_ns(world->scenario, world->entry);
    bool too_late = patience_ns == 0 && now_ns > converge->gained_ns + bound_ns;
    converge->done = converge->in_time || too_late;
    return converge->done;
}

void converge_close(struct converge *converge)
{
    free(converge->rounds);
    converge->rounds = NULL;
}
