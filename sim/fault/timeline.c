#include "sim/fault/timeline.h"

#include "sim/fault/fault_kinds.h"
#include "sim/world/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- notes */

static void note(struct timeline *timeline, uint64_t now_ns, bool confirmed, const char *what,
                 uint32_t number, const char *why)
{
    if (timeline->note_count == TIMELINE_NOTES_MAX) {
        timeline->dropped++;
        return;
    }
    struct timeline_note *n = &timeline->notes[timeline->note_count++];
    n->asked_s = (double)now_ns / 1e9;
    n->confirmed_s = confirmed ? n->asked_s : -1;
    n->what = what;
    n->healed_s = -1;
    n->number = number;
    snprintf(n->text, sizeof n->text, "%s %u%s%s", what, number, why[0] ? ": " : "", why);
    timeline->unconfirmed += !confirmed;
}

static bool has_come_about(const struct timeline *timeline, const struct cluster *cluster,
                           const struct timeline_note *n)
{
    if (strcmp(n->what, "stop") == 0)
        return cluster->processes[n->number].state == PROCESS_DEAD;
    if (strcmp(n->what, "start") == 0)
        return cluster_is_up(cluster, n->number);
    return !timeline->rolling_back; /* operate */
}

static void confirm_all(struct timeline *timeline, const struct cluster *cluster, uint64_t now_ns)
{
    for (uint32_t i = 0; i < timeline->note_count && timeline->unconfirmed > 0; i++) {
        struct timeline_note *n = &timeline->notes[i];
        if (n->is_fault || n->confirmed_s >= 0 || !has_come_about(timeline, cluster, n))
            continue;
        n->confirmed_s = (double)now_ns / 1e9;
        timeline->unconfirmed--;
    }
}

uint32_t timeline_note_fault(struct timeline *timeline, const struct timeline_event *event,
                             uint32_t victim, uint64_t now_ns)
{
    uint32_t index = timeline->note_count;
    note(timeline, now_ns, true, timeline_verb(event), victim, event->text);
    if (index < timeline->note_count) {
        timeline->notes[index].is_fault = true;
        timeline->notes[index].tests = fault_tests(&event->fault);
        timeline->notes[index].fails = fault_fails(&event->fault);
        timeline->notes[index].loses_data = fault_loses_data(&event->fault);
        timeline->notes[index].confirmed_s = -1;
    }
    return index;
}

void timeline_note_struck(struct timeline *timeline, uint32_t index, bool hit, uint32_t victim,
                          uint64_t sent_ns, uint64_t now_ns)
{
    if (index >= timeline->note_count)
        return;
    struct timeline_note *n = &timeline->notes[index];
    const char *why = strchr(n->text, ':');
    char line[sizeof n->text];
    snprintf(line, sizeof line, "%s", why != NULL ? why : "");
    n->number = victim;
    n->hit = hit;
    n->asked_s = (double)sent_ns / 1e9;
    n->confirmed_s = hit ? (double)now_ns / 1e9 : -1;
    snprintf(n->text, sizeof n->text, "%s %u%.*s", n->what, victim, EVENT_TEXT_MAX, line);
}

void timeline_note_missed(struct timeline *timeline, uint32_t index)
{
    if (index < timeline->note_count)
        timeline->notes[index].hit = false;
}

void timeline_note_healed(struct timeline *timeline, uint32_t index, uint64_t now_ns)
{
    if (index < timeline->note_count)
        timeline->notes[index].healed_s = (double)now_ns / 1e9;
}

/* ---- life */

bool timeline_open(struct timeline *timeline, const struct scenario *scenario, uint32_t wanted)
{
    *timeline = (struct timeline){.scenario = scenario, .wanted = wanted};
    timeline->notes = calloc(TIMELINE_NOTES_MAX, sizeof *timeline->notes);
    timeline->returns = calloc(timeline_instances_max(scenario) + 1, sizeof *timeline->returns);
    return timeline->notes != NULL && timeline->returns != NULL;
}

void timeline_close(struct timeline *timeline)
{
    free(timeline->notes);
    free(timeline->returns);
    timeline->notes = NULL;
    timeline->returns = NULL;
    timeline->note_count = 0;
}

