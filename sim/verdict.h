/* Which of a contender's declared promises a run has broken: with instances that were killed, or
 * came and went, only those that hold under that are judged. */
#ifndef DIBS_SIM_VERDICT_H
#define DIBS_SIM_VERDICT_H

#include "sim/run.h"

/* Fills result->broken_promise with one line, what and by how much, or "". Only complete and
 * trustworthy runs are judged; a run that ends by its number of cycles is not judged on at least
 * once. */
void verdict_judge(const struct scenario *scenario, struct run_result *result);

/* The name of one promise, as tables and the list write it. */
const char *promise_name(enum promise promise);

#endif
