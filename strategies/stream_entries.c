#include "strategies/stream.h"

#include "strategies/item.h"

#include <stdio.h>
#include <string.h>

bool stream_id_read(const char *text, size_t len, uint64_t *number)
{
    const char *dash = memchr(text, '-', len);
    return dash != NULL && item_read(dash + 1, len - (size_t)(dash + 1 - text), number);
}

void stream_build_id(struct wire *wire, uint64_t number)
{
    char text[STREAM_ID_MAX];
    int len = snprintf(text, sizeof text, "0-%llu", (unsigned long long)number);
    wire_arg(wire, text, (size_t)len);
}

void stream_entries_visit(void *context, const struct wire_element *element)
{
    struct stream_entries *entries = context;
    uint64_t value;
    if (element->type != WIRE_TEXT)
        return;
    if (element->depth == entries->depth && element->index == 0 &&
        stream_id_read(element->text, element->len, &value)) {
        batch_add(&entries->numbers, value);
        batch_add(&entries->items, STREAM_NO_ITEM);
    } else if (element->depth == entries->depth + 1 && element->index == 1 &&
               entries->items.n > 0 && item_read(element->text, element->len, &value)) {
        entries->items.ids[entries->items.n - 1] = value;
    }
}

void stream_entries_clear(struct stream_entries *entries)
{
    entries->numbers.n = entries->items.n = 0;
}

void stream_entries_close(struct stream_entries *entries)
{
    batch_close(&entries->numbers);
    batch_close(&entries->items);
}
