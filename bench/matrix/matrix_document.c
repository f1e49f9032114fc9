#include "bench/matrix/matrix.h"

#include "bench/document/json.h"

/* null where nothing was swept. */
static json *signature(const struct matrix_cell *cell, bool sweep)
{
    if (!sweep)
        return json_make_null();
    json *object = json_make_object();
    json_put(object, "points", json_make_count(cell->points));
    for (enum sweep_outcome outcome = 0; outcome < SWEEP_OUTCOMES; outcome++)
        json_put(object, sweep_outcome_name(outcome), json_make_count(cell->signature[outcome]));
    return object;
}

static json *cell_object(const struct matrix *matrix, const struct matrix_cell *cell)
{
    const struct findings *f = &cell->findings;
    json *object = json_make_object();
    json_put(object, "contender",
             json_make_text(matrix->contenders[cell->contender].contender->name));
    json_put(object, "fault", json_make_text(matrix->rows[cell->row].name));
    json_put(object, "verdict", json_make_text(matrix_verdict_name(cell->verdict)));
    json_put(object, "why", json_make_text(cell->why));
    json_put(object, "hit", json_make_bool(cell->hit));
    json_put(object, "faults", json_make_count(cell->faults));
    json_put(object, "faults_hit", json_make_count(cell->faults_hit));
    json_put(object, "refreshed", json_make_count(cell->items.refreshed));
    json_put(object, "pending", json_make_count(cell->items.pending));
    json_put(object, "claimed", json_make_count(cell->items.claimed));
    json_put(object, "dead", json_make_count(cell->items.dead));
    json_put(object, "lost", json_make_count(f->lost.certain));
    json_put(object, "lost_max", json_make_count(f->lost.most));
    json_put(object, "stranded", json_make_count(cell->items.stranded));
    json_put(object, "redundant", json_make_count(f->redundant.certain));
    json_put(object, "redundant_max", json_make_count(f->redundant.most));
    json_put(object, "overlaps", json_make_count(f->overlaps.certain));
    json_put(object, "lost_updates", json_make_count(f->lost_updates.certain));
    json_put(object, "stale_writes", json_make_count(f->stale_writes.certain));
    json_put(object, "recovery_s", json_make_real(f->recovery_s));
    json_put(object, "signature", signature(cell, matrix->rows[cell->row].sweep != FAULT_NONE));
    json_put(object, "converged", json_make_bool(cell->converged));
    json_put(object, "attempts", json_make_count(cell->attempts));
    json_put(object, "seconds", json_make_real(cell->seconds));
    return object;
}

static json *skipped_object(const struct matrix *matrix, const struct matrix_skipped *skipped)
{
    json *object = json_make_object();
    json_put(object, "contender",
             json_make_text(matrix->contenders[skipped->contender].contender->name));
    json_put(object, "fault", json_make_text(matrix->rows[skipped->row].name));
    json_put(object, "reason", json_make_text(skipped->reason));
    return object;
}

static json *rows(const struct matrix *matrix)
{
    json *array = json_make_array();
    for (uint32_t i = 0; i < matrix->row_count; i++) {
        json *object = json_make_object();
        json_put(object, "fault", json_make_text(matrix->rows[i].name));
        json_put(object, "question", json_make_text(matrix->rows[i].question));
        json_put(object, "seed", json_make_count(matrix->rows[i].seed));
        json_push(array, object);
    }
    return array;
}

bool matrix_document(const struct matrix *matrix, FILE *out)
{
    json *document = json_make_object(), *cells = json_make_array(), *skipped = json_make_array();
    for (uint32_t i = 0; i < matrix->cell_count; i++)
        json_push(cells, cell_object(matrix, &matrix->cells[i]));
    for (uint32_t i = 0; i < matrix->skipped_count; i++)
        json_push(skipped, skipped_object(matrix, &matrix->skipped[i]));
    json_put(document, "schema", json_make_text("dibs/faults"));
    json_put(document, "schema_version", json_make_text(MATRIX_VERSION));
    json_put(document, "exit_status", json_make_count(matrix->status));
    provenance_put(document, matrix->provenance);
    json_put(document, "faults", rows(matrix));
    json_put(document, "cells", cells);
    json_put(document, "skipped", skipped);
    json_put(document, "duration_s", json_make_real(matrix->seconds));
    bool good = json_print_lines(document, out);
    json_free(document);
    return good;
}
