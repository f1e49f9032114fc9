/* One invocation of run, from its scenario to its files. */
#ifndef DIBS_BENCH_SESSION_H
#define DIBS_BENCH_SESSION_H

#include "bench/commands.h"
#include "bench/document/result.h"
#include "bench/progress.h"
#include "bench/vary.h"

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

    struct scenario *point; /* what is being run: the scenario, at one value of what it varies */
    struct vary_skip *vary_skips;
    size_t vary_skip_count;
    struct run_result *runs;
    size_t run_count;
    struct beside beside; /* of the runs, once they are over */
    struct entry_race *races;
    const struct entry **race_entries;
    size_t race_count;
    struct crash_probe *probes; /* of the contenders that can be probed */
    size_t probe_count;
    struct published published;

    enum status status;
    bool cut_short;   /* no more runs */
    bool cannot_save; /* and it was said */
    char error[896];
};

/* Reads the scenario, finds the server, sees whether everything fits, makes the directory and
 * writes a first document into it. False: nothing can be run; the session holds why. */
bool session_prepare(struct session *session, const struct invocation *invocation);

/* An error: a line on stderr, and the worst status so far; the first one stands in the document. */
void session_fail(struct session *session, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Every run, and every entry race, of a session that is prepared; saved as each is over. */
void session_measure(struct session *session);

/* How long it will take: all runs that will be begun, entry races and crash probes, no charts. The
 * point is room for one. */
double session_estimate_s(const struct scenario *scenario, bool is_private, struct scenario *point);

/* What the session amounts to, once it is over. */
enum result_status session_result_status(const struct session *session);
struct result session_document(const struct session *session, enum result_status status);

/* Replaces result.json. False: nothing more is to be run; the first time it is an error. */
bool session_save(struct session *session, enum result_status status);

/* Accepts what is half prepared; the session itself stays the caller's. */
void session_close(struct session *session);

#endif
