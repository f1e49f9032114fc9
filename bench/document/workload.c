#include "bench/document/workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Raised when a measure means something else than before. */
static const char MEASURES[] = "measures 1";

enum { NAMED_MAX = 3 };

/* Not what is done, but how it is called, shown, repeated or watched. */
static const char *const ignored[] = {
    "name", "question",    "contenders", "repeats", "entry_race_cycles", "crash_probe_kills",
    "vary", "watchdog_ms", "journal",    "beside",
};

static bool is_key(const char *path, const char *key)
{
    size_t length = strlen(key);
    return strncmp(path, key, length) == 0 && (path[length] == '\0' || path[length] == '.');
}

struct reading {
    struct texts *lines;
    bool lockstep, scaled; /* by a scaler */
};

static void add(void *context, const char *path, const char *text)
{
    struct reading *reading = context;
    char line[768];
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        if (is_key(path, ignored[i]))
            return;
    if (reading->lockstep && is_key(path, "placement")) /* counts do not depend on it */
        return;
    if (!reading->scaled && is_key(path, "scaler")) /* its settings mean nothing */
        return;
    snprintf(line, sizeof line, "%s %s", path, text);
    texts_add(reading->lines, line, strlen(line));
}

static int compare_starts(const void *a, const void *b, void *block)
{
    return strcmp((char *)block + *(const size_t *)a, (char *)block + *(const size_t *)b);
}

void workload_sort(struct texts *lines)
{
    if (lines->n > 1)
        qsort_r(lines->starts, lines->n, sizeof *lines->starts, compare_starts, lines->block);
}

void workload_read(const json *scenario, struct texts *lines)
{
    const char *mode = json_text(scenario, "mode");
    const char *scaler = json_text(scenario, "scaler.kind");
    struct reading reading = {lines, mode != NULL && strcmp(mode, "lockstep") == 0,
                              scaler != NULL && strcmp(scaler, "none") != 0};
    texts_add(lines, MEASURES, strlen(MEASURES));
    json_flatten(scenario, add, &reading);
    workload_sort(lines);
}

const char *workload_value(const struct texts *lines, const char *key)
{
    size_t length = strlen(key);
    for (size_t i = 0; i < lines->n; i++) {
        const char *line = texts_at(lines, i);
        if (strncmp(line, key, length) == 0 && line[length] == ' ')
            return line + length + 1;
    }
    return NULL;
}

static size_t key_length(const char *line)
{
    return strcspn(line, " ");
}

/* One more difference in the sentence; beyond a few only their number is kept. */
static void name_difference(const char *now, const char *before, unsigned nth, char *why,
                            size_t size)
{
    size_t at = strlen(why);
    const char *line = now != NULL ? now : before;
    if (nth > NAMED_MAX)
        return;
    const char *value = before != NULL ? before + key_length(before) + 1 : "none";
    snprintf(why + at, size - at, "%s%.*s %s instead of %s", at ? ", " : "", (int)key_length(line),
             line, now != NULL ? now + key_length(now) + 1 : "none", value);
}

bool workload_same(const struct texts *now, const struct texts *before, char *why, size_t size)
{
    unsigned differences = 0;
    size_t i = 0, j = 0;
    *why = '\0';
    while (i < now->n || j < before->n) {
        const char *a = i < now->n ? texts_at(now, i) : NULL;
        const char *b = j < before->n ? texts_at(before, j) : NULL;
        size_t length = a != NULL ? key_length(a) : 0;
        bool one_key =
            a != NULL && b != NULL && length == key_length(b) && strncmp(a, b, length) == 0;
        int order = a == NULL ? 1 : b == NULL ? -1 : one_key ? 0 : strcmp(a, b);
        i += order <= 0;
        j += order >= 0;
        if (!one_key || strcmp(a, b) != 0)
            name_difference(order <= 0 ? a : NULL, order >= 0 ? b : NULL, ++differences, why, size);
    }
    size_t at = strlen(why);
    if (differences > NAMED_MAX)
        snprintf(why + at, size - at, ", and %u more", differences - NAMED_MAX);
    return differences == 0;
}
