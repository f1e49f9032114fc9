/* The modelled database: Harbor's four statements, executed against an item's revision word, so
 * that statements, conflicts and give-ups are counted as they happen and never multiplied. */
#ifndef DIBS_SIM_DATABASE_H
#define DIBS_SIM_DATABASE_H

#include "sim/ledger.h"

/* Tries of the optimistic update before a refresh fails (Harbor's refresh of an execution's
 * status; each try repeats the read, the count and the update). */
enum { DATABASE_TRIES = 5 };

struct database {
    struct tally *tally;
    void (*spend)(void *context); /* lets the time of one statement pass; NULL: it takes none */
    void *context;
};

/* Reads the truth of an item and writes its derived status back. True: done, and *version is the
 * version that was read. False: gave up after DATABASE_TRIES. */
bool database_refresh(const struct database *database, struct ledger_item *item, uint64_t now_ns,
                      uint32_t *version);

#endif
