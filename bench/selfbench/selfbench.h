/* dibs against itself: what its seeding, its metered connections and its ledger cost, beside
 * redis-cli and redis-benchmark on the same core. */
#ifndef DIBS_BENCH_SELFBENCH_H
#define DIBS_BENCH_SELFBENCH_H

#include <stdbool.h>

/* Measures everything in rounds and prints a table with the goals, or (json) one object, on
 * stdout. Returns the exit status: a goal that is missed is shown by a word and is no failure.
 * `program` is the server's (NULL: the one that is found); *interrupted ends it early. */
int selfbench_command(const char *program, bool json, bool quiet, const volatile int *interrupted);

#endif
