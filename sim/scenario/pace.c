#include "sim/scenario/pace.h"

/* Where nothing lapses time goes as fast as for most who have a lease: 5 min in 300 ms. */
#define SCALE_WITHOUT_LEASE 1000.0
#define CONVERGE_MS 30000

double pace_shortest_lease_ms(const struct entry *entry, uint64_t cycle_ms)
{
    double shortest = 0;
    const struct parameter *parameters = entry->strategy->parameters;
    for (unsigned i = 0; parameters[i].name != NULL; i++) {
        if (!parameters[i].lease)
            continue;
        int64_t value = entry->values[i];
        double lease_ms = value > 0 ? (double)value : (double)cycle_ms;
        if (shortest == 0 || lease_ms < shortest)
            shortest = lease_ms;
    }
    return shortest;
}

uint64_t pace_converge_ns(const struct scenario *scenario, const struct entry *entry)
{
    int64_t longest_ms = 0;
    const struct parameter *parameters = entry->strategy->parameters;
    for (unsigned i = 0; parameters[i].name != NULL; i++)
        if (parameters[i].lease && entry->values[i] > longest_ms)
            longest_ms = entry->values[i];
    if (scenario->converge_ms > 0)
        return scenario_scaled_ns(scenario, scenario->converge_ms);
    uint64_t bound_ms = 3 * ((uint64_t)longest_ms + 2 * scenario->cycle_ms);
    return scenario_scaled_ns(scenario, bound_ms > CONVERGE_MS ? bound_ms : CONVERGE_MS);
}

/* No duration of the entry may become nothing at all. */
static double greatest_scale(const struct entry *entry)
{
    double greatest = 100000;
    const struct parameter *parameters = entry->strategy->parameters;
    for (unsigned i = 0; parameters[i].name != NULL; i++)
        if (parameters[i].type == PARAMETER_DURATION && entry->values[i] > 0 &&
            (double)entry->values[i] < greatest)
            greatest = (double)entry->values[i];
    return greatest;
}

/* A lease of it is as long as a cycle: then the cycle is as long as a lease. */
static bool lasts_a_cycle(const struct entry *entry)
{
    const struct parameter *parameters = entry->strategy->parameters;
    for (unsigned i = 0; parameters[i].name != NULL; i++)
        if (parameters[i].lease && entry->values[i] == 0)
            return true;
    return false;
}

static uint64_t stretched(uint64_t duration, double scale)
{
    return (uint64_t)((double)duration * scale + 0.5);
}

static void stretch_event(struct timeline_event *event, double scale)
{
    uint64_t *const durations[] = {&event->at_ms,     &event->every_ms,     &event->until_ms,
                                   &event->option_ms, &event->fault.for_ms, &event->fault.back_ms};
    for (size_t i = 0; i < sizeof durations / sizeof durations[0]; i++)
        *durations[i] = stretched(*durations[i], scale);
}

void pace_scenario(const struct scenario *scenario, const struct entry *entry,
                   struct scenario *paced)
{
    *paced = *scenario;
    if (scenario->lease_ms == 0)
        return;
    double lease_ms = pace_shortest_lease_ms(entry, 0), most = greatest_scale(entry);
    double scale = lease_ms > 0 ? lease_ms / (double)scenario->lease_ms : SCALE_WITHOUT_LEASE;
    scale = scale > most ? most : scale;
    scale = scale < 1 ? 1 : scale;
    paced->time_scale = scale;
    uint64_t *const durations[] = {&paced->cycle_ms,
                                   &paced->round_bound_ms,
                                   &paced->restart_ms,
                                   &paced->converge_ms,
                                   &paced->refresh.statement_us,
                                   &paced->scaler.period_ms,
                                   &paced->scaler.stabilize_ms,
                                   &paced->observe.interval_ms};
    for (size_t i = 0; i < sizeof durations / sizeof durations[0]; i++)
        *durations[i] = stretched(*durations[i], scale);
    if (paced->cycle_ms < stretched(scenario->lease_ms, scale) && lasts_a_cycle(entry))
        paced->cycle_ms = stretched(scenario->lease_ms, scale);
    for (uint32_t i = 0; i < paced->wake_count; i++)
        paced->wake_ms[i] = stretched(paced->wake_ms[i], scale);
    for (uint32_t i = 0; i < paced->event_count; i++)
        stretch_event(&paced->events[i], scale);
    paced->producers.per_s /= scale;
}
