/* Verdicts on claims, computed from what was measured. */
#ifndef DIBS_BENCH_CLAIMS_VERDICT_H
#define DIBS_BENCH_CLAIMS_VERDICT_H

#include "bench/claims/claims.h"

/* The measured values of a setting, one for each repeat, at a size at which what was published is
 * to be multiplied by `scale`: fills what was measured, what was expected, verdict and surprise. It
 * holds where all of the interval lies inside the tolerance. No value, or one that is not finite:
 * not measured, and `why` is the caller's to fill beforehand. */
void claim_judge_setting(const struct claim *claim, struct claim_setting *setting,
                         const double *values, uint32_t count, double scale);

/* From the verdicts of its settings: the claim's, and which setting stands for it. */
void claim_conclude(struct claim *claim);

#endif
