#include "sim/scenario/scenario_roster.h"

#include "strategies/suggest.h"
#include "strategies/value.h"

#include <stdio.h>
#include <string.h>

enum { LEASE_MIN_MS = 100, DURATION_MIN_MS = 1, HINT_MAX = SUGGESTION_KNOWN_MAX + 32 };

/* Only a file's line does not say by itself that it is about contenders. */
static const char *list_key(const struct origin *origin)
{
    return origin->kind == ORIGIN_FILE ? "contenders" : NULL;
}

static bool unknown_contender(const char *name, const struct origin *origin,
                              struct scenario_error *error)
{
    struct suggestion suggestion = {.word = name};
    contenders_suggest(&suggestion);
    char hint[HINT_MAX];
    suggestion_write(&suggestion, hint, sizeof(hint));
    return origin_fail(error, origin, list_key(origin), "\"%.48s\" is not a contender; %s", name,
                       hint);
}

static struct roster_entry *entry_take(struct roster *roster, const struct roster_entry *listed,
                                       const struct origin *origin, struct scenario_error *error)
{
    if (roster->count == SCENARIO_CONTENDERS_MAX) {
        origin_fail(error, origin, list_key(origin),
                    "more than %d contenders; fewer would be right", (int)SCENARIO_CONTENDERS_MAX);
        return NULL;
    }
    roster->entries[roster->count] = *listed;
    return &roster->entries[roster->count++];
}

struct roster_entry *roster_add(struct roster *roster, const char *name,
                                const struct origin *origin, struct scenario_error *error)
{
    const struct strategy *strategy;
    const struct contender *contender = contender_find(name, &strategy);
    if (!contender) {
        unknown_contender(name, origin, error);
        return NULL;
    }
    struct roster_entry listed = {
        .entry = {.contender = contender, .strategy = strategy},
        .origin = *origin,
    };
    snprintf(listed.entry.label, sizeof(listed.entry.label), "%s", contender->name);
    char reason[256];
    if (!contender_values(contender, strategy, listed.entry.values, reason, sizeof(reason))) {
        origin_fail(error, origin, list_key(origin), "%s: %s", name, reason);
        return NULL;
    }
    return entry_take(roster, &listed, origin, error);
}

bool roster_parameter_set(struct roster_entry *listed, const char *parameter, const char *text,
                          const struct origin *origin, struct scenario_error *error)
{
    char reason[384];
    if (parameters_set(listed->entry.strategy, parameter, text, listed->entry.values, reason,
                       sizeof(reason)))
        return true;
    if (origin->kind == ORIGIN_SET)
        return origin_fail(error, origin, NULL, "%s", reason);
    return origin_fail(error, origin, NULL, "%s.%s", listed->entry.contender->name, reason);
}

bool roster_check_labels(const struct roster *roster, const struct origin *selection,
                         struct scenario_error *error)
{
    for (uint32_t i = 0; i < roster->count; i++)
        for (uint32_t j = 0; j < i; j++) {
            const char *label = roster->entries[i].entry.label;
            if (strcmp(label, roster->entries[j].entry.label) != 0)
                continue;
            if (selection)
                return origin_fail(error, selection, list_key(selection),
                                   "\"%s\" stands twice; once would be right", label);
            return origin_fail(error, &roster->entries[i].origin, "contenders",
                               "\"%s\" stands twice; another name for one of them "
                               "(as: NAME) would be right",
                               label);
        }
    return true;
}

/* Takes the entry of this label, else all of this contender. */
static bool take_matching(struct roster *to, const struct roster *from, const char *name,
                          const struct origin *origin, struct scenario_error *error)
{
    uint32_t before = to->count;
    for (uint32_t i = 0; i < from->count; i++)
        if (strcmp(from->entries[i].entry.label, name) == 0)
            return entry_take(to, &from->entries[i], origin, error);
    for (uint32_t i = 0; i < from->count; i++)
        if (strcmp(from->entries[i].entry.contender->name, name) == 0 &&
            !entry_take(to, &from->entries[i], origin, error))
            return false;
    return to->count > before || roster_add(to, name, origin, error);
}

/* Unlike a name, "all" takes a contender's entries under whatever labels they have. */
static bool take_all(struct roster *to, const struct roster *from, const struct origin *origin,
                     struct scenario_error *error)
{
    for (size_t i = 0; strategies[i]; i++)
        for (const struct contender *c = strategies[i]->contenders; c->name; c++) {
            uint32_t before = to->count;
            for (uint32_t j = 0; j < from->count; j++)
                if (from->entries[j].entry.contender == c &&
                    !entry_take(to, &from->entries[j], origin, error))
                    return false;
            if (to->count == before && !roster_add(to, c->name, origin, error))
                return false;
        }
    return true;
}

bool roster_select(struct roster *roster, const char *names, const struct origin *origin,
                   struct scenario_error *error)
{
    const struct roster from = *roster;
    roster->count = 0;
    if (strcmp(names, "all") == 0)
        return take_all(roster, &from, origin, error);

