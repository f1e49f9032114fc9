/* The document of a soak: status (complete, interrupted, failed), contenders[] (contender, runs,
 * faults, faults_hit, redundant, lost, accused, unsure), findings[] (contender, seed, accused, why)
 * of runs that are accused or unsure, killed_writers and leaks. What was not come to is 0. */
#ifndef DIBS_BENCH_SOAK_DOCUMENT_H
#define DIBS_BENCH_SOAK_DOCUMENT_H

#include "sim/trial/oracle.h"
#include "sim/trial/soak.h"

#include <stdio.h>

/* False: errno. */
bool soak_document_print(const struct soak *soak, const struct oracle_report *oracle,
                         enum run_status status, FILE *out);

#endif
