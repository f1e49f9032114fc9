/* Where a value was given, for the line that says what is wrong with it. Internal to the scenario
 * reader. */
#ifndef DIBS_SIM_SCENARIO_ORIGIN_H
#define DIBS_SIM_SCENARIO_ORIGIN_H

#include "sim/scenario/scenario.h"

enum origin_kind { ORIGIN_FILE, ORIGIN_SET, ORIGIN_CONTENDER };

struct origin {
    enum origin_kind kind;
    const char *text; /* ORIGIN_FILE: its path; ORIGIN_SET: "key=value"; borrowed */
    unsigned line;    /* ORIGIN_FILE */
};

/* Writes one line: "file:line: key: reason", "--set key=value: reason" (its own key is there to
 * read), "--contender: key: reason". `key` may be NULL. Returns false, so that callers can
 * return it. */
bool origin_fail(struct scenario_error *error, const struct origin *origin, const char *key,
                 const char *reason, ...) __attribute__((format(printf, 4, 5)));

#endif
