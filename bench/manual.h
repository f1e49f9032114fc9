/* The manual page, made of the tables that --help is made of. */
#ifndef DIBS_BENCH_MANUAL_H
#define DIBS_BENCH_MANUAL_H

#include <stdio.h>

/* In troff, for section 1. */
void manual_write(FILE *out);

#endif
