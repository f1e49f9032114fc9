/* Colour and point of contenders: one pair each throughout everything that is drawn together, and
 * as far as there are enough colours no two of one colour. */
#ifndef DIBS_BENCH_CHART_STYLE_H
#define DIBS_BENCH_CHART_STYLE_H

#include "sim/scenario/scenario.h"

enum { CHART_COLOURS = 8, CHART_POINTS = 6, CHART_STYLES_MAX = 2 * SCENARIO_CONTENDERS_MAX };

/* Zeroed to begin with. */
struct chart_styles {
    struct {
        char name[SCENARIO_LABEL_MAX];
        unsigned style;
    } entries[CHART_STYLES_MAX];
    size_t count;
};

/* The style of the contender that is called so: the colour is its remainder by CHART_COLOURS, the
 * point that by CHART_POINTS. A contender keeps the place that it has among all that are known,
 * where nobody else has its colour. `strategy` (or NULL) is asked where a scenario named it. */
unsigned chart_style_of(struct chart_styles *styles, const char *name, const char *strategy);

#endif
