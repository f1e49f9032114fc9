/* Which pairs of the catalogue there are, and why others are not. */
#include "bench/matrix/matrix.h"

#include "bench/home.h"
#include "sim/scenario/variables.h"
#include "strategies/suggest.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* One row of each kind: nothing, kill, kill anywhere, pause, poison, server kill, storm, stall. */
static const char *const quick_rows[] = {"01-healthy",    "02-kill-one",   "05-crash-sweep",
                                         "09-pause-long", "25-poison",     "26-redis-kill",
                                         "30-storm",      "31-redis-stall"};

static bool is_quick(const char *name)
{
    for (size_t i = 0; i < sizeof quick_rows / sizeof quick_rows[0]; i++)
        if (strcmp(quick_rows[i], name) == 0)
            return true;
    return false;
}

static void add_row(struct matrix *matrix, bool quick, const struct matrix_row *row,
                    const char *name)
{
    if (matrix->rows == NULL || matrix->row_count == MATRIX_ROWS_MAX || (quick && !is_quick(name)))
        return;
    struct matrix_row *added = &matrix->rows[matrix->row_count++];
    *added = *row;
    snprintf(added->name, sizeof added->name, "%s", name);
}

static int compare_rows(const void *a, const void *b)
{
    return strcmp(((const struct matrix_row *)a)->name, ((const struct matrix_row *)b)->name);
}

static bool list_rows(struct matrix *matrix, bool quick)
{
    size_t count;
    char **names = home_list_faults(&count);
    matrix->rows = calloc(MATRIX_ROWS_MAX, sizeof *matrix->rows);
    for (size_t i = 0; i < count; i++)
        add_row(matrix, quick, &(struct matrix_row){.sweep = FAULT_NONE}, names[i]);
    home_free_scenarios(names, count);
    for (const struct matrix_row *sweep = matrix_sweeps; sweep->name[0] != '\0'; sweep++)
        add_row(matrix, quick, sweep, sweep->name);
    if (matrix->rows != NULL)
        qsort(matrix->rows, matrix->row_count, sizeof *matrix->rows, compare_rows);
    return matrix->rows != NULL;
}

static bool add_contender(struct matrix *matrix, const struct contender *contender,
                          const struct strategy *strategy)
{
    if (matrix->contender_count == MATRIX_CONTENDERS_MAX)
        return false;
    matrix->contenders[matrix->contender_count++] = (struct matrix_contender){contender, strategy};
    return true;
}

static bool add_all(struct matrix *matrix)
{
    for (const struct strategy *const *s = strategies; *s != NULL; s++)
        for (const struct contender *c = (*s)->contenders; c->name != NULL; c++)
            if (!add_contender(matrix, c, *s))
                return false;
    return true;
}

static bool is_named(const struct matrix *matrix, const struct contender *contender)
{
    for (uint32_t i = 0; i < matrix->contender_count; i++)
        if (matrix->contenders[i].contender == contender)
            return true;
    return false;
}

static bool add_named(struct matrix *matrix, const char *list, char *error, size_t error_size)
{
    char copy[1024], *rest = NULL;
    snprintf(copy, sizeof copy, "%s", list);
    for (char *name = strtok_r(copy, ", ", &rest); name; name = strtok_r(NULL, ", ", &rest)) {
        const struct strategy *strategy;
        const struct contender *contender = contender_find(name, &strategy);
        if (contender != NULL && is_named(matrix, contender)) {
            snprintf(error, error_size, "\"%s\" stands twice; once would be right", name);
            return false;
        }
        if (contender != NULL && add_contender(matrix, contender, strategy))
            continue;
        char hint[SUGGESTION_KNOWN_MAX + 32];
        struct suggestion suggestion = {.word = name};
        contenders_suggest(&suggestion);
        suggestion_write(&suggestion, hint, sizeof hint);
        snprintf(error, error_size, "no contender is called '%s'; %s", name, hint);
        return false;
    }
    if (matrix->contender_count == 0)
        snprintf(error, error_size, "no contender is named; dibs list names them");
    return matrix->contender_count > 0;
}

/* Events that change how many instances there are. */
static bool scales(const struct scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->event_count; i++)
        if (scenario->events[i].kind == TIMELINE_SCALE || scenario->events[i].kind == TIMELINE_STOP)
            return true;
    return false;
}

static const char NOT_ASKED[] = "its instances do not ask Redis for work";

static bool asks_nobody(const struct strategy *strategy)
{
    return strategy->silent || strcmp(strategy->name, "null") == 0;
}