static void start(struct timeline *timeline, struct cluster *cluster, uint32_t number,
                  uint64_t now_ns, const char *why)
{
    if (cluster_spawn(cluster, number, timeline->wanted))
        note(timeline, now_ns, false, "start", number, why);
    else /* it is still on its way out */
        timeline->returns[number].again = cluster->processes[number].ordered;
}

static void stop(struct timeline *timeline, struct cluster *cluster, uint32_t number,
                 uint64_t within_ms, uint64_t now_ns, const char *why)
{
    uint64_t within_ns = scenario_scaled_ns(timeline->scenario, within_ms);
    if (cluster_stop(cluster, number, within_ns))
        note(timeline, now_ns, false, "stop", number, why);
}

static void roll(struct timeline *timeline, uint32_t count, uint64_t gap_ms, uint64_t now_ns)
{
    timeline->rolling.under_way = count > 0;
    timeline->rolling.count = count;
    timeline->rolling.done = 0;
    timeline->rolling.waiting = false;
    timeline->rolling.gap_ns = scenario_scaled_ns(timeline->scenario, gap_ms);
    timeline->rolling.resume_ns = now_ns;
}

void timeline_scale(struct timeline *timeline, struct cluster *cluster, uint32_t wanted,
                    uint64_t gap_ms, uint64_t now_ns, const char *why)
{
    uint32_t before = timeline->wanted;
    if (wanted == before || cluster->plan.entry->strategy->fixed_instances > 0)
        return;
    timeline->wanted = wanted;
    note(timeline, now_ns, true, "scale", wanted, why);
    for (uint32_t i = before; i < wanted; i++)
        start(timeline, cluster, i, now_ns, "");
    for (uint32_t i = before; i > wanted; i--) {
        timeline->returns[i - 1].again = false;
        stop(timeline, cluster, i - 1, TIMELINE_STOP_WITHIN_MS, now_ns, "");
    }
    if (cluster->plan.entry->strategy->knows_size)
        roll(timeline, before < wanted ? before : wanted, gap_ms, now_ns);
}

static bool is_back(const struct cluster *cluster, uint32_t number)
{
    return cluster_is_up(cluster, number) && !cluster->processes[number].ordered;
}

/* One step of the restart of one instance. True: it is back, or is wanted no more. */
static bool restart_step(struct timeline *timeline, struct cluster *cluster, uint32_t number,
                         uint64_t now_ns)
{
    if (number >= timeline->wanted)
        return true;
    if (cluster->processes[number].state == PROCESS_DEAD)
        start(timeline, cluster, number, now_ns, "restart");
    return is_back(cluster, number);
}

static void restart_begin(struct timeline *timeline, struct cluster *cluster, uint32_t number,
                          uint64_t now_ns)
{
    if (number >= timeline->wanted)
        return;
    stop(timeline, cluster, number, TIMELINE_STOP_WITHIN_MS, now_ns, "restart");
    timeline->restarts++;
}

static void advance_one_by_one(struct timeline *timeline, struct cluster *cluster,
                               bool highest_first, uint64_t now_ns)
{
    uint32_t done = timeline->rolling.done, count = timeline->rolling.count;
    uint32_t number = highest_first ? count - 1 - done : done;
    if (!timeline->rolling.waiting) {
        restart_begin(timeline, cluster, number, now_ns);
        timeline->rolling.waiting = true;
    } else if (restart_step(timeline, cluster, number, now_ns)) {
        timeline->rolling.waiting = false;
        timeline->rolling.resume_ns = now_ns + timeline->rolling.gap_ns;
        timeline->rolling.under_way = ++timeline->rolling.done < count;
    }
}

static void advance_all_at_once(struct timeline *timeline, struct cluster *cluster, uint64_t now_ns)
{
    uint32_t back = 0;
    for (uint32_t i = 0; i < timeline->rolling.count; i++)
        if (!timeline->rolling.waiting)
            restart_begin(timeline, cluster, i, now_ns);
        else
            back += restart_step(timeline, cluster, i, now_ns);
    timeline->rolling.waiting = true;
    timeline->rolling.under_way = back < timeline->rolling.count;
}

