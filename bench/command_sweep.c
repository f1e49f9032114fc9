#include "bench/commands.h"
#include "bench/document/whole_file.h"
#include "bench/matrix/sweep_document.h"
#include "bench/outdir.h"
#include "bench/preflight.h"
#include "bench/progress.h"
#include "bench/report/report.h"
#include "bench/table/sweep_table.h"
#include "strategies/suggest.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { CONTENDERS_MAX = 64 };

/* One invocation: what is swept, as the command line asks for it, and what came of it. */
struct sweeps {
    const struct invocation *invocation;
    struct entry entries[CONTENDERS_MAX];
    uint32_t entry_count;
    struct sweep_skipped skipped[CONTENDERS_MAX];
    uint32_t skipped_count;
    bool alone; /* one contender, by its name */
    enum fault_kind kind;
    unsigned roles;
    char program[PATH_MAX];
    char directory[PATH_MAX]; /* "": none */
    struct sweep done[CONTENDERS_MAX];
    uint32_t done_count;
    struct provenance provenance;
    struct progress progress;
};

/* ---- the order */

static bool refuse(const char *option, const char *word, const char *right)
{
    fprintf(stderr, "dibs: %s %s: %s would be right\n", option, word, right);
    return false;
}

static bool read_kind(const char *word, enum fault_kind *kind)
{
    *kind = FAULT_CRASH;
    if (word == NULL)
        return true;
    for (; *kind < FAULT_KINDS; (*kind)++)
        if (strcmp(word, fault_kind_name(*kind)) == 0)
            return true;
    return refuse("--fault", word, "crash, connection or pause");
}

static bool read_roles(const char *word, unsigned *roles)
{
    *roles = SWEEP_WORKER | SWEEP_UPKEEP;
    if (word == NULL)
        return true;
    *roles = strcmp(word, "worker") == 0 ? SWEEP_WORKER : SWEEP_UPKEEP;
    if (*roles == SWEEP_WORKER || strcmp(word, "upkeep") == 0)
        return true;
    return refuse("--role", word, "worker or upkeep");
}

static bool add(struct sweeps *sweeps, const struct strategy *strategy,
                const struct contender *contender)
{
    char error[256];
    const char *reason = sweep_reason_to_skip(strategy, sweeps->roles);
    if (sweeps->entry_count == CONTENDERS_MAX || sweeps->skipped_count == CONTENDERS_MAX) {
        fprintf(stderr, "dibs: more than %d contenders\n", CONTENDERS_MAX);
        return false;
    }
    if (reason != NULL) {
        sweeps->skipped[sweeps->skipped_count++] = (struct sweep_skipped){contender->name, reason};
        return true;
    }
    struct entry *entry = &sweeps->entries[sweeps->entry_count++];
    *entry = (struct entry){.contender = contender, .strategy = strategy};
    snprintf(entry->label, sizeof entry->label, "%s", contender->name);
    if (contender_values(contender, strategy, entry->values, error, sizeof error))
        return true;
    fprintf(stderr, "dibs: %s: %s\n", contender->name, error);
    return false;
}

static bool add_all(struct sweeps *sweeps)
{
    for (const struct strategy *const *s = strategies; *s != NULL; s++)
        for (const struct contender *c = (*s)->contenders; c->name != NULL; c++)
            if (!add(sweeps, *s, c))
                return false;
    return true;
}

static bool read_contenders(struct sweeps *sweeps, const char *word)
{
    const struct strategy *strategy;
    const struct contender *contender = contender_find(word, &strategy);
    sweeps->alone = contender != NULL;
    if (contender == NULL && strcmp(word, "all") == 0)
        return add_all(sweeps);
    if (contender == NULL) {
        char hint[SUGGESTION_KNOWN_MAX + 32];
        struct suggestion suggestion = {.word = word};
        contenders_suggest(&suggestion);
        suggestion_write(&suggestion, hint, sizeof hint);
        fprintf(stderr, "dibs: no contender is called '%s'; %s\n", word, hint);
        return false;
    }
    if (!add(sweeps, strategy, contender))
        return false;
    if (sweeps->skipped_count > 0)
        fprintf(stderr, "dibs: %s cannot be swept: %s\n", word, sweeps->skipped[0].reason);
    return sweeps->skipped_count == 0;
}

static bool read_order(struct sweeps *sweeps)
{
    const struct options *options = sweeps->invocation->options;
    return read_kind(options->fault, &sweeps->kind) && read_roles(options->role, &sweeps->roles) &&
           read_contenders(sweeps, sweeps->invocation->scenario);
}

/* ---- what is kept */

static bool make_directory(struct sweeps *sweeps, char *error, size_t error_size)
{
    const struct options *options = sweeps->invocation->options;
    char name[SCENARIO_LABEL_MAX + 32];
    if (options->json && options->out == NULL)
        return true;
    snprintf(name, sizeof name, "sweep-%s-%s", sweeps->invocation->scenario,
             fault_kind_name(sweeps->kind));
    return outdir_make(options->out, name, sweeps->directory, sizeof sweeps->directory, error,
                       error_size);
}

static struct sweep_document document_of(const struct sweeps *sweeps)
{
    return (struct sweep_document){sweeps->done, sweeps->done_count, sweeps->alone,
                                   sweeps->skipped, sweeps->skipped_count,
                                   &sweeps->provenance};
}

static bool print_document(const void *document, FILE *out)
{
    return sweep_document_print(document, out);
}

/* The document of all sweeps so far. */
static bool save(struct sweeps *sweeps)
{
    char path[PATH_MAX + 16], error[PATH_MAX + 512];
    struct sweep_document document = document_of(sweeps);
    if (*sweeps->directory == '\0')
        return true;
    snprintf(path, sizeof path, "%s/sweep.json", sweeps->directory);
    if (whole_file_write(path, print_document, &document, error, sizeof error))
        return true;
    fprintf(stderr, "dibs: %s\n", error);
    return false;
}

