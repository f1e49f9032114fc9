/* The scenario, as an object of the result document. */
#ifndef DIBS_BENCH_RESULT_SCENARIO_H
#define DIBS_BENCH_RESULT_SCENARIO_H

#include "bench/document/json.h"
#include "sim/scenario/scenario.h"

/* null for NULL. */
json *result_scenario(const struct scenario *scenario);

#endif
