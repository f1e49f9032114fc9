#include "bench/session.h"

#include "bench/outdir.h"
#include "bench/preflight.h"
#include "bench/table/cell.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void session_fail(struct session *session, enum status status, const char *format, ...)
{
    char line[sizeof session->error];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    session->status = status_worse(session->status, status);
    progress_clear(&session->progress);
    fprintf(stderr, "dibs: %s\n", line);
    if (!*session->error)
        memcpy(session->error, line, sizeof line);
}

enum result_status session_result_status(const struct session *session)
{
    switch (session->status) {
    case STATUS_INTERRUPTED:
        return RESULT_INTERRUPTED;
    case STATUS_COULD_NOT_RUN:
    case STATUS_USAGE:
        return RESULT_FAILED;
    default:
        return RESULT_COMPLETE;
    }
}

struct result session_document(const struct session *session, enum result_status status)
{
    return (struct result){
        .status = status,
        .exit_status = session->status,
        .error = session->error,
        .argc = session->invocation->argc,
        .argv = session->invocation->argv,
        .environment = &session->environment,
        .scenario = session->has_scenario ? &session->scenario : NULL,
        .runs = session->runs,
        .run_count = session->run_count,
        .ratios = session->beside.rows,
        .ratio_count = session->beside.count,
        .races = session->races,
        .race_entries = session->race_entries,
        .race_count = session->race_count,
        .vary_skips = session->vary_skips,
        .vary_skip_count = session->vary_skip_count,
        .probes = session->probes,
        .probe_count = session->probe_count,
        .published = session->published.rows,
        .published_count = session->published.count,
    };
}

bool session_save(struct session *session, enum result_status status)
{
    char why[512];
    struct result result = session_document(session, status);
    if (result_write(&result, session->directory, why, sizeof why))
        return true;
    if (!session->cannot_save)
        session_fail(session, STATUS_COULD_NOT_RUN, "%s", why);
    session->cannot_save = session->cut_short = true;
    return false;
}

static bool prepare_scenario(struct session *session)
{
    struct scenario_error error;
    if (command_scenario(session->invocation, &session->scenario, &error)) {
        session->has_scenario = true;
        return true;
    }
    snprintf(session->error, sizeof session->error, "%s", error.text);
    session->status = STATUS_USAGE;
    return false;
}

static bool prepare_server(struct session *session)
{
    char why[RUN_REASON_MAX];
    const struct invocation *invocation = session->invocation;
    const struct options *options = invocation->options;
    session->server = endpoint_address(&options->endpoint);
    if (options->uses_server
            ? preflight_user(invocation, why, sizeof why)
            : preflight_private(invocation, options->redis_server, session->program,
                                sizeof session->program, why, sizeof why))
        return true;
    session_fail(session, STATUS_COULD_NOT_RUN, "%s", why);
    return false;
}

static bool prepare_memory(struct session *session)
{
    char why[RUN_REASON_MAX];
    const struct scenario *scenario = &session->scenario;
    for (uint32_t i = 0; scenario->vary.count == 0 && i < scenario->entry_count; i++) {
        if (run_fits(scenario, &scenario->entries[i], why, sizeof why))
            continue;
        session_fail(session, STATUS_COULD_NOT_RUN, "%s", why);
        return false;
    }
    size_t runs = (size_t)scenario->entry_count * scenario->repeats * vary_points(scenario);
    session->point = malloc(sizeof *session->point);
    session->vary_skips = calloc(runs + 1, sizeof *session->vary_skips);
    session->runs = calloc(runs + 1, sizeof *session->runs);
    session->races = calloc(scenario->entry_count + 1, sizeof *session->races);
    session->race_entries = calloc(scenario->entry_count + 1, sizeof *session->race_entries);
    session->probes = calloc(scenario->entry_count + 1, sizeof *session->probes);
    if (session->point && session->vary_skips && session->runs && session->races &&
        session->race_entries && session->probes)
        return true;
    session_fail(session, STATUS_COULD_NOT_RUN, "not enough memory for the results of %zu runs",
                 runs);
    return false;
}

/* Nothing will be in it. What the user has named stays. */
static void drop_output(struct session *session)
{
    if (!session->invocation->options->out)
        outdir_drop(session->directory, "result.json");
    *session->directory = '\0';
}

