/* What the files of wire share. Internal to them. */
#ifndef DIBS_STRATEGIES_WIRE_INTERNAL_H
#define DIBS_STRATEGIES_WIRE_INTERNAL_H

#include "strategies/wire.h"

/* One command of the batch. */
struct wire_sent {
    unsigned row; /* of the meter */
    size_t bytes;
    struct wire_reply *reply;
};

/* The meter's row of a command; the last row takes what no longer fits, which the books notice. */
unsigned wire_row(struct wire *wire, const char *name);

/* Keeps the first error of a batch. Returns OUTCOME_FAILED. */
enum outcome wire_set_error(struct wire *wire, const char *where, const char *reason);

/* The connection is of no more use. What was sent and not answered is of unknown outcome. */
enum outcome wire_break(struct wire *wire, const char *where, const char *reason,
                        unsigned unanswered);

#endif
