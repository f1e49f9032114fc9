#include "bench/chart/chart_style.h"

#include <stdio.h>
#include <string.h>

/* Its place among all contenders that are known; of a name that a scenario gave, that of the first
 * contender of its strategy. */
static unsigned place_of(const char *name, const char *strategy)
{
    unsigned place = 0, of_strategy = 0;
    bool found = false;
    for (size_t i = 0; strategies[i]; i++) {
        if (!found && strategy && strcmp(strategies[i]->name, strategy) == 0) {
            found = true;
            of_strategy = place;
        }
        for (const struct contender *c = strategies[i]->contenders; c->name; c++, place++)
            if (strcmp(c->name, name) == 0)
                return place;
    }
    return of_strategy;
}

/* Colours are given out before any is given twice; pairs likewise. */
static bool is_free(const struct chart_styles *styles, unsigned style)
{
    bool colours = styles->count < CHART_COLOURS;
    for (size_t i = 0; i < styles->count; i++) {
        bool same_colour = styles->entries[i].style % CHART_COLOURS == style % CHART_COLOURS;
        bool same_point = styles->entries[i].style % CHART_POINTS == style % CHART_POINTS;
        if (same_colour && (colours || same_point))
            return false;
    }
    return true;
}

unsigned chart_style_of(struct chart_styles *styles, const char *name, const char *strategy)
{
    enum { PAIRS = 24 }; /* the least common multiple of colours and points */
    for (size_t i = 0; i < styles->count; i++)
        if (strcmp(styles->entries[i].name, name) == 0)
            return styles->entries[i].style;
    unsigned style = place_of(name, strategy);
    for (unsigned tries = 0; tries < PAIRS && !is_free(styles, style); tries++)
        style++;
    if (styles->count < CHART_STYLES_MAX) {
        snprintf(styles->entries[styles->count].name, SCENARIO_LABEL_MAX, "%s", name);
        styles->entries[styles->count++].style = style;
    }
    return style;
}
