/* The cells: each a run of its own, in a process of its own, with a server of its own. */
#include "bench/matrix/matrix.h"

#include "bench/home.h"
#include "sim/judge/verdict.h"
#include "sim/machine/lanes.h"
#include "strategies/clock.h"

#include <stdlib.h>
#include <string.h>

/* A cell mostly waits for leases, not for a core; a sweep has several worlds side by side already.
 * A claim takes so many items, that several instances have some. */
enum { LANES = 10, SWEEP_LANES = 3, ATTEMPTS = 3, BATCH = 10 };

struct running {
    struct matrix *matrix;
    struct run_options options; /* of a run */
    const struct run_options *asked;
    volatile int *stop;
    uint32_t *pieces; /* cells that are run now */
    uint32_t before;  /* cells that had been run before these */
};

static enum ruling covering(const struct run_result *run)
{
    return run->verdicts[VERDICT_AT_LEAST_ONCE].ruling;
}

static enum matrix_verdict weigh(const struct run_result *run)
{
    if (run->status != RUN_COMPLETE)
        return run->status == RUN_INTERRUPTED ? MATRIX_NOT_RUN : MATRIX_COULD_NOT_RUN;
    if (!run->trustworthy)
        return MATRIX_UNTRUSTWORTHY;
    if (run->broken_promise[0] != '\0')
        return MATRIX_FAIL;
    if (verdict_is_unknown(run))
        return MATRIX_UNKNOWN;
    if (covering(run) == RULING_NONE)
        return MATRIX_NOT_JUDGED;
    return covering(run) == RULING_NOT_PROMISED ? MATRIX_NOT_PROMISED : MATRIX_PASS;
}

static void fill(struct matrix_cell *cell, const struct run_result *run)
{
    const char *why = run->status != RUN_COMPLETE ? run->error
                      : !run->trustworthy         ? run->reasons[0]
                                                  : run->broken_promise;
    cell->verdict = weigh(run);
    cell->status = run->status;
    cell->faults = run->findings.faults;
    cell->faults_hit = run->findings.faults_hit;
    cell->hit = cell->faults_hit == cell->faults;
    cell->items = run->items;
    cell->findings = run->findings;
    cell->converged = run->converge.in_time;
    snprintf(cell->why, sizeof cell->why, "%.*s", (int)sizeof cell->why - 1, why);
}

static void set_batch(struct entry *entry)
{
    for (unsigned i = 0; entry->strategy->parameters[i].name != NULL; i++)
        if (strcmp(entry->strategy->parameters[i].name, "batch") == 0 && entry->values[i] > BATCH)
            entry->values[i] = BATCH;
}

static bool read_scenario(const struct running *running, const struct matrix_cell *cell,
                          struct scenario *scenario, struct scenario_error *error)
{
    char path[PATH_MAX], name[MATRIX_NAME_MAX + 8];
    const struct matrix *matrix = running->matrix;
    snprintf(name, sizeof name, "faults/%s", matrix->rows[cell->row].name);
    if (!home_find_scenario(name, path, sizeof path) ||
        !scenario_read(scenario, path, matrix->contenders[cell->contender].contender->name, NULL, 0,
                       error))
        return false;
    set_batch(&scenario->entries[0]);
    return true;
}

static void run_once(const struct running *running, struct matrix_cell *cell, bool *held_up)
{
    struct scenario *scenario = malloc(sizeof *scenario);
    struct scenario_error error = {"out of memory"};
    struct run_result run = {0};
    *held_up = false;
    if (scenario == NULL || !read_scenario(running, cell, scenario, &error)) {
        cell->verdict = MATRIX_COULD_NOT_RUN;
        cell->status = RUN_REFUSED;
        snprintf(cell->why, sizeof cell->why, "%.*s", (int)sizeof cell->why - 1, error.text);
    } else {
        run_contender(scenario, &scenario->entries[0], 1, &running->options, &run);
        fill(cell, &run);
        *held_up = run.held_up_s > 0.1;
        run_result_close(&run);
    }
    free(scenario);
}

