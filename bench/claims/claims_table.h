/* Claims and their verdicts for people, the worst surprise first; at most 100 columns wide, but for
 * the commands. */
#ifndef DIBS_BENCH_CLAIMS_TABLE_H
#define DIBS_BENCH_CLAIMS_TABLE_H

#include "bench/claims/claims.h"

#include <stdio.h>

/* The claims that were wanted, how many got which verdict, and the commands that measured them. */
void claims_table_write(FILE *out, const struct claims *claims, bool colour);

/* The claims in Markdown, in the same order, as README.md takes them: a table of what does not hold
 * or depends, and what is no surprise folded away. Takes a struct claims. False: errno. */
bool claims_markdown_write(const void *claims, FILE *out);

#endif
