/* The document of sweeps: one object for one contender, else {"sweeps": [...], "skipped": [...]}.
 *
 * A sweep has contender, fault, status, error, duration_s, points[] (role, step, nth, command,
 * phase, outcome, items by fate, redundant, recovery_s) in the order of the protocol, and
 * signature.points|once|redundant|stranded|lost|unfinished, which count points by what came of
 * them. Skipped contenders have their reason. argv and environment say where all of it is from. */
#ifndef DIBS_BENCH_SWEEP_DOCUMENT_H
#define DIBS_BENCH_SWEEP_DOCUMENT_H

#include "bench/document/provenance.h"
#include "sim/trial/sweep.h"

#include <stdio.h>

/* A contender that cannot be swept. */
struct sweep_skipped {
    const char *contender, *reason;
};

struct sweep_document {
    const struct sweep *sweeps;
    uint32_t count;
    bool alone; /* one contender was asked for */
    const struct sweep_skipped *skipped;
    uint32_t skipped_count;
    const struct provenance *provenance; /* or NULL */
};

/* Belongs to the caller. */
json *sweep_document_json(const struct sweep_document *document);

/* A line for each sweep, or for each point of one. False: errno. */
bool sweep_document_print(const struct sweep_document *document, FILE *out);

#endif
