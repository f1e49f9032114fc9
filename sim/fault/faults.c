#include "sim/fault/faults.h"

#include "sim/machine/random.h"
#include "sim/scenario/pace.h"
#include "sim/world/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct fault_row *row_of(const struct strike *strike)
{
    return &fault_kinds[strike->event->fault.kind];
}

/* ---- life */

static uint64_t interval_ns(const struct faults *faults, const struct timeline_event *event,
                            struct fault_due *due)
{
    double mean = (double)scenario_scaled_ns(faults->scenario, event->every_ms);
    return (uint64_t)(event->random ? 2 * mean * random_unit(&due->random) : mean) + 1;
}

static void add_point(struct faults *faults, const struct timeline_event *event)
{
    bool named = strcmp(event->point.name, "command") != 0 &&
                 !fault_is_at_effect((enum fault_phase)event->point.phase);
    faults->points[faults->point_count++] = (struct fault_point){
        .kind = fault_kinds[event->fault.kind].point,
        .phase = (enum fault_phase)event->point.phase,
        .instance = event->point.instance,
        .role = event->point.role,
        .nth = event->point.nth,
        .name = named ? event->point.name : NULL,
        .any_round = true,
    };
}

bool faults_open(struct faults *faults, const struct scenario *scenario, uint64_t seed)
{
    *faults = (struct faults){.scenario = scenario, .random = random_fork(seed, UINT64_MAX - 1)};
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        const struct timeline_event *event = &scenario->events[i];
        struct fault_due *due = &faults->dues[i];
        due->random = random_fork(seed, UINT64_MAX - 2 - i);
        due->next_ns = UINT64_MAX;
        if (event->kind != TIMELINE_FAULT)
            continue;
        if (event->when == WHEN_TIME)
            due->next_ns = scenario_scaled_ns(scenario, event->at_ms);
        else if (event->when == WHEN_COMMAND)
            add_point(faults, event);
    }
    faults->strikes = calloc(FAULTS_MAX, sizeof *faults->strikes);
    return faults->strikes != NULL;
}

void faults_close(struct faults *faults)
{
    free(faults->strikes);
    faults->strikes = NULL;
    faults->count = 0;
}

/* ---- whom */

