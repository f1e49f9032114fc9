/* What tables say of claims: their order, and the texts of their cells. */
#ifndef DIBS_BENCH_CLAIMS_CELLS_H
#define DIBS_BENCH_CLAIMS_CELLS_H

#include "bench/claims/claims.h"

#include <stdio.h>

enum { CLAIM_CELL_MAX = 256 };

/* The claims that were wanted, the worst surprise first; returns their number. */
unsigned claims_sort(const struct claims *claims, const struct claim *sorted[CLAIMS_MAX]);

/* Letter and line: "s22 f20". */
void claim_write_places(const struct claim *claim, char text[CLAIM_CELL_MAX]);

/* As published, and in parentheses what was expected at the size that was measured, where that is
 * something else. */
void claim_write_published(const struct claim *claim, char text[CLAIM_CELL_MAX]);

/* "measured (low-high)" of a setting; its interval only where it is one. */
void claim_write_measured(const struct claim_setting *setting, char text[CLAIM_CELL_MAX]);

/* Whose letters those are, in two lines. */
void claims_documents_write(FILE *out, const char *title);

#endif
