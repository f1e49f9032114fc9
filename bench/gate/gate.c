#include "bench/gate/gate.h"

#include "bench/document/result_run.h"
#include "bench/document/result_scenario.h"

#include <stdlib.h>
#include <string.h>

static void accuse(struct comparison *comparison, enum finding_kind kind, const char *label,
                   const char *measure, const char *text)
{
    struct finding *finding = comparison_add(comparison, kind, label, measure);
    if (finding != NULL)
        snprintf(finding->text, sizeof finding->text, "%s", text);
}

/* What a complete run says of itself, whatever it cost. False: it has said something. */
static bool judge(const struct run_result *run, struct comparison *comparison)
{
    const char *label = run->entry->label;
    bool sound = run->trustworthy && *run->broken_promise == '\0';
    if (!run->trustworthy)
        accuse(comparison, FINDING_UNTRUSTED, label, "books", run->reasons[0]);
    else if (!sound)
        accuse(comparison, FINDING_BROKEN, label, "promise", run->broken_promise);
    for (uint32_t i = 0; i < run->expectation_count; i++) {
        const struct expectation_result *expectation = &run->expectations[i];
        if (expectation->ruling == RULING_PASS)
            continue;
        accuse(comparison,
               expectation->ruling == RULING_FAIL ? FINDING_BROKEN : FINDING_INCONCLUSIVE, label,
               "expectation", expectation->line);
        sound = false;
    }
    return sound;
}

/* False: it is no measurement, and the comparison says why. */
static bool count_once(struct gate *gate, const struct entry *entry, struct counts *counts,
                       struct comparison *comparison, bool *sound)
{
    struct run_result run;
    run_contender(gate->scenario, entry, 1, &gate->options, &run);
    bool good = run.status == RUN_COMPLETE;
    if (!good)
        comparison_refuse(comparison, status_of_run(&run), "%s: %s", entry->label, run.error);
    else if (*sound) /* what the first one said need not be repeated */
        *sound = judge(&run, comparison);
    json *document = good ? result_run(&run) : NULL;
    if (good && !counts_read(document, counts)) {
        comparison_refuse(comparison, STATUS_COULD_NOT_RUN, "%s: too many counters, or too large",
                          entry->label);
        good = false;
    }
    json_free(document);
    run_result_close(&run);
    return good;
}

/* All runs have the same seed: what differs is not exact. */
static bool count_entry(struct gate *gate, const struct entry *entry, struct counts *counts,
                        struct comparison *comparison)
{
    struct counts *again = malloc(sizeof *again);
    bool good = again != NULL, sound = true;
    if (!good)
        comparison_refuse(comparison, STATUS_COULD_NOT_RUN, "out of memory");
    for (uint32_t i = 0; good && i < gate->runs; i++) {
        progress_count(gate->progress, entry->label, "counting",
                       (entry - gate->scenario->entries) * gate->runs + i,
                       gate->scenario->entry_count * gate->runs);
        good = count_once(gate, entry, i == 0 ? counts : again, comparison, &sound);
        if (good && i > 0)
            counts_meet(counts, again);
    }
    free(again);
    return good;
}

void gate_describe(const struct gate *gate, struct baseline *now)
{
    json *scenario = result_scenario(gate->scenario);
    workload_read(scenario, &now->workload);
    json_free(scenario);
}

bool gate_measure(struct gate *gate, struct baseline *now, struct comparison *comparison)
{
    gate->options.without_marks = true;
    for (uint32_t i = 0; i < gate->scenario->entry_count; i++) {
        const struct entry *entry = &gate->scenario->entries[i];
        struct baseline_contender *contender = baseline_add(now, entry->label);
        if (contender == NULL) {
            comparison_refuse(comparison, STATUS_COULD_NOT_RUN, "out of memory");
            return false;
        }
        if (!count_entry(gate, entry, &contender->counts, comparison))
            return false;
    }
    const struct environment *environment = gate->options.environment;
    baseline_set_server(now, environment->server_kind, environment->server_version);
    return true;
}

bool gate_comparable(const struct baseline *before, const struct baseline *now,
                     struct comparison *comparison)
{
    char why[COMPARISON_LINE_MAX];
    if (!workload_same(&now->workload, &before->workload, why, sizeof why)) {
        comparison_refuse(comparison, STATUS_NOT_COMPARABLE, "not comparable: another workload: %s",
                          why);
        return false;
    }
    if (*now->server == '\0' || *before->server == '\0' || strcmp(now->server, before->server) == 0)
        return true;
    comparison_refuse(comparison, STATUS_NOT_COMPARABLE,
                      "not comparable: another server: %s instead of %s", now->server,
                      before->server);
    return false;
}
