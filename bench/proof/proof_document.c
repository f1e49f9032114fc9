#include "bench/proof/proof_output.h"

#include "bench/document/result_part.h"

static json *metrics_object(const struct proof_rates *rates)
{
    json *object = json_make_object();
    for (int i = 0; i < PAIR_METRICS; i++) {
        const struct proof_metric *metric = &rates->metrics[i];
        json *own = json_make_object();
        json_put(own, "spread", json_make_real(metric->spread));
        json_put(own, "planted", json_make_real(metric->slowdown));
        json_put(own, "would_see", json_make_real(metric->would_see));
        json_put(object, pair_metrics[i].name, own);
    }
    return object;
}

static json *live_object(const struct proof_decision *decisions, uint32_t count)
{
    json *object = json_make_object(), *pairs = json_make_array();
    for (uint32_t i = 0; i < count; i++)
        json_push(pairs, json_make_count(decisions[i].pairs));
    json_put(object, "decisions", json_make_count(count));
    json_put(object, "failed", json_make_count(proof_failed(decisions, count)));
    json_put(object, "pairs", pairs);
    return object;
}

static json *condition_object(const struct proof_recording *recording,
                              const struct proof_rates *rates)
{
    json *object = json_make_object();
    json_put(object, "blocks", json_make_count(recording->count));
    json_put(object, "false_fail", json_make_real(rates->false_fail));
    json_put(object, "found", json_make_real(rates->found));
    json_put(object, "pairs_none", json_make_real(rates->pairs_none));
    json_put(object, "pairs_planted", json_make_real(rates->pairs_planted));
    json_put(object, "met", json_make_bool(proof_keeps_rates(rates)));
    json_put(object, "measures", metrics_object(rates));
    json_put(object, "live_none", live_object(recording->none, recording->none_count));
    json_put(object, "live_planted", live_object(recording->planted, recording->planted_count));
    return object;
}

static json *exact_object(const struct proof_recorder *recorder)
{
    const struct proof_exact_tally tally = proof_tally(recorder);
    json *object = json_make_object();
    json_put(object, "every", json_make_count(PROOF_EXACT_EVERY));
    json_put(object, "decisions", json_make_count(recorder->exact_count));
    json_put(object, "false_fails", json_make_count(tally.false_fails));
    json_put(object, "found", json_make_count(tally.found));
    json_put(object, "met", json_make_bool(tally.met));
    return object;
}

bool proof_document(const void *context, FILE *out)
{
    const struct proof_outcome *outcome = context;
    const struct proof_recording *recordings = outcome->recorder->recordings;
    json *object = json_make_object(), *conditions = json_make_object();
    for (int i = 0; i < PROOF_CONDITIONS; i++)
        if (recordings[i].count > 0)
            json_put(conditions, proof_condition_name(i),
                     condition_object(&recordings[i], &outcome->rates[i]));
    json_put(object, "schema", json_make_string(PROOF_SCHEMA));
    json_put(object, "schema_version", json_make_string(PROOF_VERSION));
    json_put(object, "environment", result_part_object(environment_fields, outcome->environment));
    json_put(object, "every", json_make_count(PROOF_EVERY));
    json_put(object, "target", json_make_real(PROOF_TARGET));
    json_put(object, "alpha", json_make_real(PAIR_ALPHA));
    json_put(object, "beta", json_make_real(PAIR_BETA));
    json_put(object, "seed", json_make_count(outcome->recorder->seed));
    json_put(object, "draws", json_make_count(outcome->draws));
    json_put(object, "conditions", conditions);
    json_put(object, "exact", exact_object(outcome->recorder));
    bool good = json_print_lines(object, out) && fflush(out) == 0;
    json_free(object);
    return good;
}
