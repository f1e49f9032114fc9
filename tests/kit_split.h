/* What is called inside of scripts, as the server tells it to a connection that hears all. */
#ifndef DIBS_TESTS_KIT_SPLIT_H
#define DIBS_TESTS_KIT_SPLIT_H

#include "tests/kit_run.h"

/* Runs the contender in each of its forms: each command was called as often as counted, and as
 * often inside of scripts as those say. */
void split_check(struct kit_run *kit);

#endif