static bool is_at_work(const struct slot *slot)
{
    return atomic_load(&slot->step) >> 56 != STEP_IDLE;
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
    } else if (holds(world, strike->victim, &strike->event->fault)) {
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

static void go_on(struct faults *faults, struct world *world, struct strike *strike,
                  uint64_t now_ns)
{
    if (strike->state == STRIKE_AIMING)
        aim(faults, world, strike, now_ns);
    if (strike->state == STRIKE_FREEZING)
        look_at_frozen(faults, world, strike, now_ns);
    else if (strike->state == STRIKE_APPLYING)
        go_on_applying(faults, world, strike, now_ns);
    if ((strike->state == STRIKE_IN_FORCE && now_ns >= strike->undo_ns) ||
        strike->state == STRIKE_UNDOING)
        undo(world, strike);
}

/* ---- when */

static void add_strike(struct faults *faults, struct world *world,
                       const struct timeline_event *event, uint32_t victim, uint64_t now_ns)
{
    if (faults->count == FAULTS_MAX)
        return;
    uint64_t bound_ns = pace_converge_ns(faults->scenario, world->entry);
    faults->strikes[faults->count++] = (struct strike){
        .event = event,
        .victim = victim,
        .sent_ns = now_ns,
        .give_up_ns = now_ns + bound_ns,
        .note = timeline_note_fault(&world->timeline, event, victim, now_ns),
        .state = event->when == WHEN_COMMAND ? STRIKE_APPLYING : STRIKE_AIMING,
    };
}

/* It is due: one strike, or one for each of its victims. */
static void order(struct faults *faults, struct world *world, const struct timeline_event *event,
                  uint64_t now_ns)
{
    uint32_t wanted = world->timeline.wanted, spared = UINT32_MAX;
    bool all = event->fault.target == TARGET_ALL && !event->fault.by_server;
    if (event->fault.target == TARGET_ALL_BUT_ONE && wanted > 0)
        spared = (uint32_t)random_below(&faults->random, wanted);
    if (!all && event->fault.target != TARGET_ALL_BUT_ONE) {
        add_strike(faults, world, event, event->fault.number, now_ns);
        return;
    }
    for (uint32_t i = 0; i < wanted; i++)
        if (i != spared)
            add_strike(faults, world, event, i, now_ns);
}

static bool is_over(const struct timeline_event *event, const struct fault_due *due)
{
    return event->every_ms == 0 || (event->times > 0 && due->struck >= event->times);
}

static void order_by_time(struct faults *faults, struct world *world, uint32_t i, uint64_t now_ns)
{
    const struct timeline_event *event = &faults->scenario->events[i];
    struct fault_due *due = &faults->dues[i];
    uint64_t until_ns = scenario_scaled_ns(faults->scenario, event->until_ms);
    while (due->next_ns <= now_ns) {
        order(faults, world, event, due->next_ns);
        due->struck++;
        due->next_ns += interval_ns(faults, event, due);
        if (is_over(event, due) || (event->until_ms > 0 && due->next_ns > until_ns))
            due->next_ns = UINT64_MAX;
    }
}

/* Whether the point was reached of which this event asks. */
static bool is_reached(struct world *world, const struct timeline_event *event)
{
    const struct process *process = &world->cluster.processes[event->point.instance];
    for (uint32_t k = 0; k < process->slots; k++) {
        const struct slot *slot = &world->board->slots[process->first_slot + k];
        bool first = slot->role != SEAT_WORKER || slot->worker == 0;
        if (slot->role == event->point.role && first)
            return atomic_load(&slot->fault_hit) != 0;
    }
    return false;
}

static void go_on_with_all(struct faults *faults, struct world *world, uint64_t now_ns)
{
    for (uint32_t i = 0; i < faults->count; i++)
        if (faults->strikes[i].state != STRIKE_OVER)
            go_on(faults, world, &faults->strikes[i], now_ns);
}

void faults_begin(struct faults *faults, struct world *world)
{
    for (uint32_t i = 0; i < faults->scenario->event_count; i++) {
        const struct timeline_event *event = &faults->scenario->events[i];
        if (event->kind == TIMELINE_FAULT && event->when == WHEN_TIME &&
            (fault_kinds[event->fault.kind].needs & AFFLICTS_ITEMS))
            order_by_time(faults, world, i, 0);
    }
    go_on_with_all(faults, world, 0);
}

static bool is_due(struct world *world, const struct timeline_event *event)
{
    if (event->when == WHEN_SHARE)
        return world_share_done(world) >= event->share_done;
    return event->when == WHEN_COMMAND && is_reached(world, event);
}

void faults_advance(struct faults *faults, struct world *world, uint64_t now_ns)
{
    for (uint32_t i = 0; i < faults->scenario->event_count; i++) {
        const struct timeline_event *event = &faults->scenario->events[i];
        if (event->kind != TIMELINE_FAULT)
            continue;
        if (event->when == WHEN_TIME) {
            order_by_time(faults, world, i, now_ns);
        } else if (faults->dues[i].struck == 0 && is_due(world, event)) {
            faults->dues[i].struck = 1;
            order(faults, world, event, now_ns);
        }
    }
    go_on_with_all(faults, world, now_ns);
}

/* ---- the end */

static void give_up(struct world *world, struct strike *strike)
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

void faults_heal(struct faults *faults, struct world *world)
{
    if (faults->strikes == NULL)
        return;
    for (uint32_t i = 0; i < faults->scenario->event_count && !faults->healed; i++) {
        const struct timeline_event *event = &faults->scenario->events[i];
        if (event->kind == TIMELINE_FAULT && faults->dues[i].struck == 0) /* never came to be due */
            order(faults, world, event, board_now_ns(world->board));
    }
    for (uint32_t i = 0; i < faults->scenario->event_count; i++)
        faults->dues[i] = (struct fault_due){.next_ns = UINT64_MAX, .struck = 1};
    faults->healed = true;
    for (uint32_t i = 0; i < faults->count; i++)
        give_up(world, &faults->strikes[i]);
}

/* With nothing left to do nobody will hold anything, and no item will be worked on. */
static bool is_in_vain(const struct strike *strike)
{
    unsigned needs = row_of(strike)->needs;
    return strike->state < STRIKE_APPLYING ||
           (strike->state == STRIKE_APPLYING && !(needs & (NEEDS_VICTIM | NEEDS_SERVER)));
}

bool faults_are_active(const struct faults *faults, bool drained)
{
    for (uint32_t i = 0; i < faults->count; i++) {
        const struct strike *strike = &faults->strikes[i];
        bool lasts = strike->state == STRIKE_IN_FORCE && strike->undo_ns == UINT64_MAX;
        if (strike->state != STRIKE_OVER && !lasts && !(drained && is_in_vain(strike)))
            return true;
    }
    return false;
}

bool faults_are_to_come(const struct faults *faults)
{
    if (faults_are_active(faults, false))
        return true;
    for (uint32_t i = 0; i < faults->scenario->event_count; i++) {
        const struct timeline_event *event = &faults->scenario->events[i];
        bool once = event->kind == TIMELINE_FAULT && event->when != WHEN_TIME;
        if (faults->dues[i].next_ns != UINT64_MAX || (once && faults->dues[i].struck == 0))
            return true;
    }
    return false;
}

uint64_t faults_next_ns(const struct faults *faults)
{
    uint64_t next_ns = UINT64_MAX;
    for (uint32_t i = 0; i < faults->scenario->event_count; i++)
        if (faults->dues[i].next_ns < next_ns)
            next_ns = faults->dues[i].next_ns;
    return next_ns;
}

bool faults_need_server(const struct scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->event_count; i++)
        if (scenario->events[i].kind == TIMELINE_FAULT &&
            (fault_kinds[scenario->events[i].fault.kind].needs & NEEDS_SERVER))
            return true;
    return false;
}

bool faults_withhold(const struct scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->event_count; i++)
        if (scenario->events[i].kind == TIMELINE_FAULT &&
            strcmp(fault_kinds[scenario->events[i].fault.kind].name, "withhold") == 0)
            return true;
    return false;
}
