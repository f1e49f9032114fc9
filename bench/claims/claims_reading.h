/* The file of claims while it is being read. Internal to its reader. */
#ifndef DIBS_BENCH_CLAIMS_READING_H
#define DIBS_BENCH_CLAIMS_READING_H

#include "bench/claims/claims.h"
#include "bench/document/json.h"

struct claims_reading {
    struct claims *claims;
    json *specimen;   /* a run as results hold it: which names formulas may use; owned */
    char object[64];  /* what is being read, for errors: the id of a claim, the name of a run */
};

/* What a key's value is read into: `to` is inside the object that it belongs to. False: error. */
typedef bool claims_reader(struct claims_reading *r, const char *key, node value, void *to);

/* A key of a mapping. */
struct claims_key {
    const char *name;
    claims_reader *read;
    size_t offset; /* of `to` */
};

/* "file:line: object: key: reason"; `key` may be NULL. Returns false, so that callers can. */
bool claims_fail(struct claims_reading *r, node at, const char *key, const char *reason, ...)
    __attribute__((format(printf, 4, 5)));

/* Every pair of a mapping by its row of `keys`, which ends in a NULL name; each at most once. */
bool claims_read_map(struct claims_reading *r, node map, const struct claims_key *keys,
                     void *object);

/* Readers of plain values. */
claims_reader claims_read_text, claims_read_switch, claims_read_number, claims_read_range;

/* One claim: `r->claims->claims[count]`; counts it. */
bool claims_read_row(struct claims_reading *r, node row);

/* The number of the piece, taken up where it is new; -1: error. */
int claims_piece_of(struct claims_reading *r, node at, const struct claims_run *run,
                    const char *contender);

const struct claims_run *claims_run_of(const struct claims *claims, const char *name);

#endif
