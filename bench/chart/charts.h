/* The charts of a comparison: tables as tab-separated files, and pictures drawn from them. */
#ifndef DIBS_BENCH_CHARTS_H
#define DIBS_BENCH_CHARTS_H

#include "bench/chart/chart_data.h"

/* Writes <chart><suffix>.tsv into `directory` for every table of chart_table.h and draws each as
 * .svg and .png beside it. Runs that did not complete, or in which nothing was refreshed,
 * are left out; repeats of a contender become one row with their range (histograms are merged).
 *
 * `message` is what the user should know, in one line, or "": who was left out, which chart had
 * nothing to show, that gnuplot is missing and how to get it (which is no failure). False: a table
 * could not be written, or gnuplot failed; `message` begins with that. */
bool charts_draw(const char *directory, const char *suffix, const struct chart_data *data,
                 char *message, size_t size);

#endif
