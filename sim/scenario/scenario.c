/* Order: defaults, the file, --contender, each --set; then what no key can know alone. */
#include "sim/scenario/scenario.h"

#include "sim/fault/fault_kinds.h"
#include "sim/scenario/scenario_reading.h"
#include "sim/scenario/variables.h"
#include "strategies/suggest.h"

#include <stdio.h>
#include <string.h>

enum { KEY_SIZE = 96, HINT_SIZE = SUGGESTION_KNOWN_MAX + 64 };

/* A path such as "harbor-2318.batch", when "harbor-2318" is no group of keys: a contender's
 * parameter is meant. */
static bool contender_hint(const char *path, char *hint, size_t size)
{
    char name[KEY_SIZE], group[KEY_SIZE];
    const char *dot = strrchr(path, '.');
    snprintf(group, sizeof(group), "%.*s", (int)strcspn(path, "."), path);
    if (!dot || scenario_key_is_group(group))
        return false;
    snprintf(name, sizeof(name), "%.*s", (int)(dot - path), path);
    struct suggestion suggestion = {.word = name};
    contenders_suggest(&suggestion);
    if (suggestion.nearest)
        snprintf(hint, size, "did you mean \"%s%s\"?", suggestion.nearest, dot);
    else
        snprintf(hint, size, "neither a key nor a contender's parameter; contenders are %s",
                 suggestion.known);
    return true;
}

bool reading_unknown_key(struct reading *r, const struct origin *origin, const char *path)
{
    char hint[HINT_SIZE];
    struct suggestion suggestion = {.word = path};
    for (const struct scenario_key *key = scenario_keys; key->path; key++)
        suggestion_consider(&suggestion, key->path);
    if (!suggestion.nearest && origin->kind == ORIGIN_SET &&
        contender_hint(path, hint, sizeof(hint)))
        return origin_fail(r->error, origin, path, "unknown key; %s", hint);
    suggestion_write(&suggestion, hint, sizeof(hint));
    return origin_fail(r->error, origin, path, "unknown key; %s%s", hint,
                       suggestion.nearest ? "" : " (dibs --help lists them)");
}

bool reading_key_set(struct reading *r, const struct scenario_key *key, const char *text,
                     const struct origin *origin)
{
    char reason[SUGGESTION_KNOWN_MAX + 128];
    if (!scenario_key_set(r->scenario, key, text, reason, sizeof(reason)))
        return origin_fail(r->error, origin, key->path, "%s", reason);
    *reading_origin(r, key) = *origin;
    return true;
}

static bool override_apply(struct reading *r, const char *text)
{
    const struct origin origin = {ORIGIN_SET, text, 0};
    char path[KEY_SIZE];
    size_t len = strcspn(text, "=");
    if (text[len] == '\0' || len == 0 || len >= sizeof(path))
        return origin_fail(r->error, &origin, NULL, "not an assignment; KEY=VALUE would be right");
    snprintf(path, sizeof(path), "%.*s", (int)len, text);
    const char *value = text + len + 1;

    const struct scenario_key *key = scenario_key_find(path);
    if (key && key->kind == KEY_CONTENDERS)
        return roster_select(&r->roster, value, &origin, r->error);
    if (key)
        return reading_key_set(r, key, value, &origin);
    size_t name_length = roster_name_length(&r->roster, path);
    if (name_length > 0)
        return roster_set(&r->roster, path, name_length, value, &origin, r->error);
    return reading_unknown_key(r, &origin, path);
}

bool scenario_has_upkeep_seat(const struct scenario *scenario, const struct entry *entry)
{
    return entry->strategy->upkeep != NULL && scenario->upkeep == UPKEEP_SEAT;
}

bool scenario_is_journaled(const struct scenario *scenario)
{
    if (scenario->journal != JOURNAL_AUTO)
        return scenario->journal == JOURNAL_YES;
    return scenario->event_count > 0 && scenario->items <= SCENARIO_JOURNAL_ITEMS_MAX;
}

bool scenario_rolls_back(const struct scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->event_count; i++)
        if (scenario->events[i].kind == TIMELINE_ROLLBACK)
            return true;
    return false;
}

bool scenario_identifies(const struct scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        const struct fault_order *order = &scenario->events[i].fault;
        if (scenario->events[i].kind == TIMELINE_FAULT && order->by_server &&
            order->target != TARGET_ALL)
            return true;
    }
    return false;
}

bool scenario_breaks(const struct scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->event_count; i++)
        if (scenario->events[i].kind == TIMELINE_FAULT)
            return true;
    return false;
}

bool scenario_persists(const struct scenario *scenario)
{
    for (uint32_t i = 0; i < scenario->event_count; i++)
        if (scenario->events[i].kind == TIMELINE_FAULT && !scenario->events[i].fault.empty &&
            (fault_kinds[scenario->events[i].fault.kind].needs & NEEDS_DATA))
            return true;
    return false;
}

/* "scenarios/million.yaml" is "million". */
static void name_set(struct scenario *scenario, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    size_t len = strlen(base), suffix = strlen(".yaml");
    if (len > suffix && strcmp(base + len - suffix, ".yaml") == 0)
        len -= suffix;
    snprintf(scenario->name, sizeof(scenario->name), "%.*s", (int)len, base);
}

uint32_t scenario_instances(const struct scenario *scenario, const struct entry *entry)
{
    uint32_t fixed = entry->strategy->fixed_instances;
    return fixed > 0 ? fixed : scenario->instances;
}

/* Of an instance; UINT32_MAX: of those that have no variables of their own. */
static uint32_t workers_of(const struct scenario *scenario, const struct entry *entry,
                           uint32_t instance)
{
    parameter_values values;
    uint64_t cycle_ms;
    variables_apply(scenario, entry, instance, values, &cycle_ms);
    uint32_t own = entry->strategy->workers(values);
    return own > 0 ? own : scenario->workers;
}

uint32_t scenario_workers(const struct scenario *scenario, const struct entry *entry)
{
    uint32_t fixed = entry->strategy->fixed_workers;
    if (entry->strategy->workers == NULL)
        return fixed > 0 ? fixed : scenario->workers;
    uint32_t most = workers_of(scenario, entry, UINT32_MAX);
    for (uint32_t i = 0; i < scenario->variable_count; i++) {
        uint32_t own = workers_of(scenario, entry, (uint32_t)scenario->variables[i].instance);
        most = own > most ? own : most;
    }
    return most;
}

bool scenario_read(struct scenario *scenario, const char *path, const char *contenders,
                   const char *const *overrides, size_t override_count,
                   struct scenario_error *error)
{
    struct reading r = {.scenario = scenario, .path = path, .error = error};
    *scenario = (struct scenario){0};
    name_set(scenario, path);
    scenario_keys_default(scenario);

    if (!reading_file(&r))
        return false;
    r.listed = r.roster;
    const struct origin option = {ORIGIN_CONTENDER, contenders, 0};
    if (contenders && !roster_select(&r.roster, contenders, &option, error))
        return false;
    for (size_t i = 0; i < override_count; i++)
        if (!override_apply(&r, overrides[i]))
            return false;
    if (!reading_check(&r))
        return false;

    for (uint32_t i = 0; i < r.roster.count; i++)
        scenario->entries[i] = r.roster.entries[i].entry;
    scenario->entry_count = r.roster.count;
    return true;
}
