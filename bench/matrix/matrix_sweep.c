/* The rows that break one instance at every point of its protocol, and not at one moment. */
#include "bench/matrix/matrix.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

const struct matrix_row matrix_sweeps[] = {
    {"05-crash-sweep",
     "An instance is killed at every command and refresh of its work: what is lost?", FAULT_CRASH,
     SWEEP_WORKER, 1},
    {"06-upkeep-sweep", "Who recovers what others left is killed at every command: what is lost?",
     FAULT_CRASH, SWEEP_UPKEEP, 1},
    {"07-cut-sweep", "Its connection is cut at every command, and it lives on: what is stranded?",
     FAULT_CUT, SWEEP_WORKER | SWEEP_UPKEEP, 1},
    {"11-pause-sweep", "It stands still beyond its lease at every command: what is done twice?",
     FAULT_PAUSE, SWEEP_WORKER | SWEEP_UPKEEP, 1},
    {"", "", FAULT_NONE, 0, 1},
};

static void add_bounded(struct bounded *sum, const struct bounded *of)
{
    sum->certain += of->certain;
    sum->most += of->most;
}

static void add_fates(struct fates *sum, const struct fates *of)
{
    sum->total += of->total;
    sum->refreshed += of->refreshed;
    sum->pending += of->pending;
    sum->claimed += of->claimed;
    sum->stranded += of->stranded;
    sum->dead += of->dead;
    sum->lost += of->lost;
}

static void add_point(struct matrix_cell *cell, const struct sweep_point *point)
{
    struct findings *sum = &cell->findings;
    add_fates(&cell->items, &point->items);
    add_bounded(&sum->lost, &point->findings.lost);
    add_bounded(&sum->redundant, &point->findings.redundant);
    add_bounded(&sum->overlaps, &point->findings.overlaps);
    add_bounded(&sum->lost_updates, &point->findings.lost_updates);
    add_bounded(&sum->stale_writes, &point->findings.stale_writes);
    sum->recovery_s = fmax(sum->recovery_s, point->recovery_s); /* whichever is a number */
    cell->converged &= point->items.refreshed + point->items.dead == point->items.total;
    if (point->broken_promise[0] != '\0' && cell->why[0] == '\0')
        snprintf(cell->why, sizeof cell->why, "at %" PRIu32 " %s, %s: %.*s", point->fault.nth,
                 point->command, fault_phase_name(point->fault.phase), RUN_REASON_MAX / 2,
                 point->broken_promise);
}

static unsigned tested_by(enum fault_kind kind)
{
    static const unsigned promises[FAULT_KINDS] = {
        [FAULT_CRASH] = PROMISE_AT_LEAST_ONCE_CRASH,
        [FAULT_CUT] = PROMISE_AT_LEAST_ONCE_CUT,
        [FAULT_PAUSE] = PROMISE_AT_LEAST_ONCE_PAUSE,
    };
    return promises[kind];
}

static enum matrix_verdict weigh(const struct matrix_cell *cell, const struct sweep *sweep)
{
    const struct entry *entry = sweep->entry;
    if (sweep->status != RUN_COMPLETE)
        return sweep->status == RUN_INTERRUPTED ? MATRIX_NOT_RUN : MATRIX_COULD_NOT_RUN;
    if (!cell->hit)
        return MATRIX_UNKNOWN;
    if (cell->why[0] != '\0')
        return MATRIX_FAIL;
    bool promised = strategy_promises(entry->strategy, entry->values) & tested_by(sweep->kind);
    return promised ? MATRIX_PASS : MATRIX_NOT_PROMISED;
}

static void fill(struct matrix_cell *cell, const struct sweep *sweep)
{
    cell->findings = (struct findings){.recovery_s = NAN};
    cell->converged = sweep->status == RUN_COMPLETE;
    cell->status = sweep->status;
    cell->points = cell->faults = cell->faults_hit = sweep->count;
    cell->hit = sweep->count > 0;
    cell->attempts = 1;
    cell->seconds = sweep->duration_s;
    sweep_signature(sweep, cell->signature);
    for (uint32_t i = 0; i < sweep->count; i++)
        add_point(cell, &sweep->points[i]);
    if (sweep->status != RUN_COMPLETE)
        snprintf(cell->why, sizeof cell->why, "%s", sweep->error);
    cell->verdict = weigh(cell, sweep);
}

void matrix_sweep_cell(const struct matrix *matrix, struct matrix_cell *cell,
                       const struct run_options *options)
{
    const struct matrix_row *row = &matrix->rows[cell->row];
    const struct matrix_contender *c = &matrix->contenders[cell->contender];
    struct entry entry = {.contender = c->contender, .strategy = c->strategy};
    struct sweep sweep;
    snprintf(entry.label, sizeof entry.label, "%s", c->contender->name);
    if (!contender_values(c->contender, c->strategy, entry.values, cell->why, sizeof cell->why)) {
        cell->verdict = MATRIX_COULD_NOT_RUN;
        cell->status = RUN_REFUSED;
        return;
    }
    sweep_run(&entry, row->sweep, row->roles, row->seed, options, &sweep);
    fill(cell, &sweep);
    sweep_close(&sweep);
}
