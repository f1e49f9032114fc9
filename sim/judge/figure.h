/* The figures of a run that a scenario may expect something of, by name. */
#ifndef DIBS_SIM_FIGURE_H
#define DIBS_SIM_FIGURE_H

#include "sim/run.h"

struct figure {
    const char *name;
    const char *unit;
    double (*read)(const struct run_result *run); /* NAN: not known */
};

/* Ends in an entry with a NULL name. */
extern const struct figure figures[];

const struct figure *figure_find(const char *name);

#endif
