/* The integers of a run that a second run of the same seed repeats exactly, and nothing else:
 * calls of each command, calls inside scripts, bytes, round trips, keys left behind, fates. */
#ifndef DIBS_BENCH_COUNTS_H
#define DIBS_BENCH_COUNTS_H

#include "bench/document/json.h"

enum { COUNTS_MAX = 256, COUNTS_NAME_MAX = 24 };

/* In place of a value: it differs between two runs of one seed (by the hash seed of the server,
 * for instance), and is never compared. */
#define COUNT_BOUNDED INT64_C(-1)

/* Beyond it a double is no integer, and a sum might not fit. */
#define COUNT_LARGEST (INT64_C(1) << 53)

struct count {
    char group[COUNTS_NAME_MAX]; /* a command, in capitals; or "fates", "run" */
    char name[COUNTS_NAME_MAX];
    int64_t value;
};

/* Sorted by group and name. */
struct counts {
    struct count list[COUNTS_MAX];
    size_t used;
};

/* Of a run as result documents have it. False: it has none, more than COUNTS_MAX, or
 * one beyond COUNT_LARGEST. */
bool counts_read(const json *run, struct counts *counts);

/* What differs from `other`, a run of the same seed, becomes bounded. */
void counts_meet(struct counts *counts, const struct counts *other);

/* Adds one, or replaces its value. False: there is no room. */
bool counts_set(struct counts *counts, const char *group, const char *name, int64_t value);

/* 0 where there is none: a command that was not called. */
int64_t counts_get(const struct counts *counts, const char *group, const char *name);
bool counts_has(const struct counts *counts, const char *group, const char *name);

#endif
