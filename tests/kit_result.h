/* Results made by hand: every figure is known, so that what is said of them can be checked. */
#ifndef DIBS_TESTS_KIT_RESULT_H
#define DIBS_TESTS_KIT_RESULT_H

#include "bench/document/result.h"

enum { KIT_RUNS = 4 };

struct kit_result {
    struct scenario scenario; /* 5 instances, 1,000,000 items, 30 s */
    struct environment environment;
    struct run_result runs[KIT_RUNS]; /* harbor-2.14, harbor-22572, claim-published, null */
    struct entry_race race;           /* of harbor-22572: 1 to 4 */
    const struct entry *race_entry;
    char *argv[2];
    struct result result; /* of the above, complete */
    char directory[64];   /* of its own, empty */
};

/* Setup and teardown for cmocka; *state is the struct kit_result. */
int kit_result_open(void **state);
int kit_result_close(void **state);

#endif
