/* The modelled database: Harbor's four statements, executed against an item's revision word, so
 * that statements, conflicts and give-ups are counted as they happen and never multiplied. */
#ifndef DIBS_SIM_DATABASE_H
#define DIBS_SIM_DATABASE_H

#include "sim/ledger.h"

/* Tries of the optimistic update before a refresh fails (Harbor's refresh of an execution's
 * status; each try repeats the read, the count and the update). */
enum { DATABASE_TRIES = 5, DATABASE_STATEMENTS = 4 /* of a try that nobody interferes with */ };

struct database {
    struct tally *tally;
    void (*spend)(void *context); /* lets the time of one statement pass; NULL: it takes none */
    void *context;
};

enum database_result {
    DATABASE_DONE,
    DATABASE_GAVE_UP, /* after DATABASE_TRIES conflicts */
    DATABASE_FENCED,  /* the row was written under a greater token */
};

/* Reads the truth of an item and writes its derived status back; *version is the version that was
 * read. With a token (not 0) the update is made only if no greater one has been there, and leaves
 * the token in the row. */
enum database_result database_refresh(const struct database *database, struct ledger_item *item,
                                      uint32_t token, uint64_t now_ns, uint32_t *version);

#endif
