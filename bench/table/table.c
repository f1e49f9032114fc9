#include "bench/table/table.h"

#include "bench/table/cell.h"
#include "sim/judge/spread.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = SCENARIO_CONTENDERS_MAX, COLUMNS_MAX = 14, TEXT_MAX = SCENARIO_LABEL_MAX };

static_assert((int)TEXT_MAX >= (int)CELL_MAX, "a cell fits into a grid");

/* What stands in the cell of a contender with several repeats. */
enum fold { FOLD_MEDIAN, FOLD_MAX, FOLD_WORST /* the repeat that ended worst */ };

typedef double cell_fn(const struct run_result *run);

struct column {
    const char *head, *unit;
    enum form form;
    enum fold fold;
    bool optional; /* left out where every cell is 0 */
    cell_fn *cell;
};

/* The runs of one contender. */
struct row {
    const struct entry *entry;
    const struct run_result **runs;
    size_t count;
};

static double ratio(double value, double by)
{
    return by > 0 ? value / by : NAN;
}

#define CELL(name, expression)                                                                     \
    static double name(const struct run_result *run)                                               \
    {                                                                                              \
        return expression;                                                                         \
    }

CELL(refreshed, (double)run->items.refreshed)
CELL(refreshed_share, ratio((double)run->items.refreshed, (double)run->items.total))
CELL(redundant, (double)run->refreshes.redundant)
CELL(pending, run->audited ? (double)run->items.pending : NAN)
CELL(claimed, run->audited ? (double)run->items.claimed : NAN)
CELL(stranded, run->audited ? (double)run->items.stranded : NAN)
CELL(dead, run->audited ? (double)run->items.dead : NAN)
CELL(lost, run->audited ? (double)run->items.lost : NAN)
CELL(to_drain, run->cycles_to_drain ? (double)run->cycles_to_drain : NAN)

static double item(const struct run_result *run, double value)
{
    return run->per_item.units ? value : NAN;
}

static double mark(const struct run_result *run, double value)
{
    return run->per_mark.units ? value : NAN;
}

CELL(item_calls, item(run, run->per_item.server_calls))
CELL(item_trips, item(run, run->per_item.round_trips))
CELL(item_cpu, item(run, run->per_item.server_cpu_usec))
CELL(mark_cpu, mark(run, run->per_mark.server_cpu_usec))
CELL(sum_cpu, item_cpu(run) + mark_cpu(run))
CELL(redis_cpu, run->redis.cpu_seconds)
CELL(redis_share, run->redis.cpu_share)
CELL(redis_peak, run->redis.cpu_share_peak)
CELL(memory, (double)run->redis.memory_seeded_bytes / 1e6)
CELL(statements, (double)run->database.statements)

static double seconds(const struct hist *hist, double quantile)
{
    if (!hist || hist_total(hist) == 0)
        return NAN;
    return (double)hist_quantile_ns(hist, quantile) / 1e9;
}

CELL(duration, run->duration_s)
CELL(overruns, run->overruns)
CELL(unfinished, run->unfinished)
CELL(delay_p50, seconds(run->delay, 0.5))
CELL(delay_p99, seconds(run->delay, 0.99))
CELL(delay_max, seconds(run->delay, 1))
CELL(round_max, seconds(run->round, 1))
CELL(at_work, run->at_work_mean)
CELL(no_leader, run->has_leaders ? run->leaders.none_s : NAN)
CELL(several_leaders, run->has_leaders ? run->leaders.several_s : NAN)
CELL(pass_p50, seconds(run->pass, 0.5))

CELL(success, run->jobs.success_share)
CELL(failed, (double)run->refreshes.failed)
CELL(utilisation, run->jobs.utilisation)
CELL(instance_time, run->jobs.instance_s)
CELL(job_time, run->jobs.instance_s_per_job)
CELL(restarts, run->restarts)
CELL(idle_calls, run->idle_calls_per_instance_s)
CELL(below, run->below_wanted_s)
CELL(above, run->above_wanted_s)

static double starts(const struct run_result *run)
{
    double sum = 0;
    for (uint32_t i = 0; i < run->instance_count; i++)
        sum += run->instances[i].lives;
    return sum;
}

static const struct column work_columns[] = {
    {"refreshed", "items", FORM_COUNT, FOLD_WORST, false, refreshed},
    {"of", "all", FORM_PERCENT, FOLD_WORST, false, refreshed_share},
    {"redundant", "refreshes", FORM_COUNT, FOLD_MEDIAN, false, redundant},
    {"pending", "items", FORM_COUNT, FOLD_WORST, false, pending},
    {"claimed", "items", FORM_COUNT, FOLD_WORST, true, claimed},
    {"stranded", "items", FORM_COUNT, FOLD_WORST, false, stranded},
    {"dead", "items", FORM_COUNT, FOLD_WORST, true, dead},
    {"lost", "items", FORM_COUNT, FOLD_WORST, false, lost},
    {"to drain", "cycles", FORM_COUNT, FOLD_MEDIAN, false, to_drain},
};

