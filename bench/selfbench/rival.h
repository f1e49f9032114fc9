/* Programs of others that dibs is measured against. */
#ifndef DIBS_BENCH_RIVAL_H
#define DIBS_BENCH_RIVAL_H

#include "sim/server/janitor.h"

#include <stddef.h>

/* What a rival did: all that it printed, cut to `output`, and the wall time from start to end. */
struct rival_run {
    char output[4096];
    double seconds;
};

/* Runs a program from PATH to its end on the cores of the caller. It reads `input` from its
 * beginning (-1: nothing). False: it could not be started, or failed; `error` is one line. */
bool rival_run(struct janitor *janitor, const char *const *argv, int input, struct rival_run *run,
               char *error, size_t size);

#endif
