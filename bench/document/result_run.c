#include "bench/document/result_run.h"

#include "bench/document/fields.h"
#include "bench/document/result_part.h"
#include "sim/judge/verdict.h"

static json *usec(uint64_t ns)
{
    return json_make_real((double)ns / 1e3);
}

static json *histogram(const struct hist *hist)
{
    static const struct {
        const char *name;
        double quantile;
    } quantiles[] = {{"p50_us", 0.5},    {"p90_us", 0.9},     {"p95_us", 0.95},
                     {"p99_us", 0.99},   {"p99_9_us", 0.999}, {"p99_99_us", 0.9999}};
    uint64_t total = hist ? hist_total(hist) : 0;
    if (total == 0)
        return json_make_null();
    json *object = json_make_object(), *buckets = json_make_array();
    json_put(object, "count", json_make_count(total));
    json_put(object, "mean_us", json_make_real(hist_mean_ns(hist) / 1e3));
    for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++)
        json_put(object, quantiles[i].name,
                 usec(hist_quantile_ns(hist, quantiles[i].quantile)));
    json_put(object, "max_us", usec(hist->max_ns));
    json_put(object, "overflow", json_make_count(hist->overflow));
    size_t bucket = 0;
    uint64_t upper_ns, samples;
    while (hist_next(hist, &bucket, &upper_ns, &samples))
        json_push(buckets, json_make_pair(upper_ns, samples));
    json_put(object, "buckets", buckets);
    return object;
}

static json *commands(const struct run_result *run)
{
    json *object = json_make_object();
    for (uint32_t i = 0; i < run->command_count; i++) {
        json *command = result_part_object(command_fields, &run->commands[i]);
        json_put(command, "latency", histogram(run->commands[i].latency));
        json_put(object, run->commands[i].name, command);
    }
    return object;
}

static json *samples(const struct run_result *run)
{
    json *t = json_make_array(), *backlog = json_make_array(), *held = json_make_array();
    json *done = json_make_array(), *cpu = json_make_array();
    json *alive = json_make_array(), *wanted = json_make_array();
    for (uint32_t i = 0; i < run->sample_count; i++) {
        const struct sample *sample = &run->samples[i];
        json_push(t, json_make_real(sample->t_s));
        json_push(backlog, json_make_count(sample->backlog));
        json_push(held, json_make_count(sample->held));
        json_push(done, json_make_count(sample->done));
        json_push(cpu, json_make_real(sample->redis_cpu));
        json_push(alive, json_make_count(sample->alive));
        json_push(wanted, json_make_count(sample->wanted));
    }
    json *object = json_make_object();
    json_put(object, "t_s", t);
    json_put(object, "backlog", backlog);
    json_put(object, "held", held);
    json_put(object, "done", done);
    json_put(object, "redis_cpu", cpu);
    json_put(object, "alive", alive);
    json_put(object, "wanted", wanted);
    return object;
}

static json *probes(const struct observed *observed)
{
    json *array = json_make_array();
    for (uint32_t i = 0; i < observed->probe_count; i++) {
        const struct probe_result *result = &observed->probes[i];
        json *probe = result_part_object(probe_fields, result);
        json_put(probe, "name", json_make_text(result->probe->name));
        json_put(probe, "command", json_make_text(result->probe->command));
        json_put(probe, "key", json_make_text(result->probe->key));
        json_put(probe, "source", json_make_text(result->probe->source));
        json_push(array, probe);
    }
    return array;
}

static json *alert_object(const struct alert_result *alert)
{
    json *object = json_make_object();
    json_put(object, "name", json_make_text(alert->probe->alert));
    json_put(object, "probe", json_make_text(alert->probe->name));
    json_put(object, "threshold", json_make_count(alert->probe->alert_over));
    json_put(object, "raised_s", json_make_real(alert->raised_s));
    json_put(object, "cleared_s",
             alert->cleared_s < 0 ? json_make_null() : json_make_real(alert->cleared_s));
    return object;
}

static json *alerts(const struct observed *observed)
{
    json *array = json_make_array();
    for (uint32_t i = 0; i < observed->alert_count; i++)
        json_push(array, alert_object(&observed->alerts[i]));
    return array;
}

static json *events(const struct run_result *run)
{
    json *array = json_make_array();
    for (uint32_t i = 0; i < run->event_count; i++)
        json_push(array, result_part_object(event_fields, &run->events[i]));
    return array;
}

static json *expectations(const struct run_result *run)
{
    json *array = json_make_array();
    for (uint32_t i = 0; i < run->expectation_count; i++) {
        const struct expectation_result *result = &run->expectations[i];
        json *object = json_make_object();
        json_put(object, "expected", json_make_string(result->text));
        json_put(object, "measured", json_make_real(result->measured));
        json_put(object, "ruling", json_make_text(ruling_name(result->ruling)));
        json_put(object, "line", json_make_text(result->line));
        json_push(array, object);
    }
    return array;
}

json *result_run(const struct run_result *run)
{
    json *object = result_part_entry(run->entry);
    json *reasons = json_make_array(), *instances = json_make_array();
    json_put(object, "status", json_make_text(run_status_name(run->status)));
    for (const struct field_group *group = run_fields; group->fields; group++) {
        if (group->name && !json_get(object, group->name))
            json_put(object, group->name, json_make_object());
        json *part = group->name ? json_get(object, group->name) : object;
        result_part_put(part, group->fields, (const char *)run + group->offset,
                        !group->known || group->known(run));
    }
    for (uint32_t i = 0; i < run->reason_count; i++)
        json_push(reasons, json_make_text(run->reasons[i]));
    for (uint32_t i = 0; i < run->instance_count; i++)
        json_push(instances, result_part_object(instance_fields, &run->instances[i]));
    json *observe = json_get(object, "observe");
    json_put(observe, "probes", probes(&run->observed));
    json_put(observe, "alerts", alerts(&run->observed));
    json_put(object, "reasons", reasons);
    json_put(object, "commands", commands(run));
    json_put(object, "instances", instances);
    json_put(object, "events", events(run));
    json_put(object, "expectations", expectations(run));
    json_put(object, "bottleneck", json_make_text(bottleneck_name(run->bottleneck)));
    json_put(object, "delay", histogram(run->delay));
    json_put(object, "rounds", histogram(run->round));
    json_put(object, "passes", histogram(run->pass));
    json_put(object, "samples", samples(run));
    return object;
}
