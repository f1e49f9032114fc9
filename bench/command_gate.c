/* dibs gate: tier one, against a baseline in the repository. */
#include "bench/commands.h"
#include "bench/gate/baseline_compare.h"
#include "bench/gate/comparison_output.h"
#include "bench/gate/gate.h"
#include "bench/home.h"
#include "bench/preflight.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of each contender: to compare, and to write down what is exact. */
enum { RUNS_TO_COMPARE = 2, RUNS_TO_UPDATE = 5 };

/* One invocation. */
struct gating {
    const struct invocation *invocation;
    struct scenario scenario;
    char scenario_path[PATH_MAX], path[PATH_MAX], program[PATH_MAX];
    char directory[PATH_MAX]; /* "": nothing is kept */
    struct baseline before, now;
    struct comparison comparison;
    struct provenance provenance;
};

static enum status usage(const char *error)
{
    fprintf(stderr, "dibs: %s\n", error);
    return STATUS_USAGE;
}

/* Beside the scenario, unless it was named. */
static void choose_path(struct gating *gating)
{
    const struct options *options = gating->invocation->options;
    size_t length = strlen(gating->scenario_path);
    if (options->baseline != NULL) {
        snprintf(gating->path, sizeof gating->path, "%s", options->baseline);
        return;
    }
    if (length > 5 && strcmp(gating->scenario_path + length - 5, ".yaml") == 0)
        length -= 5;
    snprintf(gating->path, sizeof gating->path, "%.*s.baseline", (int)(length % (PATH_MAX - 16)),
             gating->scenario_path);
}

/* What is there may be anything where all of it is to be written anew. False: the comparison says
 * why. */
static bool load(struct gating *gating)
{
    char error[PATH_MAX + 256];
    const struct options *options = gating->invocation->options;
    bool exists = access(gating->path, F_OK) == 0;
    bool anew = options->update_baseline && (!exists || options->contenders == NULL);
    if (anew && !exists)
        return true;
    enum status status = baseline_load(&gating->before, gating->path, error, sizeof error);
    if (status == STATUS_GOOD)
        return true;
    baseline_close(&gating->before);
    if (anew)
        fprintf(stderr, "dibs: %s: it is written anew\n", error);
    else
        comparison_refuse(&gating->comparison, status, "%s%s", error,
                          exists ? "" : "; --update-baseline writes it");
    return anew;
}

static enum status prepare(struct gating *gating)
{
    char error[PATH_MAX + 256];
    struct scenario_error scenario_error;
    const struct invocation *invocation = gating->invocation;
    if (!command_scenario(invocation, &gating->scenario, &scenario_error))
        return STATUS_USAGE;
    if (gating->scenario.mode != MODE_LOCKSTEP)
        return usage("gate: only what runs in lockstep can be compared exactly; mode: lockstep "
                     "would be right");
    home_find_scenario(invocation->scenario, gating->scenario_path, sizeof gating->scenario_path);
    choose_path(gating);
    const struct options *options = invocation->options;
    if (!preflight_private(invocation, options->redis_server, gating->program,
                           sizeof gating->program, error, sizeof error)) {
        fprintf(stderr, "dibs: %s\n", error);
        return STATUS_COULD_NOT_RUN;
    }
    return STATUS_GOOD;
}

/* There is something to compare with. */
static bool has_before(const struct gating *gating)
{
    return *gating->before.server != '\0';
}

/* Another workload is told before anything is run. */
static bool measure(struct gating *gating)
{
    const struct invocation *invocation = gating->invocation;
    const struct options *options = invocation->options;
    struct progress progress;
    struct gate gate = {
        .scenario = &gating->scenario,
        .options = {.janitor = invocation->janitor,
                    .program = gating->program,
                    .trace_fd = -1,
                    .environment = &gating->provenance.environment,
                    .interrupted = invocation->interrupted},
        .runs = options->update_baseline ? RUNS_TO_UPDATE : RUNS_TO_COMPARE,
        .progress = &progress,
    };
    gate_describe(&gate, &gating->now);
    if (has_before(gating) && !options->update_baseline &&
        !gate_comparable(&gating->before, &gating->now, &gating->comparison))
        return false;
    progress_open(&progress, options->quiet, 0);
    bool good = gate_measure(&gate, &gating->now, &gating->comparison);
    progress_clear(&progress);
    return good;
}

