#include "strategies/cursor.h"

#include <string.h>

/* The reply is [cursor, [element, ...]]. A cursor is opaque: it is kept as it came. */
struct step {
    char cursor[24];
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
    if (element->index > 0 || element->len >= sizeof step->cursor)
        return;
    memcpy(step->cursor, element->text, element->len);
    step->cursor[element->len] = '\0';
}

static enum outcome ask(struct wire *wire, const struct cursor_range *range, struct step *step)
{
    struct wire_reply reply = {.visit = take, .context = step};
    wire_begin(wire, range->key ? "SSCAN" : "SCAN");
    if (range->key != NULL)
        wire_text(wire, range->key);
    wire_text(wire, step->cursor);
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
    struct step step = {.cursor = "0", .visit = visit, .context = context};
    enum outcome outcome;
    do
        outcome = ask(wire, range, &step);
    while (outcome == OUTCOME_OK && strcmp(step.cursor, "0") != 0);
    return outcome;
}
