/* The verdicts: what a run has shown against what its contender's code has declared that it keeps.
 *
 * FAIL if the certain breaches of a promise are more than none, PASS if there can be none at all,
 * UNKNOWN in between, and wherever a fault has not struck as it was meant to. Where nothing is
 * promised the counts stand with the words "not promised". */
#ifndef DIBS_SIM_VERDICT_H
#define DIBS_SIM_VERDICT_H

#include "sim/run.h"

/* Fills result->verdicts, and result->broken_promise with the first FAIL as one line, what and by
 * how much, or "". Only complete and trustworthy runs are judged; a run that ends by its number of
 * cycles is not judged on at least once and liveness. */
void verdict_judge(const struct scenario *scenario, struct run_result *result);

/* A promise of this run is of unknown outcome: a fault hit nothing, or the journal is cut off. */
bool verdict_is_unknown(const struct run_result *result);

/* The name of one promise, as tables and the list write it. */
const char *promise_name(enum promise promise);

/* "at_least_once", as results and scenarios write it. */
const char *verdict_name_of(enum verdict_kind kind);
const char *ruling_name(enum ruling ruling); /* "pass" */

#endif
