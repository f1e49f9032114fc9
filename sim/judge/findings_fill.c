#include "sim/judge/findings_fill.h"

#include "sim/judge/assignment.h"
#include "sim/judge/history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- what the tally tells */

static uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/* What was found, of which so many may be none, and so many more may have been. */
static struct bounded around(uint64_t found, uint64_t fewer, uint64_t more)
{
    return (struct bounded){less(found, fewer), found + more};
}

/* Marks that Redis may never have taken: their producer gave up, or was killed on the way. */
static uint64_t marks_never_made(const struct world *world, const struct run_result *result)
{
    uint64_t marks = result->marks_failed;
    for (uint32_t i = 0; i < world->cluster.count; i++)
        if (world->cluster.processes[i].kind == PROCESS_PRODUCER)
            marks += world->cluster.processes[i].kills;
    return marks;
}

static void fill_counts(const struct world *world, struct run_result *result)
{
    struct findings *f = &result->findings;
    f->doubts = world->doubts.writes;
    for (uint32_t i = 0; i < world->cluster.count; i++)
        f->kills += world->cluster.processes[i].kills;
    for (uint32_t i = 0; i < world->board->seats; i++)
        f->marks_doubted += counter_get(&world->board->slots[i].tally.marks_doubted);
    uint64_t unmade = marks_never_made(world, result), dead = world->cluster.deaths.death_count;
    f->lost = around(result->items.lost, unmade, world->doubts.open);
    f->redundant = around(result->refreshes.redundant, 0, f->doubts);
    /* A dead seat still holds its item in the tally: whoever comes next seems to overlap. */
    f->overlaps = around(result->refreshes.overlaps, dead, dead);
}

/* A mark that was made twice asks for a second refresh: whoever does it is not to blame. */
static void excuse_doubted_marks(struct findings *f)
{
    uint64_t excused =
        f->marks_doubted < f->needless.certain ? f->marks_doubted : f->needless.certain;
    f->needless.certain -= excused;
    f->unavoidable.most += excused;
}

static void fill_faults(struct run_result *result)
{
    struct findings *f = &result->findings;
    for (uint32_t i = 0; i < result->event_count; i++) {
        const struct timeline_note *note = &result->events[i];
        f->faults += note->is_fault;
        f->faults_hit += note->is_fault && note->hit && note->confirmed_s >= 0;
    }
}

static bool is_doomed(const struct world *world, uint64_t index)
{
    const struct scenario *scenario = world->scenario;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        const struct timeline_event *event = &scenario->events[i];
        if (event->kind == TIMELINE_FAULT && fault_fails_for_good(&event->fault) &&
            afflictions_doom(&world->board->afflictions, index, event->fault.amount))
            return true;
    }
    return false;
}

static void fill_doomed(const struct world *world, struct run_result *result)
{
    const struct ledger *ledger = &world->board->ledger;
    for (uint64_t i = 0; i < ledger->count; i++)
        result->findings.doomed += ledger_is_owed(&ledger->items[i]) && is_doomed(world, i);
}

/* What was done, as the promises name it. */
static unsigned promise_tried(enum fault_kind kind)
{
    static const unsigned tried[FAULT_KINDS] = {
        [FAULT_CRASH] = PROMISE_AT_LEAST_ONCE_CRASH,
        [FAULT_CUT] = PROMISE_AT_LEAST_ONCE_CUT,
        [FAULT_PAUSE] = PROMISE_AT_LEAST_ONCE_PAUSE,
    };
    return tried[kind];
}

/* Faults at a point of a protocol, which no event tells of. */
static void fill_struck(const struct world *world, struct run_result *result)
{
    const struct seat_plan *plan = &world->plan;
    for (uint32_t i = 0; i < plan->fault_count; i++)
        for (uint32_t seat = 0; seat < world->board->seats; seat++) {
            const struct slot *slot = &world->board->slots[seat];
            if (slot->instance == plan->faults[i].instance && slot->role == plan->faults[i].role &&
                atomic_load(&slot->fault_hit) != 0)
                result->struck |= promise_tried(plan->faults[i].kind);
        }
}

/* Jain's index: 1 where all complete alike, 1/n where one does all. */
static void fill_fairness(struct run_result *result)
{
    double sum = 0, squares = 0, least = INFINITY, most = 0;
    uint32_t n = 0;
    for (uint32_t i = 0; i < result->instance_count; i++) {
        const struct instance_result *instance = &result->instances[i];
        if (!(instance->alive_s > 0))
            continue;
        double rate = (double)instance->refreshes / instance->alive_s;
        sum += rate;
        squares += rate * rate;
        least = rate < least ? rate : least;
        most = rate > most ? rate : most;
        n++;
    }
    result->findings.fairness = squares > 0 ? sum * sum / (n * squares) : NAN;
    result->findings.spread = n > 0 && least > 0 ? most / least : NAN;
}

/* The delays of what was served, and the age of what is still owed. */
static void fill_ages(const struct world *world, struct run_result *result)
{
    const struct ledger *ledger = &world->board->ledger;
    struct findings *f = &result->findings;
    struct hist *ages = calloc(1, sizeof *ages);
    f->age_max_s = f->age_p99_9_s = NAN;
    if (ages == NULL || result->delay == NULL) {
        free(ages);
        return;
    }
    uint64_t now_ns = (uint64_t)(world->ended_s * 1e9);
    hist_merge(ages, result->delay);
    for (uint64_t i = 0; i < ledger->count; i++) {
        if (!ledger_is_owed(&ledger->items[i]))
            continue;
        uint64_t since_ns = atomic_load(&ledger->items[i].oldest_ns);
        hist_record(ages, now_ns > since_ns ? now_ns - since_ns : 0);
    }
    if (hist_total(ages) > 0) {
        f->age_max_s = (double)hist_quantile_ns(ages, 1) / 1e9;
        f->age_p99_9_s = (double)hist_quantile_ns(ages, 0.999) / 1e9;
    }
    free(ages);
}

static bool has_converged(const struct run_result *result)
{
    const struct fates *items = &result->items;
    return result->audited && items->refreshed + items->dead == items->total;
}

void findings_fill(const struct world *world, struct run_result *result)
{
    struct findings *f = &result->findings;
    char error[RUN_REASON_MAX] = "";
    *f = (struct findings){.recovery_s = NAN,
                           .detection_s = NAN,
                           .rework_s = NAN,
                           .unavailable_s = NAN,
                           .stalled_s = NAN};
    fill_counts(world, result);
    fill_faults(result);
    fill_doomed(world, result);
    fill_struck(world, result);
    fill_fairness(result);
    fill_ages(world, result);
    f->converged = has_converged(result);
    if (result->status == RUN_COMPLETE &&
        !history_read(world->board, &world->cluster.deaths, world->owed_at_start,
                      (uint64_t)(world->ended_s * 1e9), f, error, sizeof error))
        run_add_reason(result, "%s", error);
    excuse_doubted_marks(f);
    /* A checked write is refused where another one has been there: also that of a dead. */
    if (!world->scenario->refresh.unchecked)
        f->lost_updates.most = f->lost_updates.certain;
    f->unassigned = assignment_count_missed(world);
}
