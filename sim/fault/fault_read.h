/* The part of an event line that orders a fault. */
#ifndef DIBS_SIM_FAULT_READ_H
#define DIBS_SIM_FAULT_READ_H

#include "sim/scenario/words.h"

/* Reads it into event->fault; event->when is known. False: the words' error. */
bool fault_read(struct words *words, struct timeline_event *event);

/* Whether the scenario's faults can be done there. False: `error` says of which they cannot. */
bool fault_check(const struct scenario *scenario, char *error, size_t error_size);

/* Lists the faults, and of whom, for help. */
void fault_describe(FILE *out);

#endif
