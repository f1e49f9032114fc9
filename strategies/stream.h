/* What the parts of strategy `stream` share: entries as XADD <key> 0-* item <id>:<vendor> writes
 * them, and the census. The protocol stands in stream.c. */
#ifndef DIBS_STRATEGIES_STREAM_H
#define DIBS_STRATEGIES_STREAM_H

#include "strategies/batch.h"
#include "strategies/strategy.h"

/* An entry that is in a list of pending ones, but was deleted from the stream. */
#define STREAM_NO_ITEM UINT64_MAX

enum { STREAM_ID_MAX = 24 };

/* Two lists side by side: the number of each entry (its id is 0-<number>) and its item. */
struct stream_entries {
    unsigned depth; /* at which ids stand in the reply: 2 in one of XRANGE, 4 of XREADGROUP */
    struct batch numbers, items;
};

/* A wire_visit; the context is the entries, emptied by stream_entries_clear before. */
void stream_entries_visit(void *context, const struct wire_element *element);
void stream_entries_clear(struct stream_entries *entries);
void stream_entries_close(struct stream_entries *entries);

/* False: no such id. */
bool stream_id_read(const char *text, size_t len, uint64_t *number);

/* Adds the id of this entry to the command that is being built. */
void stream_build_id(struct wire *wire, uint64_t number);

#define STREAM_GROUP "refresh"

/* A wire_visit of XPENDING: adds the id of each entry to the batch that is the context. */
void stream_pending_visit(void *context, const struct wire_element *element);

/* Reports entries that were not handed out as pending, those handed out and not acknowledged as
 * claimed until they have been idle for wait_ms. The group exists. */
enum outcome stream_census(struct seat *seat, const char *key, uint64_t wait_ms,
                           struct census *census);

#endif
