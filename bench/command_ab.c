/* dibs ab: tier two, two arms in randomised pairs. */
#include "bench/commands.h"
#include "bench/document/result_part.h"
#include "bench/gate/ab_spec.h"
#include "bench/gate/comparison_output.h"
#include "bench/gate/pair.h"
#include "bench/home.h"
#include "bench/preflight.h"
#include "bench/progress.h"
#include "sim/judge/spread.h"
#include "strategies/clock.h"
#include "strategies/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char WORKLOAD[] = "ab"; /* the scenario whose contenders --a and --b replace */

enum { MAX_TIME_MS = 15 * 60 * 1000 };

/* One invocation. */
struct trial {
    const struct invocation *invocation;
    struct ab_spec specs[2];
    char program[PATH_MAX];   /* of the server, where an arm names none */
    char directory[PATH_MAX]; /* "": nothing is kept */
    double target;
    uint64_t max_time_ns;
    struct pair_series series;
    struct comparison comparison;
    struct provenance provenance;   /* with the server of A */
    struct environment environment; /* with that of B */
};

static bool usage(const char *error)
{
    fprintf(stderr, "dibs: %s\n", error);
    return false;
}

/* ---- what is asked for */

static bool read_target(const char *text, double *target)
{
    char *end;
    *target = 0.05;
    if (text == NULL)
        return true;
    double percent = strtod(text, &end);
    *target = percent / 100;
    if (end != text && (*end == '\0' || strcmp(end, "%") == 0) && percent >= 0.1 && percent <= 100)
        return true;
    fprintf(stderr, "dibs: --target %s: a number of percent from 0.1 to 100 would be right\n",
            text);
    return false;
}

static bool read_max_time(const char *text, uint64_t *ns)
{
    int64_t ms = text != NULL ? duration_parse_ms(text) : MAX_TIME_MS;
    *ns = ms > 0 ? (uint64_t)ms * NS_PER_MS : 0;
    if (ms > 0)
        return true;
    fprintf(stderr, "dibs: --max-time %s: a duration (90s, 15min) would be right\n", text);
    return false;
}

static bool read_arms(struct trial *trial)
{
    char error[1024], path[PATH_MAX];
    const struct options *options = trial->invocation->options;
    const char *const texts[] = {options->a, options->b}, *const names[] = {"--a", "--b"};
    if (texts[0] == NULL || texts[1] == NULL)
        return usage("ab needs --a SPEC and --b SPEC: contender[,key=value]...[,server=PATH]");
    if (!home_find_scenario(WORKLOAD, path, sizeof path))
        return usage("the scenario 'ab' is missing");
    for (int i = 0; i < 2; i++)
        if (!ab_spec_read(&trial->specs[i], names[i], texts[i], path, options, error, sizeof error))
            return usage(error);
    if (trial->specs[0].scenario->mode == MODE_LOCKSTEP)
        return usage("ab: lockstep has no times to compare; mode: concurrent would be right");
    return true;
}

static enum status find_servers(struct trial *trial)
{
    char error[PATH_MAX + 256];
    const char *wanted = trial->invocation->options->redis_server;
    for (int i = 0; i < 2; i++) {
        struct ab_spec *spec = &trial->specs[i];
        const char *own = *spec->program != '\0' ? strdupa(spec->program) : wanted;
        if (preflight_private(trial->invocation, own, spec->program, sizeof spec->program, error,
                              sizeof error))
            continue;
        usage(error);
        return STATUS_COULD_NOT_RUN;
    }
    return STATUS_GOOD;
}

/* ---- what came of it */

static double median_of(const struct pair_series *series, int arm, int metric)
{
    double costs[SIGNED_RANK_PAIRS_MAX];
    uint32_t n = series->pairs;
    for (uint32_t i = 0; i < n; i++)
        costs[i] = series->repeats[i][arm].cost[metric];
    return spread_of(costs, n).median;
}

