#include "bench/document/soak_document.h"

#include "bench/document/json.h"

static json *row_object(const struct soak_row *row)
{
    json *object = json_make_object();
    json_put(object, "contender", json_make_text(row->entry.label));
    json_put(object, "runs", json_make_count(row->runs));
    json_put(object, "faults", json_make_count(row->faults));
    json_put(object, "faults_hit", json_make_count(row->faults_hit));
    json_put(object, "redundant", json_make_count(row->redundant));
    json_put(object, "lost", json_make_count(row->lost));
    json_put(object, "accused", json_make_count(row->accused));
    json_put(object, "unsure", json_make_count(row->unsure));
    return object;
}

static json *finding_object(const struct soak *soak, const struct soak_finding *finding)
{
    json *object = json_make_object();
    json_put(object, "contender", json_make_text(soak->rows[finding->row].entry.label));
    json_put(object, "seed", json_make_count(finding->seed));
    json_put(object, "accused", json_make_bool(finding->accused));
    json_put(object, "why", json_make_text(finding->why));
    return object;
}

static json *oracle_object(const struct oracle_report *oracle)
{
    json *object = json_make_object();
    json_put(object, "kills", json_make_count(oracle->kills));
    json_put(object, "histories", json_make_count(oracle->histories));
    json_put(object, "refreshes", json_make_count(oracle->refreshes));
    json_put(object, "writes_cut", json_make_count(oracle->writes_cut));
    json_put(object, "disagreements", json_make_count(oracle->disagreements));
    json_put(object, "first", json_make_text(oracle->first));
    return object;
}

static json *leaks_object(const struct soak_leaks *leaks)
{
    json *object = json_make_object();
    json_put(object, "runs", json_make_count(leaks->runs));
    json_put(object, "descriptors", json_make_count(leaks->descriptors));
    json_put(object, "mappings", json_make_count(leaks->mappings));
    json_put(object, "processes", json_make_count(leaks->processes));
    json_put(object, "files", json_make_count(leaks->files));
    json_put(object, "bytes", json_make_count(leaks->bytes));
    return object;
}

bool soak_document_print(const struct soak *soak, const struct oracle_report *oracle,
                         enum run_status status, FILE *out)
{
    json *document = json_make_object(), *rows = json_make_array(), *findings = json_make_array();
    for (uint32_t i = 0; i < soak->row_count; i++)
        json_push(rows, row_object(&soak->rows[i]));
    for (uint32_t i = 0; i < soak->finding_count && i < SOAK_FINDINGS_MAX; i++)
        json_push(findings, finding_object(soak, &soak->findings[i]));
    json_put(document, "status", json_make_text(run_status_name(status)));
    json_put(document, "contenders", rows);
    json_put(document, "findings", findings);
    json_put(document, "killed_writers", oracle_object(oracle));
    json_put(document, "leaks", leaks_object(&soak->leaks));
    bool good = json_print(document, out);
    json_free(document);
    return good;
}
