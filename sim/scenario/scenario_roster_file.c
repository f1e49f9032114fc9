#include "sim/scenario/scenario_roster.h"

#include "strategies/value.h"

#include <stdio.h>
#include <string.h>

/* `as: NAME`. A name of another contender would make every table lie. */
static bool label_set(struct roster_entry *listed, const char *label, const struct origin *origin,
                      struct scenario_error *error)
{
    static const struct value_rule rule = {VALUE_NAME, 1, SCENARIO_LABEL_MAX - 1, NULL, NULL};
    char reason[256];
    union value value;
    if (!value_read(&rule, label, &value, reason, sizeof(reason)))
        return origin_fail(error, origin, "contenders.as", "%s", reason);
    const struct contender *other = contender_find(label, NULL);
    if (other && other != listed->entry.contender)
        return origin_fail(error, origin, "contenders.as",
                           "\"%s\" is another contender; a name of its own would be right", label);
    snprintf(listed->entry.label, sizeof(listed->entry.label), "%s", label);
    listed->labelled = true;
    return true;
}

/* The text under `name` in a mapping, or NULL. */
static const char *map_text(const struct document *document, node map, const char *name)
{
    node key, value;
    for (size_t i = 0; node_pair(document, map, i, &key, &value); i++)
        if (node_kind(document, key) == NODE_TEXT && node_kind(document, value) == NODE_TEXT &&
            strcmp(node_text(document, key), name) == 0)
            return node_text(document, value);
    return NULL;
}

static bool pair_apply(struct roster_entry *listed, const char *key, const char *text,
                       const struct origin *origin, struct scenario_error *error)
{
    if (strcmp(key, "name") == 0)
        return true; /* known by now */
    if (strcmp(key, "as") == 0)
        return label_set(listed, text, origin, error);
    size_t len = strlen(listed->given);
    snprintf(listed->given + len, sizeof(listed->given) - len, " %s=%s", key, text);
    return roster_parameter_set(listed, key, text, origin, error);
}

static bool map_read(struct roster *roster, const struct document *document, node map,
                     struct origin origin, struct scenario_error *error)
{
    const char *name = map_text(document, map, "name");
    if (!name)
        return origin_fail(
            error, &origin, "contenders",
            "an entry without a name; {name: NAME, PARAMETER: VALUE} would be right");
    struct roster_entry *listed = roster_add(roster, name, &origin, error);
    if (!listed)
        return false;

    node key, value;
    for (size_t i = 0; node_pair(document, map, i, &key, &value); i++) {
        origin.line = node_line(document, key);
        if (node_kind(document, key) != NODE_TEXT || node_kind(document, value) != NODE_TEXT)
            return origin_fail(
                error, &origin, name,
                "a parameter that is not a plain value; PARAMETER: VALUE would be right");
        const char *word = node_text(document, key);
        if (map_text(document, map, word) != node_text(document, value))
            return origin_fail(error, &origin, name, "\"%.48s\" stands twice; once would be right",
                               word);
        if (!pair_apply(listed, word, node_text(document, value), &origin, error))
            return false;
    }
    return true;
}

static uint32_t contender_count(const struct roster *roster, const struct contender *contender)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < roster->count; i++)
        count += roster->entries[i].entry.contender == contender;
    return count;
}

static void labels_complete(struct roster *roster)
{
    for (uint32_t i = 0; i < roster->count; i++) {
        struct roster_entry *listed = &roster->entries[i];
        char *label = listed->entry.label;
        if (!listed->labelled && contender_count(roster, listed->entry.contender) > 1)
            strncat(label, listed->given, SCENARIO_LABEL_MAX - 1 - strlen(label));
    }
}

bool roster_read(struct roster *roster, const struct document *document, node list,
                 const char *path, struct scenario_error *error)
{
    struct origin origin = {ORIGIN_FILE, path, node_line(document, list)};
    roster->count = 0;
    enum node_kind kind = node_kind(document, list);
    if (kind == NODE_TEXT && *node_text(document, list))
        return roster_select(roster, node_text(document, list), &origin, error);

    node item = kind == NODE_LIST ? node_item(document, list, 0) : 0;
    if (!item)
        return origin_fail(error, &origin, "contenders", "%s; a list of contenders would be right",
                           kind == NODE_MAP ? "a mapping" : "empty");
    for (size_t i = 0; (item = node_item(document, list, i)); i++) {
        kind = node_kind(document, item);
        origin.line = node_line(document, item);
        if (kind == NODE_LIST)
            return origin_fail(error, &origin, "contenders",
                               "a list in a list; NAME or {name: NAME} would be right");
        if (kind == NODE_MAP ? !map_read(roster, document, item, origin, error)
                             : !roster_add(roster, node_text(document, item), &origin, error))
            return false;
    }
    labels_complete(roster);
    return roster_check_labels(roster, NULL, error);
}
