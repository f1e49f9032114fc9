/* Colour and point of contenders: one pair each, the same on every page. */
#ifndef DIBS_BENCH_CHART_STYLE_H
#define DIBS_BENCH_CHART_STYLE_H

#include "sim/scenario/scenario.h"

enum { CHART_COLOURS = 8, CHART_POINTS = 6, CHART_STYLES_MAX = 2 * SCENARIO_CONTENDERS_MAX };

/* Names that no strategy declares, as a scenario gives them. Zeroed to begin with. */
struct chart_styles {
    struct {
        char name[SCENARIO_LABEL_MAX];
        unsigned style;
    } entries[CHART_STYLES_MAX];
    size_t count;
};

/* The style of the contender that is called so: chart_colour + CHART_COLOURS * chart_point. It
 * follows from the contender's place in the registry; that of another name from the name, and is
 * moved where one of `styles` has it already. */
unsigned chart_style_of(struct chart_styles *styles, const char *name);

unsigned chart_colour(unsigned style);
unsigned chart_point(unsigned style);

#endif
