#include "bench/table/table.h"

#include "bench/table/table_columns.h"
#include "sim/judge/spread.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = SCENARIO_CONTENDERS_MAX, COLUMNS_MAX = 14, TEXT_MAX = SCENARIO_LABEL_MAX };

static_assert((int)TEXT_MAX >= (int)CELL_MAX, "a cell fits into a grid");

/* Fewest refreshed, then most lost; one whose fates are not known only where there is no other. */
static bool is_worse(const struct run_result *run, const struct run_result *than)
{
    if (run->audited != than->audited)
        return run->audited;
    if (run->items.refreshed != than->items.refreshed)
        return run->items.refreshed < than->items.refreshed;
    return run->items.lost > than->items.lost;
}

static const struct run_result *worst_of(const struct row *row)
{
    const struct run_result *worst = row->runs[0];
    for (size_t i = 1; i < row->count; i++)
        worst = is_worse(row->runs[i], worst) ? row->runs[i] : worst;
    return worst;
}

static double fold(const struct row *row, const struct column *column)
{
    if (column->fold == FOLD_WORST) /* of one repeat, so that the fates add up */
        return column->cell(worst_of(row));
    double *values = calloc(row->count, sizeof *values), result = NAN;
    size_t n = 0;
    for (size_t i = 0; values && i < row->count; i++) {
        double value = column->cell(row->runs[i]);
        if (isfinite(value))
            values[n++] = value;
    }
    if (n > 0) {
        struct spread spread = spread_of(values, n);
        result = column->fold == FOLD_MAX ? spread.most : spread.median;
    }
    free(values);
    return result;
}

static bool is_shown(const struct column *column, const struct row *rows, size_t row_count)
{
    for (size_t i = 0; column->optional && i < row_count; i++)
        if (fold(&rows[i], column) > 0)
            return true;
    return !column->optional;
}

/* A table as texts: rows 0 and 1 are its head. Column 0 is the name, the last one the word. */
struct grid {
    size_t row_count, column_count;
    char texts[ROWS_MAX + 2][COLUMNS_MAX][TEXT_MAX];
    bool red[ROWS_MAX + 2]; /* the word */
};

static void put(struct grid *grid, size_t row, size_t column, const char *text)
{
    snprintf(grid->texts[row][column], TEXT_MAX, "%s", text);
}

static void fill(struct grid *grid, const struct table *table, const struct row *rows,
                 size_t row_count)
{
    size_t to = 1;
    *grid = (struct grid){.row_count = row_count + 2};
    put(grid, 1, 0, "contender");
    for (size_t i = 0; i < row_count; i++)
        put(grid, i + 2, 0, rows[i].entry->label);
    for (size_t c = 0; c < table->column_count; c++) {
        const struct column *column = &table->columns[c];
        if (!is_shown(column, rows, row_count))
            continue;
        put(grid, 0, to, column->head);
        put(grid, 1, to, column->unit);
        for (size_t i = 0; i < row_count; i++)
            cell_write(fold(&rows[i], column), column->form, grid->texts[i + 2][to]);
        to++;
    }
    grid->column_count = to + 1;
    put(grid, 1, to, table->word ? table->word_head : "");
    for (size_t i = 0; table->word && i < row_count; i++) {
        bool good;
        put(grid, i + 2, to, table->word(&rows[i], &good));
        grid->red[i + 2] = !good;
    }
}

/* Two spaces between columns where the table is then narrow enough, else one; where that is not
 * enough either, the names of contenders have no column but stand on lines of their own. */
static void measure(const struct grid *grid, int widths[COLUMNS_MAX], int *gap)
{
    int total = 0;
    for (size_t c = 0; c < grid->column_count; c++) {
        widths[c] = 0;
        for (size_t r = 0; r < grid->row_count; r++) {
            int len = (int)strlen(grid->texts[r][c]);
            widths[c] = len > widths[c] ? len : widths[c];
        }
        total += widths[c] + 2;
    }
    *gap = total - 2 <= TABLE_WIDTH ? 2 : 1;
    if (total - 1 - (int)grid->column_count > TABLE_WIDTH) /* with gaps of one */
        widths[0] = 0;
}

static void write_grid(FILE *out, const struct grid *grid, bool colour)
{
    int widths[COLUMNS_MAX], gap;
    size_t word = grid->column_count - 1;
    measure(grid, widths, &gap);
    for (size_t r = 0; r < grid->row_count; r++) {
        if (widths[0] > 0)
            fprintf(out, "%-*s", widths[0], grid->texts[r][0]);
        else if (r > 1) /* below the heads */
            fprintf(out, "%s\n", grid->texts[r][0]);
        for (size_t c = 1; c < word; c++)
            fprintf(out, "%*s", gap + widths[c], grid->texts[r][c]);
        bool red = colour && grid->red[r];
        if (*grid->texts[r][word])
            fprintf(out, "%*s%s%s%s", gap, "", cell_paint(red, CELL_RED), grid->texts[r][word],
                    cell_paint(red, CELL_PLAIN));
        fputc('\n', out);
    }
}

