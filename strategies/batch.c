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

enum outcome batch_pop(struct wire *wire, const char *pop, const char *key, int64_t count,
                       struct batch *batch, int64_t *members)
{
    struct wire_reply reply = {.visit = batch_visit, .context = batch};
    batch->n = 0;
    wire_begin(wire, pop);
    wire_text(wire, key);
    wire_int(wire, count);
    wire_end(wire, &reply);
    enum outcome outcome = wire_flush(wire);
    *members = reply.integer;
    if (outcome == OUTCOME_OK && batch->incomplete)
        return wire_fail(wire, "out of memory for a batch");
    return outcome;
}

enum outcome batch_refresh(struct seat *seat, struct batch *batch, batch_may *may)
{
    size_t kept = 0;
    enum refresh refresh = REFRESH_DONE;
    for (size_t i = 0; i < batch->n; i++) {
        if (refresh != REFRESH_STOP)
            refresh = may == NULL || may(seat) ? seat_refresh(seat, batch->ids[i]) : REFRESH_STOP;
        if (refresh == REFRESH_FAILED || refresh == REFRESH_STOP)
            batch->ids[kept++] = batch->ids[i];
    }
    batch->n = kept;
    return refresh == REFRESH_STOP ? OUTCOME_STOP : OUTCOME_OK;
}

void batch_close(struct batch *batch)
{
    free(batch->ids);
    *batch = (struct batch){0};
}