/* What went well shows that it can: only what did not is made again, where dibs was held up. */
static void run_cell(void *context, uint32_t index)
{
    struct running *running = context;
    struct matrix_cell *cell = &running->matrix->cells[running->pieces[index]];
    uint64_t begin_ns = clock_ns();
    bool held_up;
    if (running->matrix->rows[cell->row].sweep != FAULT_NONE) {
        matrix_sweep_cell(running->matrix, cell, &running->options);
        return;
    }
    do {
        run_once(running, cell, &held_up);
        cell->attempts++;
    } while (cell->verdict != MATRIX_PASS && cell->verdict != MATRIX_NOT_PROMISED &&
             cell->verdict != MATRIX_NOT_JUDGED && held_up && cell->attempts < ATTEMPTS &&
             *running->stop == 0);
    cell->seconds = (double)(clock_ns() - begin_ns) / 1e9;
}

static void tell_progress(void *context, uint32_t latest, uint32_t over)
{
    const struct running *running = context;
    const struct matrix *matrix = running->matrix;
    const struct matrix_cell *cell = &matrix->cells[running->pieces[latest]];
    run_tell(running->asked, matrix->contenders[cell->contender].contender->name,
             matrix->rows[cell->row].name, running->before + over, matrix->cell_count);
}

/* Of rows whose fault has nothing to strike in some contenders: how many strikes it takes to say
 * so, and why there are no more. */
static const struct {
    const char *row; /* or how its name begins */
    uint32_t hit;
    const char *reason;
} not_there[] = {
    {"06-", 0, "its upkeep sends no command when an instance has died with a claim"},
    {"10-", 4, "nobody takes over what an instance has in hand that stands still"},
    {"35-", 0, "it keeps nothing of this type"},
};

static const char *reason_of_nothing(const struct matrix *matrix, const struct matrix_cell *cell)
{
    if (cell->verdict == MATRIX_UNKNOWN && !cell->hit)
        for (size_t i = 0; i < sizeof not_there / sizeof not_there[0]; i++)
            if (strncmp(matrix->rows[cell->row].name, not_there[i].row, 3) == 0 &&
                cell->faults_hit == not_there[i].hit)
                return not_there[i].reason;
    return NULL;
}

/* A fault that takes away what is not there says nothing about this contender. */
static void skip_what_is_not_there(struct matrix *matrix)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < matrix->cell_count; i++) {
        const struct matrix_cell *cell = &matrix->cells[i];
        const char *reason = reason_of_nothing(matrix, cell);
        if (reason == NULL) {
            matrix->cells[kept++] = *cell;
            continue;
        }
        struct matrix_skipped *skipped = &matrix->skipped[matrix->skipped_count++];
        *skipped = (struct matrix_skipped){.row = cell->row, .contender = cell->contender};
        snprintf(skipped->reason, sizeof skipped->reason, "%s", reason);
    }
    matrix->cell_count = kept;
}

/* The cells of scenarios, or those of sweeps. */
static uint32_t pick(struct running *running, bool sweeps)
{
    const struct matrix *matrix = running->matrix;
    uint32_t count = 0;
    for (uint32_t i = 0; i < matrix->cell_count; i++)
        if ((matrix->rows[matrix->cells[i].row].sweep != FAULT_NONE) == sweeps)
            running->pieces[count++] = i;
    return count;
}

bool matrix_run(struct matrix *matrix, const struct run_options *options, char *error,
                size_t error_size)
{
    struct matrix_cell *spare = &matrix->cells[matrix->cell_capacity];
    struct running running = {.matrix = matrix, .options = *options, .asked = options};
    uint64_t begin_ns = clock_ns();
    running.stop = (volatile int *)&spare->attempts; /* behind the last cell: shared as they are */
    running.options.interrupted = running.stop;
    running.options.without_marks = true;
    running.options.trace_fd = -1;
    running.options.progress = NULL;
    running.options.environment = NULL;
    const struct lanes lanes = {.janitor = options->janitor,
                                .interrupted = options->interrupted,
                                .stop = running.stop,
                                .work = run_cell,
                                .context = &running,
                                .tell = tell_progress};
    running.pieces = calloc(matrix->cell_count + 1, sizeof *running.pieces);
    snprintf(error, error_size, "out of memory");
    bool good = running.pieces != NULL &&
                lanes_run(&lanes, pick(&running, false), LANES, error, error_size);
    running.before = pick(&running, false);
    good = good && lanes_run(&lanes, pick(&running, true), SWEEP_LANES, error, error_size);
    free(running.pieces);
    matrix->seconds = (double)(clock_ns() - begin_ns) / 1e9;
    skip_what_is_not_there(matrix);
    return good;
}
