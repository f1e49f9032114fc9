/* A list of items "<id>:<vendor>", the queue of those who push and pop: marks go in on the left,
 * claims come off on the right. A list keeps repeats: an item that is marked twice stands there
 * twice. */
#ifndef DIBS_STRATEGIES_LISTING_H
#define DIBS_STRATEGIES_LISTING_H

#include "strategies/strategy.h"

/* Redis' memory for one entry, measured at 200,000. */
enum { LISTING_SERVER_BYTES = 30 };

/* Builds one LPUSH or RPUSH of n > 0 items; the caller flushes the wire. */
void listing_build_push(struct seat *seat, const char *push, const char *key, const uint64_t *ids,
                        size_t n);

/* Marks items: one LPUSH for an item, variadic ones in a pipeline for many. */
enum outcome listing_mark(struct seat *seat, const char *key, const uint64_t *ids, size_t n);

/* Shows every entry of a list to the visitor, in steps, so that no reply holds up the server for
 * long. */
enum outcome listing_walk(struct wire *wire, const char *key, wire_visit *visit, void *context);

/* Reports every entry as pending. */
enum outcome listing_census(struct seat *seat, const char *key, struct census *census);

#endif
