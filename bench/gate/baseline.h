/* A baseline: what a lockstep run of a scenario costs each contender, in integers. As a file it is
 * small, sorted text that is read in review, as a snapshot is:
 *
 *     dibs-baseline 1
 *     server redis 7.0
 *     workload items 1000
 *
 *     [harbor-23183]
 *     SPOP   calls 10  errors 0  in 8000  inner 0  out 500
 *     fates  claimed 0  dead 0  lost 0  pending 150  redundant 0  stranded 0
 *     run    keys_left 1  round_trips 460
 *
 *     end
 *
 * A `~` in place of a number is a counter that differs between two runs of one seed. */
#ifndef DIBS_BENCH_BASELINE_H
#define DIBS_BENCH_BASELINE_H

#include "bench/document/counts.h"
#include "bench/document/workload.h"
#include "bench/status.h"
#include "sim/scenario/scenario.h"

struct baseline_contender {
    char label[SCENARIO_LABEL_MAX];
    struct counts counts;
};

/* {0} is an empty one. */
struct baseline {
    char server[48]; /* "redis 7.0"; "": not known */
    struct texts workload;
    struct baseline_contender *contenders; /* owned; in the order of their labels */
    size_t count;
};

/* NULL: out of memory. The entry of this label, new if there was none. */
struct baseline_contender *baseline_add(struct baseline *baseline, const char *label);
const struct baseline_contender *baseline_find(const struct baseline *baseline, const char *label);

/* "redis", "7.0.15" is "redis 7.0". */
void baseline_set_server(struct baseline *baseline, const char *kind, const char *version);

/* STATUS_USAGE: it cannot be read, STATUS_NOT_COMPARABLE: it is of another version; `error` is one
 * line, with the line of the file. Close it in any case. */
enum status baseline_load(struct baseline *baseline, const char *path, char *error, size_t size);
/* Replaces the file as a whole. `command` is what writes it, for its first line. */
bool baseline_save(const struct baseline *baseline, const char *path, const char *command,
                   char *error, size_t size);

void baseline_close(struct baseline *baseline);

#endif
