/* The exit statuses: what each means, and which one counts when several apply. */
#ifndef DIBS_BENCH_STATUS_H
#define DIBS_BENCH_STATUS_H

#include "sim/trial/oracle.h"
#include "sim/trial/soak.h"
#include "sim/trial/sweep.h"

enum status {
    STATUS_GOOD = 0,
    STATUS_COULD_NOT_RUN = 1,
    STATUS_USAGE = 2,
    STATUS_BROKEN = 3,
    STATUS_REGRESSION = 4,
    STATUS_NOT_TRUSTWORTHY = 5,
    STATUS_UNKNOWN = 6,
    STATUS_NOT_COMPARABLE = 7,
    STATUS_INTERRUPTED = 130,
};

/* The one of two that is reported. */
enum status status_worse(enum status a, enum status b);

/* What one run amounts to. */
enum status status_of_run(const struct run_result *run);

/* What a sweep amounts to: a promise that is broken at any point is broken. */
enum status status_of_sweep(const struct sweep *sweep);

/* What a soak amounts to. Where the oracle disagrees or something is left, dibs is not to be
 * trusted; nor is a run that could not be made or believed. */
enum status status_of_soak(const struct soak *soak, const struct oracle_report *oracle);

/* Lists them for --help. */
void status_describe(FILE *out);

#endif
