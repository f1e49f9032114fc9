#include "bench/home.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char SUFFIX[] = ".yaml";

static bool has_suffix(const char *name)
{
    size_t len = strlen(name), suffix = strlen(SUFFIX);
    return len > suffix && strcmp(name + len - suffix, SUFFIX) == 0;
}

const char *home_directory(void)
{
    const char *set = getenv("DIBS_HOME");
    return set && *set ? set : DIBS_HOME;
}

bool home_find_scenario(const char *name, char *path, size_t size)
{
    int n = strchr(name, '/') || has_suffix(name)
                ? snprintf(path, size, "%s", name)
                : snprintf(path, size, "%s/scenarios/%s%s", home_directory(), name, SUFFIX);
    return n >= 0 && (size_t)n < size && access(path, F_OK) == 0;
}

/* Data beside the scenarios that another command reads. */
static const char *const not_scenarios[] = {"claims.yaml", NULL};

static int is_scenario(const struct dirent *entry)
{
    for (size_t i = 0; not_scenarios[i]; i++)
        if (strcmp(entry->d_name, not_scenarios[i]) == 0)
            return 0;
    return entry->d_name[0] != '.' && has_suffix(entry->d_name);
}

bool home_find_claims(char *path, size_t size)
{
    int n = snprintf(path, size, "%s/scenarios/claims.yaml", home_directory());
    return n >= 0 && (size_t)n < size && access(path, F_OK) == 0;
}

char **home_list_scenarios(size_t *count)
{
    char directory[4096];
    struct dirent **found = NULL;
    *count = 0;
    snprintf(directory, sizeof directory, "%s/scenarios", home_directory());
    int n = scandir(directory, &found, is_scenario, alphasort);
    if (n < 0)
        return NULL;
    char **names = calloc((size_t)n + 1, sizeof *names);
    for (int i = 0; i < n; i++) {
        size_t len = strlen(found[i]->d_name) - strlen(SUFFIX);
        if (names && (names[*count] = strndup(found[i]->d_name, len)))
            (*count)++;
        free(found[i]);
    }
    free(found);
    return names;
}

void home_free_scenarios(char **names, size_t count)
{
    for (size_t i = 0; names && i < count; i++)
        free(names[i]);
    free(names);
}
