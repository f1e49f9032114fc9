#include "strategies/batch.h"

#include "strategies/item.h"

#include <stdlib.h>

static bool grow(struct batch *batch)
{
    size_t capacity = batch->capacity + batch->capacity / 2 + 128;
    uint64_t *grown = realloc(batch->ids, capacity * sizeof *grown);
    if (grown == NULL)
        return false;
    batch->ids = grown;
    batch->capacity = capacity;
    return true;
}

void batch_add(struct batch *batch, uint64_t id)
{
    if (batch->incomplete || (batch->n == batch->capacity && !grow(batch))) {
        batch->incomplete = true;
        return;
    }
    batch->ids[batch->n++] = id;
}

void batch_visit(void *context, const struct wire_element *element)
{
    uint64_t id;
    if (element->type == WIRE_TEXT && item_read(element->text, element->len, &id))
        batch_add(context, id);
}

void batch_close(struct batch *batch)
{
    free(batch->ids);
    *batch = (struct batch){0};
}