static bool prepare_output(struct session *session)
{
    char why[512];
    const struct options *options = session->invocation->options;
    if (!outdir_make(options->out, session->scenario.name, session->directory,
                     sizeof session->directory, why, sizeof why)) {
        *session->directory = '\0';
        session_fail(session, STATUS_COULD_NOT_RUN, "%s", why);
        return false;
    }
    if (!session_save(session, RESULT_RUNNING)) { /* finds out now whether it can be written to */
        drop_output(session);
        return false;
    }
    if (!options->trace)
        return true;
    session->run_options.trace_fd =
        open(options->trace, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    if (session->run_options.trace_fd >= 0)
        return true;
    session_fail(session, STATUS_COULD_NOT_RUN, "cannot write the trace %s: %s", options->trace,
                 strerror(errno));
    drop_output(session);
    return false;
}

/* Contenders that were named, and that this scenario has no items for. */
static void tell_skipped(const struct session *session)
{
    const struct scenario *scenario = &session->scenario;
    for (uint32_t i = 0; !session->invocation->options->quiet && i < scenario->skipped_count; i++)
        fprintf(stderr, "dibs: skipped %s: %s\n", scenario->skipped[i].label,
                scenario->skipped[i].reason);
}

static bool is_run(const struct scenario *scenario, const char *contender)
{
    for (uint32_t i = 0; i < scenario->entry_count; i++)
        if (strcmp(scenario->entries[i].label, contender) == 0)
            return true;
    return *contender == '\0'; /* it is of all */
}

/* What the scenario expects of contenders that were not selected. */
static void tell_not_judged(const struct session *session)
{
    const struct scenario *scenario = &session->scenario;
    uint32_t count = 0;
    for (uint32_t i = 0; i < scenario->expectation_count; i++)
        count += !is_run(scenario, scenario->expectations[i].contender);
    if (count > 0 && !session->invocation->options->quiet)
        fprintf(stderr,
                "dibs: not judged: %" PRIu32 " of %" PRIu32 " expectations, "
                "of contenders that are not run\n",
                count, scenario->expectation_count);
}

static void prepare_runs(struct session *session)
{
    const struct invocation *invocation = session->invocation;
    const struct options *options = invocation->options;
    const struct scenario *scenario = &session->scenario;
    char time[24], items[CELL_MAX];
    session->run_options.janitor = invocation->janitor;
    session->run_options.program = options->uses_server ? NULL : session->program;
    session->run_options.server = options->uses_server ? &session->server : NULL;
    session->run_options.remove_leftovers = options->remove_leftovers;
    session->run_options.environment = &session->environment;
    session->run_options.interrupted = invocation->interrupted;
    session->run_options.progress = progress_draw;
    session->run_options.progress_context = &session->progress;

    double total_s = session_estimate_s(scenario, !options->uses_server, session->point);
    progress_open(&session->progress, options->quiet, total_s);
    progress_time_text(total_s, time, sizeof time);
    cell_write((double)scenario->items, FORM_COUNT, items);
    tell_skipped(session);
    tell_not_judged(session);
    if (!options->quiet)
        fprintf(stderr,
                "dibs: %s: %" PRIu32 " contender%s, %" PRIu32 " instances, %s items; "
                "about %s, and some seconds for charts\n",
                scenario->name, scenario->entry_count, scenario->entry_count == 1 ? "" : "s",
                scenario->instances, items, time);
}

bool session_prepare(struct session *session, const struct invocation *invocation)
{
    session->invocation = invocation;
    session->run_options.trace_fd = -1;
    environment_read_machine(&session->environment);
    if (!prepare_scenario(session) || !prepare_server(session) || !prepare_memory(session) ||
        !prepare_output(session))
        return false;
    prepare_runs(session);
    return true;
}

void session_close(struct session *session)
{
    for (size_t i = 0; i < session->run_count; i++)
        run_result_close(&session->runs[i]);
    free(session->runs);
    beside_close(&session->beside);
    free(session->races);
    free(session->vary_skips);
    free(session->point);
    free(session->probes);
    free(session->race_entries);
    published_close(&session->published);
    if (session->run_options.trace_fd >= 0)
        close(session->run_options.trace_fd);
}
