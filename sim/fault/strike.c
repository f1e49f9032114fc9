#include "sim/fault/strike.h"

#include "sim/machine/random.h"
#include "sim/world/world.h"

static const struct fault_row *row_of(const struct strike *strike)
{
    return &fault_kinds[strike->event->fault.kind];
}

/* ---- whom */

static bool is_at_work(const struct slot *slot)
{
    return step_phase(atomic_load(&slot->step)) != STEP_IDLE;
}

/* What the board says of an instance: for good when it is frozen, else a hint. */
static bool holds(struct world *world, uint32_t instance, const struct fault_order *order)
{
    const struct process *process = &world->cluster.processes[instance];
    const struct slot *first = &world->board->slots[process->first_slot];
    uint64_t held = 0;
    bool has_lock = false;
    for (const struct slot *slot = first; slot < first + process->slots; slot++) {
        held += counter_get(&slot->tally.held) + is_at_work(slot);
        has_lock |= atomic_load(&slot->has_lock) != 0 && is_at_work(slot);
    }
    switch (order->condition) {
    case IF_HOLDS:
        return held >= order->holds;
    case IF_HOLDS_LOCK:
        return has_lock;
    case IF_LEADS:
        return atomic_load(&first->leading) != 0;
    case IF_ALIVE:
        break;
    }
    return true;
}

static bool was_struck(const struct faults *faults, const struct strike *now, uint32_t instance)
{
    for (const struct strike *s = faults->strikes; s < faults->strikes + faults->count; s++)
        if (s != now && s->state >= STRIKE_IN_FORCE && s->victim == instance &&
            (row_of(s)->needs & STOPS_VICTIM))
            return true;
    return false;
}

/* One who runs and of whom the condition seems to hold, beginning with a random one. */
static bool find_victim(struct faults *faults, struct world *world, struct strike *strike)
{
    const struct fault_order *order = &strike->event->fault;
    uint32_t wanted = world->timeline.wanted;
    bool other = order->target == TARGET_ANY_OTHER, any = other || order->target == TARGET_ANY;
    bool stops = row_of(strike)->needs & STOPS_VICTIM;
    bool may_be_frozen = order->condition == IF_ALIVE && (row_of(strike)->undo == NULL || !stops);
    uint64_t first = any && wanted > 0 ? random_below(&faults->random, wanted) : strike->victim;
    for (uint32_t i = 0; i < (any ? wanted : 1); i++) {
        uint32_t instance = any ? (uint32_t)((first + i) % wanted) : (uint32_t)first;
        const struct process *process = &world->cluster.processes[instance];
        if (instance < world->cluster.instances && process->state == PROCESS_RUNNING &&
            (!process->frozen || may_be_frozen) && cluster_is_up(&world->cluster, instance) &&
            holds(world, instance, order) && !(other && was_struck(faults, strike, instance))) {
            strike->victim = instance;
            return true;
        }
    }
    return false;
}

/* ---- how a strike goes on */

static void finish(struct world *world, struct strike *strike, bool hit, uint64_t now_ns)
{
    timeline_note_struck(&world->timeline, strike->note, hit, strike->victim, strike->sent_ns,
                         now_ns);
    strike->state = STRIKE_OVER;
}

static void confirm(struct faults *faults, struct world *world, struct strike *strike,
                    uint64_t now_ns)
{
    const struct fault_order *order = &strike->event->fault;
    finish(world, strike, true, now_ns);
    if (row_of(strike)->undo == NULL)
        return;
    bool permanent = order->for_ms == 0 && !(row_of(strike)->needs & NEEDS_SERVER);
    strike->undo_ns =
        permanent ? UINT64_MAX : now_ns + scenario_scaled_ns(faults->scenario, order->for_ms);
    strike->state = STRIKE_IN_FORCE;
}

/* A second stop from here might come first, and its own one would then outlast the end. */
static enum fault_progress wait_for_own_stop(struct process *victim)
{
    if (victim->state != PROCESS_RUNNING)
        return FAULT_MISSED;
    victim->frozen = process_is_stopped(victim);
    return victim->frozen ? FAULT_DONE : FAULT_WAITS;
}

static enum fault_progress apply(struct world *world, struct strike *strike)
{
    struct process *victim = &world->cluster.processes[strike->victim];
    if (victim->state == PROCESS_RUNNING)
        strike->lives = victim->lives;
    if (strike->event->when != WHEN_COMMAND)
        return row_of(strike)->apply(world, strike);
    if (row_of(strike)->point == FAULT_CRASH) /* by its own hand */
        return victim->state == PROCESS_DEAD ? FAULT_DONE : FAULT_WAITS;
    if (row_of(strike)->point == FAULT_PAUSE)
        return wait_for_own_stop(victim);
    return FAULT_DONE;
}

static void go_on_applying(struct faults *faults, struct world *world, struct strike *strike,
                           uint64_t now_ns)
{
    enum fault_progress progress = apply(world, strike);
    uint64_t then_ns = board_now_ns(world->board);
    if (progress == FAULT_DONE)
        confirm(faults, world, strike, then_ns);
    else if (progress == FAULT_MISSED || now_ns > strike->give_up_ns)
        finish(world, strike, false, then_ns);
}

