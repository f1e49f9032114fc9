#include "bench/claims/claims_measure.h"

#include "bench/claims/claims_specimen.h"
#include "bench/claims/claims_verdict.h"
#include "bench/claims/formula.h"

#include <stdio.h>
#include <string.h>

/* What names in a formula stand for, once it is measured: the same repeat of each piece. */
struct measuring {
    const struct claims *claims;
    const struct claim_setting *setting;
    uint32_t repeat;
};

static const struct claims_piece *named_piece(const struct measuring *m, const char *name)
{
    const char *slash = strchr(name, '/'), *contender = slash ? slash + 1 : name;
    for (unsigned i = 0; i < m->setting->piece_count; i++) {
        const struct claims_piece *piece = &m->claims->pieces[m->setting->pieces[i]];
        bool same_run = slash ? strlen(piece->run->name) == (size_t)(slash - name) &&
                                    strncmp(piece->run->name, name, (size_t)(slash - name)) == 0
                              : piece->run == m->setting->run;
        if (!*name || (same_run && strcmp(piece->contender, contender) == 0))
            return piece;
    }
    return NULL;
}

static const json *document_of(void *context, const char *name)
{
    const struct measuring *m = context;
    const struct claims_piece *piece = named_piece(m, name);
    return piece ? claims_run_in(piece->document, piece->contender, m->repeat) : NULL;
}

static bool is_usable(const struct claims_piece *piece, uint32_t repeat, char why[CLAIMS_WHY_MAX])
{
    const json *run = claims_run_in(piece->document, piece->contender, repeat);
    const char *status = json_text(run, "status"), *error = json_text(run, "error");
    if (!run)
        snprintf(why, CLAIMS_WHY_MAX, "%s", *piece->why ? piece->why : "it was not run");
    else if (!status || strcmp(status, "complete") != 0)
        snprintf(why, CLAIMS_WHY_MAX, "%s: %.200s", status ? status : "unknown",
                 error ? error : "no reason given");
    else if (!json_flag(run, "trustworthy"))
        snprintf(why, CLAIMS_WHY_MAX, "not trustworthy: %.200s",
                 json_text_of(json_at(json_get(run, "reasons"), 0)));
    return !*why;
}

/* One value of the setting. False: `why`. */
static bool measure_once(const struct claims *claims, const struct claim *claim,
                         const struct claim_setting *setting, uint32_t repeat, double *value,
                         double *scale, char why[CLAIMS_WHY_MAX])
{
    struct measuring measuring = {claims, setting, repeat};
    const struct formula_scope scope = {document_of, &measuring};
    *why = '\0';
    for (unsigned i = 0; i < setting->piece_count; i++)
        if (!is_usable(&claims->pieces[setting->pieces[i]], repeat, why))
            return false;
    if (!formula_value(claim->measure, &scope, value, why, CLAIMS_WHY_MAX) ||
        !formula_value(claim->scale, &scope, scale, why, CLAIMS_WHY_MAX))
        return false;
    if (!isfinite(*value))
        snprintf(why, CLAIMS_WHY_MAX, "the run gives no such figure");
    return !*why;
}

/* Of all its runs the one with the fewest repeats counts. */
static uint32_t repeats_of(const struct claims *claims, const struct claim_setting *setting)
{
    uint32_t least = CLAIMS_REPEATS_MAX;
    for (unsigned i = 0; i < setting->piece_count; i++) {
        const struct claims_piece *piece = &claims->pieces[setting->pieces[i]];
        uint32_t repeats = (uint32_t)json_count(piece->document, "scenario.repeats");
        least = repeats < least ? repeats : least;
    }
    return least > 0 ? least : 1;
}

void claims_evaluate_setting(const struct claims *claims, const struct claim *claim,
                             struct claim_setting *setting)
{
    double values[CLAIMS_REPEATS_MAX], scale = 1;
    uint32_t count = 0, repeats = repeats_of(claims, setting);
    while (count < repeats &&
           measure_once(claims, claim, setting, count + 1, &values[count], &scale, setting->why))
        count++;
    claim_judge_setting(claim, setting, values, count == repeats ? count : 0, scale);
}

void claims_evaluate(struct claims *claims)
{
    for (unsigned i = 0; i < claims->count; i++) {
        struct claim *claim = &claims->claims[i];
        for (unsigned j = 0; j < claim->setting_count; j++)
            claims_evaluate_setting(claims, claim, &claim->settings[j]);
        claim_conclude(claim);
    }
}
