/* What the repeats of a figure come to. */
#ifndef DIBS_SIM_SPREAD_H
#define DIBS_SIM_SPREAD_H

#include <stddef.h>

struct spread {
    double median, least, most;
};

/* In ascending order; none of them may be NAN. */
void spread_sort(double *values, size_t count);

/* Sorts them. NAN throughout: there are none. */
struct spread spread_of(double *values, size_t count);

#endif
