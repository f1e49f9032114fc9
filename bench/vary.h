/* A scenario that varies one thing: a run of every contender at each value, all else being the
 * same. */
#ifndef DIBS_BENCH_VARY_H
#define DIBS_BENCH_VARY_H

#include "bench/document/json.h"
#include "sim/run.h"

/* Longer runs are not begun, which is said. */
#define VARY_RUN_MAX_S 60.0

/* A point that is not run. */
struct vary_skip {
    const struct entry *entry;
    uint64_t value;
    double estimate_s;
    char reason[RUN_REASON_MAX];
};

/* How many points there are: 1 where nothing is varied. */
uint32_t vary_points(const struct scenario *scenario);
/* The scenario of one of them. */
void vary_point(const struct scenario *scenario, uint32_t i, struct scenario *point);
const char *vary_name(enum vary what);

/* Whether this contender would take too long, or too much memory, at that point. */
bool vary_skips(const struct scenario *point, const struct entry *entry, struct vary_skip *skip);

/* What one repeat of this contender needs: the seconds of all points not skipped, and the bytes
 * of the largest. `point` is for its own use. */
struct estimate vary_estimate(const struct scenario *scenario, const struct entry *entry,
                              struct scenario *point);

/* null, or {"what", "values"}; and the points that were not run. */
json *vary_document(const struct scenario *scenario);
json *vary_skipped(const struct vary_skip *skips, size_t count);

/* One line for each contender and value: what an item costs, and how fast it goes. */
void vary_table(FILE *out, const struct scenario *scenario, const struct run_result *runs,
                size_t count, bool colour);

#endif
