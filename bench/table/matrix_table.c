#include "bench/matrix/matrix.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { COLUMNS = 5, NAME_WIDTH = 24, CELL_WIDTH = 15 }; /* 99 columns */

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

/* Of a sweep: the points that came to the worst. */
static void write_signature(const struct matrix_cell *cell, char *text, size_t size)
{
    static const struct {
        enum sweep_outcome outcome;
        const char *what;
    } outcomes[] = {
        {SWEEP_LOST, "lost"},       {SWEEP_STRANDED, "strand"}, {SWEEP_UNFINISHED, "left"},
        {SWEEP_REDUNDANT, "twice"}, {SWEEP_ONCE, "once"},
    };
    for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++)
        if (cell->signature[outcomes[i].outcome] > 0) {
            snprintf(text, size, " %" PRIu32 "/%" PRIu32 " %s",
                     cell->signature[outcomes[i].outcome], cell->points, outcomes[i].what);
            return;
        }
}

/* The worst that happened, in the fewest letters. */
static void write_figure(const struct matrix_cell *cell, char *text, size_t size)
{
    const struct findings *f = &cell->findings;
    const struct {
        uint64_t count;
        const char *what;
    } figures[] = {
        {cell->items.lost - cell->items.lost_anew, "lost"},
        {cell->items.lost_anew, "mark lost"},
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
    if (cell->points > 0) {
        write_signature(cell, text, size);
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

static const struct matrix_cell *find(const struct matrix *matrix, uint32_t row, uint32_t contender)
{
    for (uint32_t i = 0; i < matrix->cell_count; i++)
        if (matrix->cells[i].row == row && matrix->cells[i].contender == contender)
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

/* How much of a head stands on its first line: all that fits, or else up to its last hyphen. */
static int first_part(const char *name)
{
    int length = (int)strlen(name), most = length;
    while (most > CELL_WIDTH - 1 || (most < length && most > 1 && name[most - 1] != '-'))
        most--;
    return most;
}

/* On two lines where one of them is too long. */
static void write_heads(const struct matrix *matrix, uint32_t from, uint32_t to, FILE *out)
{
    bool any_rest = false;
    fprintf(out, "\n%-*s", NAME_WIDTH, "contender");
    for (uint32_t i = from; i < to; i++) {
        int length = first_part(matrix->rows[i].name);
        fprintf(out, "%-*.*s", CELL_WIDTH, length, matrix->rows[i].name);
        any_rest |= matrix->rows[i].name[length] != '\0';
    }
    if (any_rest)
        fprintf(out, "\n%-*s", NAME_WIDTH, "");
    for (uint32_t i = from; any_rest && i < to; i++) {
        const char *name = matrix->rows[i].name;
        fprintf(out, "%-*.*s", CELL_WIDTH, CELL_WIDTH - 1, name + first_part(name));
    }
    fputc('\n', out);
}

static void write_block(const struct matrix *matrix, uint32_t from, uint32_t to, FILE *out)
{
    write_heads(matrix, from, to, out);
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

static void write_sweep(const struct matrix *matrix, const struct matrix_cell *cell, FILE *out)
{
    fprintf(out, "%-*.*s%-*.*s%6" PRIu32, NAME_WIDTH, NAME_WIDTH - 1,
            matrix->contenders[cell->contender].contender->name, CELL_WIDTH, CELL_WIDTH - 1,
            matrix->rows[cell->row].name, cell->points);
    for (enum sweep_outcome outcome = 0; outcome < SWEEP_OUTCOMES; outcome++)
        fprintf(out, "%11" PRIu32, cell->signature[outcome]);
    fputc('\n', out);
}

/* The signatures: the points of each sweep by what came of them. */
static void write_sweeps(const struct matrix *matrix, FILE *out)
{
    bool headed = false;
    for (uint32_t i = 0; i < matrix->cell_count; i++) {
        const struct matrix_cell *cell = &matrix->cells[i];
        if (cell->points == 0)
            continue;
        if (!headed) {
            fprintf(out, "\n%-*s%-*s%6s", NAME_WIDTH, "contender", CELL_WIDTH, "sweep", "points");
            for (enum sweep_outcome outcome = 0; outcome < SWEEP_OUTCOMES; outcome++)
                fprintf(out, "%11s", sweep_outcome_name(outcome));
            fputc('\n', out);
        }
        headed = true;
        write_sweep(matrix, cell, out);
    }
}

static void write_reasons(const struct matrix *matrix, FILE *out)
{
    for (uint32_t i = 0; i < matrix->cell_count; i++) {
        const struct matrix_cell *cell = &matrix->cells[i];
        if (cell->why[0] != '\0')
            fprintf(out, "%s, %s: %s\n", matrix->rows[cell->row].name,
                    matrix->contenders[cell->contender].contender->name, cell->why);
    }
}

static void write_count(const struct matrix *matrix, FILE *out)
{
    uint32_t run = 0;
    char of[16] = "";
    for (uint32_t i = 0; i < matrix->cell_count; i++)
        run += matrix->cells[i].verdict != MATRIX_NOT_RUN;
    if (run < matrix->cell_count)
        snprintf(of, sizeof of, " of %" PRIu32, matrix->cell_count);
    fprintf(out, "%" PRIu32 "%s cells in %.0f s, %" PRIu32 " pairs make no sense\n", run, of,
            matrix->seconds, matrix->skipped_count);
}

void matrix_table(const struct matrix *matrix, FILE *out)
{
    for (uint32_t from = 0; from < matrix->row_count; from += COLUMNS) {
        uint32_t to = from + COLUMNS;
        write_block(matrix, from, to < matrix->row_count ? to : matrix->row_count, out);
    }
    write_sweeps(matrix, out);
    fputc('\n', out);
    for (uint32_t i = 0; i < matrix->row_count; i++)
        fprintf(out, "%-21s %s\n", matrix->rows[i].name, matrix->rows[i].question);
    fprintf(out, "\nok: all promises kept; -: nothing promised that covers it; /: not judged, for "
                 "it\nends by its number of cycles; ?: unknown, or the "
                 "fault hit nothing;\nFAIL: a declared promise broken. Beside it the worst that "
                 "happened, or the time to recover;\nin a sweep, at how many of its points.\n\n");
    write_reasons(matrix, out);
    write_count(matrix, out);
}
