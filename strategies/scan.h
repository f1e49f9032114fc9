/* The keys and the round of strategy `scan`, which others put locks around. */
#ifndef DIBS_STRATEGIES_SCAN_H
#define DIBS_STRATEGIES_SCAN_H

#include "strategies/key.h"

/* The first entries of the parameters of `scan` and of every strategy around it. */
enum { SCAN_COUNT, SCAN_SHUFFLE, SCAN_PARAMETERS };
#define SCAN_PARAMETER_COUNT                                                                       \
    {                                                                                              \
        .name = "count", .type = PARAMETER_INTEGER, .fallback = "1000", .min = 1, .max = 1000000,  \
        .help = "COUNT of each SCAN (as published)",                                               \
    }
#define SCAN_PARAMETER_SHUFFLE                                                                     \
    {                                                                                              \
        .name = "shuffle", .type = PARAMETER_SWITCH, .fallback = "yes",                            \
        .help = "work on the keys in random order (as published)",                                 \
    }

/* What a seat remembers: its names of keys. */
struct scan {
    char pattern[KEY_MAX];
    char head[KEY_MAX]; /* of a key, in front of its id */
    char tail[KEY_MAX]; /* and behind it */
};

/* seat->state begins with a struct scan. */
bool scan_open(struct seat *seat);
enum outcome scan_mark(struct seat *seat, const uint64_t *ids, size_t n);
enum outcome scan_round(struct seat *seat);

/* What is done with one key that a round has listed, `key` being the whole name: OUTCOME_OK leads
 * on to the next. scan's own way is a refresh, then DEL unless it failed. */
typedef enum outcome scan_work(struct seat *seat, const char *key, uint64_t id);
enum outcome scan_work_on(struct seat *seat, const char *key, uint64_t id);

/* scan_round, with another way of working. */
enum outcome scan_round_with(struct seat *seat, scan_work *work);

enum outcome scan_census(struct seat *seat, struct census *census);
struct needs scan_needs(const struct seat *seat);

#endif
