#include "sim/judge/spread.h"

#include <math.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void spread_sort(double *values, size_t count)
{
    if (count > 0)
        qsort(values, count, sizeof *values, compare);
}

struct spread spread_of(double *values, size_t count)
{
    if (count == 0)
        return (struct spread){NAN, NAN, NAN};
    spread_sort(values, count);
    return (struct spread){(values[(count - 1) / 2] + values[count / 2]) / 2, values[0],
                           values[count - 1]};
}
