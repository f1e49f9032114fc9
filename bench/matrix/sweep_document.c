#include "bench/matrix/sweep_document.h"

#include "bench/document/json.h"

static json *fates(const struct fates *items)
{
    json *object = json_make_object();
    json_put(object, "total", json_make_count(items->total));
    json_put(object, "refreshed", json_make_count(items->refreshed));
    json_put(object, "pending", json_make_count(items->pending));
    json_put(object, "claimed", json_make_count(items->claimed));
    json_put(object, "stranded", json_make_count(items->stranded));
    json_put(object, "dead", json_make_count(items->dead));
    json_put(object, "lost", json_make_count(items->lost));
    return object;
}

static json *point_object(const struct sweep_point *point)
{
    json *object = json_make_object();
    json_put(object, "role", json_make_text(sweep_role_name(point)));
    json_put(object, "step", json_make_count(point->step));
    json_put(object, "nth", json_make_count(point->fault.nth));
    json_put(object, "command", json_make_text(point->command));
    json_put(object, "phase", json_make_text(fault_phase_name(point->fault.phase)));
    json_put(object, "outcome", json_make_text(sweep_outcome_name(point->outcome)));
    json_put(object, "items", fates(&point->items));
    json_put(object, "redundant", json_make_count(point->redundant));
    json_put(object, "recovery_s", json_make_real(point->recovery_s));
    json_put(object, "broken_promise",
             *point->broken_promise ? json_make_text(point->broken_promise) : json_make_null());
    return object;
}

static json *sweep_object(const struct sweep *sweep)
{
    json *object = json_make_object(), *points = json_make_array();
    json *signature = json_make_object();
    uint32_t counts[SWEEP_OUTCOMES];
    sweep_signature(sweep, counts);
    for (uint32_t i = 0; i < sweep->count; i++)
        json_push(points, point_object(&sweep->points[i]));
    json_put(signature, "points", json_make_count(sweep->count));
    for (enum sweep_outcome outcome = 0; outcome < SWEEP_OUTCOMES; outcome++)
        json_put(signature, sweep_outcome_name(outcome), json_make_count(counts[outcome]));
    json_put(object, "contender", json_make_text(sweep->entry->label));
    json_put(object, "fault", json_make_text(fault_kind_name(sweep->kind)));
    json_put(object, "seed", json_make_count(sweep->seed));
    json_put(object, "status", json_make_text(run_status_name(sweep->status)));
    json_put(object, "error", json_make_text(sweep->error));
    json_put(object, "duration_s", json_make_real(sweep->duration_s));
    json_put(object, "points", points);
    json_put(object, "signature", signature);
    return object;
}

static json *skipped_object(const struct sweep_skipped *skipped)
{
    json *object = json_make_object();
    json_put(object, "contender", json_make_text(skipped->contender));
    json_put(object, "reason", json_make_text(skipped->reason));
    return object;
}

static json *all_object(const struct sweep_document *document)
{
    json *object = json_make_object(), *sweeps = json_make_array(), *skipped = json_make_array();
    for (uint32_t i = 0; i < document->count; i++)
        json_push(sweeps, sweep_object(&document->sweeps[i]));
    for (uint32_t i = 0; i < document->skipped_count; i++)
        json_push(skipped, skipped_object(&document->skipped[i]));
    json_put(object, "sweeps", sweeps);
    json_put(object, "skipped", skipped);
    return object;
}

json *sweep_document_json(const struct sweep_document *document)
{
    json *object = document->alone && document->count == 1 ? sweep_object(&document->sweeps[0])
                                                           : all_object(document);
    provenance_put(object, document->provenance);
    return object;
}

bool sweep_document_print(const struct sweep_document *document, FILE *out)
{
    json *object = sweep_document_json(document);
    bool good = json_print_lines(object, out);
    json_free(object);
    return good;
}
