/* The result document: one JSON object per invocation, described by bench/result.schema.json.
 *
 * How its version is raised: a new property, or a new word in an enumeration, raises the minor
 * number of RESULT_VERSION and of the schema; readers ignore what they do not know. A property
 * that is removed, renamed or means something else raises the major number; readers refuse a
 * major number that they do not know. Counts are never null; null means "not available". */
#ifndef DIBS_BENCH_RESULT_H
#define DIBS_BENCH_RESULT_H

#include "bench/claims/published.h"
#include "bench/document/json.h"
#include "bench/status.h"
#include "bench/vary.h"
#include "sim/judge/beside.h"
#include "sim/machine/environment.h"
#include "sim/trial/crash_probe.h"

#define RESULT_SCHEMA "dibs/result"
#define RESULT_VERSION "1.2"

enum result_status {
    RESULT_RUNNING, /* written on the way; a file that says so was cut off */
    RESULT_COMPLETE,
    RESULT_INTERRUPTED,
    RESULT_FAILED,
};

/* What the document is made of; all borrowed. */
struct result {
    enum result_status status;
    enum status exit_status;
    const char *error; /* one line, or "" */
    int argc;
    char *const *argv;
    const struct environment *environment;
    const struct scenario *scenario; /* NULL: it could not be read */
    const struct run_result *runs;
    size_t run_count;
    const struct beside_row *ratios; /* of the runs, once all are over */
    size_t ratio_count;
    const struct entry_race *races;
    const struct entry *const *race_entries;
    size_t race_count;
    const struct vary_skip *vary_skips;
    size_t vary_skip_count;
    const struct crash_probe *probes;
    size_t probe_count;
    const struct published_row *published;
    size_t published_count;
};

/* Replaces directory/result.json as a whole: written aside, synced, renamed. False: `error` is one
 * line, and what was there is untouched. */
bool result_write(const struct result *result, const char *directory, char *error,
                  size_t error_size);

/* The document itself; belongs to the caller. */
json *result_document(const struct result *result);

/* Writes the document to a stream, a line for each run. False: errno. */
bool result_print(const struct result *result, FILE *out);

/* A parameter's value as a user would write it: "100", "yes", "30s". */
void result_parameter_text(const struct parameter *parameter, int64_t value, char *text,
                           size_t size);

#endif
