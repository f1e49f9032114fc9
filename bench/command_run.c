#include "bench/cell.h"
#include "bench/charts.h"
#include "bench/csv.h"
#include "bench/outdir.h"
#include "bench/session.h"
#include "bench/table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define RACE_CYCLE_S 0.03 /* about what one aligned cycle of the entry race takes */

static bool is_interrupted(const struct session *session)
{
    return *session->invocation->interrupted != 0;
}

static void interrupted(struct session *session)
{
    session->cut_short = true;
    if (session->status != STATUS_INTERRUPTED)
        session_fail(session, STATUS_INTERRUPTED,
                     "interrupted; what was measured until now is kept");
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
    if (run->trace_errno != 0) {
        session_fail(session, STATUS_COULD_NOT_RUN, "cannot write the trace %s: %s",
                     session->invocation->options->trace, strerror(run->trace_errno));
        session->cut_short = true;
    } else if (run->status != RUN_COMPLETE) {
        session_fail(session, status_of_run(run), "%s: %s", name, run->error);
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
            session_save(session, RESULT_RUNNING);
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
            session_fail(session, STATUS_COULD_NOT_RUN, "entry race of %s: %s", entry->label,
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
    size_t found = published_compare(&input, session->published, SESSION_PUBLISHED_MAX);
    session->published_count = found < SESSION_PUBLISHED_MAX ? found : SESSION_PUBLISHED_MAX;
}

static void show(const struct session *session)
{
    bool colour = cell_colour(stdout);
    table_write(stdout, session->runs, session->run_count, colour);
    table_write_observed(stdout, session->runs, session->run_count, colour);
    table_write_published(stdout, session->published, session->published_count,
                          &session->scenario, colour);
    for (size_t i = 0; i < session->race_count; i++)
        table_write_race(stdout, &session->races[i], session->race_entries[i],
                         &session->scenario);
    fflush(stdout);
}

/* The CSV and the charts. After an interrupt only what takes no time, and of a run that failed no
 * more is said than why. */
static void write_files(struct session *session)
{
    char path[4096 + 16], why[4096 + 512] = "";
    snprintf(path, sizeof path, "%s/runs.csv", session->directory);
    if (!csv_write(path, session->runs, session->run_count, why, sizeof why))
        session_fail(session, STATUS_COULD_NOT_RUN, "%s", why);
    if (is_interrupted(session))
        return;
    *why = '\0';
    if (!charts_draw(session->directory, session->runs, session->run_count, why, sizeof why))
        session_fail(session, STATUS_COULD_NOT_RUN, "%s", why);
    else if (*why && session->status != STATUS_COULD_NOT_RUN)
        fprintf(stderr, "dibs: %s\n", why);
}

/* A server that refuses ends the first run before it has begun: there is nothing to show then. */
static bool has_something_to_show(const struct session *session)
{
    for (size_t i = 0; i < session->run_count; i++)
        if (session->runs[i].status == RUN_COMPLETE || session->runs[i].refreshes.total > 0)
            return true;
    return false;
}

static void finish(struct session *session)
{
    bool json = session->invocation->options->json;
    progress_clear(&session->progress);
    if (has_something_to_show(session)) {
        compare_with_published(session);
        if (!json)
            show(session);
        if (!session->cannot_save)
            write_files(session);
    }
    if (*session->directory)
        session_save(session, session_result_status(session));
    if (json) {
        struct result result = session_document(session, session_result_status(session));
        result_print(&result, stdout); /* main tells of what stdout did not take */
    } else if (*session->directory) {
        putchar('\n');
        outdir_list(session->directory, stdout);
    }
}

enum status command_run(const struct invocation *invocation)
{
    struct session *session = calloc(1, sizeof *session);
    if (!session) {
        fprintf(stderr, "dibs: out of memory\n");
        return STATUS_COULD_NOT_RUN;
    }
    if (session_prepare(session, invocation)) {
        measure(session);
        measure_races(session);
    }
    finish(session);
    enum status status = session->status;
    session_close(session);
    free(session);
    return status;
}