static enum finding_kind kind_of(const struct pair_finding *finding, int metric)
{
    static const enum finding_kind kinds[] = {
        [PAIR_OPEN] = FINDING_INCONCLUSIVE, [PAIR_PASS] = FINDING_PASS, [PAIR_FAIL] = FINDING_FAIL};
    return pair_metrics[metric].decides ? kinds[finding->verdict] : FINDING_ADVICE;
}

static void percent(double share, const char *format, char text[24])
{
    if (isfinite(share))
        snprintf(text, 24, format, share * 100);
    else
        snprintf(text, 24, "-");
}

static void describe(struct trial *trial, int metric)
{
    const struct pair_series *series = &trial->series;
    const struct pair_finding *found = &series->findings[metric];
    struct finding *finding =
        comparison_add(&trial->comparison, kind_of(found, metric),
                       series->arms[1].scenario->entries[0].label, pair_metrics[metric].name);
    if (finding == NULL)
        return;
    finding->rank = (unsigned)metric;
    finding->base = median_of(series, 0, metric);
    finding->now = median_of(series, 1, metric);
    if (found->pairs == 0) {
        snprintf(finding->text, sizeof finding->text,
                 "%u pairs until the time was over: %u are needed to say anything", series->pairs,
                 pair_looks[0]);
        return;
    }
    char slowdown[24], lower[24], upper[24], sees[24];
    percent(found->slowdown, "%+.1f %%", slowdown);
    percent(found->lower, "%+.1f", lower);
    percent(found->upper, "%+.1f", upper);
    percent(found->would_see, "%.1f %%", sees);
    snprintf(finding->text, sizeof finding->text,
             "%.4g -> %.4g us, %s [%s, %s]  n=%u  would see >= %s", finding->base, finding->now,
             slowdown, lower, upper, found->pairs, sees);
}

#define SERVER(member)                                                                             \
    {                                                                                              \
#member, FIELD_TEXT, offsetof(struct environment, member)                                  \
    }
static const struct field server_fields[] = {
    SERVER(server_kind),
    SERVER(server_version),
    SERVER(server_build_id),
    SERVER(server_allocator),
    {0},
};

static json *arm_object(const struct pair_arm *arm)
{
    json *object = result_part_entry(&arm->scenario->entries[0]);
    json_put(object, "server", json_make_string(arm->program));
    result_part_put(object, server_fields, arm->environment, true);
    return object;
}

static json *costs(const struct pair_repeat *repeat)
{
    json *array = json_make_array();
    for (int i = 0; i < PAIR_METRICS; i++)
        json_push(array, json_make_real(repeat->cost[i]));
    return array;
}

static json *details(const struct trial *trial)
{
    const struct pair_series *series = &trial->series;
    json *object = json_make_object(), *names = json_make_array(), *pairs = json_make_array();
    for (int i = 0; i < PAIR_METRICS; i++)
        json_push(names, json_make_string(pair_metrics[i].name));
    for (uint32_t i = 0; i < series->pairs; i++) {
        json *pair = json_make_object();
        json_put(pair, "first", json_make_string(series->b_first[i] ? "b" : "a"));
        json_put(pair, "a", costs(&series->repeats[i][0]));
        json_put(pair, "b", costs(&series->repeats[i][1]));
        json_push(pairs, pair);
    }
    json_put(object, "a", arm_object(&series->arms[0]));
    json_put(object, "b", arm_object(&series->arms[1]));
    json_put(object, "seed", json_make_count(series->seed));
    json_put(object, "alpha", json_make_real(PAIR_ALPHA));
    json_put(object, "beta", json_make_real(PAIR_BETA));
    json_put(object, "target", json_make_real(trial->target));
    json_put(object, "order_effect", json_make_real(pair_series_order_effect(series)));
    json_put(object, "measures", names);
    json_put(object, "pairs", pairs);
    return object;
}

