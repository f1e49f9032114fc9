/* The items in hand: a growing list of ids, how they are popped, and the work on them. */
#ifndef DIBS_STRATEGIES_BATCH_H
#define DIBS_STRATEGIES_BATCH_H

#include "strategies/strategy.h"

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

/* SPOP or RPOP with a count: the batch becomes what has come. *members is how many the server has
 * handed out, whatever their form. */
enum outcome batch_pop(struct wire *wire, const char *pop, const char *key, int64_t count,
                       struct batch *batch, int64_t *members);

/* Refreshes each item, and leaves in the batch what has to go back: what failed and, after a stop,
 * what was not begun. `may` is asked before each, and its no is a stop; NULL: always.
 * OUTCOME_STOP: there was one. */
typedef bool batch_may(struct seat *seat);
enum outcome batch_refresh(struct seat *seat, struct batch *batch, batch_may *may);

void batch_close(struct batch *batch);

#endif
