/* What is recorded of the scenario that was run. */
#include "bench/document/fields.h"

#include <stddef.h>

#define KEY(member, kind) {#member, kind, offsetof(struct scenario, member)}
const struct field scenario_fields[] = {
    KEY(name, FIELD_TEXT),
    KEY(question, FIELD_TEXT),
    KEY(items, FIELD_COUNT),
    KEY(instances, FIELD_SMALL),
    KEY(workers, FIELD_SMALL),
    KEY(vendor, FIELD_TEXT),
    KEY(cycle_ms, FIELD_COUNT),
    KEY(cycles, FIELD_SMALL),
    KEY(round_bound_ms, FIELD_COUNT),
    KEY(time_scale, FIELD_REAL),
    KEY(seed, FIELD_DIGITS),
    KEY(repeats, FIELD_SMALL),
    KEY(crash_probe_kills, FIELD_SMALL),
    KEY(entry_race_cycles, FIELD_SMALL),
    KEY(watchdog_ms, FIELD_COUNT),
    {0},
};

const struct field scenario_producer_fields[] = {
    {"count", FIELD_SMALL, offsetof(struct scenario, producers.count)},
    {"per_s", FIELD_REAL, offsetof(struct scenario, producers.per_s)},
    {"again", FIELD_REAL, offsetof(struct scenario, producers.again)},
    {"seeded", FIELD_REAL, offsetof(struct scenario, producers.seeded)},
    {"migrated", FIELD_REAL, offsetof(struct scenario, producers.migrated)},
    {0},
};

const struct field scenario_refresh_fields[] = {
    {"statement_us", FIELD_COUNT, offsetof(struct scenario, refresh.statement_us)},
    {"failures", FIELD_REAL, offsetof(struct scenario, refresh.failures)},
    {"broken", FIELD_COUNT, offsetof(struct scenario, refresh.broken)},
    {"unchecked", FIELD_SMALL, offsetof(struct scenario, refresh.unchecked)},
    {0},
};

const struct field scenario_observe_fields[] = {
    {"enabled", FIELD_SMALL, offsetof(struct scenario, observe.enabled)},
    {"interval_ms", FIELD_COUNT, offsetof(struct scenario, observe.interval_ms)},
    {0},
};

const struct field scenario_scaler_fields[] = {
    {"min", FIELD_SMALL, offsetof(struct scenario, scaler.min)},
    {"max", FIELD_SMALL, offsetof(struct scenario, scaler.max)},
    {"period_ms", FIELD_COUNT, offsetof(struct scenario, scaler.period_ms)},
    {"stabilize_ms", FIELD_COUNT, offsetof(struct scenario, scaler.stabilize_ms)},
    {"target", FIELD_REAL, offsetof(struct scenario, scaler.target)},
    {"request", FIELD_REAL, offsetof(struct scenario, scaler.request)},
    {"depth", FIELD_COUNT, offsetof(struct scenario, scaler.depth)},
    {0},
};

const struct field scenario_event_fields[] = {
    {"at_ms", FIELD_COUNT, offsetof(struct timeline_event, at_ms)},
    {"number", FIELD_SMALL, offsetof(struct timeline_event, number)},
    {"share", FIELD_REAL, offsetof(struct timeline_event, share)},
    {"option_ms", FIELD_COUNT, offsetof(struct timeline_event, option_ms)},
    {0},
};
