/* The exit statuses: what each means, and which one counts when several apply. */
#ifndef DIBS_BENCH_STATUS_H
#define DIBS_BENCH_STATUS_H

#include "sim/run.h"

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

/* Lists them for --help. */
void status_describe(FILE *out);

#endif
