/* Which contenders a run compares, and with which parameters, while a scenario is being read.
 * Internal to the scenario reader. */
#ifndef DIBS_SIM_SCENARIO_ROSTER_H
#define DIBS_SIM_SCENARIO_ROSTER_H

#include "sim/scenario/document.h"
#include "sim/scenario/scenario_origin.h"

struct roster_entry {
    struct entry entry;
    struct origin origin;           /* where the contender was named */
    bool labelled;                  /* by `as` */
    char given[SCENARIO_LABEL_MAX]; /* its parameters as the file gives them: " batch=50" */
};

struct roster {
    struct roster_entry entries[SCENARIO_CONTENDERS_MAX];
    uint32_t count;
};

/* All functions that return bool: false means that the error is filled. */

/* Reads the value of `contenders`: a list of names and mappings. Starts from an empty roster. */
bool roster_read(struct roster *roster, const struct document *document, node list,
                 const char *path, struct scenario_error *error);

/* A new entry with the contender's own parameters and its name as label; NULL: error. */
struct roster_entry *roster_add(struct roster *roster, const char *name,
                                const struct origin *origin, struct scenario_error *error);

bool roster_parameter_set(struct roster_entry *listed, const char *parameter, const char *text,
                          const struct origin *origin, struct scenario_error *error);

/* No label stands twice. `selection` is the list that named them; NULL: the file. */
bool roster_check_labels(const struct roster *roster, const struct origin *selection,
                         struct scenario_error *error);

/* Keeps those that the text names: labels or contenders with commas, or "all". Who is named and
 * not there is added with its defaults. */
bool roster_select(struct roster *roster, const char *names, const struct origin *origin,
                   struct scenario_error *error);

/* Length of the longest label or contender's name that stands before a dot in `key`; else 0. */
size_t roster_name_length(const struct roster *roster, const char *key);

/* Sets "<label or contender>.<parameter>", whose name has this length. A label is one entry; a
 * contender's name must be so, too. */
bool roster_set(struct roster *roster, const char *key, size_t name_length, const char *text,
                const struct origin *origin, struct scenario_error *error);

/* No duration may be scaled to nothing, and no lease to less than the machine's own delays. */
bool roster_check_durations(const struct roster *roster, const struct scenario *scenario,
                            struct scenario_error *error);

#endif