/* Another strike has stopped the server, or stops it. */
static bool is_server_stopped(const struct faults *faults, const struct strike *by_other_than)
{
    for (const struct strike *s = faults->strikes; s < faults->strikes + faults->count; s++)
        if (s != by_other_than && (row_of(s)->needs & STOPS_SERVER) &&
            (s->state == STRIKE_IN_FORCE || s->state == STRIKE_UNDOING ||
             (s->state == STRIKE_APPLYING && s->step > 0)))
            return true;
    return false;
}

/* What Redis has to do, or what stops it, waits until it answers again: who asked it now would
 * wait for himself to wake it. */
static bool must_wait(const struct faults *faults, const struct strike *strike)
{
    unsigned needs = row_of(strike)->needs;
    bool has_begun = (needs & STOPS_SERVER) && strike->step > 0;
    bool concerned = (needs & (STOPS_SERVER | ASKS_SERVER)) || strike->event->fault.by_server;
    return concerned && !has_begun && is_server_stopped(faults, strike);
}

static void aim(struct faults *faults, struct world *world, struct strike *strike, uint64_t now_ns)
{
    bool needs_victim = row_of(strike)->needs & NEEDS_VICTIM;
    const struct fault_order *order = &strike->event->fault;
    bool at_all = order->by_server && order->target == TARGET_ALL; /* all connections at once */
    if (needs_victim && !at_all && !find_victim(faults, world, strike)) {
        if (now_ns > strike->give_up_ns || strike->event->fault.condition == IF_ALIVE)
            finish(world, strike, false, now_ns);
        return;
    }
    strike->sent_ns = board_now_ns(world->board);
    strike->state = STRIKE_APPLYING;
    if (strike->event->fault.condition != IF_ALIVE) {
        process_freeze(&world->cluster.processes[strike->victim]);
        strike->state = STRIKE_FREEZING;
    }
}

/* Only of who stands still is it known what it holds. */
static void look_at_frozen(struct faults *faults, struct world *world, struct strike *strike,
                           uint64_t now_ns)
{
    struct process *victim = &world->cluster.processes[strike->victim];
    strike->state = STRIKE_AIMING;
    if (victim->state != PROCESS_RUNNING)
        return;
    if (!process_is_frozen(victim)) {
        strike->state = STRIKE_FREEZING;
    } else if (!must_wait(faults, strike) && holds(world, strike->victim, &strike->event->fault)) {
        strike->state = STRIKE_APPLYING;
        strike->sent_ns = board_now_ns(world->board);
        go_on_applying(faults, world, strike, now_ns);
        if (!(row_of(strike)->needs & STOPS_VICTIM))
            process_thaw(victim);
    } else {
        strike->tries++;
        process_thaw(victim);
    }
}

static void undo(struct world *world, struct strike *strike)
{
    if (strike->state == STRIKE_IN_FORCE)
        strike->step = 0;
    strike->state = STRIKE_UNDOING;
    if (row_of(strike)->undo(world, strike) != FAULT_DONE)
        return;
    strike->state = STRIKE_OVER;
    timeline_note_healed(&world->timeline, strike->note, board_now_ns(world->board));
}

/* Its time is over, or there is nobody left to let go on. */
static bool is_to_be_undone(struct world *world, const struct strike *strike, uint64_t now_ns)
{
    bool stops = row_of(strike)->needs & STOPS_VICTIM;
    return strike->state == STRIKE_UNDOING ||
           (strike->state == STRIKE_IN_FORCE &&
            (now_ns >= strike->undo_ns || (stops && fault_victim_has_died(world, strike))));
}

void strike_go_on(struct faults *faults, struct world *world, struct strike *strike,
                  uint64_t now_ns)
{
    bool is_on_its_way = strike->state == STRIKE_AIMING || strike->state == STRIKE_APPLYING;
    if (is_on_its_way && must_wait(faults, strike)) {
        if (now_ns > strike->give_up_ns)
            finish(world, strike, false, now_ns);
        return;
    }
    if (strike->state == STRIKE_AIMING)
        aim(faults, world, strike, now_ns);
    if (strike->state == STRIKE_FREEZING)
        look_at_frozen(faults, world, strike, now_ns);
    else if (strike->state == STRIKE_APPLYING)
        go_on_applying(faults, world, strike, now_ns);
    if (is_to_be_undone(world, strike, now_ns))
        undo(world, strike);
}

/* ---- the end */

void strike_give_up(struct world *world, struct strike *strike)
{
    if (strike->state == STRIKE_FREEZING)
        process_thaw(&world->cluster.processes[strike->victim]);
    if (strike->state == STRIKE_APPLYING && row_of(strike)->undo != NULL)
        row_of(strike)->undo(world, strike);
    if (strike->state < STRIKE_IN_FORCE) {
        finish(world, strike, false, board_now_ns(world->board));
    } else if (strike->state != STRIKE_OVER) {
        undo(world, strike);
    }
}

bool strike_is_in_vain(const struct strike *strike)
{
    unsigned needs = row_of(strike)->needs;
    return strike->state < STRIKE_APPLYING ||
           (strike->state == STRIKE_APPLYING && !(needs & (NEEDS_VICTIM | NEEDS_SERVER)));
}