static void advance_rolling(struct timeline *timeline, struct cluster *cluster, uint64_t now_ns)
{
    const struct deployment_rules *rules = deployment_rules(timeline->scenario->deployment);
    if (!timeline->rolling.under_way || now_ns < timeline->rolling.resume_ns)
        return;
    if (rules->one_by_one)
        advance_one_by_one(timeline, cluster, rules->highest_first, now_ns);
    else
        advance_all_at_once(timeline, cluster, now_ns);
}

/* An instance has died; its deployment brings it back. */
static void come_back(struct timeline *timeline, uint32_t number, uint64_t order_ms,
                      uint64_t now_ns)
{
    const struct deployment_rules *rules = deployment_rules(timeline->scenario->deployment);
    uint64_t first_ms =
        timeline->scenario->restart_ms ? timeline->scenario->restart_ms : rules->restart_ms;
    uint64_t most_ms = rules->restart_max_ms > first_ms ? rules->restart_max_ms : first_ms;
    uint32_t doublings = timeline->returns[number].deaths++;
    uint64_t wait_ms = doublings < 20 ? first_ms << doublings : most_ms;
    if (order_ms > 0)
        wait_ms = most_ms = order_ms;
    if (wait_ms > 0 && number < timeline->wanted)
        timeline->returns[number].at_ns =
            now_ns + scenario_scaled_ns(timeline->scenario, wait_ms < most_ms ? wait_ms : most_ms);
}

static void come_back_as_ordered(struct timeline *timeline, struct cluster *cluster,
                                 uint32_t number, const struct fault_order *order, uint64_t now_ns)
{
    cluster->processes[number].fresh = order->fresh;
    if (!order->never_back)
        come_back(timeline, number, order->back_ms, now_ns);
}

bool timeline_kill(struct timeline *timeline, struct cluster *cluster, uint32_t number,
                   const struct fault_order *order, uint64_t now_ns)
{
    if (number >= cluster->instances || !cluster_crash(cluster, number))
        return false;
    come_back_as_ordered(timeline, cluster, number, order, now_ns);
    return true;
}

/* What is ordered of an instance that kills itself at a command; else what the deployment does. */
static const struct fault_order *order_of(const struct timeline *timeline, uint32_t number)
{
    static const struct fault_order none = {0};
    for (uint32_t i = 0; i < timeline->scenario->event_count; i++) {
        const struct timeline_event *event = &timeline->scenario->events[i];
        if (event->kind == TIMELINE_FAULT && event->when == WHEN_COMMAND &&
            event->point.instance == number && fault_kinds[event->fault.kind].point == FAULT_CRASH)
            return &event->fault;
    }
    return &none;
}

/* Those that a fault made kill themselves. */
static void look_for_own_deaths(struct timeline *timeline, struct cluster *cluster, uint64_t now_ns)
{
    for (uint32_t i = 0; i < timeline->wanted && scenario_breaks(timeline->scenario); i++) {
        if (cluster->processes[i].own_deaths == timeline->returns[i].seen)
            continue;
        timeline->returns[i].seen = cluster->processes[i].own_deaths;
        come_back_as_ordered(timeline, cluster, i, order_of(timeline, i), now_ns);
    }
}

static void advance_returns(struct timeline *timeline, struct cluster *cluster, uint64_t now_ns)
{
    for (uint32_t i = 0; i < timeline->wanted; i++) {
        if (timeline->returns[i].again && cluster->processes[i].state == PROCESS_DEAD) {
            timeline->returns[i].again = false;
            start(timeline, cluster, i, now_ns, "again");
        }
        if (timeline->returns[i].at_ns == 0 || now_ns < timeline->returns[i].at_ns)
            continue;
        timeline->returns[i].at_ns = 0;
        start(timeline, cluster, i, now_ns, "back");
    }
}

/* Only when every instance is back at the version before does the operator move what is left of
 * the new form: nobody can add to it any more. */
static void advance_rollback(struct timeline *timeline, struct cluster *cluster, uint64_t now_ns)
{
    if (!timeline->rolling_back || timeline->rolling.under_way)
        return;
    if (cluster_operate(cluster))
        note(timeline, now_ns, false, "operate", 0, "what waits goes back");
    timeline->rolling_back = cluster_is_operating(cluster);
    if (!timeline->rolling_back) /* there may be no other look */
        confirm_all(timeline, cluster, now_ns);
}

