#include "bench/result.h"

#include "bench/fields.h"
#include "bench/json.h"
#include "bench/options.h"
#include "bench/result_part.h"
#include "bench/result_run.h"
#include "bench/whole_file.h"
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

static json *planned_events(const struct scenario *scenario)
{
    json *array = json_make_array();
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        const struct timeline_event *event = &scenario->events[i];
        json *object = result_part_object(scenario_event_fields, event);
        json_put(object, "verb", json_make_text(timeline_verb(event->kind)));
        json_push(array, object);
    }
    return array;
}

static json *scaler(const struct scenario *scenario)
{
    json *object = result_part_object(scenario_scaler_fields, scenario);
    json_put(object, "kind", json_make_text(scaler_name(scenario->scaler.kind)));
    return object;
}

static json *scenario_object(const struct scenario *scenario)
{
    if (!scenario)
        return json_make_null();
    json *object = result_part_object(scenario_fields, scenario);
    json *wakes = json_make_array(), *contenders = json_make_array();
    for (uint32_t i = 0; i < scenario->wake_count; i++)
        json_push(wakes, json_make_count(scenario->wake_ms[i]));
    for (uint32_t i = 0; i < scenario->entry_count; i++)
        json_push(contenders, result_part_entry(&scenario->entries[i]));
    json_put(object, "kind", json_make_text(item_kind_name(scenario->kind)));
    json_put(object, "wake", json_make_text(wake_name(scenario->wake)));
    json_put(object, "wake_ms", wakes);
    json_put(object, "mode", json_make_text(mode_name(scenario->mode)));
    json_put(object, "placement", json_make_text(placement_name(scenario->placement)));
    json_put(object, "deployment", json_make_text(deployment_name(scenario->deployment)));
    json_put(object, "journal", json_make_text(journaling_name(scenario->journal)));
    json_put(object, "events", planned_events(scenario));
    json_put(object, "scaler", scaler(scenario));
    json_put(object, "producers", result_part_object(scenario_producer_fields, scenario));
    json_put(object, "observe", result_part_object(scenario_observe_fields, scenario));
    json_put(object, "refresh", result_part_object(scenario_refresh_fields, scenario));
    json_put(object, "contenders", contenders);
    return object;
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

static json *sources(const struct published_row *row)
{
    json *array = json_make_array();
    for (size_t i = 0; i < PUBLISHED_SOURCES_MAX && row->sources[i].document; i++) {
        json *object = json_make_object();
        json_put(object, "document", json_make_string(row->sources[i].document));
        json_put(object, "line", json_make_count((uint64_t)row->sources[i].line));
        json_push(array, object);
    }
    return array;
}

static json *published_object(const struct published_row *row)
{
    json *object = json_make_object();
    json_put(object, "figure", json_make_string(row->figure));
    json_put(object, "contender", json_make_string(row->contender));
    json_put(object, "sources", sources(row));
    json_put(object, "published_low", json_make_real(row->low));
    json_put(object, "published_high", json_make_real(row->high));
    json_put(object, "tolerance", json_make_real(PUBLISHED_TOLERANCE));
    json_put(object, "measured", json_make_real(row->measured));
    json_put(object, "runs", json_make_count(row->runs));
    json_put(object, "verdict", json_make_string(verdict_name(row->verdict)));
    return object;
}

static json *arguments(const struct result *result)
{
    json *array = json_make_array();
    for (int i = 0; i < result->argc; i++) {
        char masked[1024];
        options_mask(result->argv, i, masked, sizeof masked);
        json_push(array, json_make_string(masked));
    }
    return array;
}

static json *document(const struct result *result)
{
    json *object = json_make_object();
    json *runs = json_make_array(), *races = json_make_array(), *published = json_make_array();
    for (size_t i = 0; i < result->run_count; i++)
        json_push(runs, result_run(&result->runs[i]));
    for (size_t i = 0; i < result->race_count; i++)
        json_push(races, race_object(&result->races[i], result->race_entries[i]));
    for (size_t i = 0; i < result->published_count; i++)
        json_push(published, published_object(&result->published[i]));

    json_put(object, "schema", json_make_text(RESULT_SCHEMA));
    json_put(object, "schema_version", json_make_text(RESULT_VERSION));
    json_put(object, "status", json_make_text(status_names[result->status]));
    json_put(object, "exit_status",
                        result->status == RESULT_RUNNING ? json_make_null()
                                                         : json_make_count(result->exit_status));
    json_put(object, "error", json_make_text(result->error));
    json_put(object, "argv", arguments(result));
    json_put(object, "environment",
                        result_part_object(environment_fields, result->environment));
    json_put(object, "scenario", scenario_object(result->scenario));
    json_put(object, "skipped", skipped(result->scenario));
    json_put(object, "runs", runs);
    json_put(object, "entry_race", races);
    json_put(object, "published", published);
    return object;
}

bool result_print(const struct result *result, FILE *out)
{
    json *object = document(result);
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
