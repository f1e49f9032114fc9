/* Whether the server can be used, asked before anything is made: what is in the way is then one
 * line and not one for each run, and no directory of results is left that says nothing else. */
#ifndef DIBS_BENCH_PREFLIGHT_H
#define DIBS_BENCH_PREFLIGHT_H

#include "bench/commands.h"

/* The program of the private server: `wanted` (or NULL, see program_find) into `program`.
 * It has answered once. False: error. */
bool preflight_private(const struct invocation *invocation, const char *wanted, char *program,
                       size_t size, char *error, size_t error_size);

/* The user's server lets us in, and its database is empty; leftovers are removed where that was
 * asked for. False: error. */
bool preflight_user(const struct invocation *invocation, char *error, size_t error_size);

#endif
