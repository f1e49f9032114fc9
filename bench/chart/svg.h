/* A picture of gnuplot's as a part of a page. */
#ifndef DIBS_BENCH_SVG_H
#define DIBS_BENCH_SVG_H

#include <stdbool.h>
#include <stdio.h>

/* Writes the picture at `path` without its prolog; `number` makes its ids unique in the page, and
 * its colours become variables of the page's style, so that it follows light and dark. False: the
 * file cannot be read or holds no picture. */
bool svg_inline(FILE *out, const char *path, unsigned number, const char *label);

#endif
