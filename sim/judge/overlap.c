#include "sim/judge/overlap.h"

#include <stdlib.h>

/* Ends before begins. */
static int compare(const void *first, const void *second)
{
    const struct edge *a = first, *b = second;
    if (a->t_ns != b->t_ns)
        return a->t_ns < b->t_ns ? -1 : 1;
    return (a->step > b->step) - (a->step < b->step);
}

struct overlap overlap_measure(struct edge *edges, size_t count)
{
    struct overlap overlap = {0};
    int32_t depth = 0;
    qsort(edges, count, sizeof *edges, compare);
    for (size_t i = 0; i < count; i++) {
        if (depth > 1)
            overlap.time_ns += edges[i].t_ns - edges[i - 1].t_ns;
        overlap.count += edges[i].step > 0 && depth > 0;
        depth += edges[i].step;
        if (depth > (int32_t)overlap.depth)
            overlap.depth = (uint32_t)depth;
    }
    return overlap;
}

void overlap_add(struct overlap *sum, const struct overlap *one)
{
    sum->count += one->count;
    sum->time_ns += one->time_ns;
    if (one->depth > sum->depth)
        sum->depth = one->depth;
}
