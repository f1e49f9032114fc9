/* What tests of faults share: a small world with a fault in it, and what came of that. */
#ifndef DIBS_TESTS_KIT_FAULTS_H
#define DIBS_TESTS_KIT_FAULTS_H

#include "tests/kit_run.h"

/* A small world, that contender as its entry, and this as its only event. */
void kit_faults_order(struct kit_run *kit, const char *contender, const char *line);

/* The run of what was ordered is complete and its books balance. */
void kit_faults_run(struct kit_run *kit);
/* Both; and the fault struck and was seen to. Its note. */
const struct timeline_note *kit_faults_run_hit(struct kit_run *kit, const char *contender,
                                               const char *line);

/* Of the last run: the note of its first fault; NULL: it has none. */
const struct timeline_note *kit_faults_note(const struct kit_run *kit);
uint32_t kit_faults_kills(const struct kit_run *kit);
/* All is served, and the run has come to rest. */
void kit_faults_assert_all_served(struct kit_run *kit);

#endif
