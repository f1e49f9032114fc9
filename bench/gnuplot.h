/* gnuplot, where it is installed: draws the charts of plots/ from tables. */
#ifndef DIBS_BENCH_GNUPLOT_H
#define DIBS_BENCH_GNUPLOT_H

#include <stddef.h>

enum drawing { DRAWING_DONE, DRAWING_FAILED, DRAWING_NO_PROGRAM };

/* Runs plots/<chart>.gp on <chart>.tsv in `directory` and leaves <chart>.<format> there (svg or
 * png). `workload` stands behind the title and holds no quote. The program is $GNUPLOT, else
 * gnuplot, gnuplot-nox or gnuplot-qt, the first that can be started. DRAWING_FAILED: `error` says
 * why in one line, and no picture is left. */
enum drawing gnuplot_draw(const char *directory, const char *chart, const char *format,
                          const char *workload, char *error, size_t size);

#endif
