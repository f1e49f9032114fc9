#include "sim/world/observed.h"

#include "sim/world/observer.h"
#include "sim/world/world.h"

#include <stdlib.h>
#include <string.h>

static double usec_per_call(const struct books *books, const char *command)
{
    for (uint32_t i = 0; i < books->count; i++)
        if (strcmp(books->rows[i].name, command) == 0 && books->rows[i].server_calls > 0)
            return (double)books->rows[i].server_usec / (double)books->rows[i].server_calls;
    return 0;
}

static void gather_probes(const struct world *world, struct observed *observed)
{
    const struct observations *seen = &world->board->observations;
    const struct probe *probe;
    for (uint32_t i = 0; i < OBSERVATION_PROBES_MAX &&
                         (probe = observer_probe(world->entry->strategy, i)) != NULL;
         i++) {
        struct probe_result *result = &observed->probes[observed->probe_count++];
        const struct observation *o = &seen->probes[i];
        *result = (struct probe_result){
            .probe = probe,
            .interval_s = (double)observer_interval_ns(world->scenario, probe) / 1e9,
            .calls = counter_get(&o->calls),
            .last = counter_get(&o->value),
            .bytes_out = counter_get(&o->bytes_out),
            .bytes_in = counter_get(&o->bytes_in),
        };
        result->server_usec =
            usec_per_call(&world->books, probe->command) * (double)result->calls;
        observed->calls += result->calls;
        observed->bytes_out += result->bytes_out;
        observed->bytes_in += result->bytes_in;
        observed->server_usec += result->server_usec;
    }
}

static void gather_side(const struct board *board, enum side side, uint64_t *samples,
                        double *p99_us)
{
    struct hist *merged = calloc(1, sizeof *merged);
    *samples = 0;
    *p99_us = -1;
    if (merged == NULL)
        return;
    for (uint32_t i = 0; i < board->seats; i++)
        hist_merge(merged, &board->slots[i].sides[side]);
    *samples = hist_total(merged);
    if (*samples > 0)
        *p99_us = (double)hist_quantile_ns(merged, 0.99) / 1e3;
    free(merged);
}

static void gather_alerts(const struct world *world, struct observed *observed)
{
    const struct observations *seen = &world->board->observations;
    observed->alerts_raised = counter_get(&seen->raised);
    observed->alert_count = observed->alerts_raised < OBSERVATION_ALERTS_MAX
                                ? (uint32_t)observed->alerts_raised
                                : OBSERVATION_ALERTS_MAX;
    for (uint32_t i = 0; i < observed->alert_count; i++) {
        const struct alert_note *note = &seen->alerts[i];
        uint64_t cleared_ns = counter_get(&note->cleared_ns);
        observed->alerts[i] = (struct alert_result){
            .probe = observer_probe(world->entry->strategy, note->probe),
            .raised_s = (double)counter_get(&note->raised_ns) / 1e9,
            .cleared_s = cleared_ns > 0 ? (double)cleared_ns / 1e9 : -1,
        };
    }
}

void observed_gather(const struct world *world, struct observed *observed)
{
    const struct board *board = world->board;
    *observed = (struct observed){.enabled = world->scenario->observe.enabled != 0};
    if (!observed->enabled)
        return;
    observed->round_trips = world->books.observer_round_trips;
    gather_probes(world, observed);
    gather_alerts(world, observed);
    gather_side(board, SIDE_WITH, &observed->samples_with, &observed->p99_with_us);
    gather_side(board, SIDE_WITHOUT, &observed->samples_without, &observed->p99_without_us);
}
