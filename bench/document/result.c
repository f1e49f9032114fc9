#include "bench/document/result.h"

#include "bench/document/fields.h"
#include "bench/document/json.h"
#include "bench/document/provenance.h"
#include "bench/document/result_part.h"
#include "bench/document/result_run.h"
#include "bench/document/result_scenario.h"
#include "bench/document/whole_file.h"
#include "strategies/value.h"

#include <inttypes.h>
#include <limits.h>

static const char *const status_names[] = {
    [RESULT_RUNNING] = "running",
    [RESULT_COMPLETE] = "complete",
    [RESULT_INTERRUPTED] = "interrupted",
    [RESULT_FAILED] = "failed",
};

void result_parameter_text(const struct parameter *parameter, int64_t value, char *out,
                           size_t size)
{
    switch (parameter->type) {
    case PARAMETER_INTEGER:
        snprintf(out, size, "%" PRId64, value);
        break;
    case PARAMETER_SWITCH:
        snprintf(out, size, "%s", value ? "yes" : "no");
        break;
    case PARAMETER_CHOICE:
        snprintf(out, size, "%s", parameter->choices[value]);
        break;
    case PARAMETER_DURATION:
        duration_write_us(value * 1000, out, size);
        break;
    }
}

static json *skipped(const struct scenario *scenario)
{
    json *array = json_make_array();
    for (uint32_t i = 0; scenario && i < scenario->skipped_count; i++) {
        json *object = json_make_object();
        json_put(object, "contender", json_make_string(scenario->skipped[i].label));
        json_put(object, "reason", json_make_string(scenario->skipped[i].reason));
        json_push(array, object);
    }
    return array;
}

static json *race_object(const struct entry_race *race, const struct entry *entry)
{
    json *object = result_part_object(race_fields, race), *histogram = json_make_array();
    for (uint32_t n = 0; n <= SCENARIO_INSTANCES_MAX; n++)
        if (race->histogram[n])
            json_push(histogram, json_make_pair(n, race->histogram[n]));
    json_put(object, "contender", json_make_text(entry->label));
    json_put(object, "status", json_make_text(run_status_name(race->status)));
    json_put(object, "histogram", histogram);
    return object;
}

static json *kill_object(const struct crash_kill *kill)
{
    json *object = json_make_object();
    json_put(object, "refresh", json_make_count(kill->refresh));
    json_put(object, "lost", json_make_count(kill->items.lost));
    json_put(object, "stranded", json_make_count(kill->items.stranded));
    json_put(object, "refreshed", json_make_count(kill->items.refreshed));
    json_put(object, "redundant", json_make_count(kill->redundant));
    json_put(object, "recovery_s", json_make_real(kill->recovery_s));
    return object;
}

/* Kills that did not come about are not there. */
static json *probe_object(const struct crash_probe *probe)
{
    json *object = json_make_object(), *kills = json_make_array();
    for (uint32_t i = 0; i < probe->kills; i++)
        if (probe->results[i].struck)
            json_push(kills, kill_object(&probe->results[i]));
    json_put(object, "contender", json_make_text(probe->entry->label));
    json_put(object, "status", json_make_text(run_status_name(probe->status)));
    json_put(object, "error", json_make_text(probe->error));
    json_put(object, "items", json_make_count(CRASH_PROBE_ITEMS));
    json_put(object, "kills_asked", json_make_count(probe->kills));
    json_put(object, "kills", kills);
    return object;
}

static json *sources(const struct published_row *row)
{
    json *array = json_make_array();
    for (unsigned i = 0; i < row->claim->place_count; i++) {
        json *object = json_make_object();
        json_put(object, "document", json_make_string(row->claim->places[i].document));
        json_put(object, "line", json_make_count(row->claim->places[i].line));
        json_push(array, object);
    }
    return array;
}

static json *published_object(const struct published_row *row)
{
    const struct claim_setting *setting = row->setting;
    json *object = json_make_object();
    json_put(object, "claim", json_make_string(row->claim->id));
    json_put(object, "figure", json_make_string(row->claim->figure));
    json_put(object, "contender", json_make_string(setting->contender));
    json_put(object, "sources", sources(row));
    json_put(object, "published_low", json_make_real(setting->expected.low));
    json_put(object, "published_high", json_make_real(setting->expected.high));
    json_put(object, "tolerance", json_make_real(row->claim->tolerance));
    json_put(object, "measured", json_make_real(setting->median));
    json_put(object, "runs", json_make_count(setting->repeats));
    json_put(object, "verdict", json_make_string(published_verdict(row)));
    return object;
}

static void push_ratios(json *array, const struct beside_row *row)
{
    for (int i = 0; i < BESIDE_MEASURES; i++) {
        json *object = json_make_object();
        json_put(object, "contender", json_make_string(row->entry->label));
        json_put(object, "beside", json_make_string(row->by->label));
        json_put(object, "measure", json_make_string(beside_measure_name((enum beside_measure)i)));
        json_put(object, "median", json_make_real(row->ratios[i].median));
        json_put(object, "least", json_make_real(row->ratios[i].least));
        json_put(object, "most", json_make_real(row->ratios[i].most));
        json_push(array, object);
    }
}

json *result_document(const struct result *result)
{
    json *object = json_make_object();
    json *probes = json_make_array(), *ratios = json_make_array();
    json *runs = json_make_array(), *races = json_make_array(), *published = json_make_array();
    for (size_t i = 0; i < result->run_count; i++)
        json_push(runs, result_run(&result->runs[i]));
    for (size_t i = 0; i < result->ratio_count; i++)
        push_ratios(ratios, &result->ratios[i]);
    for (size_t i = 0; i < result->race_count; i++)
        json_push(races, race_object(&result->races[i], result->race_entries[i]));
    for (size_t i = 0; i < result->probe_count; i++)
        json_push(probes, probe_object(&result->probes[i]));
    for (size_t i = 0; i < result->published_count; i++)
        json_push(published, published_object(&result->published[i]));

    json_put(object, "schema", json_make_text(RESULT_SCHEMA));
    json_put(object, "schema_version", json_make_text(RESULT_VERSION));
    json_put(object, "status", json_make_text(status_names[result->status]));
    json_put(object, "exit_status",
                        result->status == RESULT_RUNNING ? json_make_null()
                                                         : json_make_count(result->exit_status));
    json_put(object, "error", json_make_text(result->error));
    json_put(object, "argv", provenance_argv(result->argc, result->argv));
    json_put(object, "environment",
                        result_part_object(environment_fields, result->environment));
    json_put(object, "scenario", result_scenario(result->scenario));
    json_put(object, "skipped", skipped(result->scenario));
    json_put(object, "runs", runs);
    json_put(object, "ratios", ratios);
    json_put(object, "entry_race", races);
    json_put(object, "vary", vary_document(result->scenario));
    json_put(object, "vary_skipped", vary_skipped(result->vary_skips, result->vary_skip_count));
    json_put(object, "crash_probe", probes);
    json_put(object, "published", published);
    return object;
}

bool result_print(const struct result *result, FILE *out)
{
    json *object = result_document(result);
    bool ok = json_print_lines(object, out) && fflush(out) == 0;
    json_free(object);
    return ok;
}

static bool print(const void *result, FILE *out)
{
    return result_print(result, out);
}

bool result_write(const struct result *result, const char *directory, char *error,
                  size_t error_size)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/result.json", directory);
    return whole_file_write(path, print, result, error, error_size);
}
