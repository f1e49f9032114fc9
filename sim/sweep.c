#include "sim/sweep.h"

#include "sim/sweep_world.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Worlds side by side: they mostly wait for leases, not for a core. */
enum { SWEEP_THREADS = 6 };

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

void sweep_signature(const struct sweep *sweep, uint32_t counts[SWEEP_OUTCOMES])
{
    memset(counts, 0, SWEEP_OUTCOMES * sizeof counts[0]);
    for (uint32_t i = 0; i < sweep->count; i++)
        counts[sweep->points[i].outcome]++;
}

/* All points of one role and phase: the number rises until a world ends without the fault. */
struct series {
    struct fault_point fault; /* nth is the next one */
    struct sweep_point *points;
    uint32_t count, capacity;
};

struct sweeping {
    struct sweep *sweep;
    struct scenario scenario;
    uint64_t seed;
    const struct run_options *options;
    struct series series[2 * FAULT_PHASES];
    uint32_t series_count;
    pthread_mutex_t lock;
    uint32_t next; /* series that no thread has taken */
};

static bool keep(struct series *series, const struct sweep_point *point)
{
    if (series->count == series->capacity) {
        uint32_t capacity = series->capacity ? series->capacity * 2 : 16;
        struct sweep_point *grown = realloc(series->points, capacity * sizeof *grown);
        if (grown == NULL || series->count == SWEEP_POINTS_MAX)
            return false;
        series->points = grown;
        series->capacity = capacity;
    }
    series->points[series->count++] = *point;
    return true;
}

static void fail(struct sweeping *sweeping, enum run_status status, const char *error)
{
    pthread_mutex_lock(&sweeping->lock);
    struct sweep *sweep = sweeping->sweep;
    if (sweep->status == RUN_COMPLETE) {
        sweep->status = status;
        snprintf(sweep->error, sizeof sweep->error, "%s", error);
    }
    pthread_mutex_unlock(&sweeping->lock);
}

static void run_series(struct sweeping *sweeping, struct series *series)
{
    for (;;) {
        struct sweep_point point = {.fault = series->fault};
        struct sweep_world world = {.scenario = &sweeping->scenario,
                                    .entry = sweeping->sweep->entry,
                                    .seed = sweeping->seed,
                                    .options = sweeping->options};
        enum sweep_end end = sweep_world_run(&world, &point);
        if (end == SWEEP_END_FAILED)
            fail(sweeping, world.result.status, world.result.error);
        else if (end == SWEEP_END_STRUCK && !keep(series, &point))
            fail(sweeping, RUN_COULD_NOT, "out of memory, or a protocol without an end");
        if (end != SWEEP_END_STRUCK || sweeping->sweep->status != RUN_COMPLETE)
            return;
        series->fault.nth++;
    }
}

static void *take_series(void *argument)
{
    struct sweeping *sweeping = argument;
    for (;;) {
        pthread_mutex_lock(&sweeping->lock);
        uint32_t mine = sweeping->next < sweeping->series_count ? sweeping->next++ : UINT32_MAX;
        pthread_mutex_unlock(&sweeping->lock);
        if (mine == UINT32_MAX)
            return NULL;
        run_series(sweeping, &sweeping->series[mine]);
    }
}

static void lay_out(struct sweeping *sweeping, unsigned roles)
{
    const struct sweep *sweep = sweeping->sweep;
    bool has_upkeep = sweep->entry->strategy->upkeep != NULL;
    for (uint32_t role = SEAT_WORKER; role <= SEAT_UPKEEP; role++) {
        if ((roles & 1u << role) == 0 || (role == SEAT_UPKEEP && !has_upkeep))
            continue;
        for (enum fault_phase phase = 0; phase < FAULT_PHASES; phase++) {
            if (role == SEAT_UPKEEP && fault_is_at_effect(phase))
                continue; /* upkeep refreshes nothing */
            sweeping->series[sweeping->series_count++].fault = (struct fault_point){
                .kind = sweep->kind,
                .phase = phase,
                .role = role,
                .nth = 1,
            };
        }
    }
}

static bool gather(struct sweeping *sweeping)
{
    struct sweep *sweep = sweeping->sweep;
    uint32_t count = 0;
    for (uint32_t i = 0; i < sweeping->series_count; i++)
        count += sweeping->series[i].count;
    sweep->points = calloc(count + 1, sizeof *sweep->points);
    for (uint32_t i = 0; i < sweeping->series_count; i++) {
        struct series *series = &sweeping->series[i];
        if (sweep->points != NULL && series->count > 0) {
            memcpy(sweep->points + sweep->count, series->points,
                   series->count * sizeof *series->points);
            sweep->count += series->count;
        }
        free(series->points);
    }
    return sweep->points != NULL;
}

void sweep_run(const struct entry *entry, enum fault_kind kind, unsigned roles, uint64_t seed,
               const struct run_options *options, struct sweep *sweep)
{
    *sweep = (struct sweep){.entry = entry, .kind = kind};
    struct sweeping *sweeping = calloc(1, sizeof *sweeping);
    if (sweeping == NULL) {
        sweep->status = RUN_COULD_NOT;
        snprintf(sweep->error, sizeof sweep->error, "out of memory");
        return;
    }
    uint64_t begin_ns = clock_ns();
    sweeping->sweep = sweep;
    sweeping->seed = seed;
    sweeping->options = options;
    pthread_mutex_init(&sweeping->lock, NULL);
    sweep_world_scenario(entry, &sweeping->scenario);
    lay_out(sweeping, roles);
    pthread_t threads[SWEEP_THREADS];
    uint32_t started = 0;
    while (started < SWEEP_THREADS &&
           pthread_create(&threads[started], NULL, take_series, sweeping) == 0)
        started++;
    for (uint32_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    if (started == 0)
        fail(sweeping, RUN_COULD_NOT, "cannot start a thread");
    if (!gather(sweeping))
        fail(sweeping, RUN_COULD_NOT, "out of memory");
    sweep->duration_s = (double)(clock_ns() - begin_ns) / 1e9;
    pthread_mutex_destroy(&sweeping->lock);
    free(sweeping);
}

void sweep_close(struct sweep *sweep)
{
    free(sweep->points);
    sweep->points = NULL;
    sweep->count = 0;
}
