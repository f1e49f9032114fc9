#include "bench/table/cell.h"
#include "bench/table/table.h"

#include <string.h>

enum { NAME_WIDTH = 24 }; /* 94 columns with the verdicts */

static const struct {
    const char *head, *more;
} columns[VERDICTS] = {
    [VERDICT_AT_MOST_ONCE] = {"at most", "once"},
    [VERDICT_AT_LEAST_ONCE] = {"at least", "once"},
    [VERDICT_EFFECTIVELY_ONCE] = {"effectively", "once"},
    [VERDICT_MUTUAL_EXCLUSION] = {"mutual", "exclusion"},
    [VERDICT_LOST_UPDATE] = {"no lost", "update"},
    [VERDICT_OWNER_CHECKED] = {"owner", "checked"},
    [VERDICT_LIVENESS] = {"", "liveness"},
};

/* The worse, the greater. */
static int badness(enum ruling ruling)
{
    static const int order[] = {
        [RULING_NONE] = 0,    [RULING_NOT_PROMISED] = 1, [RULING_PASS] = 2,
        [RULING_UNKNOWN] = 3, [RULING_FAIL] = 4,
    };
    return order[ruling];
}

static enum ruling worst_of(const struct run_result *runs, size_t count, const struct entry *entry,
                            int kind)
{
    enum ruling worst = RULING_NONE;
    for (size_t i = 0; i < count; i++)
        if (runs[i].entry == entry && badness(runs[i].verdicts[kind].ruling) > badness(worst))
            worst = runs[i].verdicts[kind].ruling;
    return worst;
}

static int width_of(int kind)
{
    size_t head = strlen(columns[kind].head), more = strlen(columns[kind].more);
    return (int)(head > more ? head : more) + 2;
}

static void write_row(FILE *out, const struct run_result *runs, size_t count,
                      const struct entry *entry, bool colour)
{
    static const char *const words[] = {
        [RULING_NONE] = "-",          [RULING_PASS] = "PASS",      [RULING_FAIL] = "FAIL",
        [RULING_UNKNOWN] = "UNKNOWN", [RULING_NOT_PROMISED] = "-",
    };
    fprintf(out, "%-*.*s", NAME_WIDTH, NAME_WIDTH - 1, entry->label);
    for (int kind = 0; kind < VERDICTS; kind++) {
        enum ruling ruling = worst_of(runs, count, entry, kind);
        bool red = colour && ruling == RULING_FAIL;
        fprintf(out, "%s%*s%s", cell_paint(red, CELL_RED), width_of(kind), words[ruling],
                cell_paint(red, CELL_PLAIN));
    }
    fputc('\n', out);
}

static void write_head(FILE *out, bool colour)
{
    fprintf(out, "\n%sWhich promises were kept%s\n%-*s", cell_paint(colour, CELL_BOLD),
            cell_paint(colour, CELL_PLAIN), NAME_WIDTH, "");
    for (int kind = 0; kind < VERDICTS; kind++)
        fprintf(out, "%*s", width_of(kind), columns[kind].head);
    fprintf(out, "\n%-*s", NAME_WIDTH, "contender");
    for (int kind = 0; kind < VERDICTS; kind++)
        fprintf(out, "%*s", width_of(kind), columns[kind].more);
    fputc('\n', out);
}

static bool stands_before(const struct run_result *runs, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (runs[j].entry == runs[i].entry)
            return true;
    return false;
}

void table_write_verdicts(FILE *out, const struct run_result *runs, size_t count, bool colour)
{
    bool any = false;
    for (size_t i = 0; i < count; i++)
        any |= runs[i].event_count > 0;
    if (!any)
        return;
    write_head(out, colour);
    for (size_t i = 0; i < count; i++)
        if (!stands_before(runs, i))
            write_row(out, runs, count, runs[i].entry, colour);
    fputs("-: not promised, or the run cannot tell; of several repeats the worst.\n", out);
}
