#include "sim/fault/faults.h"

#include "sim/fault/strike.h"
#include "sim/machine/random.h"
#include "sim/scenario/pace.h"
#include "sim/world/world.h"

#include <stdlib.h>
#include <string.h>

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

/* ---- when */

static void add_strike(struct faults *faults, struct world *world,
                       const struct timeline_event *event, uint32_t victim, uint64_t now_ns)
{
    if (faults->count == FAULTS_MAX) {
        faults->dropped++;
        return;
    }
    uint64_t bound_ns = pace_converge_ns(faults->scenario, world->entry);
    /* Who runs in a shape of its own may have no instance of that number. */
    bool by_itself = event->when == WHEN_COMMAND && victim < world->cluster.instances;
    faults->strikes[faults->count++] = (struct strike){
        .event = event,
        .victim = victim,
        .sent_ns = now_ns,
        .give_up_ns = now_ns + bound_ns,
        .note = timeline_note_fault(&world->timeline, event, victim, now_ns),
        .state = by_itself ? STRIKE_APPLYING : STRIKE_AIMING,
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
    if (event->point.instance >= world->cluster.instances)
        return false;
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
            strike_go_on(faults, world, &faults->strikes[i], now_ns);
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
        strike_give_up(world, &faults->strikes[i]);
}

bool faults_are_active(const struct faults *faults, bool drained)
{
    for (uint32_t i = 0; i < faults->count; i++) {
        const struct strike *strike = &faults->strikes[i];
        bool lasts = strike->state == STRIKE_IN_FORCE && strike->undo_ns == UINT64_MAX;
        if (strike->state != STRIKE_OVER && !lasts && !(drained && strike_is_in_vain(strike)))
            return true;
    }
    return false;
}

bool faults_are_to_come(const struct faults *faults)
{
    return faults_next_ns(faults) != UINT64_MAX;
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