static void note_servers(struct comparison *comparison, const struct pair_arm *a,
                         const struct pair_arm *b)
{
    if (strcmp(a->program, b->program) != 0)
        comparison_note(comparison, "A on %s %s (%.80s), B on %s %s (%.80s)",
                        a->environment->server_kind, a->environment->server_version, a->program,
                        b->environment->server_kind, b->environment->server_version, b->program);
}

static void conclude(struct trial *trial)
{
    struct comparison *comparison = &trial->comparison;
    const struct pair_series *series = &trial->series;
    const struct scenario *scenario = series->arms[0].scenario;
    for (int i = 0; i < PAIR_METRICS; i++)
        describe(trial, i);
    comparison_note(comparison,
                    "%u pairs of %llu items, placement %s; the second repeat of a pair takes "
                    "%+.1f %% of time",
                    series->pairs, (unsigned long long)scenario->items,
                    placement_name(scenario->placement),
                    expm1(pair_series_order_effect(series)) * 100);
    note_servers(comparison, &series->arms[0], &series->arms[1]);
    comparison_close_findings(comparison);
    if (comparison->status == STATUS_GOOD)
        snprintf(comparison->why, sizeof comparison->why, "PASS: a slowdown of %.3g %% is excluded",
                 trial->target * 100);
}

/* ---- the trial */

static enum status run(struct trial *trial)
{
    const struct invocation *invocation = trial->invocation;
    const struct options *options = invocation->options;
    struct comparison *comparison = &trial->comparison;
    struct pair_series *series = &trial->series;
    struct progress progress;
    provenance_read_machine(&trial->provenance, invocation);
    comparison->provenance = &trial->provenance;
    trial->environment = trial->provenance.environment;
    comparison->kind = "ab";
    snprintf(comparison->title, sizeof comparison->title, "dibs ab: %.100s against %.100s",
             options->b, options->a);
    struct environment *const environments[] = {&trial->provenance.environment,
                                                &trial->environment};
    for (int i = 0; i < 2; i++)
        series->arms[i] =
            (struct pair_arm){trial->specs[i].scenario, trial->specs[i].program, environments[i]};
    series->options = (struct run_options){
        .janitor = invocation->janitor, .trace_fd = -1, .interrupted = invocation->interrupted};
    series->seed = trial->specs[0].scenario->seed;
    series->until_ns = clock_ns() + trial->max_time_ns;
    series->progress = &progress;
    pair_rules_open(&series->rules, trial->target);
    progress_open(&progress, options->quiet, 0);
    bool good = pair_series_run(series);
    progress_clear(&progress);
    comparison->details = details(trial); /* what was measured is kept, whatever it comes to */
    if (good)
        conclude(trial);
    else
        comparison_refuse(comparison, series->status, "%s", series->why);
    const struct comparison_forms forms = {options->json, options->markdown, options->junit,
                                           trial->directory};
    return comparison_show(comparison, &forms);
}

enum status command_ab(const struct invocation *invocation)
{
    struct trial *trial = calloc(1, sizeof *trial);
    if (trial == NULL) {
        fprintf(stderr, "dibs: out of memory\n");
        return STATUS_COULD_NOT_RUN;
    }
    trial->invocation = invocation;
    const struct options *options = invocation->options;
    enum status status = STATUS_USAGE;
    if (read_target(options->target, &trial->target) &&
        read_max_time(options->max_time, &trial->max_time_ns) && read_arms(trial))
        status = find_servers(trial);
    if (status == STATUS_GOOD && !comparison_directory(options->out, "ab", options->json,
                                                       trial->directory, sizeof trial->directory))
        status = STATUS_COULD_NOT_RUN;
    if (status == STATUS_GOOD)
        status = run(trial);
    comparison_free(&trial->comparison);
    ab_spec_close(&trial->specs[0]);
    ab_spec_close(&trial->specs[1]);
    free(trial);
    return status;
}
