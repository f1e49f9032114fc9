/* Where scenarios and plots are found. */
#ifndef DIBS_BENCH_HOME_H
#define DIBS_BENCH_HOME_H

#include <stdbool.h>
#include <stddef.h>

enum { HOME_PATH_MAX = 4096 };

/* Writes the path of something below the home directory: "plots/style.gp". That is $DIBS_HOME; else
 * share/dibs beside the directory of an installed program; else the tree that it was built from. */
void home_path(const char *name, char path[HOME_PATH_MAX]);

/* Finds a scenario file: `name` as a path (it has a '/' or ends in .yaml), else (or where there is
 * none) scenarios/<name>.yaml below the home directory. False: there is no such file. */
bool home_find_scenario(const char *name, char *path, size_t size);

/* The file of the published claims, which stands beside the scenarios and is none. */
bool home_find_claims(char *path, size_t size);

/* The names of all scenarios below the home directory, sorted; free with home_free_scenarios. */
char **home_list_scenarios(size_t *count);
/* The same of the catalogue of faults, scenarios/faults: each is found as "faults/NAME". */
char **home_list_faults(size_t *count);
void home_free_scenarios(char **names, size_t count);

#endif
