#include "bench/commands.h"
#include "bench/document/soak_document.h"
#include "bench/preflight.h"
#include "bench/progress.h"
#include "bench/table/soak_table.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* How much: for long, or as the tests have it; with a seed, what is of that seed. */
struct size {
    uint64_t first_seed;
    uint32_t seeds, kills, leak_runs;
};

/* One writer in a hundred is done before it is killed. */
static const struct size whole = {1, 200, 3036, 1000}, quick = {1, 5, 306, 50};

struct soaked {
    const struct invocation *invocation;
    struct soak soak;
    struct oracle_report oracle;
    struct progress progress; /* of the part that is run */
    enum status status;
};

static bool add_contenders(struct soak *soak, const char *list)
{
    char copy[1024], *rest = NULL;
    for (const char *const *name = soak_contenders; list == NULL && *name != NULL; name++)
        soak_add(soak, *name);
    snprintf(copy, sizeof copy, "%s", list == NULL ? "" : list);
    for (char *word = strtok_r(copy, ", ", &rest); word; word = strtok_r(NULL, ", ", &rest))
        if (!soak_add(soak, word)) {
            fprintf(stderr, "dibs: no contender to soak is called '%s'; dibs list names them\n",
                    word);
            return false;
        }
    if (soak->row_count > 0)
        return true;
    fprintf(stderr, "dibs: --contender %s: no name; NAME,NAME would be right\n", list);
    return false;
}

/* Of several --seed the last one holds. */
static struct size size_of(const struct options *options)
{
    if (options->override_count == 0)
        return options->quick ? quick : whole;
    const char *seed = strchr(options->overrides[options->override_count - 1], '=') + 1;
    return (struct size){.first_seed = strtoull(seed, NULL, 10), .seeds = 1};
}

/* ---- the three parts */

static bool is_interrupted(const struct soaked *soaked)
{
    return *soaked->invocation->interrupted != 0;
}

static void note(struct soaked *soaked, bool good, const char *error)
{
    progress_clear(&soaked->progress);
    if (good)
        return;
    fprintf(stderr, "dibs: %s\n", error);
    soaked->status = status_worse(soaked->status, STATUS_COULD_NOT_RUN);
}

static void run_faults(struct soaked *soaked, const struct size *size,
                       const struct run_options *options)
{
    char error[RUN_REASON_MAX] = "";
    progress_open(&soaked->progress, soaked->invocation->options->quiet, 0);
    note(soaked,
         soak_faults(&soaked->soak, size->first_seed, size->seeds, options, error, sizeof error),
         error);
    if (!soaked->invocation->options->json)
        soak_table_faults(stdout, &soaked->soak);
}

static void run_oracle(struct soaked *soaked, const struct size *size,
                       const struct run_options *options)
{
    struct oracle_report *report = &soaked->oracle;
    progress_open(&soaked->progress, soaked->invocation->options->quiet, 0);
    bool good = size->kills > 0 ? oracle_run(size->kills, options, report)
                                : oracle_history(size->first_seed, options->janitor, report);
    note(soaked, good, report->first);
    if (!soaked->invocation->options->json)
        soak_table_oracle(stdout, report);
}

static void run_leaks(struct soaked *soaked, const struct size *size,
                      const struct run_options *options)
{
    char error[RUN_REASON_MAX] = "";
    progress_open(&soaked->progress, soaked->invocation->options->quiet, 0);
    note(soaked, soak_leaks(&soaked->soak, size->leak_runs, options, error, sizeof error), error);
    if (!soaked->invocation->options->json)
        soak_table_leaks(stdout, &soaked->soak.leaks);
}

static void run(struct soaked *soaked, const struct size *size, const struct run_options *options)
{
    run_faults(soaked, size, options);
    if (!is_interrupted(soaked))
        run_oracle(soaked, size, options);
    if (!is_interrupted(soaked) && size->leak_runs > 0)
        run_leaks(soaked, size, options);
}

/* ---- as a whole */

static void conclude(struct soaked *soaked)
{
    bool interrupted = is_interrupted(soaked);
    enum run_status end = interrupted                              ? RUN_INTERRUPTED
                          : soaked->status == STATUS_COULD_NOT_RUN ? RUN_COULD_NOT
                                                                   : RUN_COMPLETE;
    soaked->status = status_worse(soaked->status, status_of_soak(&soaked->soak, &soaked->oracle));
    if (interrupted) {
        soaked->status = STATUS_INTERRUPTED;
        fprintf(stderr, "dibs: interrupted; what was run until now is shown\n");
    }
    if (soaked->invocation->options->json) /* main tells of what stdout did not take */
        soak_document_print(&soaked->soak, &soaked->oracle, end, stdout);
    else if (interrupted)
        printf("interrupted: this is a part\n");
}

static void soak(struct soaked *soaked, const struct size *size)
{
    const struct invocation *invocation = soaked->invocation;
    char program[PATH_MAX], error[PATH_MAX + 512];
    if (!preflight_private(invocation, invocation->options->redis_server, program, sizeof program,
                           error, sizeof error)) {
        note(soaked, false, error);
        return;
    }
    const struct run_options options = {.janitor = invocation->janitor,
                                        .program = program,
                                        .trace_fd = -1,
                                        .interrupted = invocation->interrupted,
                                        .progress = progress_draw,
                                        .progress_context = &soaked->progress};
    run(soaked, size, &options);
    conclude(soaked);
}

enum status command_soak(const struct invocation *invocation)
{
    const struct size size = size_of(invocation->options);
    struct soaked *soaked = calloc(1, sizeof *soaked);
    if (soaked == NULL) {
        fprintf(stderr, "dibs: out of memory\n");
        return STATUS_COULD_NOT_RUN;
    }
    soaked->invocation = invocation;
    soaked->status = STATUS_USAGE;
    if (add_contenders(&soaked->soak, invocation->options->contenders)) {
        soaked->status = STATUS_GOOD;
        soak(soaked, &size);
    }
    enum status status = soaked->status;
    free(soaked);
    return status;
}
