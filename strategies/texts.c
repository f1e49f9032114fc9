#include "strategies/texts.h"

#include <stdlib.h>
#include <string.h>

/* Makes room for `more` elements of `size` bytes behind `used`. */
static bool grow(void **block, size_t *capacity, size_t used, size_t more, size_t size)
{
    if (used + more <= *capacity)
        return true;
    size_t wanted = (used + more) + (used + more) / 2 + 64;
    void *grown = realloc(*block, wanted * size);
    if (grown == NULL)
        return false;
    *block = grown;
    *capacity = wanted;
    return true;
}

void texts_add(struct texts *texts, const char *text, size_t len)
{
    void *block = texts->block, *starts = texts->starts;
    bool room = !texts->incomplete && grow(&block, &texts->capacity, texts->used, len + 1, 1) &&
                grow(&starts, &texts->starts_capacity, texts->n, 1, sizeof *texts->starts);
    texts->block = block;
    texts->starts = starts;
    if (!room) {
        texts->incomplete = true;
        return;
    }
    texts->starts[texts->n++] = texts->used;
    memcpy(texts->block + texts->used, text, len);
    texts->used += len;
    texts->block[texts->used++] = '\0';
}

void texts_visit(void *context, const struct wire_element *element)
{
    if (element->type == WIRE_TEXT)
        texts_add(context, element->text, element->len);
}

void texts_close(struct texts *texts)
{
    free(texts->block);
    free(texts->starts);
    *texts = (struct texts){0};
}
