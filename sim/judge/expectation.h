/* What a scenario expects of its runs: a bound of a figure, or a ruling of a verdict, of all
 * contenders or of one. */
#ifndef DIBS_SIM_EXPECTATION_H
#define DIBS_SIM_EXPECTATION_H

#include "sim/run.h"

/* Reads "[CONTENDER/]NAME: [<=|>=|<|>|=] VALUE" into *expectation; NAME is a figure, or
 * verdict.NAME with the name of a ruling as its value. False: `error` says what is wrong and what
 * would be right. */
bool expectation_read(const char *text, struct expectation *expectation, char *error,
                      size_t error_size);

/* As it was meant: "redundant <= 20". */
void expectation_write(const struct expectation *expectation, char *text, size_t size);

/* Whether this measured value is as expected; whether it is expected of this run's contender. */
bool expectation_holds(const struct expectation *expectation, double measured);
bool expectation_concerns(const struct expectation *expectation, const struct run_result *run);

/* Fills result->expectations with those of its contender. Only complete and trustworthy runs are
 * judged: all others are UNKNOWN. To be called after verdict_judge.
 * Ratios take more runs than one: beside_judge adds them. */
void expectation_judge(const struct scenario *scenario, struct run_result *result);

/* The worst of them: FAIL, then UNKNOWN, then PASS; NONE: nothing was expected. */
enum ruling expectation_ruling(const struct run_result *result);

extern const char expectation_expected[];

/* Lists what may be expected, for help. */
void expectation_describe(FILE *out);

#endif