/* NULL: they make sense together. The scenario's own contenders are not looked at. */
static const char *reason_to_skip(struct scenario *scenario, const struct matrix_contender *c)
{
    static const char *const kinds[] = {
        [ITEMS_MARKS] = "its items are rounds of tasks, and this fault's are marks",
        [ITEMS_TASK_ROUNDS] = "its items are marks, and this fault's are rounds of tasks",
    };
    enum item_kind kind = c->strategy->tasks != NULL ? ITEMS_TASK_ROUNDS : ITEMS_MARKS;
    char error[512];
    scenario->entry_count = 1;
    scenario->entries[0] = (struct entry){.contender = c->contender, .strategy = c->strategy};
    if (kind != scenario->kind)
        return kinds[scenario->kind];
    if (asks_nobody(c->strategy))
        return NOT_ASKED;
    if (!contender_values(c->contender, c->strategy, scenario->entries[0].values, error,
                          sizeof error))
        return "its parameters cannot be read";
    if (scenario->upkeep == UPKEEP_BETWEEN_ITEMS && c->strategy->upkeep == NULL)
        return "it has no upkeep that work could keep waiting";
    if (c->strategy->fixed_instances > 0 && (scales(scenario) || scenario->instances > 1))
        return "its number of instances is fixed";
    if (!variables_check(scenario, error, sizeof error))
        return "no variable tells its instances who they are";
    return NULL;
}

static void add_pair(struct matrix *matrix, uint32_t row, uint32_t contender, const char *reason)
{
    if (reason == NULL) {
        matrix->cells[matrix->cell_count++] =
            (struct matrix_cell){.row = row, .contender = contender};
        return;
    }
    struct matrix_skipped *skipped = &matrix->skipped[matrix->skipped_count++];
    *skipped = (struct matrix_skipped){.row = row, .contender = contender};
    snprintf(skipped->reason, sizeof skipped->reason, "%s", reason);
}

static void add_sweeps(struct matrix *matrix, uint32_t row)
{
    for (uint32_t i = 0; i < matrix->contender_count; i++) {
        const struct strategy *strategy = matrix->contenders[i].strategy;
        add_pair(matrix, row, i,
                 asks_nobody(strategy) ? NOT_ASKED
                                       : sweep_reason_to_skip(strategy, matrix->rows[row].roles));
    }
}

static bool add_pairs(struct matrix *matrix, uint32_t row, struct scenario *scenario, char *error,
                      size_t error_size)
{
    char path[PATH_MAX], name[MATRIX_NAME_MAX + 8];
    struct scenario_error why;
    if (matrix->rows[row].sweep != FAULT_NONE) {
        add_sweeps(matrix, row);
        return true;
    }
    snprintf(name, sizeof name, "faults/%s", matrix->rows[row].name);
    if (!home_find_scenario(name, path, sizeof path) ||
        !scenario_read(scenario, path, NULL, NULL, 0, &why)) {
        snprintf(error, error_size, "%s", why.text);
        return false;
    }
    snprintf(matrix->rows[row].question, sizeof matrix->rows[row].question, "%s",
             scenario->question);
    matrix->rows[row].seed = scenario->seed;
    for (uint32_t i = 0; i < matrix->contender_count; i++)
        add_pair(matrix, row, i, reason_to_skip(scenario, &matrix->contenders[i]));
    return true;
}

static bool make_room(struct matrix *matrix)
{
    matrix->cell_capacity = matrix->row_count * matrix->contender_count;
    matrix->skipped = calloc(matrix->cell_capacity + 1, sizeof *matrix->skipped);
    matrix->cells = mmap(NULL, (matrix->cell_capacity + 1) * sizeof *matrix->cells,
                         PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (matrix->cells == MAP_FAILED)
        matrix->cells = NULL;
    return matrix->skipped != NULL && matrix->cells != NULL;
}

bool matrix_prepare(struct matrix *matrix, const char *contenders, bool quick, char *error,
                    size_t error_size)
{
    *matrix = (struct matrix){0};
    snprintf(error, error_size, "out of memory");
    if (!list_rows(matrix, quick))
        return false;
    bool all = contenders == NULL || strcmp(contenders, "all") == 0;
    if (!(all ? add_all(matrix) : add_named(matrix, contenders, error, error_size)) ||
        !make_room(matrix))
        return false;
    struct scenario *scenario = malloc(sizeof *scenario);
    bool good = scenario != NULL;
    for (uint32_t i = 0; good && i < matrix->row_count; i++)
        good = add_pairs(matrix, i, scenario, error, error_size);
    free(scenario);
    if (!good || matrix->cell_count > 0)
        return good;
    snprintf(error, error_size, "%s: %s", matrix->contenders[0].contender->name,
             matrix->skipped[0].reason);
    return false;
}

void matrix_close(struct matrix *matrix)
{
    if (matrix->cells != NULL)
        munmap(matrix->cells, (matrix->cell_capacity + 1) * sizeof *matrix->cells);
    free(matrix->skipped);
    free(matrix->rows);
    *matrix = (struct matrix){0};
}
