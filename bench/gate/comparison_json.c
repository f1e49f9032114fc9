#include "bench/gate/comparison_output.h"

static json *finding_object(const struct finding *finding)
{
    json *object = json_make_object();
    json_put(object, "contender", json_make_string(finding->contender));
    json_put(object, "measure", json_make_string(finding->measure));
    json_put(object, "verdict", json_make_string(finding_kind_name(finding->kind)));
    json_put(object, "detail", json_make_bool(finding->detail));
    json_put(object, "base", json_make_real(finding->base));
    json_put(object, "now", json_make_real(finding->now));
    json_put(object, "text", json_make_text(finding->text));
    return object;
}

bool comparison_json(const struct comparison *comparison, FILE *out)
{
    json *object = json_make_object(), *findings = json_make_array(), *notes = json_make_array();
    for (size_t i = 0; i < comparison->count; i++)
        json_push(findings, finding_object(&comparison->findings[i]));
    for (size_t i = 0; i < comparison->note_count; i++)
        json_push(notes, json_make_string(comparison->notes[i]));
    json_put(object, "schema", json_make_string(COMPARISON_SCHEMA));
    json_put(object, "schema_version", json_make_string(COMPARISON_VERSION));
    json_put(object, "kind", json_make_string(comparison->kind));
    json_put(object, "title", json_make_string(comparison->title));
    json_put(object, "exit_status", json_make_count(comparison->status));
    json_put(object, "why", json_make_string(comparison->why));
    provenance_put(object, comparison->provenance);
    json_put(object, "findings", findings);
    json_put(object, "unchanged", json_make_count(comparison->unchanged));
    json_put(object, "unmeasured", json_make_count(comparison->unmeasured));
    json_put(object, "notes", notes);
    json_put(object, "details",
             comparison->details != NULL ? json_keep(comparison->details) : json_make_null());
    bool good = json_print_lines(object, out) && fflush(out) == 0;
    json_free(object);
    return good;
}
