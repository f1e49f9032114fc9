/* The items in hand: a growing list of ids. */
#ifndef DIBS_STRATEGIES_BATCH_H
#define DIBS_STRATEGIES_BATCH_H

#include "strategies/wire.h"

/* {0} is an empty batch. Once out of memory it takes no more, and `incomplete` stays set. */
struct batch {
    uint64_t *ids;
    size_t n, capacity;
    bool incomplete;
};

void batch_add(struct batch *batch, uint64_t id);

/* A wire_visit: adds the id of every element "<id>:<vendor>", passes over what is none. The
 * context is the batch. */
void batch_visit(void *context, const struct wire_element *element);

void batch_close(struct batch *batch);

#endif
