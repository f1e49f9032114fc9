/* Runs what claims are measured in, and reads their figures. */
#ifndef DIBS_BENCH_CLAIMS_MEASURE_H
#define DIBS_BENCH_CLAIMS_MEASURE_H

#include "bench/claims/claims.h"
#include "bench/commands.h"

/* Runs every piece that is wanted, each as the command that stands beside its rows, with its result
 * below directory/runs: first those that want to be alone, then the others side by side. Of a piece
 * that would not be over in time nothing is run, and `why` says so; the same where a run fails. The
 * verdicts are computed then. False: interrupted, or a process could not be made: claims->error;
 * what was measured until then is judged. */
bool claims_measure(struct claims *claims, const struct invocation *invocation,
                    const char *directory);

/* Only the figures and verdicts, of the pieces' documents as they are: of all claims, or of one
 * setting of one of them. */
void claims_evaluate(struct claims *claims);
void claims_evaluate_setting(const struct claims *claims, const struct claim *claim,
                             struct claim_setting *setting);

#endif
