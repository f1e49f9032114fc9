/* The set of outdated items, members "<id>:<vendor>", as every strategy with a queue keeps it. */
#ifndef DIBS_STRATEGIES_MEMBERS_H
#define DIBS_STRATEGIES_MEMBERS_H

#include "strategies/batch.h"
#include "strategies/strategy.h"

/* Redis' memory for one member, measured at 1,000,000. */
enum { MEMBERS_SERVER_BYTES = 70 };

/* Builds one SADD of n > 0 items; the caller flushes the wire. */
void members_build_add(struct seat *seat, const char *key, const uint64_t *ids, size_t n);

/* Marks items as outdated: one SADD for an item, variadic ones in a pipeline for many. */
enum outcome members_mark(struct seat *seat, const char *key, const uint64_t *ids, size_t n);

/* Reads the whole set with one SMEMBERS and adds to the batch what `is_own` says yes to. */
typedef bool members_filter(const void *context, uint64_t id);
enum outcome members_select(struct seat *seat, const char *key, members_filter *is_own,
                            const void *context, struct batch *own);

/* Refreshes each item of the batch and takes it out of the set after its refresh, one SREM each;
 * one that fails stays in the set. */
enum outcome members_refresh(struct seat *seat, const char *key, const struct batch *batch);

/* Reports every member as pending; one may be reported twice. */
enum outcome members_census(struct seat *seat, const char *key, struct census *census);

#endif
