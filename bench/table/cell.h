/* How numbers are written in tables, and colour. */
#ifndef DIBS_BENCH_CELL_H
#define DIBS_BENCH_CELL_H

#include <stdbool.h>
#include <stdio.h>

enum { CELL_MAX = 32 };

enum form {
    FORM_COUNT, /* "1,234,567" */
    FORM_1,     /* decimals, as long as the number is short */
    FORM_2,
    FORM_3,
    FORM_PERCENT, /* of a share: 0.25 is "25.0 %" */
};

/* A value that is not there (NaN) is "-". */
void cell_write(double value, enum form form, char text[CELL_MAX]);

/* True where colour is wanted: a terminal, and no NO_COLOR. */
bool cell_colour(FILE *out);
/* The escape sequence, or "" without colour. */
const char *cell_paint(bool colour, const char *code);

#define CELL_BOLD "\033[1m"
#define CELL_RED "\033[31m"
#define CELL_PLAIN "\033[0m"

#endif
