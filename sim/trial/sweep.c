#include "sim/trial/sweep.h"

#include "sim/machine/lanes.h"
#include "sim/trial/sweep_world.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Worlds side by side: they mostly wait for leases, not for a core. */
enum { LANES = 6, ATTEMPTS = 12 };

const char *sweep_outcome_name(enum sweep_outcome outcome)
{
    static const char *const names[SWEEP_OUTCOMES] = {
        [SWEEP_ONCE] = "once", [SWEEP_REDUNDANT] = "redundant",   [SWEEP_STRANDED] = "stranded",
        [SWEEP_LOST] = "lost", [SWEEP_UNFINISHED] = "unfinished",
    };
    return names[outcome];
}

const char *sweep_role_name(const struct sweep_point *point)
{
    return point->fault.role == SEAT_UPKEEP ? "upkeep" : "worker";
}

const char *sweep_reason_to_skip(const struct strategy *strategy, unsigned roles)
{
    if (strategy->tasks != NULL)
        return "its items are rounds of tasks, which nobody marks";
    if (strategy->silent)
        return "its instances send no command";
    if (roles == SWEEP_UPKEEP && strategy->upkeep == NULL)
        return "it has no upkeep";
    return NULL;
}

void sweep_signature(const struct sweep *sweep, uint32_t counts[SWEEP_OUTCOMES])
{
    memset(counts, 0, SWEEP_OUTCOMES * sizeof counts[0]);
    for (uint32_t i = 0; i < sweep->count; i++)
        counts[sweep->points[i].outcome]++;
}

/* All points of one role and phase: the number rises until a world ends without the fault. */
struct series {
    struct fault_point fault; /* nth is the next one */
    struct sweep_point points[SWEEP_POINTS_MAX];
    uint32_t count;
    bool is_over; /* the last point was found; if not, status and error say why */
    enum run_status status;
    char error[RUN_REASON_MAX];
};

/* Shared by the processes of the lanes; each writes to its own series. */
struct sweeping {
    const struct entry *entry;
    struct scenario scenario;
    uint64_t seed;
    struct run_options options; /* `interrupted` is `stop` */
    volatile int stop;
    struct series series[2 * FAULT_PHASES];
    uint32_t series_count;
};

static void give_up(struct series *series, enum run_status status, const char *error)
{
    series->status = status;
    snprintf(series->error, sizeof series->error, "%s", error);
}

/* A world that was held up while its leases ran never counts: it is run again with longer ones. The
 * one that would end the series is run twice: on a busy machine a round may end early. */
static enum sweep_end run_world(const struct sweeping *sweeping, struct series *series)
{
    struct sweep_point *point = &series->points[series->count];
    struct scenario scenario = sweeping->scenario;
    struct sweep_world world;
    enum sweep_end end;
    unsigned attempts = 0;
    bool again;
    do {
        *point = (struct sweep_point){.fault = series->fault};
        world = (struct sweep_world){.scenario = &scenario,
                                     .entry = sweeping->entry,
                                     .seed = sweeping->seed,
                                     .options = &sweeping->options};
        end = sweep_world_run(&world, point);
        if (world.stalled)
            sweep_world_slow_down(&scenario);
        again = world.stalled || (end == SWEEP_END_NOT_REACHED && attempts == 0);
    } while (end != SWEEP_END_FAILED && again && ++attempts < ATTEMPTS);
    if (end != SWEEP_END_FAILED && world.stalled) {
        snprintf(world.result.error, sizeof world.result.error,
                 "held up by others in %d worlds one after another; a quieter machine would be "
                 "right",
                 ATTEMPTS);
        world.result.status = RUN_COULD_NOT;
        end = SWEEP_END_FAILED;
    }
    if (end == SWEEP_END_FAILED)
        give_up(series, world.result.status, world.result.error);
    return end;
}

/* Whether there may be another point. */
static bool run_next(const struct sweeping *sweeping, struct series *series)
{
    if (series->count == SWEEP_POINTS_MAX) {
        give_up(series, RUN_COULD_NOT, "a round of this protocol has no end");
        return false;
    }
    enum sweep_end end = run_world(sweeping, series);
    series->is_over = end == SWEEP_END_NOT_REACHED;
    if (end != SWEEP_END_STRUCK)
        return false;
    series->count++;
    series->fault.nth++;
    return true;
}

static void run_series(void *context, uint32_t index)
{
    struct sweeping *sweeping = context;
    struct series *series = &sweeping->series[index];
    while (run_next(sweeping, series))
        continue;
    if (!series->is_over)
        sweeping->stop = 1;
}

static void lay_out(struct sweeping *sweeping, enum fault_kind kind, unsigned roles)
{
    bool has_upkeep = sweeping->entry->strategy->upkeep != NULL;
    for (uint32_t role = SEAT_WORKER; role <= SEAT_UPKEEP; role++) {
        if ((roles & 1u << role) == 0 || (role == SEAT_UPKEEP && !has_upkeep))
            continue;
        for (enum fault_phase phase = 0; phase < FAULT_PHASES; phase++) {
            if (role == SEAT_UPKEEP && fault_is_at_effect(phase))
                continue; /* upkeep refreshes nothing */
            struct series *series = &sweeping->series[sweeping->series_count++];
            series->fault =
                (struct fault_point){.kind = kind, .phase = phase, .role = role, .nth = 1};
            give_up(series, RUN_INTERRUPTED, "interrupted"); /* before it has begun */
        }
    }
}

