/* One run, as an object of the result document. */
#ifndef DIBS_BENCH_RESULT_RUN_H
#define DIBS_BENCH_RESULT_RUN_H

#include "bench/document/json.h"
#include "sim/run.h"

json *result_run(const struct run_result *run);

#endif
