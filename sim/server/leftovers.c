#include "sim/server/leftovers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One page of a SCAN; of its keys, those under the prefix are kept, one after the other. */
struct page {
    const char *prefix;
    char cursor[24];
    char *keys; /* of `kept` keys, each ended by NUL (a key with NUL in it is none of ours) */
    size_t used, capacity;
    unsigned kept, foreign;
    bool out_of_memory;
};

static void keep(struct page *page, const char *key, size_t len)
{
    if (page->used + len + 1 > page->capacity) {
        size_t capacity = (page->used + len + 1) * 2;
        char *grown = realloc(page->keys, capacity);
        if (grown == NULL) {
            page->out_of_memory = true;
            return;
        }
        page->keys = grown;
        page->capacity = capacity;
    }
    memcpy(page->keys + page->used, key, len);
    page->used += len;
    page->keys[page->used++] = '\0';
    page->kept++;
}

static void visit(void *context, const struct wire_element *element)
{
    struct page *page = context;
    if (element->type != WIRE_TEXT)
        return;
    if (element->depth == 1) {
        snprintf(page->cursor, sizeof page->cursor, "%.*s", (int)element->len, element->text);
        return;
    }
    size_t len = strlen(page->prefix);
    bool ours = element->len >= len && memcmp(element->text, page->prefix, len) == 0 &&
                memchr(element->text, '\0', element->len) == NULL;
    if (ours)
        keep(page, element->text, element->len);
    else
        page->foreign++;
}

static bool next_page(struct wire *wire, struct page *page)
{
    struct wire_reply reply = {.visit = visit, .context = page};
    char cursor[sizeof page->cursor];
    memcpy(cursor, page->cursor, sizeof cursor);
    page->used = page->kept = page->foreign = 0;
    if (wire_ask(wire, &reply, "SCAN", cursor, "COUNT", "1000") != OUTCOME_OK)
        return false;
    if (page->out_of_memory)
        wire_fail(wire, "out of memory");
    return !page->out_of_memory;
}

/* A command for each key, for on a cluster's node those of one command must share a slot. */
static bool unlink_page(struct wire *wire, const struct page *page)
{
    const char *key = page->keys;
    for (unsigned i = 0; i < page->kept; i++, key += strlen(key) + 1) {
        wire_begin(wire, "UNLINK");
        wire_text(wire, key);
        wire_end(wire, NULL);
    }
    return wire_flush(wire) == OUTCOME_OK;
}

bool leftovers_look(struct wire *wire, const char *prefix, struct leftovers *found)
{
    *found = (struct leftovers){0};
    struct wire_reply reply = {0};
    if (wire_ask(wire, &reply, "DBSIZE") != OUTCOME_OK)
        return false;
    found->keys = (uint64_t)reply.integer;
    if (found->keys == 0)
        return true;
    struct page page = {.prefix = prefix, .cursor = "0"};
    bool good;
    do {
        good = next_page(wire, &page);
        found->foreign = page.foreign > 0;
    } while (good && !found->foreign && strcmp(page.cursor, "0") != 0);
    free(page.keys);
    return good;
}

bool leftovers_remove(struct wire *wire, const char *prefix)
{
    struct page page = {.prefix = prefix, .cursor = "0"};
    bool good;
    do
        good = next_page(wire, &page) && unlink_page(wire, &page);
    while (good && strcmp(page.cursor, "0") != 0);
    free(page.keys);
    return good;
}
