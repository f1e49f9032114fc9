/* What tests of scenario files share: texts that are read from memory (a memfd), so that nothing is
 * left on the disk. Expected lines have "FILE" where the path stands. */
#ifndef DIBS_TESTS_KIT_READING_H
#define DIBS_TESTS_KIT_READING_H

#include "sim/scenario/scenario.h"

#define TWO "items: 10\ninstances: 2\n"
#define REQUIRED TWO "contenders: [harbor-23183]\n"
#define WHOLE(low, high) "a whole number from " low " to " high " in plain digits would be right"
#define DURATION(low, high)                                                                        \
    "a duration (500ms, 30s, 5min, 1h) from " low " to " high " would be right"

enum { KIT_OVERRIDES_MAX = 4 };

struct kit_reading {
    const char *yaml, *contenders;
    const char *overrides[KIT_OVERRIDES_MAX];
    const char *error; /* what ends in "..." is only the beginning of the line */
};

bool kit_read(const struct kit_reading *c, struct scenario *scenario, struct scenario_error *error);
/* Fails the test with the line that refuses it. */
void kit_read_well(const struct kit_reading *c, struct scenario *scenario);
#define KIT_READ_WELL(scenario, ...)                                                               \
    kit_read_well(&(const struct kit_reading){__VA_ARGS__}, scenario)
/* Each is refused, with its error and on one line. */
void kit_refused(const struct kit_reading *cases, size_t n);
#define KIT_REFUSED(cases) kit_refused(cases, sizeof(cases) / sizeof((cases)[0]))

/* Of the entry with this label, and of its parameter; the test fails where there is none. */
const struct entry *kit_entry(const struct scenario *scenario, const char *label);
int64_t kit_entry_value(const struct entry *entry, const char *name);

/* The labels of all entries, with ", " between them. */
void kit_labels_are(const struct scenario *scenario, const char *expected);
/* All contenders of one kind, after `before`; the others are skipped, and say so. */
void kit_labels_are_all(const struct scenario *scenario, enum item_kind kind, const char *before);

#endif
