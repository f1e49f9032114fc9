/* The modelled database: Harbor's four statements, executed against an item's revision word, so
 * that statements, conflicts and give-ups are counted as they happen and never multiplied. */
#ifndef DIBS_SIM_DATABASE_H
#define DIBS_SIM_DATABASE_H

#include "sim/judge/ledger.h"

/* Tries of the optimistic update before a refresh fails (Harbor's refresh of an execution's
 * status; each try repeats the read, the count and the update). */
enum { DATABASE_TRIES = 5, DATABASE_STATEMENTS = 4 /* of a try that nobody interferes with */ };

struct database {
    struct tally *tally;
    void (*spend)(void *context); /* lets the time of one statement pass; NULL: it takes none */
    void *context;
    bool unchecked; /* the update does not ask which revision was read */
    /* Called before a row that was read at `version` may be written; or NULL. */
    void (*applying)(void *context, uint32_t version);
    void (*not_applied)(void *context); /* it was not, and may be read again; with `applying` */
};

/* What an update met; for the journal. */
struct database_write {
    uint64_t overwritten; /* the row before it: token << 32 | revision */
    uint32_t read;        /* the revision of the row that was read */
    uint32_t begun;       /* refreshes of the item that had begun just before */
};

enum database_result {
    DATABASE_DONE,
    DATABASE_GAVE_UP, /* after DATABASE_TRIES conflicts */
    DATABASE_FENCED,  /* the row was written under a greater token */
};

/* Reads the truth of an item and writes its derived status back; *version is the version that was
 * read. A token (not 0) is left in the row when it is read, and the update is made only if no
 * greater one has been there since. */
enum database_result database_refresh(const struct database *database, struct ledger_item *item,
                                      uint32_t token, uint64_t now_ns, uint32_t *version,
                                      struct database_write *write);

#endif
