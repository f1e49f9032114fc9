/* One run of one contender that claims are measured in. */
#ifndef DIBS_BENCH_CLAIMS_PIECE_H
#define DIBS_BENCH_CLAIMS_PIECE_H

#include "bench/claims/claims.h"
#include "bench/commands.h"

/* Says where its result goes, and from the scenario how long it will take. False: claims->error. */
bool claims_piece_prepare(struct claims *claims, struct claims_piece *piece,
                          const struct options *options, const char *directory);

/* How it is run, in a process of its own. */
struct claims_course {
    const struct claims *claims;
    const struct invocation *invocation; /* of the claims */
    uint64_t deadline_ns;                /* CLOCK_MONOTONIC */
    volatile int *stop; /* shared by all pieces; set at the deadline, and ends a run */
};

/* Leaves a result in the piece's directory, or a reason in errors.txt there; does nothing where its
 * estimate goes beyond the deadline. */
void claims_piece_run(const struct claims_course *course, const struct claims_piece *piece);

/* Fills document, or why; a run that stopped was interrupted by somebody, or else by the clock. */
void claims_piece_collect(struct claims_piece *piece, bool interrupted);

uint64_t claims_now_ns(void);

#endif
