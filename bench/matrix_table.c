#include "bench/matrix.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { COLUMNS = 7, NAME_WIDTH = 24, CELL_WIDTH = 16 };

static const struct {
    const char *name, *mark; /* in the document, and in the matrix */
    enum status status;
} verdicts[MATRIX_VERDICTS] = {
    [MATRIX_NOT_RUN] = {"not_run", "", STATUS_GOOD},
    [MATRIX_PASS] = {"pass", "ok", STATUS_GOOD},
    [MATRIX_FAIL] = {"fail", "FAIL", STATUS_BROKEN},
    [MATRIX_UNKNOWN] = {"unknown", "?", STATUS_UNKNOWN},
    [MATRIX_NOT_PROMISED] = {"not_promised", "-", STATUS_GOOD},
    [MATRIX_NOT_JUDGED] = {"not_judged", "/", STATUS_GOOD},
    [MATRIX_UNTRUSTWORTHY] = {"untrustworthy", "books", STATUS_NOT_TRUSTWORTHY},
    [MATRIX_COULD_NOT_RUN] = {"could_not_run", "error", STATUS_COULD_NOT_RUN},
};

const char *matrix_verdict_name(enum matrix_verdict verdict)
{
    return verdicts[verdict].name;
}

enum status matrix_status(const struct matrix *matrix)
{
    enum status status = STATUS_GOOD;
    for (uint32_t i = 0; i < matrix->cell_count; i++)
        status = status_worse(status, verdicts[matrix->cells[i].verdict].status);
    return status;
}

/* The worst that happened, in the fewest letters. */
static void write_figure(const struct matrix_cell *cell, char *text, size_t size)
{
    const struct findings *f = &cell->findings;
    const struct {
        uint64_t count;
        const char *what;
    } figures[] = {
        {cell->items.lost, "lost"},
        {cell->items.stranded, "stranded"},
        {cell->items.pending + cell->items.claimed, "left"},
        {f->lost_updates.certain, "upd lost"},
        {f->stale_writes.certain, "stale"},
        {f->overlaps.certain, "overlap"},
        {f->redundant.certain, "twice"},
        {cell->items.dead, "dead"},
    };
    text[0] = '\0';
    if (cell->verdict == MATRIX_NOT_RUN || cell->verdict == MATRIX_COULD_NOT_RUN)
        return;
    if (!cell->hit) {
        snprintf(text, size, " no hit");
        return;
    }
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        if (figures[i].count > 0) {
            snprintf(text, size, " %" PRIu64 " %s", figures[i].count, figures[i].what);
            return;
        }
    if (isfinite(f->recovery_s) && f->recovery_s > 0)
        snprintf(text, size, " %.2f s", f->recovery_s);
}

static const struct matrix_cell *find(const struct matrix *matrix, uint32_t scenario,
                                      uint32_t contender)
{
    for (uint32_t i = 0; i < matrix->cell_count; i++)
        if (matrix->cells[i].scenario == scenario && matrix->cells[i].contender == contender)
            return &matrix->cells[i];
    return NULL;
}

static bool has_cells(const struct matrix *matrix, uint32_t contender, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        if (find(matrix, i, contender) != NULL)
            return true;
    return false;
}

static void write_block(const struct matrix *matrix, uint32_t from, uint32_t to, FILE *out)
{
    fprintf(out, "\n%-*s", NAME_WIDTH, "contender");
    for (uint32_t i = from; i < to; i++)
        fprintf(out, "%-*.*s", CELL_WIDTH, CELL_WIDTH - 1, matrix->scenarios[i]);
    fputc('\n', out);
    for (uint32_t k = 0; k < matrix->contender_count; k++) {
        if (!has_cells(matrix, k, from, to))
            continue;
        fprintf(out, "%-*.*s", NAME_WIDTH, NAME_WIDTH - 1, matrix->contenders[k].contender->name);
        for (uint32_t i = from; i < to; i++) {
            char figure[32] = "", text[48] = "";
            const struct matrix_cell *cell = find(matrix, i, k);
            if (cell != NULL) {
                write_figure(cell, figure, sizeof figure);
                snprintf(text, sizeof text, "%s%s", verdicts[cell->verdict].mark, figure);
            }
            fprintf(out, "%-*.*s", CELL_WIDTH, CELL_WIDTH - 1, text);
        }
        fputc('\n', out);
    }
}

static void write_reasons(const struct matrix *matrix, FILE *out)
{
    for (uint32_t i = 0; i < matrix->cell_count; i++) {
        const struct matrix_cell *cell = &matrix->cells[i];
        if (cell->why[0] != '\0')
            fprintf(out, "%s, %s: %s\n", matrix->scenarios[cell->scenario],
                    matrix->contenders[cell->contender].contender->name, cell->why);
    }
}

void matrix_table(const struct matrix *matrix, FILE *out)
{
    for (uint32_t from = 0; from < matrix->scenario_count; from += COLUMNS) {
        uint32_t to = from + COLUMNS;
        write_block(matrix, from, to < matrix->scenario_count ? to : matrix->scenario_count, out);
    }
    fputc('\n', out);
    for (uint32_t i = 0; i < matrix->scenario_count; i++)
        fprintf(out, "%-24s %s\n", matrix->scenarios[i], matrix->questions[i]);
    fprintf(out, "\nok: all promises kept; -: nothing promised that covers it; /: not judged, for "
                 "it\nends by its number of cycles; ?: unknown, or the "
                 "fault hit nothing;\nFAIL: a declared promise broken. Beside it the worst that "
                 "happened, or the time to recover.\nRows 5, 6, 7 and 11 are dibs sweep.\n\n");
    write_reasons(matrix, out);
    fprintf(out, "%u cells in %.0f s, %u pairs make no sense\n", matrix->cell_count,
            matrix->seconds, matrix->skipped_count);
}