/* The page of all of them, and the tables and pictures of those that were completed. */
static bool report(const struct sweeps *sweeps)
{
    char why[PATH_MAX + 512];
    struct sweep_document document = document_of(sweeps);
    json *object = sweep_document_json(&document);
    bool written = report_write(sweeps->directory, &object, 1, true, why, sizeof why);
    json_free(object);
    if (*why)
        fprintf(stderr, "dibs: %s\n", why);
    return written;
}

/* ---- the sweeps */

/* Of one that is not complete, the points until then. */
static void show(const struct sweeps *sweeps, const struct sweep *sweep)
{
    bool complete = sweep->status == RUN_COMPLETE;
    if (sweeps->invocation->options->json || (!complete && sweep->count == 0))
        return;
    if (sweeps->done_count == 1)
        sweep_table_head(stdout);
    sweep_table_signature(stdout, sweep);
    if (sweeps->alone)
        sweep_table_points(stdout, sweep);
    if (!complete)
        printf("%s: this is a part\n", sweep->entry->label);
    fflush(stdout);
}

/* Of one sweep, as a part of all. */
static void draw_progress(void *context, const struct run_progress *one)
{
    struct sweeps *sweeps = context;
    struct run_progress all = *one;
    all.share = (sweeps->done_count - 1 + one->share) / sweeps->entry_count;
    for (uint32_t i = 0; i + 1 < sweeps->done_count; i++)
        all.done += sweeps->done[i].count;
    progress_draw(&sweeps->progress, &all);
}

/* At how many points a promise is broken, and where first. */
static void tell_broken(const struct sweep *sweep)
{
    const struct sweep_point *first = NULL;
    uint32_t broken = 0;
    for (uint32_t i = 0; i < sweep->count; i++) {
        if (sweep->points[i].broken_promise[0] == '\0')
            continue;
        first = broken++ == 0 ? &sweep->points[i] : first;
    }
    if (first != NULL)
        fprintf(stderr, "dibs: BROKEN PROMISE at %" PRIu32 " of %" PRIu32
                        " points, first at %s %" PRIu32 ", %s: %s\n",
                broken, sweep->count, first->command, first->fault.nth,
                fault_phase_name(first->fault.phase), first->broken_promise);
}

static enum status sweep_one(struct sweeps *sweeps, const struct entry *entry)
{
    const struct run_options options = {.janitor = sweeps->invocation->janitor,
                                        .program = sweeps->program,
                                        .trace_fd = -1,
                                        .interrupted = sweeps->invocation->interrupted,
                                        .progress = draw_progress,
                                        .progress_context = sweeps};
    struct sweep *sweep = &sweeps->done[sweeps->done_count++];
    sweep_run(entry, sweeps->kind, sweeps->roles, 1, &options, sweep);
    progress_clear(&sweeps->progress);
    enum status status = save(sweeps) ? STATUS_GOOD : STATUS_COULD_NOT_RUN;
    show(sweeps, sweep);
    if (sweep->status != RUN_COMPLETE)
        fprintf(stderr, "dibs: %s: %s\n", entry->label, sweep->error);
    tell_broken(sweep);
    return status_worse(status, status_of_sweep(sweep));
}

/* Nothing is in the way of the next sweep. */
static bool goes_on(enum status status)
{
    return status == STATUS_GOOD || status == STATUS_BROKEN;
}

static enum status sweep_all(struct sweeps *sweeps)
{
    char error[PATH_MAX + 256];
    const struct options *options = sweeps->invocation->options;
    enum status status = STATUS_GOOD;
    if (!preflight_private(sweeps->invocation, options->redis_server, sweeps->program,
                           sizeof sweeps->program, error, sizeof error) ||
        !make_directory(sweeps, error, sizeof error)) {
        fprintf(stderr, "dibs: %s\n", error);
        return STATUS_COULD_NOT_RUN;
    }
    provenance_read(&sweeps->provenance, sweeps->invocation, sweeps->program);
    for (uint32_t i = 0; !options->quiet && i < sweeps->skipped_count; i++)
        fprintf(stderr, "dibs: %s is not swept: %s\n", sweeps->skipped[i].contender,
                sweeps->skipped[i].reason);
    progress_open(&sweeps->progress, options->quiet, 0);
    for (uint32_t i = 0; i < sweeps->entry_count && goes_on(status); i++)
        status = status_worse(status, sweep_one(sweeps, &sweeps->entries[i]));
    if (*sweeps->directory && sweeps->done_count > 0 && status != STATUS_INTERRUPTED &&
        !report(sweeps))
        status = status_worse(status, STATUS_COULD_NOT_RUN);
    if (options->json) {
        struct sweep_document document = document_of(sweeps);
        sweep_document_print(&document, stdout); /* main tells of what stdout did not take */
    } else {
        putchar('\n');
        outdir_list(sweeps->directory, stdout);
    }
    return status;
}

enum status command_sweep(const struct invocation *invocation)
{
    struct sweeps *sweeps = calloc(1, sizeof *sweeps);
    if (sweeps == NULL) {
        fprintf(stderr, "dibs: out of memory\n");
        return STATUS_COULD_NOT_RUN;
    }
    sweeps->invocation = invocation;
    enum status status = read_order(sweeps) ? sweep_all(sweeps) : STATUS_USAGE;
    for (uint32_t i = 0; i < sweeps->done_count; i++)
        sweep_close(&sweeps->done[i]);
    free(sweeps);
    return status;
}
