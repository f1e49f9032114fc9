#include "strategies/cursor.h"

#include <string.h>

/* The reply is [cursor, [element, ...]]. */
struct step {
    struct cursor *cursor;
    wire_visit *visit;
    void *context;
};

static void take(void *context, const struct wire_element *element)
{
    struct step *step = context;
    if (element->depth == 2) {
        step->visit(step->context, element);
        return;
    }
    if (element->index > 0 || element->len >= sizeof step->cursor->text)
        return;
    memcpy(step->cursor->text, element->text, element->len);
    step->cursor->text[element->len] = '\0';
}

enum outcome cursor_step(struct wire *wire, const struct cursor_range *range, struct cursor *cursor,
                         wire_visit *visit, void *context)
{
    struct step step = {cursor, visit, context};
    struct wire_reply reply = {.visit = take, .context = &step};
    wire_begin(wire, range->key ? "SSCAN" : "SCAN");
    if (range->key != NULL)
        wire_text(wire, range->key);
    wire_text(wire, cursor->text);
    if (range->match != NULL) {
        wire_text(wire, "MATCH");
        wire_text(wire, range->match);
    }
    wire_text(wire, "COUNT");
    wire_int(wire, range->count);
    wire_end(wire, &reply);
    return wire_flush(wire);
}

enum outcome cursor_walk(struct wire *wire, const struct cursor_range *range, wire_visit *visit,
                         void *context)
{
    struct cursor cursor = CURSOR_START;
    enum outcome outcome;
    do
        outcome = cursor_step(wire, range, &cursor, visit, context);
    while (outcome == OUTCOME_OK && !cursor_is_over(&cursor));
    return outcome;
}
