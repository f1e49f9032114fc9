/* What a recording is made of and on: what must stay the same until it is whole. */
#ifndef DIBS_BENCH_PROOF_ORIGIN_H
#define DIBS_BENCH_PROOF_ORIGIN_H

#include "bench/proof/proof_record.h"

/* Fills the environment, of machine and server, by a server that is started for this, and the lines
 * of the origin: workload, dibs, processor, server. False: `error` is one line. */
bool proof_origin_read(const struct pair_arm *arm, const struct run_options *options,
                       struct environment *environment, struct texts *origin, char *error,
                       size_t size);

#endif
