#include "bench/document/counts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static int compare(const struct count *count, const char *group, const char *name)
{
    int order = strcmp(count->group, group);
    return order != 0 ? order : strcmp(count->name, name);
}

/* The first that does not stand before it. */
static size_t place_of(const struct counts *counts, const char *group, const char *name)
{
    size_t i = 0;
    while (i < counts->used && compare(&counts->list[i], group, name) < 0)
        i++;
    return i;
}

static bool stands_at(const struct counts *counts, size_t i, const char *group, const char *name)
{
    return i < counts->used && compare(&counts->list[i], group, name) == 0;
}

bool counts_set(struct counts *counts, const char *group, const char *name, int64_t value)
{
    size_t i = place_of(counts, group, name);
    if (!stands_at(counts, i, group, name)) {
        if (counts->used == COUNTS_MAX)
            return false;
        memmove(&counts->list[i + 1], &counts->list[i],
                (counts->used - i) * sizeof counts->list[0]);
        counts->used++;
        snprintf(counts->list[i].group, COUNTS_NAME_MAX, "%s", group);
        snprintf(counts->list[i].name, COUNTS_NAME_MAX, "%s", name);
    }
    counts->list[i].value = value;
    return true;
}

int64_t counts_get(const struct counts *counts, const char *group, const char *name)
{
    size_t i = place_of(counts, group, name);
    return stands_at(counts, i, group, name) ? counts->list[i].value : 0;
}

bool counts_has(const struct counts *counts, const char *group, const char *name)
{
    return stands_at(counts, place_of(counts, group, name), group, name);
}

/* Where a figure stands in the document of a run (of a command: in its object). */
struct source {
    const char *group, *name, *path;
};

static const struct source of_command[] = {
    {NULL, "calls", "server_calls"}, {NULL, "inner", "inner_calls"}, {NULL, "errors", "errors"},
    {NULL, "in", "bytes_in"},        {NULL, "out", "bytes_out"},     {0},
};

static const struct source of_run[] = {
    {"run", "round_trips", "round_trips"},
    {"run", "keys_left", "keys_left"},
    {"fates", "pending", "items.pending"},
    {"fates", "claimed", "items.claimed"},
    {"fates", "stranded", "items.stranded"},
    {"fates", "dead", "items.dead"},
    {"fates", "lost", "items.lost"},
    {"fates", "redundant", "refreshes.redundant"},
    {0},
};

/* Figures that are not there (an older document, a run without an audit) are left out. False: there
 * is no room, or a figure that no run counts to. */
static bool take(struct counts *counts, const json *from, const struct source *sources,
                 const char *group)
{
    for (const struct source *source = sources; source->name != NULL; source++) {
        double value = json_number(from, source->path);
        if (!isfinite(value) || value < 0)
            continue;
        if (value > (double)COUNT_LARGEST ||
            !counts_set(counts, group != NULL ? group : source->group, source->name,
                        (int64_t)value))
            return false;
    }
    return true;
}

/* "SCRIPT LOAD" is one word in a baseline. */
static void group_of(const char *command, char group[COUNTS_NAME_MAX])
{
    snprintf(group, COUNTS_NAME_MAX, "%s", command);
    for (char *c = group; *c != '\0'; c++)
        if (*c == ' ')
            *c = '_';
}

bool counts_read(const json *run, struct counts *counts)
{
    void *cursor = NULL;
    const char *name;
    json *command;
    char group[COUNTS_NAME_MAX];
    *counts = (struct counts){0};
    if (!take(counts, run, of_run, NULL))
        return false;
    while (json_next(json_find(run, "commands"), &cursor, &name, &command)) {
        group_of(name, group);
        if (!take(counts, command, of_command, group))
            return false;
    }
    return counts->used > 0;
}

void counts_meet(struct counts *counts, const struct counts *other)
{
    for (size_t i = 0; i < other->used; i++) {
        const struct count *count = &other->list[i];
        if (counts_get(counts, count->group, count->name) != count->value)
            counts_set(counts, count->group, count->name, COUNT_BOUNDED);
    }
    for (size_t i = 0; i < counts->used; i++) {
        struct count *count = &counts->list[i];
        if (counts_get(other, count->group, count->name) != count->value)
            count->value = COUNT_BOUNDED;
    }
}
