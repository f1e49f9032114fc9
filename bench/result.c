#include "bench/result.h"

#include "bench/fields.h"
#include "bench/options.h"
#include "strategies/value.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

static const char *const status_names[] = {
    [RESULT_RUNNING] = "running",
    [RESULT_COMPLETE] = "complete",
    [RESULT_INTERRUPTED] = "interrupted",
    [RESULT_FAILED] = "failed",
};

static json_t *real(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *count(uint64_t value)
{
    return json_integer((json_int_t)value);
}

static json_t *text(const char *value)
{
    json_t *json = value && *value ? json_string(value) : NULL;
    if (value && *value && !json) /* not UTF-8: from a file, an argument or a server */
        json = json_string("(not UTF-8)");
    return json ? json : json_null();
}

static json_t *field(const struct field *field, const void *base, bool known)
{
    struct field_value value;
    field_read(field, base, &value);
    switch (known ? value.held : HELD_NOTHING) {
    case HELD_COUNT:
        return count(value.count);
    case HELD_REAL:
        return real(value.real);
    case HELD_FLAG:
        return json_boolean(value.count);
    case HELD_TEXT:
        return text(value.text);
    case HELD_NOTHING:
        break;
    }
    return json_null();
}

static void add_fields(json_t *object, const struct field *fields, const void *base, bool known)
{
    for (; fields->name; fields++)
        json_object_set_new(object, fields->name, field(fields, base, known));
}

static json_t *object_of(const struct field *fields, const void *base)
{
    json_t *object = json_object();
    add_fields(object, fields, base, true);
    return object;
}

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

static json_t *parameters(const struct entry *entry)
{
    json_t *object = json_object();
    const struct parameter *list = entry->strategy->parameters;
    for (size_t i = 0; list && list[i].name; i++) {
        char value[64];
        result_parameter_text(&list[i], entry->values[i], value, sizeof value);
        json_object_set_new(object, list[i].name, text(value));
    }
    return object;
}

static json_t *entry_object(const struct entry *entry)
{
    json_t *object = json_object();
    json_object_set_new(object, "contender", text(entry->label));
    json_object_set_new(object, "strategy", text(entry->strategy->name));
    json_object_set_new(object, "source", text(entry->contender->source));
    json_object_set_new(object, "parameters", parameters(entry));
    return object;
}

static json_t *usec(uint64_t ns)
{
    return real((double)ns / 1e3);
}

static json_t *histogram(const struct hist *hist)
{
    static const struct {
        const char *name;
        double quantile;
    } quantiles[] = {{"p50_us", 0.5},    {"p90_us", 0.9},     {"p95_us", 0.95},
                     {"p99_us", 0.99},   {"p99_9_us", 0.999}, {"p99_99_us", 0.9999}};
    uint64_t total = hist ? hist_total(hist) : 0;
    if (total == 0)
        return json_null();
    json_t *object = json_object(), *buckets = json_array();
    json_object_set_new(object, "count", count(total));
    json_object_set_new(object, "mean_us", real(hist_mean_ns(hist) / 1e3));
    for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++)
        json_object_set_new(object, quantiles[i].name,
                            usec(hist_quantile_ns(hist, quantiles[i].quantile)));
    json_object_set_new(object, "max_us", usec(hist->max_ns));
    json_object_set_new(object, "overflow", count(hist->overflow));
    size_t bucket = 0;
    uint64_t upper_ns, samples;
    while (hist_next(hist, &bucket, &upper_ns, &samples))
        json_array_append_new(buckets, json_pack("[o, o]", count(upper_ns), count(samples)));
    json_object_set_new(object, "buckets", buckets);
    return object;
}

static json_t *commands(const struct run_result *run)
{
    json_t *object = json_object();
    for (uint32_t i = 0; i < run->command_count; i++) {
        json_t *command = object_of(command_fields, &run->commands[i]);
        json_object_set_new(command, "latency", histogram(run->commands[i].latency));
        json_object_set_new(object, run->commands[i].name, command);
    }
    return object;
}

static json_t *samples(const struct run_result *run)
{
    json_t *t = json_array(), *backlog = json_array(), *held = json_array();
    json_t *done = json_array(), *cpu = json_array();
    for (uint32_t i = 0; i < run->sample_count; i++) {
        const struct sample *sample = &run->samples[i];
        json_array_append_new(t, real(sample->t_s));
        json_array_append_new(backlog, count(sample->backlog));
        json_array_append_new(held, count(sample->held));
        json_array_append_new(done, count(sample->done));
        json_array_append_new(cpu, real(sample->redis_cpu));
    }
    return json_pack("{so, so, so, so, so}", "t_s", t, "backlog", backlog, "held", held, "done",
                     done, "redis_cpu", cpu);
}

