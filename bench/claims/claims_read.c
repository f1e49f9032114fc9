#include "bench/claims/claims_reading.h"

#include "bench/claims/claims_specimen.h"
#include "strategies/suggest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const claims_documents[] = {"solution-comparison", "final-summary",
                                        "instance-id-summary", "deckard-housekeeper",
                                        "job-queue-plan",      NULL};

bool claims_fail(struct claims_reading *r, node at, const char *key, const char *reason, ...)
{
    char *text = r->claims->error;
    size_t size = sizeof r->claims->error, len;
    len = (size_t)snprintf(text, size, "%.160s:%u: ", r->claims->path,
                           at ? node_line(r->claims->file, at) : 1);
    if (*r->object)
        len += (size_t)snprintf(text + len, size - len, "%s: ", r->object);
    if (key)
        len += (size_t)snprintf(text + len, size - len, "%.40s: ", key);
    va_list arguments;
    va_start(arguments, reason);
    vsnprintf(text + len, size - len, reason, arguments);
    va_end(arguments);
    return false;
}

static const struct claims_key *find_key(const struct claims_key *keys, const char *name)
{
    for (; keys->name; keys++)
        if (strcmp(keys->name, name) == 0)
            return keys;
    return NULL;
}

static bool fail_unknown(struct claims_reading *r, node at, const struct claims_key *keys)
{
    char hint[SUGGESTION_KNOWN_MAX + 32];
    struct suggestion suggestion = {.word = node_text(r->claims->file, at)};
    for (; keys->name; keys++)
        suggestion_consider(&suggestion, keys->name);
    suggestion_write(&suggestion, hint, sizeof hint);
    return claims_fail(r, at, suggestion.word, "no such key; %s", hint);
}

/* Whether the same name stands before pair i of the mapping. */
static bool stands_before(const struct claims_reading *r, node map, size_t i, const char *name)
{
    node key, value;
    for (size_t j = 0; j < i && node_pair(r->claims->file, map, j, &key, &value); j++)
        if (strcmp(node_text(r->claims->file, key), name) == 0)
            return true;
    return false;
}

bool claims_read_map(struct claims_reading *r, node map, const struct claims_key *keys,
                     void *object)
{
    const struct document *file = r->claims->file;
    node name, value;
    if (node_kind(file, map) != NODE_MAP)
        return claims_fail(r, map, NULL, "not a mapping; KEY: VALUE would be right");
    for (size_t i = 0; node_pair(file, map, i, &name, &value); i++) {
        if (node_kind(file, name) != NODE_TEXT)
            return claims_fail(r, name, NULL, "a key that is not a word");
        const struct claims_key *key = find_key(keys, node_text(file, name));
        if (!key)
            return fail_unknown(r, name, keys);
        if (stands_before(r, map, i, key->name))
            return claims_fail(r, name, key->name, "stands twice; once would be right");
        if (!key->read(r, key->name, value, (char *)object + key->offset))
            return false;
    }
    return true;
}

bool claims_read_text(struct claims_reading *r, const char *key, node value, void *to)
{
    if (node_kind(r->claims->file, value) != NODE_TEXT || !*node_text(r->claims->file, value))
        return claims_fail(r, value, key, "a plain text would be right");
    *(const char **)to = node_text(r->claims->file, value);
    return true;
}

bool claims_read_switch(struct claims_reading *r, const char *key, node value, void *to)
{
    const char *text;
    if (!claims_read_text(r, key, value, &text))
        return false;
    *(bool *)to = strcmp(text, "yes") == 0;
    return *(bool *)to || strcmp(text, "no") == 0 ||
           claims_fail(r, value, key, "\"%.40s\"; yes or no would be right", text);
}

bool claims_read_number(struct claims_reading *r, const char *key, node value, void *to)
{
    char *end;
    const char *text;
    if (!claims_read_text(r, key, value, &text))
        return false;
    *(double *)to = strtod(text, &end);
    return (!*end && isfinite(*(double *)to)) ||
           claims_fail(r, value, key, "\"%.40s\" is no number", text);
}

bool claims_read_range(struct claims_reading *r, const char *key, node value, void *to)
{
    struct claim_range *range = to;
    if (node_kind(r->claims->file, value) != NODE_LIST) {
        if (!claims_read_number(r, key, value, &range->low))
            return false;
        range->high = range->low;
        return true;
    }
    node low = node_item(r->claims->file, value, 0), high = node_item(r->claims->file, value, 1);
    if (!low || !high || node_item(r->claims->file, value, 2))
        return claims_fail(r, value, key, "a number or [LOW, HIGH] would be right");
    return claims_read_number(r, key, low, &range->low) &&
           claims_read_number(r, key, high, &range->high) &&
           (range->low <= range->high ||
            claims_fail(r, value, key, "%g is over %g; [LOW, HIGH] would be right", range->low,
                        range->high));
}