static void apply(struct timeline *timeline, struct cluster *cluster,
                  const struct timeline_event *event, uint64_t now_ns)
{
    switch (event->kind) {
    case TIMELINE_SCALE:
        timeline_scale(timeline, cluster, event->number, event->option_ms, now_ns, "event");
        break;
    case TIMELINE_STOP:
        if (event->number < cluster->instances)
            stop(timeline, cluster, event->number, event->option_ms, now_ns, "event");
        break;
    case TIMELINE_RESTART:
        roll(timeline, timeline->wanted, event->option_ms, now_ns);
        break;
    case TIMELINE_FAULT: /* sim/fault/faults.h's */
        break;
    case TIMELINE_MIGRATE:
        atomic_store(&cluster->plan.board->migrated, (uint32_t)(event->share * MIGRATED_ALL));
        note(timeline, now_ns, true, "migrate", (uint32_t)(event->share * 100 + 0.5),
             "percent of the marks");
        break;
    case TIMELINE_ROLLBACK:
        atomic_store(&cluster->plan.board->migrated, 0);
        cluster->legacy = true;
        timeline->rolling_back = true;
        note(timeline, now_ns, true, "rollback", timeline->wanted, "instances");
        roll(timeline, timeline->wanted, event->option_ms, now_ns);
        break;
    }
}

void timeline_advance(struct timeline *timeline, struct cluster *cluster, uint64_t now_ns)
{
    const struct scenario *scenario = timeline->scenario;
    timeline->now_ns = now_ns;
    for (; timeline->next < scenario->event_count; timeline->next++) {
        const struct timeline_event *event = &scenario->events[timeline->next];
        if (event->kind != TIMELINE_FAULT && now_ns < scenario_scaled_ns(scenario, event->at_ms))
            break;
        apply(timeline, cluster, event, now_ns);
    }
    confirm_all(timeline, cluster, now_ns);
    look_for_own_deaths(timeline, cluster, now_ns);
    advance_returns(timeline, cluster, now_ns);
    advance_rolling(timeline, cluster, now_ns);
    confirm_all(timeline, cluster, now_ns); /* what came up just now, at the time it was seen */
    advance_rollback(timeline, cluster, now_ns);
}

void timeline_settle(struct timeline *timeline, const struct cluster *cluster, uint64_t now_ns)
{
    confirm_all(timeline, cluster, now_ns);
}

uint64_t timeline_next_ns(const struct timeline *timeline)
{
    const struct scenario *scenario = timeline->scenario;
    uint64_t next_ns = UINT64_MAX;
    for (uint32_t i = timeline->next; i < scenario->event_count && next_ns == UINT64_MAX; i++)
        if (scenario->events[i].kind != TIMELINE_FAULT)
            next_ns = scenario_scaled_ns(scenario, scenario->events[i].at_ms);
    for (uint32_t i = 0; i < timeline->wanted; i++) {
        if (timeline->returns[i].at_ns > 0 && timeline->returns[i].at_ns < next_ns)
            next_ns = timeline->returns[i].at_ns;
        if (timeline->returns[i].again)
            return timeline->now_ns;
    }
    uint64_t moves_ns = UINT64_MAX;
    if (timeline->rolling.under_way)
        moves_ns = timeline->rolling.waiting ? timeline->now_ns : timeline->rolling.resume_ns;
    else if (timeline->rolling_back)
        moves_ns = timeline->now_ns;
    return moves_ns < next_ns ? moves_ns : next_ns;
}

bool timeline_moves(const struct timeline *timeline)
{
    if (timeline->rolling.under_way || timeline->rolling_back)
        return true;
    for (uint32_t i = timeline->next; i < timeline->scenario->event_count; i++)
        if (timeline->scenario->events[i].kind != TIMELINE_FAULT)
            return true;
    return false;
}

bool timeline_awaits(const struct timeline *timeline)
{
    for (uint32_t i = 0; i < timeline->wanted; i++)
        if (timeline->returns[i].at_ns > 0 || timeline->returns[i].again)
            return true;
    return false;
}