static const struct column cost_columns[] = {
    {"calls", "/item", FORM_3, FOLD_MEDIAN, false, item_calls},
    {"trips", "/item", FORM_3, FOLD_MEDIAN, false, item_trips},
    {"CPU us", "/item", FORM_2, FOLD_MEDIAN, false, item_cpu},
    {"CPU us", "/mark", FORM_2, FOLD_MEDIAN, false, mark_cpu},
    {"CPU us", "sum", FORM_2, FOLD_MEDIAN, false, sum_cpu},
    {"Redis", "CPU s", FORM_2, FOLD_MEDIAN, false, redis_cpu},
    {"of the", "cycle", FORM_PERCENT, FOLD_MEDIAN, false, redis_share},
    {"100 ms", "peak", FORM_PERCENT, FOLD_MEDIAN, false, redis_peak},
    {"marks", "MB", FORM_1, FOLD_MEDIAN, false, memory},
    {"database", "statements", FORM_COUNT, FOLD_MEDIAN, false, statements},
};

static const struct column time_columns[] = {
    {"duration", "s", FORM_2, FOLD_MEDIAN, false, duration},
    {"longest", "round s", FORM_2, FOLD_MAX, false, round_max},
    {"rounds", "overrun", FORM_COUNT, FOLD_MAX, false, overruns},
    {"rounds", "unended", FORM_COUNT, FOLD_MAX, true, unfinished},
    {"delay", "p50 s", FORM_2, FOLD_MEDIAN, false, delay_p50},
    {"delay", "p99 s", FORM_2, FOLD_MEDIAN, false, delay_p99},
    {"delay", "max s", FORM_2, FOLD_MAX, false, delay_max},
    {"at work", "at once", FORM_2, FOLD_MEDIAN, false, at_work},
    {"pass", "p50 s", FORM_2, FOLD_MEDIAN, true, pass_p50},
    {"leaders", "none s", FORM_2, FOLD_MAX, true, no_leader},
    {"leaders", "many s", FORM_2, FOLD_MAX, true, several_leaders},
};

static const struct column job_columns[] = {
    {"refreshes", "succeed", FORM_PERCENT, FOLD_MEDIAN, false, success},
    {"refreshes", "failed", FORM_COUNT, FOLD_MAX, true, failed},
    {"workers", "in use", FORM_PERCENT, FOLD_MEDIAN, false, utilisation},
    {"instance", "s", FORM_1, FOLD_MEDIAN, false, instance_time},
    {"the same", "/job", FORM_3, FOLD_MEDIAN, false, job_time},
    {"instances", "started", FORM_COUNT, FOLD_MEDIAN, false, starts},
    {"restarts", "to learn", FORM_COUNT, FOLD_MEDIAN, true, restarts},
    {"below", "wanted s", FORM_2, FOLD_MEDIAN, true, below},
    {"above", "wanted s", FORM_2, FOLD_MEDIAN, true, above},
};

static const struct column idle_columns[] = {
    {"calls", "/instance/s", FORM_3, FOLD_MEDIAN, false, idle_calls},
    {"Redis", "CPU s", FORM_2, FOLD_MEDIAN, false, redis_cpu},
};

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

/* How the runs of a contender ended, in one word; the worst of them. */
static const char *books_word(const struct row *row, bool *good)
{
    static const char *const words[] = {"balanced", "UNTRUSTED", "partial", "refused", "failed"};
    size_t worst = 0;
    for (size_t i = 0; i < row->count; i++) {
        const struct run_result *run = row->runs[i];
        size_t word = run->status == RUN_COULD_NOT     ? 4
                      : run->status == RUN_REFUSED     ? 3
                      : run->status == RUN_INTERRUPTED ? 2
                      : !run->trustworthy              ? 1
                                                       : 0;
        worst = word > worst ? word : worst;
    }
    *good = worst == 0;
    return words[worst];
}

static const char *bottleneck_word(const struct row *row, bool *good)
{
    *good = true;
    return bottleneck_name(row->runs[0]->bottleneck);
}

struct table {
    const char *title;
    const struct column *columns;
    size_t column_count;
    const char *word_head; /* the last column, a word */
    const char *(*word)(const struct row *row, bool *good);
    bool (*wanted)(const struct run_result *run); /* NULL: always; else if any run wants it */
};

#define TABLE(columns) columns, sizeof columns / sizeof *columns

/* Where instances came and went, or refreshes were jobs that take their time. */
static bool is_of_jobs(const struct run_result *run)
{
    return run->event_count > 0 || run->jobs.utilisation > 0;
}

static bool is_idle(const struct run_result *run)
{
    return isfinite(run->idle_calls_per_instance_s);
}

static const struct table tables[] = {
    {"What was done", TABLE(work_columns), "books", books_word, NULL},
    {"What it cost: Redis calls, round trips and Redis CPU time", TABLE(cost_columns), NULL, NULL,
     NULL},
    {"How long it took", TABLE(time_columns), "bottleneck", bottleneck_word, NULL},
    {"Instances and jobs", TABLE(job_columns), NULL, NULL, is_of_jobs},
    {"What idling costs, in published time", TABLE(idle_columns), NULL, NULL, is_idle},
};

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
    for (size_t t = 0; row_count > 0 && t < sizeof tables / sizeof *tables; t++)
        if (is_wanted(&tables[t], runs, count))
            write_table(out, &tables[t], rows, row_count, colour);
    if (row_count < count)
        fprintf(out,
                "\nSeveral repeats: medians; the fates of the one that ended worst; of what else "
                "went wrong,\nand of maxima, the worst.\n");
    fputc('\n', out);
    for (size_t i = 0; i < count; i++)
        write_notes(out, &runs[i]);
    free(members);
}