static json_t *probes(const struct observed *observed)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < observed->probe_count; i++) {
        const struct probe_result *result = &observed->probes[i];
        json_t *probe = object_of(probe_fields, result);
        json_object_set_new(probe, "name", text(result->probe->name));
        json_object_set_new(probe, "command", text(result->probe->command));
        json_object_set_new(probe, "key", text(result->probe->key));
        json_object_set_new(probe, "source", text(result->probe->source));
        json_array_append_new(array, probe);
    }
    return array;
}

static json_t *alerts(const struct observed *observed)
{
    json_t *array = json_array();
    for (uint32_t i = 0; i < observed->alert_count; i++) {
        const struct alert_result *alert = &observed->alerts[i];
        json_t *cleared = alert->cleared_s < 0 ? json_null() : real(alert->cleared_s);
        json_array_append_new(
            array, json_pack("{so, so, so, so, so}", "name", text(alert->probe->alert), "probe",
                             text(alert->probe->name), "threshold",
                             count(alert->probe->alert_over), "raised_s", real(alert->raised_s),
                             "cleared_s", cleared));
    }
    return array;
}

static json_t *run_object(const struct run_result *run)
{
    json_t *object = entry_object(run->entry);
    json_t *reasons = json_array(), *instances = json_array();
    json_object_set_new(object, "status", text(run_status_name(run->status)));
    for (const struct field_group *group = run_fields; group->fields; group++) {
        if (group->name && !json_object_get(object, group->name))
            json_object_set_new(object, group->name, json_object());
        json_t *part = group->name ? json_object_get(object, group->name) : object;
        add_fields(part, group->fields, (const char *)run + group->offset,
                   !group->known || group->known(run));
    }
    for (uint32_t i = 0; i < run->reason_count; i++)
        json_array_append_new(reasons, text(run->reasons[i]));
    for (uint32_t i = 0; i < run->instance_count; i++)
        json_array_append_new(instances, object_of(instance_fields, &run->instances[i]));
    json_t *observe = json_object_get(object, "observe");
    json_object_set_new(observe, "probes", probes(&run->observed));
    json_object_set_new(observe, "alerts", alerts(&run->observed));
    json_object_set_new(object, "reasons", reasons);
    json_object_set_new(object, "commands", commands(run));
    json_object_set_new(object, "instances", instances);
    json_object_set_new(object, "bottleneck", text(bottleneck_name(run->bottleneck)));
    json_object_set_new(object, "delay", histogram(run->delay));
    json_object_set_new(object, "rounds", histogram(run->round));
    json_object_set_new(object, "passes", histogram(run->pass));
    json_object_set_new(object, "samples", samples(run));
    return object;
}

static json_t *scenario_object(const struct scenario *scenario)
{
    if (!scenario)
        return json_null();
    json_t *object = object_of(scenario_fields, scenario);
    json_t *wakes = json_array(), *contenders = json_array();
    for (uint32_t i = 0; i < scenario->wake_count; i++)
        json_array_append_new(wakes, count(scenario->wake_ms[i]));
    for (uint32_t i = 0; i < scenario->entry_count; i++)
        json_array_append_new(contenders, entry_object(&scenario->entries[i]));
    json_object_set_new(object, "kind", text(item_kind_name(scenario->kind)));
    json_object_set_new(object, "wake", text(wake_name(scenario->wake)));
    json_object_set_new(object, "wake_ms", wakes);
    json_object_set_new(object, "mode", text(mode_name(scenario->mode)));
    json_object_set_new(object, "placement", text(placement_name(scenario->placement)));
    json_object_set_new(object, "producers", object_of(scenario_producer_fields, scenario));
    json_object_set_new(object, "observe", object_of(scenario_observe_fields, scenario));
    json_object_set_new(object, "refresh", object_of(scenario_refresh_fields, scenario));
    json_object_set_new(object, "contenders", contenders);
    return object;
}

static json_t *skipped(const struct scenario *scenario)
{
    json_t *array = json_array();
    for (uint32_t i = 0; scenario && i < scenario->skipped_count; i++)
        json_array_append_new(array, json_pack("{ss, ss}", "contender",
                                               scenario->skipped[i].label, "reason",
                                               scenario->skipped[i].reason));
    return array;
}

