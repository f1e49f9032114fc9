/* The set of outdated items, members "<id>:<vendor>", as modulo, claim and pop keep it. */
#ifndef DIBS_STRATEGIES_MEMBERS_H
#define DIBS_STRATEGIES_MEMBERS_H

#include "strategies/strategy.h"

/* Redis' memory for one member, measured at 1,000,000. */
enum { MEMBERS_SERVER_BYTES = 70 };

/* Builds one SADD of n > 0 items; the caller flushes the wire. */
void members_build_add(struct seat *seat, const char *key, const uint64_t *ids, size_t n);

/* Marks items as outdated: one SADD for an item, variadic ones in a pipeline for many. */
enum outcome members_mark(struct seat *seat, const char *key, const uint64_t *ids, size_t n);

/* Reports every member as pending; one may be reported twice. */
enum outcome members_census(struct seat *seat, const char *key, struct census *census);

#endif
