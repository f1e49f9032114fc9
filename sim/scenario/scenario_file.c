#include "sim/scenario/document.h"
#include "sim/scenario/scenario_reading.h"

#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 64, LIST_SIZE = 16 * SCENARIO_INSTANCES_MAX };

static struct origin in_file(const struct reading *r, node n, const struct document *document)
{
    return (struct origin){ORIGIN_FILE, r->path, n ? node_line(document, n) : 1};
}

static bool wrong_kind(struct reading *r, const struct scenario_key *key,
                       const struct origin *origin, const char *is)
{
    char expected[160];
    scenario_key_expected(key, expected, sizeof(expected));
    return origin_fail(r->error, origin, key->path, "%s; %s would be right", is, expected);
}

/* A list of plain values as one text with commas, as --set has it. */
static bool list_join(struct reading *r, const struct document *document, node list,
                      const struct scenario_key *key, const struct origin *origin,
                      char text[LIST_SIZE])
{
    size_t len = 0;
    node item;
    text[0] = '\0';
    for (size_t i = 0; (item = node_item(document, list, i)); i++) {
        if (node_kind(document, item) != NODE_TEXT)
            return wrong_kind(r, key, origin, "a list of other than plain values");
        len += (size_t)snprintf(text + len, LIST_SIZE - len, "%s%s", i ? ", " : "",
                                node_text(document, item));
        if (len >= LIST_SIZE)
            return wrong_kind(r, key, origin, "a list that is too long");
    }
    return true;
}

/* Adds "name: value, " to the text, with the contender's name before it where it is of one. */
static bool expectation_add(struct reading *r, const struct document *document, node pair[2],
                            const char *contender, const struct origin *origin,
                            char text[LIST_SIZE])
{
    size_t len = strlen(text);
    if (node_kind(document, pair[0]) != NODE_TEXT || node_kind(document, pair[1]) != NODE_TEXT)
        return origin_fail(r->error, origin, "expect",
                           "other than FIGURE: BOUND; {lost: 0} would be right");
    len += (size_t)snprintf(text + len, LIST_SIZE - len, "%s%s%s: %s, ", contender,
                            *contender ? "/" : "", node_text(document, pair[0]),
                            node_text(document, pair[1]));
    return len < LIST_SIZE || origin_fail(r->error, origin, "expect", "too many expectations");
}

/* A mapping of bounds, and of contenders to mappings of bounds, as one text with commas. */
static bool expectations_join(struct reading *r, const struct document *document, node map,
                              const struct origin *origin, char text[LIST_SIZE])
{
    node pair[2], inner[2];
    text[0] = '\0';
    for (size_t i = 0; node_pair(document, map, i, &pair[0], &pair[1]); i++) {
        bool of_one = node_kind(document, pair[0]) == NODE_TEXT &&
                      node_kind(document, pair[1]) == NODE_MAP;
        if (!of_one && !expectation_add(r, document, pair, "", origin, text))
            return false;
        for (size_t k = 0; of_one && node_pair(document, pair[1], k, &inner[0], &inner[1]); k++)
            if (!expectation_add(r, document, inner, node_text(document, pair[0]), origin, text))
                return false;
    }
    return true;
}

static bool key_read(struct reading *r, const struct document *document,
                     const struct scenario_key *key, node value, const struct origin *origin)
{
    char text[LIST_SIZE];
    struct origin *first = reading_origin(r, key);
    if (first->text)
        return origin_fail(r->error, origin, key->path,
                           "stands twice, first in line %u; once would be right", first->line);
    if (key->kind == KEY_CONTENDERS) {
        *first = *origin;
        return roster_read(&r->roster, document, value, r->path, r->error);
    }
    switch (node_kind(document, value)) {
    case NODE_MAP:
        if (key->kind == KEY_EXPECT)
            return expectations_join(r, document, value, origin, text) &&
                   reading_key_set(r, key, text, origin);
        return wrong_kind(r, key, origin, "a mapping");
    case NODE_LIST:
        if (key->kind == KEY_VALUE)
            return wrong_kind(r, key, origin, "a list");
        return list_join(r, document, value, key, origin, text) &&
               reading_key_set(r, key, text, origin);
    default:
        return reading_key_set(r, key, node_text(document, value), origin);
    }
}

/* One level of keys; groups (`refresh:`) are one level deep. */
static bool map_read(struct reading *r, const struct document *document, node map,
                     const char *group)
{
    node name, value;
    for (size_t i = 0; node_pair(document, map, i, &name, &value); i++) {
        char path[PATH_SIZE];
        struct origin origin = in_file(r, name, document);
        if (node_kind(document, name) != NODE_TEXT)
            return origin_fail(r->error, &origin, NULL,
                               "a key that is not a word; KEY: VALUE would be right");
        snprintf(path, sizeof(path), "%s%s%.40s", group, *group ? "." : "",
                 node_text(document, name));
        const struct scenario_key *key = scenario_key_find(path);
        if (key) {
            if (!key_read(r, document, key, value, &origin))
                return false;
        } else if (*group || !scenario_key_is_group(path)) {
            return reading_unknown_key(r, &origin, path);
        } else if (node_kind(document, value) != NODE_MAP) {
            return origin_fail(r->error, &origin, path,
                               "not a mapping; {KEY: VALUE} would be right");
        } else if (!map_read(r, document, value, path)) {
            return false;
        }
    }
    return true;
}

bool reading_file(struct reading *r)
{
    struct document *document = document_open(r->path, r->error->text, sizeof(r->error->text));
    if (!document)
        return false;
    node root = document_root(document);
    struct origin origin = in_file(r, root, document);
    bool ok = false;
    if (!root)
        origin_fail(r->error, &origin, NULL,
                    "the file is empty; items, instances and contenders would be right");
    else if (node_kind(document, root) != NODE_MAP)
        origin_fail(r->error, &origin, NULL, "not a mapping; KEY: VALUE would be right");
    else
        ok = map_read(r, document, root, "");
    document_close(document);
    return ok;
}
