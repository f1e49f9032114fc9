#include "bench/cell.h"
#include "bench/charts.h"
#include "bench/commands.h"
#include "bench/csv.h"
#include "bench/outdir.h"
#include "bench/progress.h"
#include "bench/result.h"
#include "bench/table.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROWS_MAX = 128 };

#define RACE_CYCLE_S 0.03 /* about what one aligned cycle of the entry race takes */

/* One invocation of run, from its scenario to its files. */
struct session {
    const struct invocation *invocation;
    struct scenario scenario;
    bool has_scenario;
    struct environment environment;
    struct wire_address server;
    char program[4096];
    char directory[4096]; /* "": not made */
    struct run_options run_options;
    struct progress progress;

    struct run_result *runs;
    size_t run_count;
    struct entry_race *races;
    const struct entry **race_entries;
    size_t race_count;
    struct published_row published[ROWS_MAX];
    size_t published_count;

    enum status status;
    bool cut_short; /* no more runs */
    char error[512];
};

static void fail(struct session *session, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Every error is a line on stderr; the first one stands in the document. */
static void fail(struct session *session, enum status status, const char *format, ...)
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

static bool is_interrupted(const struct session *session)
{
    return *session->invocation->interrupted != 0;
}

static enum result_status final_status(const struct session *session)
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

static struct result document(const struct session *session, enum result_status status)
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
        .races = session->races,
        .race_entries = session->race_entries,
        .race_count = session->race_count,
        .published = session->published,
        .published_count = session->published_count,
    };
}

static bool save(struct session *session, enum result_status status)
{
    char why[512];
    struct result result = document(session, status);
    if (result_write(&result, session->directory, why, sizeof why))
        return true;
    fail(session, STATUS_COULD_NOT_RUN, "%s", why);
    session->cut_short = true;
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
    char why[256];
    const struct options *options = session->invocation->options;
    session->server = endpoint_address(&options->endpoint);
    if (options->uses_server ||
        server_find_program(options->redis_server, session->program, sizeof session->program, why,
                            sizeof why))
        return true;
    fail(session, STATUS_COULD_NOT_RUN, "%s", why);
    return false;
}

static bool prepare_memory(struct session *session)
{
    char why[RUN_REASON_MAX];
    const struct scenario *scenario = &session->scenario;
    for (uint32_t i = 0; i < scenario->entry_count; i++) {
        if (run_fits(scenario, &scenario->entries[i], why, sizeof why))
            continue;
        fail(session, STATUS_COULD_NOT_RUN, "%s: %s", scenario->entries[i].label, why);
        return false;
    }
    size_t runs = (size_t)scenario->entry_count * scenario->repeats;
    session->runs = calloc(runs + 1, sizeof *session->runs);
    session->races = calloc(scenario->entry_count + 1, sizeof *session->races);
    session->race_entries = calloc(scenario->entry_count + 1, sizeof *session->race_entries);
    if (session->runs && session->races && session->race_entries)
        return true;
    fail(session, STATUS_COULD_NOT_RUN, "not enough memory for the results of %zu runs", runs);
    return false;
}

