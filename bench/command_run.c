#include "bench/document/csv.h"
#include "bench/home.h"
#include "bench/outdir.h"
#include "bench/report/recommendation.h"
#include "bench/report/report.h"
#include "bench/session.h"
#include "bench/table/cell.h"
#include "bench/table/table.h"

#include <stdlib.h>
#include <string.h>

static bool is_interrupted(const struct session *session)
{
    return *session->invocation->interrupted != 0;
}

static void compare_with_published(struct session *session)
{
    char path[4096];
    const struct result result = session_document(session, session_result_status(session));
    if (!home_find_claims(path, sizeof path))
        fprintf(stderr, "dibs: no published figures: there is no scenarios/claims.yaml\n");
    else if (!published_compare(&session->published, &result, path))
        fprintf(stderr, "dibs: no published figures: %s\n", session->published.error);
}

static void show(const struct session *session)
{
    bool colour = cell_colour(stdout);
    if (session->scenario.vary.count > 0) {
        vary_table(stdout, &session->scenario, session->runs, session->run_count, colour);
        fflush(stdout);
        return;
    }
    table_write(stdout, session->runs, session->run_count, colour);
    table_write_beside(stdout, &session->beside, session->scenario.repeats > 1, colour);
    table_write_observed(stdout, session->runs, session->run_count, colour);
    table_write_published(stdout, session->published.rows, session->published.count,
                          &session->scenario, colour);
    table_write_probes(stdout, session->probes, session->probe_count, colour);
    for (size_t i = 0; i < session->race_count; i++)
        table_write_race(stdout, &session->races[i], session->race_entries[i], &session->scenario);
    fflush(stdout);
}

static void write_csv(struct session *session)
{
    char path[4096 + 16], why[4096 + 512];
    snprintf(path, sizeof path, "%s/runs.csv", session->directory);
    if (!csv_write(path, session->runs, session->run_count, why, sizeof why))
        session_fail(session, STATUS_COULD_NOT_RUN, "%s", why);
}

/* Lines of at most 100 columns, as tables are. */
static void print_wrapped(char *text)
{
    size_t column = 0;
    char *rest = NULL;
    for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        size_t length = strlen(word);
        bool fits = column + 1 + length <= TABLE_WIDTH;
        printf("%s%s", column == 0 ? "" : fits ? " " : "\n", word);
        column = fits && column > 0 ? column + 1 + length : length;
    }
    printf("\n\n");
}

/* Which one to choose, where a crash was part of it. */
static void recommend(const struct session *session)
{
    char path[4096 + 16], why[512], *text = NULL;
    size_t size;
    snprintf(path, sizeof path, "%s/result.json", session->directory);
    json *document = json_read(path, why, sizeof why);
    FILE *out = document ? open_memstream(&text, &size) : NULL;
    if (out) {
        recommendation_say(out, document);
        if (fclose(out) == 0)
            print_wrapped(text);
    }
    free(text);
    json_free(document);
}

/* The page and its charts, from the document as it was kept: rebuilt, it will be the same. After an
 * interrupt only what takes no time, and of a run that failed no more is said than why. */
static void write_report(struct session *session)
{
    char why[4096 + 512];
    if (!session_save(session, session_result_status(session)))
        return;
    if (!report_write_kept(session->directory, "result.json", !is_interrupted(session), why,
                           sizeof why))
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
    bool as_json = session->invocation->options->json, saves = !session->cannot_save;
    progress_clear(&session->progress);
    if (has_something_to_show(session)) {
        if (session->scenario.vary.count == 0) /* published figures are of one size */
            compare_with_published(session);
        if (!as_json)
            show(session);
        if (saves)
            write_csv(session);
    }
    if (*session->directory && saves)
        write_report(session);
    if (*session->directory)
        session_save(session, session_result_status(session));
    if (as_json) {
        struct result result = session_document(session, session_result_status(session));
        result_print(&result, stdout); /* main tells of what stdout did not take */
    } else if (*session->directory) {
        putchar('\n');
        if (session->probe_count > 0)
            recommend(session);
        if (is_interrupted(session) && has_something_to_show(session))
            printf("dibs report %s draws the charts of what was kept\n\n", session->directory);
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
    if (session_prepare(session, invocation))
        session_measure(session);
    finish(session);
    enum status status = session->status;
    session_close(session);
    free(session);
    return status;
}
