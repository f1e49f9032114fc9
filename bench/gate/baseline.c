#include "bench/gate/baseline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct baseline_contender *baseline_find(const struct baseline *baseline, const char *label)
{
    for (size_t i = 0; i < baseline->count; i++)
        if (strcmp(baseline->contenders[i].label, label) == 0)
            return &baseline->contenders[i];
    return NULL;
}

struct baseline_contender *baseline_add(struct baseline *baseline, const char *label)
{
    size_t at = 0;
    while (at < baseline->count && strcmp(baseline->contenders[at].label, label) < 0)
        at++;
    if (at < baseline->count && strcmp(baseline->contenders[at].label, label) == 0)
        return &baseline->contenders[at];
    size_t bytes = (baseline->count + 1) * sizeof *baseline->contenders;
    struct baseline_contender *grown = realloc(baseline->contenders, bytes);
    if (grown == NULL)
        return NULL;
    memmove(&grown[at + 1], &grown[at], (baseline->count - at) * sizeof *grown);
    baseline->contenders = grown;
    baseline->count++;
    grown[at] = (struct baseline_contender){0};
    snprintf(grown[at].label, sizeof grown[at].label, "%s", label);
    return &grown[at];
}

void baseline_set_server(struct baseline *baseline, const char *kind, const char *version)
{
    size_t major = strcspn(version, ".");
    size_t minor = version[major] == '.' ? strcspn(version + major + 1, ".") + 1 : 0;
    snprintf(baseline->server, sizeof baseline->server, "%.15s %.*s", kind, (int)(major + minor),
             version);
}

void baseline_close(struct baseline *baseline)
{
    texts_close(&baseline->workload);
    free(baseline->contenders);
    *baseline = (struct baseline){0};
}