static void fail(struct sweep *sweep, enum run_status status, const char *error)
{
    sweep->status = status;
    snprintf(sweep->error, sizeof sweep->error, "%s", error);
}

/* One series that failed stops the others, which then are only interrupted: its reason counts. */
static void gather_status(const struct sweeping *sweeping, struct sweep *sweep)
{
    for (uint32_t i = 0; i < sweeping->series_count; i++) {
        const struct series *series = &sweeping->series[i];
        if (!series->is_over &&
            (sweep->status == RUN_COMPLETE ||
             (sweep->status == RUN_INTERRUPTED && series->status != RUN_INTERRUPTED)))
            fail(sweep, series->status, series->error);
    }
}

static void gather_points(const struct sweeping *sweeping, struct sweep *sweep)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < sweeping->series_count; i++)
        count += sweeping->series[i].count;
    sweep->points = calloc(count + 1, sizeof *sweep->points);
    if (sweep->points == NULL) {
        fail(sweep, RUN_COULD_NOT, "out of memory");
        return;
    }
    for (uint32_t i = 0; i < sweeping->series_count; i++) {
        const struct series *series = &sweeping->series[i];
        memcpy(sweep->points + sweep->count, series->points,
               series->count * sizeof *series->points);
        sweep->count += series->count;
    }
}

/* By role, then as the protocol goes: a refresh comes after the commands before it. */
static int compare_steps(const struct sweep_point *a, const struct sweep_point *b)
{
    bool a_works = fault_is_at_effect(a->fault.phase), b_works = fault_is_at_effect(b->fault.phase);
    if (a->fault.role != b->fault.role)
        return a->fault.role < b->fault.role ? -1 : 1;
    if (a->commands != b->commands)
        return a->commands < b->commands ? -1 : 1;
    if (a_works != b_works)
        return a_works ? 1 : -1;
    return (a->fault.nth > b->fault.nth) - (a->fault.nth < b->fault.nth);
}

static int compare_points(const void *first, const void *second)
{
    const struct sweep_point *a = first, *b = second;
    int steps = compare_steps(a, b);
    return steps != 0 ? steps : (int)a->fault.phase - (int)b->fault.phase;
}

static void order_points(struct sweep *sweep)
{
    struct sweep_point *points = sweep->points;
    if (sweep->count == 0)
        return;
    qsort(points, sweep->count, sizeof *points, compare_points);
    for (uint32_t i = 0; i < sweep->count; i++) {
        if (i == 0 || points[i].fault.role != points[i - 1].fault.role)
            points[i].step = 1;
        else
            points[i].step = points[i - 1].step + (compare_steps(&points[i - 1], &points[i]) != 0);
    }
}

static void tell_progress(void *context, uint32_t latest, uint32_t over)
{
    const struct sweeping *sweeping = context;
    struct run_progress now = {.contender = sweeping->entry->label,
                               .phase = fault_phase_name(sweeping->series[latest].fault.phase),
                               .share = (double)over / sweeping->series_count};
    for (uint32_t i = 0; i <= latest; i++)
        now.done += sweeping->series[i].count;
    if (sweeping->options.progress != NULL)
        sweeping->options.progress(sweeping->options.progress_context, &now);
}

static void run_all(struct sweeping *sweeping, const struct run_options *options,
                    struct sweep *sweep)
{
    char error[RUN_REASON_MAX];
    const struct lanes lanes = {.janitor = options->janitor,
                                .interrupted = options->interrupted,
                                .stop = &sweeping->stop,
                                .work = run_series,
                                .context = sweeping,
                                .tell = tell_progress};
    if (!lanes_run(&lanes, sweeping->series_count, LANES, error, sizeof error))
        fail(sweep, RUN_COULD_NOT, error);
    gather_status(sweeping, sweep);
    gather_points(sweeping, sweep);
    order_points(sweep);
}

void sweep_run(const struct entry *entry, enum fault_kind kind, unsigned roles, uint64_t seed,
               const struct run_options *options, struct sweep *sweep)
{
    *sweep = (struct sweep){.entry = entry, .kind = kind, .seed = seed};
    uint64_t begin_ns = clock_ns();
    struct sweeping *sweeping = mmap(NULL, sizeof *sweeping, PROT_READ | PROT_WRITE,
                                     MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (sweeping == MAP_FAILED) {
        fail(sweep, RUN_COULD_NOT, strerror(errno));
        return;
    }
    sweeping->entry = entry;
    sweeping->seed = seed;
    sweeping->options = *options;
    sweeping->options.interrupted = &sweeping->stop;
    sweep_world_scenario(entry, &sweeping->scenario);
    lay_out(sweeping, kind, roles);
    run_all(sweeping, options, sweep);
    sweep->duration_s = (double)(clock_ns() - begin_ns) / 1e9;
    munmap(sweeping, sizeof *sweeping);
}

void sweep_close(struct sweep *sweep)
{
    free(sweep->points);
    sweep->points = NULL;
    sweep->count = 0;
}
