/* Where a document comes from: how dibs was asked for it, and what it was measured on. */
#ifndef DIBS_BENCH_PROVENANCE_H
#define DIBS_BENCH_PROVENANCE_H

#include "bench/commands.h"
#include "bench/document/json.h"
#include "sim/machine/environment.h"

struct provenance {
    int argc;
    char *const *argv;
    bool measured; /* here and now; else there is no environment */
    struct environment environment;
};

/* Reads the machine, and what a private server of this program says of itself: one is started for
 * it and ended again; what it does not tell stays unknown. Without a program nothing is measured
 * here. */
void provenance_read(struct provenance *provenance, const struct invocation *invocation,
                     const char *program);

/* Reads the machine; of its server the first run tells (run_options.environment). */
void provenance_read_machine(struct provenance *provenance, const struct invocation *invocation);

/* Puts "argv" (never with a password) and "environment"; null both where `provenance` is NULL. */
void provenance_put(json *document, const struct provenance *provenance);

/* The command line, never with a password. */
json *provenance_argv(int argc, char *const *argv);

#endif