static void compare(struct gating *gating)
{
    struct comparison *comparison = &gating->comparison;
    bool update = gating->invocation->options->update_baseline;
    size_t of_runs = comparison->count; /* what they say of themselves comes first */
    if (has_before(gating) && gate_comparable(&gating->before, &gating->now, comparison))
        baseline_compare(&gating->before, &gating->now, comparison);
    else if (!update && of_runs == 0)
        return;
    else if (!update) /* a promise that was broken is, whatever there is to compare with */
        comparison_note(comparison, "%s", comparison->why);
    for (size_t i = of_runs; update && i < comparison->count; i++)
        if (comparison->findings[i].kind < FINDING_BETTER)
            comparison->findings[i].kind = FINDING_ADVICE;
    comparison_close_findings(comparison);
}

/* Who was not asked for stays as it was. False: the comparison says why. */
static bool keep_others(struct gating *gating)
{
    for (size_t i = 0; i < gating->before.count; i++) {
        const struct baseline_contender *old = &gating->before.contenders[i];
        if (baseline_find(&gating->now, old->label) != NULL)
            continue;
        if (!gate_comparable(&gating->before, &gating->now, &gating->comparison))
            return false;
        struct baseline_contender *kept = baseline_add(&gating->now, old->label);
        if (kept == NULL) {
            comparison_refuse(&gating->comparison, STATUS_COULD_NOT_RUN, "out of memory");
            return false;
        }
        kept->counts = old->counts;
    }
    return true;
}

/* Nothing is written down of runs that mean nothing. */
static void update(struct gating *gating)
{
    char error[PATH_MAX + 256], command[128];
    struct comparison *comparison = &gating->comparison;
    const struct options *options = gating->invocation->options;
    snprintf(command, sizeof command, "dibs gate %.64s --update-baseline", gating->scenario.name);
    bool sound = comparison->status == STATUS_GOOD || comparison->status == STATUS_NOT_COMPARABLE;
    if (!sound || (options->contenders != NULL && !keep_others(gating)))
        fprintf(stderr, "dibs: %s stays as it was\n", gating->path);
    else if (!baseline_save(&gating->now, gating->path, command, error, sizeof error))
        comparison_refuse(comparison, STATUS_COULD_NOT_RUN, "%s", error);
    else
        comparison_refuse(comparison, STATUS_GOOD, "%s holds %zu contender%s now", gating->path,
                          gating->now.count, gating->now.count == 1 ? "" : "s");
}

static enum status run(struct gating *gating)
{
    const struct options *options = gating->invocation->options;
    struct comparison *comparison = &gating->comparison;
    comparison->kind = "gate";
    const char *slash = strrchr(gating->path, '/');
    snprintf(comparison->title, sizeof comparison->title, "dibs gate: %s against %.150s",
             gating->scenario.name, slash != NULL ? slash + 1 : gating->path);
    provenance_read_machine(&gating->provenance, gating->invocation);
    comparison->provenance = &gating->provenance;
    if (load(gating)) {
        bool silent = options->json || options->update_baseline; /* keeps what is asked for */
        if (!comparison_directory(options->out, "gate", silent, gating->directory,
                                  sizeof gating->directory))
            return STATUS_COULD_NOT_RUN;
        bool measured = measure(gating);
        if (measured)
            compare(gating);
        if (measured && options->update_baseline)
            update(gating);
    }
    const struct comparison_forms forms = {options->json, options->markdown, options->junit,
                                           gating->directory};
    return comparison_show(comparison, &forms);
}

enum status command_gate(const struct invocation *invocation)
{
    struct gating *gating = calloc(1, sizeof *gating);
    if (gating == NULL) {
        fprintf(stderr, "dibs: out of memory\n");
        return STATUS_COULD_NOT_RUN;
    }
    gating->invocation = invocation;
    enum status status = prepare(gating);
    if (status == STATUS_GOOD)
        status = run(gating);
    comparison_free(&gating->comparison);
    baseline_close(&gating->before);
    baseline_close(&gating->now);
    free(gating);
    return status;
}
