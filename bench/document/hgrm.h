/* Percentile texts, in the form that HdrHistogram's plotters read. */
#ifndef DIBS_BENCH_HGRM_H
#define DIBS_BENCH_HGRM_H

#include "bench/chart/chart_data.h"

/* Writes delay-<contender><suffix>.hgrm for every contender that refreshed something, in ms. False:
 * `error` is one line. */
bool hgrm_write_all(const char *directory, const char *suffix, const struct chart_data *data,
                    char *error, size_t size);

#endif
