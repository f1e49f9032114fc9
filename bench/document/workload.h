/* What two measurements must share to be comparable: the same work, planned the same way, counted
 * the same way. As sorted lines "key value", "producers.per_s 15" for instance. What says nothing
 * (0, no, none) has no line, so that a key that is new to scenarios leaves old baselines valid. */
#ifndef DIBS_BENCH_WORKLOAD_H
#define DIBS_BENCH_WORKLOAD_H

#include "bench/document/json.h"
#include "strategies/texts.h"

/* Of the scenario as result documents have it. Contenders, names, repeats and the machine's share
 * (placement in lockstep) are no part of it. Close the lines with texts_close. */
void workload_read(const json *scenario, struct texts *lines);

/* In the order of the alphabet, as workload_same wants them. */
void workload_sort(struct texts *lines);

/* False: `why` names what differs, up to a few keys: "items 1000 instead of 500". */
bool workload_same(const struct texts *now, const struct texts *before, char *why, size_t size);

/* The value of a key, NULL if it has no line. */
const char *workload_value(const struct texts *lines, const char *key);

#endif