static json_t *race_object(const struct entry_race *race, const struct entry *entry)
{
    json_t *object = object_of(race_fields, race), *histogram = json_array();
    for (uint32_t n = 0; n <= SCENARIO_INSTANCES_MAX; n++)
        if (race->histogram[n])
            json_array_append_new(histogram,
                                  json_pack("[o, o]", count(n), count(race->histogram[n])));
    json_object_set_new(object, "contender", text(entry->label));
    json_object_set_new(object, "status", text(run_status_name(race->status)));
    json_object_set_new(object, "histogram", histogram);
    return object;
}

static json_t *published_object(const struct published_row *row)
{
    json_t *sources = json_array();
    for (size_t i = 0; i < PUBLISHED_SOURCES_MAX && row->sources[i].document; i++)
        json_array_append_new(sources, json_pack("{ss, si}", "document", row->sources[i].document,
                                                 "line", row->sources[i].line));
    return json_pack("{ss, ss, so, so, so, so, so, so, ss}", "figure", row->figure, "contender",
                     row->contender, "sources", sources, "published_low", real(row->low),
                     "published_high", real(row->high), "tolerance", real(PUBLISHED_TOLERANCE),
                     "measured", real(row->measured), "runs", count(row->runs), "verdict",
                     verdict_name(row->verdict));
}

static json_t *arguments(const struct result *result)
{
    json_t *array = json_array();
    for (int i = 0; i < result->argc; i++) {
        char masked[1024];
        options_mask(result->argv, i, masked, sizeof masked);
        json_array_append_new(array, *masked ? text(masked) : json_string(""));
    }
    return array;
}

static json_t *document(const struct result *result)
{
    json_t *object = json_object();
    json_t *runs = json_array(), *races = json_array(), *published = json_array();
    for (size_t i = 0; i < result->run_count; i++)
        json_array_append_new(runs, run_object(&result->runs[i]));
    for (size_t i = 0; i < result->race_count; i++)
        json_array_append_new(races, race_object(&result->races[i], result->race_entries[i]));
    for (size_t i = 0; i < result->published_count; i++)
        json_array_append_new(published, published_object(&result->published[i]));

    json_object_set_new(object, "schema", text(RESULT_SCHEMA));
    json_object_set_new(object, "schema_version", text(RESULT_VERSION));
    json_object_set_new(object, "status", text(status_names[result->status]));
    json_object_set_new(object, "exit_status",
                        result->status == RESULT_RUNNING ? json_null()
                                                         : json_integer(result->exit_status));
    json_object_set_new(object, "error", text(result->error));
    json_object_set_new(object, "argv", arguments(result));
    json_object_set_new(object, "environment",
                        object_of(environment_fields, result->environment));
    json_object_set_new(object, "scenario", scenario_object(result->scenario));
    json_object_set_new(object, "skipped", skipped(result->scenario));
    json_object_set_new(object, "runs", runs);
    json_object_set_new(object, "entry_race", races);
    json_object_set_new(object, "published", published);
    return object;
}

static bool print_value(json_t *value, FILE *out)
{
    return json_dumpf(value, out, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(12)) == 0;
}

/* A line for each property, and one for each entry of a list. */
static bool print_property(const char *key, json_t *value, FILE *out)
{
    size_t i;
    json_t *entry;
    fprintf(out, " \"%s\": ", key);
    if (json_array_size(value) == 0)
        return print_value(value, out);
    json_array_foreach(value, i, entry) {
        fputs(i ? ",\n  " : "[\n  ", out);
        if (!print_value(entry, out))
            return false;
    }
    return fputs("\n ]", out) != EOF;
}

bool result_print(const struct result *result, FILE *out)
{
    json_t *object = document(result), *value;
    const char *key, *separator = "{\n";
    bool ok = true;
    json_object_foreach(object, key, value) {
        ok = ok && fputs(separator, out) != EOF && print_property(key, value, out);
        separator = ",\n";
    }
    json_decref(object);
    return ok && fputs("\n}\n", out) != EOF && fflush(out) == 0;
}

/* Writes the document to `path` and on to the disk; false: errno. */
static bool write_synced(const struct result *result, const char *path)
{
    FILE *file = fopen(path, "we");
    if (!file)
        return false;
    bool ok = result_print(result, file) && fsync(fileno(file)) == 0;
    int why = errno;
    if (fclose(file) != 0 && ok) {
        ok = false;
        why = errno;
    }
    errno = why;
    return ok;
}

bool result_write(const struct result *result, const char *directory, char *error,
                  size_t error_size)
{
    char path[4096], aside[4096 + 8];
    snprintf(path, sizeof path, "%s/result.json", directory);
    snprintf(aside, sizeof aside, "%s.part", path);
    if (write_synced(result, aside) && rename(aside, path) == 0)
        return true;
    snprintf(error, error_size, "cannot write %s: %s", path, strerror(errno));
    unlink(aside);
    return false;
}