    for (const char *name = names;; name++) {
        char one[SCENARIO_LABEL_MAX + 1];
        size_t len = strcspn(name, ",");
        if (len == 0)
            return origin_fail(error, origin, list_key(origin),
                               "an empty name; NAME,NAME or all would be right");
        snprintf(one, sizeof(one), "%.*s", (int)len, name);
        if (!take_matching(roster, &from, one, origin, error))
            return false;
        name += len;
        if (*name == '\0')
            return roster_check_labels(roster, origin, error);
    }
}

static size_t longer(size_t length, const char *name, const char *key)
{
    size_t len = strlen(name);
    return len > length && strncmp(name, key, len) == 0 && key[len] == '.' ? len : length;
}

size_t roster_name_length(const struct roster *roster, const char *key)
{
    size_t length = 0;
    for (uint32_t i = 0; i < roster->count; i++)
        length = longer(length, roster->entries[i].entry.label, key);
    for (size_t i = 0; strategies[i]; i++)
        for (const struct contender *c = strategies[i]->contenders; c->name; c++)
            length = longer(length, c->name, key);
    return length;
}

/* The entries' labels with commas, as far as they fit. */
static void labels_write(const struct roster *roster, const char *contender, char *text,
                         size_t size)
{
    size_t len = 0;
    *text = '\0';
    for (uint32_t i = 0; i < roster->count && len < size; i++)
        if (!contender || strcmp(roster->entries[i].entry.contender->name, contender) == 0)
            len += (size_t)snprintf(text + len, size - len, "%s%s", len ? ", " : "",
                                    roster->entries[i].entry.label);
}

bool roster_set(struct roster *roster, const char *key, size_t name_length, const char *text,
                const struct origin *origin, struct scenario_error *error)
{
    char name[SCENARIO_LABEL_MAX], labels[256];
    snprintf(name, sizeof(name), "%.*s", (int)name_length, key);
    struct roster_entry *found = NULL;
    uint32_t count = 0;
    for (uint32_t i = 0; i < roster->count; i++) {
        struct roster_entry *listed = &roster->entries[i];
        if (strcmp(listed->entry.label, name) == 0)
            return roster_parameter_set(listed, key + name_length + 1, text, origin, error);
        if (strcmp(listed->entry.contender->name, name) == 0) {
            found = listed;
            count++;
        }
    }

    if (count == 1)
        return roster_parameter_set(found, key + name_length + 1, text, origin, error);
    labels_write(roster, count ? name : NULL, labels, sizeof(labels));
    if (count == 0)
        return origin_fail(error, origin, key, "%s is not in this run; in it: %s", name, labels);
    return origin_fail(error, origin, key,
                       "%s is %u entries of this run; one of them would be right: %s", name, count,
                       labels);
}

/* parameter: NULL where the duration is not one, but the entry's time to live. */
static bool duration_check(const struct roster_entry *listed, const char *parameter, int64_t ms,
                           int64_t min_ms, double time_scale, struct scenario_error *error)
{
    double scaled_ms = (double)ms / time_scale;
    if (ms == 0 || scaled_ms >= (double)min_ms)
        return true;
    char key[96], published[32];
    duration_write_us(ms * 1000, published, sizeof(published));
    snprintf(key, sizeof(key), "%s%s%s", listed->entry.label, parameter ? "." : "",
             parameter ? parameter : "");
    return origin_fail(error, &listed->origin, key,
                       "%s%s is %.3gms at time_scale %g; at least %lldms there would be right",
                       parameter ? "" : "its time to live of ", published, scaled_ms, time_scale,
                       (long long)min_ms);
}

/* The shortest time to live that the server keeps for this entry: it may follow the cycle. */
static int64_t server_ttl_ms(const struct entry *entry, const struct scenario *scenario)
{
    const struct seat seat = {
        .values = entry->values,
        .prefix = "",
        .vendor = scenario->vendor,
        .host = "",
        .instances = scenario->instances,
        .items = scenario->items,
        .cycle_ms = scenario->cycle_ms,
    };
    return (int64_t)entry->strategy->needs(&seat).server_ttl_ms;
}

bool roster_check_durations(const struct roster *roster, const struct scenario *scenario,
                            struct scenario_error *error)
{
    for (uint32_t i = 0; i < roster->count; i++) {
        const struct roster_entry *listed = &roster->entries[i];
        const struct entry *entry = &listed->entry;
        const struct parameter *parameters = entry->strategy->parameters;
        for (size_t p = 0; parameters[p].name; p++)
            if (parameters[p].type == PARAMETER_DURATION &&
                !duration_check(listed, parameters[p].name, entry->values[p],
                                parameters[p].lease ? LEASE_MIN_MS : DURATION_MIN_MS,
                                scenario->time_scale, error))
                return false;
        if (!duration_check(listed, NULL, server_ttl_ms(entry, scenario), LEASE_MIN_MS,
                            scenario->time_scale, error))
            return false;
    }
    return true;
}
