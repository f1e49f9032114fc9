/* A growing list of texts in one block, for replies that a protocol keeps in memory: the text, a
 * NUL and 8 bytes each, room for half as much again while it grows. */
#ifndef DIBS_STRATEGIES_TEXTS_H
#define DIBS_STRATEGIES_TEXTS_H

#include "strategies/wire.h"

/* {0} is an empty list. Once out of memory it takes no more, and `incomplete` stays set. */
struct texts {
    char *block;
    size_t used, capacity;
    size_t *starts; /* of each text in block */
    size_t n, starts_capacity;
    bool incomplete;
};

void texts_add(struct texts *texts, const char *text, size_t len);

/* A wire_visit: adds every element that is a text. The context is the list. */
void texts_visit(void *context, const struct wire_element *element);

/* Valid until the next add. */
static inline const char *texts_at(const struct texts *texts, size_t i)
{
    return texts->block + texts->starts[i];
}

void texts_close(struct texts *texts);

#endif
