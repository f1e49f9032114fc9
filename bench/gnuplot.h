/* gnuplot, where it is installed: draws the charts of plots/ from tables. */
#ifndef DIBS_BENCH_GNUPLOT_H
#define DIBS_BENCH_GNUPLOT_H

#include <stddef.h>

enum drawing { DRAWING_DONE, DRAWING_FAILED, DRAWING_NO_PROGRAM };

/* Runs plots/<chart>.gp on <stem>.tsv in `directory` and leaves <stem>.<format> there (svg or
 * png). `workload` stands behind the title; neither it nor `stem` holds a quote. The program is
 * $GNUPLOT, else gnuplot, gnuplot-nox or gnuplot-qt, the first that can be started. DRAWING_FAILED:
 * `error` says why in one line, and no picture is left. */
enum drawing gnuplot_draw(const char *directory, const char *chart, const char *stem,
                          const char *format, const char *workload, char *error, size_t size);

/* The same as svg and as png, side by side; `error` is of the first that fails. */
enum drawing gnuplot_draw_both(const char *directory, const char *chart, const char *stem,
                               const char *workload, char *error, size_t size);

/* What to say where there is no program. */
#define GNUPLOT_MISSING \
    "no charts: gnuplot was not found; install gnuplot-nox and run again (the tables are written)"

#endif
