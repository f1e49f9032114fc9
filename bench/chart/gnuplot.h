/* gnuplot, where it is installed: draws the charts of plots/ from tables. */
#ifndef DIBS_BENCH_GNUPLOT_H
#define DIBS_BENCH_GNUPLOT_H

#include <stddef.h>

enum drawing { DRAWING_DONE, DRAWING_FAILED, DRAWING_NO_PROGRAM };

/* Neither text holds a quote. */
struct gnuplot_chart {
    const char *name; /* plots/<name>.gp draws it */
    char stem[128];   /* of <stem>.tsv, and of its pictures */
};

/* Leaves <stem>.svg and <stem>.png of every chart in `directory`, where its table is; as many
 * gnuplots are at work as there are cores. `workload` stands behind the titles and holds no quote
 * either. The program is $GNUPLOT, else gnuplot, gnuplot-nox or gnuplot-qt, the first that can be
 * started. DRAWING_FAILED: `error` says in one line which picture was the first that failed, and
 * why; nothing is left of it, and no other was begun. */
enum drawing gnuplot_draw(const char *directory, const struct gnuplot_chart *charts, size_t count,
                          const char *workload, char *error, size_t size);

/* What to say where there is no program. */
#define GNUPLOT_MISSING \
    "no charts: gnuplot was not found; install gnuplot-nox and run again (the tables are written)"

#endif
