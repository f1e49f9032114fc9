/* A sweep as a picture: its points along the protocol, coloured by outcome. */
#ifndef DIBS_BENCH_SWEEP_CHART_H
#define DIBS_BENCH_SWEEP_CHART_H

#include "bench/chart/gnuplot.h"
#include "bench/document/json.h"

/* `style` is the outcome's colour and point. */
#define SWEEP_CHART_HEADER \
    "contender\tstyle\trole\tstep\tnth\tcommand\tphase\toutcome\tredundant\trecovery_s"

/* Writes <stem>.tsv into `directory` and draws it as .svg and .png beside, of a sweep as its
 * document has it; one without points has no picture. `error` is one line where the drawing failed,
 * or where the table could not be written, which is a failure too. */
enum drawing sweep_chart_draw(const char *directory, const char *stem, const json *sweep,
                              char *error, size_t size);

#endif
