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

/* <prefix>/share/dibs of <prefix>/bin/dibs. */
static bool find_installed(char *path, size_t size)
{
    char program[HOME_PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0)
        return false;
    program[length] = '\0';
    char *slash = strrchr(program, '/');
    if (!slash)
        return false;
    *slash = '\0';
    int n = snprintf(path, size, "%s/../share/dibs", program);
    return n > 0 && (size_t)n < size && access(path, F_OK) == 0;
}

void home_path(const char *name, char path[HOME_PATH_MAX])
{
    char installed[HOME_PATH_MAX];
    const char *set = getenv("DIBS_HOME"), *home = DIBS_HOME;
    if (set && *set)
        home = set;
    else if (find_installed(installed, sizeof installed))
        home = installed;
    if (snprintf(path, HOME_PATH_MAX, "%s/%s", home, name) >= HOME_PATH_MAX)
        path[0] = '\0';
}

bool home_find_scenario(const char *name, char *path, size_t size)
{
    char directory[HOME_PATH_MAX];
    home_path("scenarios", directory);
    int n = strchr(name, '/') || has_suffix(name)
                ? snprintf(path, size, "%s", name)
                : snprintf(path, size, "%s/%s%s", directory, name, SUFFIX);
    if (n >= 0 && (size_t)n < size && access(path, F_OK) == 0)
        return true;
    n = snprintf(path, size, "%s/%s%s", directory, name, SUFFIX);
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
    char below[HOME_PATH_MAX];
    home_path("scenarios/claims.yaml", below);
    int n = snprintf(path, size, "%s", below);
    return n >= 0 && (size_t)n < size && access(path, F_OK) == 0;
}

static char **list(const char *below, size_t *count)
{
    char directory[HOME_PATH_MAX];
    struct dirent **found = NULL;
    *count = 0;
    home_path(below, directory);
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

char **home_list_scenarios(size_t *count)
{
    return list("scenarios", count);
}

char **home_list_faults(size_t *count)
{
    return list("scenarios/faults", count);
}

void home_free_scenarios(char **names, size_t count)
{
    for (size_t i = 0; names && i < count; i++)
        free(names[i]);
    free(names);
}