static void write_table(FILE *out, const struct table *table, const struct row *rows,
                        size_t row_count, bool colour)
{
    struct grid *grid = malloc(sizeof *grid);
    if (!grid)
        return;
    fill(grid, table, rows, row_count);
    fprintf(out, "\n%s%s%s\n", cell_paint(colour, CELL_BOLD), table->title,
            cell_paint(colour, CELL_PLAIN));
    write_grid(out, grid, colour);
    if (table->legend)
        fprintf(out, "%s\n", table->legend);
    free(grid);
}

/* Groups the runs by entry, in the order of their first runs. */
static size_t group(const struct run_result *runs, size_t count, struct row *rows,
                    const struct run_result **members)
{
    size_t row_count = 0, used = 0;
    for (size_t i = 0; i < count && row_count < ROWS_MAX; i++) {
        bool seen = false;
        for (size_t j = 0; j < row_count; j++)
            seen |= rows[j].entry == runs[i].entry;
        if (seen)
            continue;
        struct row *row = &rows[row_count++];
        *row = (struct row){.entry = runs[i].entry, .runs = members + used};
        for (size_t j = i; j < count; j++)
            if (runs[j].entry == row->entry)
                row->runs[row->count++] = &runs[j];
        used += row->count;
    }
    return row_count;
}

/* Whether a loss is covered by a promise at all; whether one was broken is for the run to say. */
static bool promises_delivery(const struct run_result *run)
{
    const unsigned at_least_once = PROMISE_AT_LEAST_ONCE_CRASH | PROMISE_AT_LEAST_ONCE_CUT |
                                   PROMISE_AT_LEAST_ONCE_PAUSE | PROMISE_AT_LEAST_ONCE_SCALING |
                                   PROMISE_AT_LEAST_ONCE_RESTART;
    return (run->entry->strategy->promises & at_least_once) != 0;
}

/* What must not be overlooked, one line each. */
static void write_notes(FILE *out, const struct run_result *run)
{
    const char *name = run->entry->label;
    if (run->status != RUN_COMPLETE)
        fprintf(out, "%s, repeat %" PRIu32 ": %s%s%s\n", name, run->repeat,
                run_status_name(run->status), *run->error ? ": " : "", run->error);
    for (uint32_t i = 0; i < run->reason_count; i++)
        fprintf(out, "%s, repeat %" PRIu32 ": not trustworthy: %s\n", name, run->repeat,
                run->reasons[i]);
    if (*run->broken_promise)
        fprintf(out, "%s, repeat %" PRIu32 ": BROKEN PROMISE: %s\n", name, run->repeat,
                run->broken_promise);
    else if (run->items.lost || run->items.stranded)
        fprintf(out, "%s, repeat %" PRIu32 ": %s: %" PRIu64 " lost, %" PRIu64 " stranded\n", name,
                run->repeat, promises_delivery(run) ? "not judged" : "not promised",
                run->items.lost, run->items.stranded);
    if (run->findings.faults_hit < run->findings.faults)
        fprintf(out,
                "%s, repeat %" PRIu32 ": %" PRIu32 " of %" PRIu32
                " faults did not strike as they were meant to: the verdicts are unknown\n",
                name, run->repeat, run->findings.faults - run->findings.faults_hit,
                run->findings.faults);
    if (run->findings.journal_dropped > 0)
        fprintf(out,
                "%s, repeat %" PRIu32 ": the journal had no room for %" PRIu64 " records: "
                "the verdicts are unknown\n",
                name, run->repeat, run->findings.journal_dropped);
    for (uint32_t i = 0; i < run->expectation_count; i++)
        if (run->expectations[i].ruling != RULING_PASS)
            fprintf(out, "%s: %s\n",
                    run->expectations[i].ruling == RULING_FAIL ? "NOT AS EXPECTED" : "NOT KNOWN",
                    run->expectations[i].line);
}

static bool is_wanted(const struct table *table, const struct run_result *runs, size_t count)
{
    for (size_t i = 0; table->wanted && i < count; i++)
        if (table->wanted(&runs[i]))
            return true;
    return !table->wanted;
}

void table_write(FILE *out, const struct run_result *runs, size_t count, bool colour)
{
    struct row rows[ROWS_MAX];
    const struct run_result **members = calloc(count + 1, sizeof *members);
    if (!members)
        return;
    size_t row_count = group(runs, count, rows, members);
    for (size_t t = 0; row_count > 0 && tables[t].title; t++)
        if (is_wanted(&tables[t], runs, count))
            write_table(out, &tables[t], rows, row_count, colour);
    table_write_verdicts(out, runs, count, colour);
    if (row_count < count)
        fprintf(out,
                "\nSeveral repeats: medians; the fates of the one that ended worst; of what else "
                "went wrong,\nand of maxima, the worst.\n");
    fputc('\n', out);
    for (size_t i = 0; i < count; i++)
        write_notes(out, &runs[i]);
    free(members);
}
