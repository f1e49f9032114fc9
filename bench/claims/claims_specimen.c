#include "bench/claims/claims_specimen.h"

#include "bench/document/result.h"

#include <string.h>

/* A race that was not run has no figures. */
static json *race_of(const json *document, const char *contender)
{
    json *races = json_get(document, "entry_race");
    for (size_t i = 0; i < json_size(races); i++) {
        json *race = json_at(races, i);
        const char *name = json_text(race, "contender");
        if (name && strcmp(name, contender) == 0 && json_count(race, "cycles_done") > 0)
            return json_keep(race);
    }
    return json_make_null();
}

void claims_prepare(json *document)
{
    json *runs = json_get(document, "runs");
    for (size_t i = 0; i < json_size(runs); i++) {
        json *run = json_at(runs, i);
        const char *contender = json_text(run, "contender");
        json_put(run, "scenario", json_keep(json_get(document, "scenario")));
        json_put(run, "entry_race", race_of(document, contender ? contender : ""));
    }
}

json *claims_run_in(const json *document, const char *contender, uint32_t repeat)
{
    const json *runs = json_get(document, "runs");
    for (size_t i = 0; i < json_size(runs); i++) {
        json *run = json_at(runs, i);
        const char *name = json_text(run, "contender");
        if (name && strcmp(name, contender) == 0 && json_count(run, "repeat") == repeat)
            return run;
    }
    return NULL;
}

json *claims_specimen(void)
{
    static const struct environment environment;
    const struct scenario scenario = {.items = 1, .instances = 1, .time_scale = 1};
    struct entry entry = {.strategy = strategies[0], .contender = strategies[0]->contenders};
    struct hist hist = {0};
    struct instance_result instance = {0};
    struct timeline_note note = {0};
    struct sample sample = {0};
    struct probe probe = {.name = "probe"};
    snprintf(entry.label, sizeof entry.label, "%s", entry.contender->name);
    hist_record(&hist, 1);
    struct run_result run = {
        .entry = &entry,
        .repeat = 1,
        .observed = {.enabled = true, .probe_count = OBSERVATION_PROBES_MAX,
                     .alerts = {{.probe = &probe}}, .alert_count = 1},
        .instances = &instance, .instance_count = 1,
        .events = &note, .event_count = 1,
        .samples = &sample, .sample_count = 1,
        .delay = &hist, .round = &hist, .pass = &hist,
    };
    for (uint32_t i = 0; i < OBSERVATION_PROBES_MAX; i++)
        run.observed.probes[i].probe = &probe;
    const struct entry_race race = {.cycles = 1, .cycles_done = 1};
    const struct entry *const race_entry = &entry;
    const struct result result = {
        .error = "", .environment = &environment, .scenario = &scenario,
        .runs = &run, .run_count = 1,
        .races = &race, .race_entries = &race_entry, .race_count = 1,
    };
    json *document = result_document(&result);
    claims_prepare(document);
    json *specimen = json_keep(claims_run_in(document, entry.label, 1));
    json_free(document);
    return specimen;
}