/* ---- runs */

/* A list of KEY=VALUE. */
static bool read_settings(struct claims_reading *r, const char *key, node value,
                          const char *texts[CLAIMS_SET_MAX], unsigned *count)
{
    node item;
    if (node_kind(r->claims->file, value) != NODE_LIST)
        return claims_fail(r, value, key, "a list of KEY=VALUE would be right");
    for (size_t i = 0; (item = node_item(r->claims->file, value, i)); i++) {
        if (*count == CLAIMS_SET_MAX)
            return claims_fail(r, item, key, "more than %d settings", CLAIMS_SET_MAX);
        if (!claims_read_text(r, key, item, &texts[*count]))
            return false;
        if (!strchr(texts[(*count)++], '='))
            return claims_fail(r, item, key, "\"%.40s\"; KEY=VALUE would be right",
                               node_text(r->claims->file, item));
    }
    return true;
}

static bool read_set(struct claims_reading *r, const char *key, node value, void *to)
{
    struct claims_run *run = to;
    return read_settings(r, key, value, run->set, &run->set_count);
}

static bool read_quick(struct claims_reading *r, const char *key, node value, void *to)
{
    struct claims_run *run = to;
    return read_settings(r, key, value, run->quick, &run->quick_count);
}

static const struct claims_key run_keys[] = {
    {"scenario", claims_read_text, offsetof(struct claims_run, scenario)},
    {"seed", claims_read_text, offsetof(struct claims_run, seed)},
    {"repeats", claims_read_text, offsetof(struct claims_run, repeats)},
    {"alone", claims_read_switch, offsetof(struct claims_run, alone)},
    {"set", read_set, 0},
    {"quick", read_quick, 0},
    {0},
};

const struct claims_run *claims_run_of(const struct claims *claims, const char *name)
{
    for (unsigned i = 0; i < claims->run_count; i++)
        if (strcmp(claims->runs[i].name, name) == 0)
            return &claims->runs[i];
    return NULL;
}

static bool read_run(struct claims_reading *r, node name, node value)
{
    struct claims *claims = r->claims;
    struct claims_run *run = &claims->runs[claims->run_count];
    if (claims->run_count == CLAIMS_RUNS_MAX)
        return claims_fail(r, name, "runs", "more than %d", CLAIMS_RUNS_MAX);
    *run = (struct claims_run){.seed = "1", .repeats = "1"};
    if (!claims_read_text(r, "runs", name, &run->name))
        return false;
    snprintf(r->object, sizeof r->object, "%.48s", run->name);
    if (claims_run_of(claims, run->name))
        return claims_fail(r, name, NULL, "stands twice; once would be right");
    if (!claims_read_map(r, value, run_keys, run))
        return false;
    if (!run->scenario)
        return claims_fail(r, name, "scenario", "is missing");
    claims->run_count++;
    *r->object = '\0';
    return true;
}

static bool read_runs(struct claims_reading *r, const char *key, node value, void *to)
{
    node name, run;
    (void)to;
    if (node_kind(r->claims->file, value) != NODE_MAP)
        return claims_fail(r, value, key, "not a mapping; NAME: {scenario: ...} would be right");
    for (size_t i = 0; node_pair(r->claims->file, value, i, &name, &run); i++)
        if (!read_run(r, name, run))
            return false;
    return true;
}

/* ---- the file */

static bool read_claims(struct claims_reading *r, const char *key, node value, void *to)
{
    node row;
    (void)to;
    if (node_kind(r->claims->file, value) != NODE_LIST)
        return claims_fail(r, value, key, "a list of claims would be right");
    for (size_t i = 0; (row = node_item(r->claims->file, value, i)); i++) {
        if (!claims_read_row(r, row))
            return false;
        *r->object = '\0';
    }
    return true;
}

static const struct claims_key file_keys[] = {
    {"runs", read_runs, 0},
    {"claims", read_claims, 0},
    {0},
};

static bool read_file(struct claims_reading *r)
{
    node root = document_root(r->claims->file);
    if (!root)
        return claims_fail(r, root, NULL, "the file is empty; runs and claims would be right");
    return claims_read_map(r, root, file_keys, r->claims) &&
           (r->claims->count > 0 || claims_fail(r, root, "claims", "are missing"));
}

bool claims_read(struct claims *claims, const char *path)
{
    struct claims_reading r = {.claims = claims, .specimen = claims_specimen()};
    claims->path = path;
    claims->file = document_open(path, claims->error, sizeof claims->error);
    bool ok = claims->file && read_file(&r);
    json_free(r.specimen);
    return ok;
}

void claims_close(struct claims *claims)
{
    for (unsigned i = 0; i < claims->piece_count; i++)
        json_free(claims->pieces[i].document);
    document_close(claims->file);
    claims->file = NULL;
    claims->piece_count = 0;
}
