#include "bench/gate/compare_side.h"

#include "bench/document/result.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *const side_figures[SIDE_FIGURES] = {"time per item, us", "server CPU per item, us",
                                                "server calls per item", "round trips per item"};

static bool is_usable(const json *run)
{
    const char *status = json_text(run, "status");
    return json_text(run, "contender") != NULL && status != NULL &&
           strcmp(status, "complete") == 0 && json_flag(run, "trustworthy");
}

/* The next run of the contender (NULL: of any) that can be compared, from *i on. */
static const json *next_run(const struct compare_side *side, const char *label, size_t *i)
{
    const json *runs = json_get(side->document, "runs");
    while (*i < json_size(runs)) {
        const json *run = json_at(runs, (*i)++);
        if (is_usable(run) && (label == NULL || strcmp(json_text(run, "contender"), label) == 0))
            return run;
    }
    return NULL;
}

const json *side_unusable(const struct compare_side *side, size_t *i)
{
    const json *runs = json_get(side->document, "runs");
    while (*i < json_size(runs)) {
        const json *run = json_at(runs, (*i)++);
        if (!is_usable(run))
            return run;
    }
    return NULL;
}

/* What one run cannot tell: a walk's steps depend on the hash seed of its server. `dibs gate` finds
 * out by running twice. */
static bool doubt_walks(struct counts *counts)
{
    bool walks = false;
    for (size_t i = 0; i < counts->used; i++) {
        struct count *count = &counts->list[i];
        const char *end = strstr(count->group, "SCAN");
        if (end == NULL || end[4] != '\0' || count->value == 0)
            continue;
        count->value = COUNT_BOUNDED;
        walks = true;
    }
    if (walks)
        counts_set(counts, "run", "round_trips", COUNT_BOUNDED);
    return walks;
}

static enum status count_runs(struct compare_side *side, const char *path, char *error, size_t size)
{
    size_t i = 0;
    for (const json *run; (run = next_run(side, NULL, &i)) != NULL;) {
        const char *label = json_text(run, "contender");
        if (json_count(run, "repeat") != 1) /* later ones have other seeds */
            continue;
        struct baseline_contender *contender = baseline_add(&side->base, label);
        if (contender == NULL) {
            snprintf(error, size, "out of memory");
            return STATUS_COULD_NOT_RUN;
        }
        if (!side->lockstep)
            continue;
        if (!counts_read(run, &contender->counts)) {
            snprintf(error, size, "%s: what %.64s has counted cannot be: no counts, or too large",
                     path, label);
            return STATUS_USAGE;
        }
        side->walks = doubt_walks(&contender->counts) || side->walks;
    }
    return STATUS_GOOD;
}

static enum status check_schema(const struct compare_side *side, const char *path, char *error,
                                size_t size)
{
    const char *schema = json_text(side->document, "schema");
    const char *version = json_text(side->document, "schema_version");
    size_t major = strcspn(RESULT_VERSION, ".");
    if (schema == NULL || version == NULL || strcmp(schema, RESULT_SCHEMA) != 0) {
        snprintf(error, size, "%s: not a result of dibs (its schema is %.64s)", path,
                 schema != NULL ? schema : "not named");
        return STATUS_USAGE;
    }
    if (strncmp(version, RESULT_VERSION, major) == 0 && version[major] == '.')
        return STATUS_GOOD;
    snprintf(error, size, "%s: schema version %.16s; this dibs reads %.*s", path, version,
             (int)major, RESULT_VERSION);
    return STATUS_NOT_COMPARABLE;
}

static enum status check_content(const struct compare_side *side, const char *path, char *error,
                                 size_t size)
{
    size_t i = 0;
    if (json_count(side->document, "scenario.items") == 0) {
        snprintf(error, size, "%s: there is no scenario with items in it", path);
        return STATUS_USAGE;
    }
    if (next_run(side, NULL, &i) != NULL)
        return STATUS_GOOD;
    snprintf(error, size, "%s: none of its %zu runs is complete and trustworthy", path,
             json_size(json_get(side->document, "runs")));
    return STATUS_UNKNOWN;
}

enum status side_read(struct compare_side *side, const char *path, char *error, size_t size)
{
    char inside[PATH_MAX];
    struct stat file;
    if (stat(path, &file) == 0 && S_ISDIR(file.st_mode)) {
        snprintf(inside, sizeof inside, "%s/result.json", path);
        path = inside;
    }
    *side = (struct compare_side){.document = json_read(path, error, size)};
    if (side->document == NULL)
        return STATUS_USAGE;
    enum status status = check_schema(side, path, error, size);
    if (status == STATUS_GOOD)
        status = check_content(side, path, error, size);
    if (status != STATUS_GOOD)
        return status;
    const char *mode = json_text(side->document, "scenario.mode");
    const char *kind = json_text(side->document, "environment.server_kind");
    const char *version = json_text(side->document, "environment.server_version");
    side->lockstep = mode != NULL && strcmp(mode, "lockstep") == 0;
    if (kind != NULL && version != NULL)
        baseline_set_server(&side->base, kind, version);
    workload_read(json_get(side->document, "scenario"), &side->base.workload);
    return count_runs(side, path, error, size);
}

void side_close(struct compare_side *side)
{
    json_free(side->document);
    side->document = NULL;
    baseline_close(&side->base);
}

uint32_t side_repeats(const struct compare_side *side, const char *label)
{
    uint32_t repeats = 0;
    for (size_t i = 0; repeats < SIDE_REPEATS_MAX && next_run(side, label, &i) != NULL;)
        repeats++;
    return repeats;
}

static double figure_of(const json *run, int figure)
{
    static const char *const paths[SIDE_FIGURES] = {
        NULL, "per_item.server_cpu_usec", "per_item.server_calls", "per_item.round_trips"};
    if (paths[figure] != NULL)
        return json_number(run, paths[figure]);
    double items = json_number(run, "distinct_refreshed");
    return items > 0 ? json_number(run, "duration_s") * 1e6 / items : NAN;
}

struct spread side_times(const struct compare_side *side, const char *label, int figure)
{
    double values[SIDE_REPEATS_MAX];
    size_t n = 0, i = 0;
    for (const json *run; n < SIDE_REPEATS_MAX && (run = next_run(side, label, &i)) != NULL;) {
        values[n] = figure_of(run, figure);
        n += isfinite(values[n]);
    }
    return spread_of(values, n);
}

const char *side_broken(const struct compare_side *side, const char *label)
{
    size_t i = 0;
    for (const json *run; (run = next_run(side, label, &i)) != NULL;)
        if (json_text(run, "broken_promise") != NULL)
            return json_text(run, "broken_promise");
    return NULL;
}
