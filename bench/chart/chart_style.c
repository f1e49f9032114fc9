#include "bench/chart/chart_style.h"

#include <stdio.h>
#include <string.h>

enum { PAIRS = CHART_COLOURS * CHART_POINTS };

unsigned chart_colour(unsigned style)
{
    return style % CHART_COLOURS;
}

unsigned chart_point(unsigned style)
{
    return style / CHART_COLOURS % CHART_POINTS;
}

/* Every place below PAIRS has a pair of its own; the shifts from row to row of CHART_COLOURS keep
 * the colours of the published comparison apart. */
static unsigned style_at(unsigned place)
{
    unsigned row = place / CHART_COLOURS;
    return (place + row % 2 * 2) % CHART_COLOURS + (place + row * 3) % CHART_POINTS * CHART_COLOURS;
}

/* Its place among all contenders that are declared, of which there are `*count`; -1: it is none. */
static int place_of(const char *name, unsigned *count)
{
    int place = -1;
    *count = 0;
    for (size_t i = 0; strategies[i]; i++)
        for (const struct contender *c = strategies[i]->contenders; c->name; c++, ++*count)
            if (strcmp(c->name, name) == 0)
                place = (int)*count;
    return place;
}

static unsigned hash(const char *name)
{
    unsigned value = 5381;
    while (*name)
        value = value * 33 + (unsigned char)*name++;
    return value;
}

static bool is_free(const struct chart_styles *styles, unsigned style)
{
    for (size_t i = 0; i < styles->count; i++)
        if (styles->entries[i].style == style)
            return false;
    return true;
}

/* From the places that no declared contender has. */
static unsigned style_of_other(struct chart_styles *styles, const char *name, unsigned declared)
{
    unsigned first = declared < PAIRS ? declared : 0, room = PAIRS - first;
    unsigned at = hash(name) % room, style = style_at(first + at);
    for (size_t i = 0; i < styles->count; i++)
        if (strcmp(styles->entries[i].name, name) == 0)
            return styles->entries[i].style;
    for (unsigned tries = 1; tries < room && !is_free(styles, style); tries++)
        style = style_at(first + (at + tries) % room);
    if (styles->count < CHART_STYLES_MAX) {
        snprintf(styles->entries[styles->count].name, SCENARIO_LABEL_MAX, "%s", name);
        styles->entries[styles->count++].style = style;
    }
    return style;
}

unsigned chart_style_of(struct chart_styles *styles, const char *name)
{
    unsigned declared;
    int place = place_of(name, &declared);
    return place >= 0 ? style_at((unsigned)place) : style_of_other(styles, name, declared);
}
