#include "bench/claims/claims_piece.h"

#include "bench/claims/claims_specimen.h"
#include "bench/home.h"
#include "bench/outdir.h"
#include "bench/session.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 20 + 4 * CLAIMS_SET_MAX };

/* The command line of a piece. */
struct order {
    const char *argv[ARGUMENTS_MAX];
    int argc;
    struct options options;
};

uint64_t claims_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

static void say(struct order *order, const char *option, const char *value)
{
    order->argv[order->argc++] = option;
    if (value)
        order->argv[order->argc++] = value;
}

static bool order_open(struct order *order, const struct claims *claims,
                       const struct claims_piece *piece, const struct options *options)
{
    const struct claims_run *run = piece->run;
    const char *settings[2 * CLAIMS_SET_MAX + 1];
    order->argc = 0;
    say(order, "dibs", "run");
    say(order, run->scenario, "--quiet");
    say(order, "--contender", piece->contender);
    say(order, "--seed", run->seed);
    say(order, "--repeat", claims_repeats(claims, run));
    claims_settings(claims, run, settings);
    for (unsigned i = 0; settings[i]; i++)
        say(order, "--set", settings[i]);
    if (options->redis_server)
        say(order, "--redis-server", options->redis_server);
    say(order, "--out", piece->directory);
    return options_read(&order->options, order->argc, (char *const *)order->argv);
}

/* ---- before */

static double estimate_s(const struct scenario *scenario)
{
    double total_s = entry_race_estimate_s(scenario->entry_race_cycles);
    for (uint32_t i = 0; i < scenario->entry_count; i++)
        total_s += run_estimate(scenario, &scenario->entries[i]).seconds * scenario->repeats;
    return total_s;
}

static bool estimate(struct claims *claims, struct claims_piece *piece, const struct order *order)
{
    struct scenario_error error = {0};
    struct scenario *scenario = calloc(1, sizeof *scenario);
    char path[PATH_MAX];
    bool ok = false;
    if (!home_find_scenario(piece->run->scenario, path, sizeof path))
        snprintf(error.text, sizeof error.text, "there is no scenario '%.128s'",
                 piece->run->scenario);
    else if (scenario)
        ok = scenario_read(scenario, path, order->options.contenders,
                           (const char *const *)order->options.overrides,
                           order->options.override_count, &error);
    if (ok)
        piece->estimate_s = estimate_s(scenario);
    else
        snprintf(claims->error, sizeof claims->error, "%.160s: %s: %.300s", claims->path,
                 piece->run->name, scenario ? error.text : "out of memory");
    free(scenario);
    return ok;
}

bool claims_piece_prepare(struct claims *claims, struct claims_piece *piece,
                          const struct options *options, const char *directory)
{
    struct order *order = calloc(1, sizeof *order);
    int len = snprintf(piece->directory, sizeof piece->directory, "%s/runs/%s/%s", directory,
                       piece->run->name, piece->contender);
    bool ok = false;
    if (!order || len < 0 || (size_t)len >= sizeof piece->directory)
        snprintf(claims->error, sizeof claims->error, "%s",
                 order ? "the directory's path is too long" : "out of memory");
    else if (!order_open(order, claims, piece, options))
        snprintf(claims->error, sizeof claims->error, "%.500s", order->options.error);
    else
        ok = estimate(claims, piece, order);
    if (order)
        options_close(&order->options);
    free(order);
    return ok;
}

/* ---- the run */

/* Nobody else looks at the clock while a run goes on. */
static void look_at_clock(void *context, const struct run_progress *progress)
{
    const struct claims_course *course = context;
    (void)progress;
    if (claims_now_ns() > course->deadline_ns)
        *course->stop = 1;
}

static void run_order(const struct claims_course *course, struct order *order)
{
    struct session *session = calloc(1, sizeof *session);
    const struct invocation invocation = {
        .options = &order->options,
        .scenario = order->options.words[1],
        .argc = order->argc,
        .argv = (char *const *)order->argv,
        .janitor = course->invocation->janitor,
        .interrupted = course->stop,
    };
    if (!session)
        return;
    if (session_prepare(session, &invocation)) {
        session->run_options.progress = look_at_clock;
        session->run_options.progress_context = (void *)course;
        /* no row is about them, and each takes a server of its own */
        session->run_options.without_marks = true;
        session->scenario.crash_probe_kills = 0;
        session_measure(session);
        session_save(session, session_result_status(session));
    }
    session_close(session);
    free(session);
}

static void errors_path(const struct claims_piece *piece, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/errors.txt", piece->directory);
}

void claims_piece_run(const struct claims_course *course, const struct claims_piece *piece)
{
    char path[PATH_MAX], made[PATH_MAX], why[PATH_MAX + 256];
    uint64_t needed_ns = (uint64_t)(piece->estimate_s * 1e9);
    struct order *order = calloc(1, sizeof *order);
    if (!order || claims_now_ns() + needed_ns > course->deadline_ns ||
        !outdir_make(piece->directory, "", made, sizeof made, why, sizeof why)) {
        free(order);
        return;
    }
    errors_path(piece, path);
    int errors = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    if (errors >= 0)
        dup2(errors, STDERR_FILENO); /* a process of its own: nobody else's */
    if (order_open(order, course->claims, piece, course->invocation->options))
        run_order(course, order);
    if (errors >= 0 && lseek(errors, 0, SEEK_END) == 0)
        unlink(path);
    options_close(&order->options);
    free(order);
}

/* ---- after */

/* The first line that the run wrote to stderr. */
static void read_errors(const struct claims_piece *piece, char why[CLAIMS_WHY_MAX])
{
    char path[PATH_MAX];
    errors_path(piece, path);
    FILE *file = fopen(path, "re");
    if (!file)
        return;
    if (fgets(why, CLAIMS_WHY_MAX, file))
        why[strcspn(why, "\n")] = '\0';
    fclose(file);
}

static bool is_interrupted(const json *document)
{
    const char *status = json_text(document, "status");
    return status && strcmp(status, "complete") != 0 && strcmp(status, "failed") != 0;
}

static const char *why_not_begun(const struct claims_piece *piece, char why[CLAIMS_WHY_MAX])
{
    if (piece->estimate_s < 1)
        return "not begun when the time for all claims was over";
    snprintf(why, CLAIMS_WHY_MAX,
             "needs about %.0f s, and the time for all claims does not hold them",
             piece->estimate_s);
    return why;
}

void claims_piece_collect(struct claims_piece *piece, bool interrupted)
{
    char path[PATH_MAX], why[PATH_MAX + 256];
    snprintf(path, sizeof path, "%s/result.json", piece->directory);
    if (access(path, F_OK) == 0)
        piece->document = json_read(path, why, sizeof why);
    if (piece->document && is_interrupted(piece->document)) {
        snprintf(piece->why, sizeof piece->why, "%s",
                 interrupted ? "interrupted" : "stopped: the time for all claims was over");
        json_free(piece->document);
        piece->document = NULL;
    } else if (piece->document) {
        claims_prepare(piece->document);
    } else if (interrupted) {
        snprintf(piece->why, sizeof piece->why, "interrupted");
    } else {
        snprintf(piece->why, sizeof piece->why, "%.200s", why_not_begun(piece, why));
        read_errors(piece, piece->why);
    }
}
