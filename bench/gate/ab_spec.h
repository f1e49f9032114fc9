/* SPEC of an arm on the command line: contender[,key=value]...[,server=PATH]. */
#ifndef DIBS_BENCH_AB_SPEC_H
#define DIBS_BENCH_AB_SPEC_H

#include "bench/options.h"
#include "sim/scenario/scenario.h"

#include <limits.h>

struct ab_spec {
    struct scenario *scenario; /* owned; its only contender is the arm's */
    char program[PATH_MAX];    /* of the server; "": as for all */
};

/* Reads the scenario at `path` with the settings of the command line and this arm's. False: `error`
 * is one line, which names the option ("--a"). Close it in any case. */
bool ab_spec_read(struct ab_spec *spec, const char *option, const char *text, const char *path,
                  const struct options *options, char *error, size_t size);
void ab_spec_close(struct ab_spec *spec);

#endif