static bool prepare_output(struct session *session)
{
    char why[512];
    const struct options *options = session->invocation->options;
    if (!outdir_make(options->out, session->scenario.name, session->directory,
                     sizeof session->directory, why, sizeof why)) {
        *session->directory = '\0';
        fail(session, STATUS_COULD_NOT_RUN, "%s", why);
        return false;
    }
    if (!save(session, RESULT_RUNNING)) { /* finds out now whether it can be written to */
        *session->directory = '\0';
        return false;
    }
    session->run_options.trace_fd = -1;
    if (!options->trace)
        return true;
    session->run_options.trace_fd =
        open(options->trace, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    if (session->run_options.trace_fd < 0)
        fail(session, STATUS_COULD_NOT_RUN, "cannot write the trace %s: %s", options->trace,
             strerror(errno));
    return session->run_options.trace_fd >= 0;
}

static void prepare_runs(struct session *session)
{
    const struct invocation *invocation = session->invocation;
    const struct options *options = invocation->options;
    const struct scenario *scenario = &session->scenario;
    char time[24], items[CELL_MAX];
    double total_s = 0;
    for (uint32_t i = 0; i < scenario->entry_count; i++)
        total_s += run_estimate(scenario, &scenario->entries[i]).seconds * scenario->repeats;
    progress_open(&session->progress, options->quiet, total_s);
    progress_time_text(total_s, time, sizeof time);
    cell_write((double)scenario->items, FORM_COUNT, items);
    if (!options->quiet)
        fprintf(stderr, "dibs: %s: %" PRIu32 " contender%s, %" PRIu32 " instances, %s items; "
                        "about %s\n",
                scenario->name, scenario->entry_count, scenario->entry_count == 1 ? "" : "s",
                scenario->instances, items, time);

    session->run_options.janitor = invocation->janitor;
    session->run_options.program = options->uses_server ? NULL : session->program;
    session->run_options.server = options->uses_server ? &session->server : NULL;
    session->run_options.remove_leftovers = options->remove_leftovers;
    session->run_options.environment = &session->environment;
    session->run_options.interrupted = invocation->interrupted;
    session->run_options.progress = progress_draw;
    session->run_options.progress_context = &session->progress;
}

static bool prepare(struct session *session)
{
    environment_read_machine(&session->environment);
    if (!prepare_scenario(session) || !prepare_server(session) || !prepare_memory(session) ||
        !prepare_output(session))
        return false;
    prepare_runs(session);
    return true;
}

static void interrupted(struct session *session)
{
    session->cut_short = true;
    if (session->status != STATUS_INTERRUPTED)
        fail(session, STATUS_INTERRUPTED, "interrupted; what was measured until now is kept");
}

/* What a run that is over means for the rest. */
static void weigh_run(struct session *session, const struct run_result *run)
{
    const char *name = run->entry->label;
    if (run->status == RUN_INTERRUPTED) {
        interrupted(session);
        return;
    }
    session->status = status_worse(session->status, status_of_run(run));
    if (run->status != RUN_COMPLETE) {
        fail(session, status_of_run(run), "%s: %s", name, run->error);
        session->cut_short = run->status == RUN_COULD_NOT;
    } else if (session->invocation->options->json && !run->trustworthy) {
        progress_clear(&session->progress);
        fprintf(stderr, "dibs: %s: not trustworthy: %s\n", name, run->reasons[0]);
    }
}

static void measure(struct session *session)
{
    const struct scenario *scenario = &session->scenario;
    for (uint32_t repeat = 1; repeat <= scenario->repeats; repeat++) {
        for (uint32_t i = 0; i < scenario->entry_count && !session->cut_short; i++) {
            if (is_interrupted(session)) {
                interrupted(session);
                return;
            }
            const struct entry *entry = &scenario->entries[i];
            struct run_result *run = &session->runs[session->run_count++];
            progress_begin(&session->progress, run_estimate(scenario, entry).seconds);
            run_contender(scenario, entry, repeat, &session->run_options, run);
            progress_end(&session->progress);
            weigh_run(session, run);
            save(session, session->cut_short ? final_status(session) : RESULT_RUNNING);
        }
    }
}

/* Only a contender that takes a lock has an entry to race for. */
static bool takes_a_lock(const struct session *session, const struct entry *entry)
{
    for (size_t i = 0; i < session->run_count; i++)
        if (session->runs[i].entry == entry && session->runs[i].entered > 0)
            return true;
    return false;
}

static void measure_races(struct session *session)
{
    const struct scenario *scenario = &session->scenario;
    for (uint32_t i = 0; i < scenario->entry_count && !session->cut_short; i++) {
        const struct entry *entry = &scenario->entries[i];
        if (scenario->entry_race_cycles == 0 || !takes_a_lock(session, entry))
            continue;
        if (is_interrupted(session)) {
            interrupted(session);
            return;
        }
        struct entry_race *race = &session->races[session->race_count];
        session->race_entries[session->race_count++] = entry;
        progress_begin(&session->progress, scenario->entry_race_cycles * RACE_CYCLE_S);
        run_entry_race(scenario, entry, &session->run_options, race);
        progress_end(&session->progress);
        if (race->status == RUN_INTERRUPTED)
            interrupted(session);
        else if (race->status != RUN_COMPLETE)
            fail(session, STATUS_COULD_NOT_RUN, "entry race of %s: %s", entry->label,
                 race->error);
    }
}

static void compare_with_published(struct session *session)
{
    struct published_input input = {
        .scenario = &session->scenario,
        .runs = session->runs,
        .run_count = session->run_count,
        .races = session->races,
        .race_entries = session->race_entries,
        .race_count = session->race_count,
    };
    size_t found = published_compare(&input, session->published, ROWS_MAX);
    session->published_count = found < ROWS_MAX ? found : ROWS_MAX;
}

static void show(const struct session *session)
{
    bool colour = cell_colour(stdout);
    table_write(stdout, session->runs, session->run_count, colour);
    table_write_published(stdout, session->published, session->published_count,
                          &session->scenario, colour);
    for (size_t i = 0; i < session->race_count; i++)
        table_write_race(stdout, &session->races[i], session->race_entries[i],
                         &session->scenario);
    fflush(stdout);
}

/* The CSV and the charts. After an interrupt only what takes no time. */
static void write_files(struct session *session)
{
    char path[4096 + 16], why[4096 + 512] = "";
    snprintf(path, sizeof path, "%s/runs.csv", session->directory);
    if (!csv_write(path, session->runs, session->run_count, why, sizeof why))
        fail(session, STATUS_COULD_NOT_RUN, "%s", why);
    if (is_interrupted(session))
        return;
    *why = '\0';
    if (!charts_draw(session->directory, session->runs, session->run_count, why, sizeof why))
        fail(session, STATUS_COULD_NOT_RUN, "%s", why);
    else if (*why)
        fprintf(stderr, "dibs: %s\n", why);
}

static void finish(struct session *session)
{
    bool json = session->invocation->options->json;
    progress_clear(&session->progress);
    if (session->run_count > 0) {
        compare_with_published(session);
        if (!json)
            show(session);
        write_files(session);
    }
    if (*session->directory)
        save(session, final_status(session));
    if (json) {
        struct result result = document(session, final_status(session));
        if (!result_print(&result, stdout))
            fail(session, STATUS_COULD_NOT_RUN, "cannot write to stdout: %s", strerror(errno));
    } else if (*session->directory) {
        putchar('\n');
        outdir_list(session->directory, stdout);
    }
}

static void session_close(struct session *session)
{
    for (size_t i = 0; i < session->run_count; i++)
        run_result_close(&session->runs[i]);
    free(session->runs);
    free(session->races);
    free(session->race_entries);
    if (session->run_options.trace_fd >= 0)
        close(session->run_options.trace_fd);
    free(session);
}

enum status command_run(const struct invocation *invocation)
{
    struct session *session = calloc(1, sizeof *session);
    if (!session) {
        fprintf(stderr, "dibs: out of memory\n");
        return STATUS_COULD_NOT_RUN;
    }
    session->invocation = invocation;
    session->run_options.trace_fd = -1;
    if (prepare(session)) {
        measure(session);
        measure_races(session);
    }
    finish(session);
    enum status status = session->status;
    session_close(session);
    return status;
}
