/* The journal: what every seat did to items, one record after another, beside the ledger's tally.
 *
 * Kept where faults are to be judged. One ring per seat in a mapping of its own that all processes
 * share; a record is complete before the head passes it, by one release store, so that a killed
 * writer leaves whole records and nothing else. A full ring takes no more and says so: what is
 * missing makes a verdict unknown, never wrong. */
#ifndef DIBS_SIM_JOURNAL_H
#define DIBS_SIM_JOURNAL_H

#include <assert.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum journal_kind {
    JOURNAL_MARK = 1, /* a producer has made a new version */
    JOURNAL_BEGIN,    /* a refresh begins */
    JOURNAL_DONE,     /* its write was accepted */
    JOURNAL_FAILED,
    JOURNAL_FENCED,     /* its write was refused: a greater fencing token had been there */
    JOURNAL_ANSWERED,   /* the first command after a refresh has its reply: the acknowledgement */
    JOURNAL_UNANSWERED, /* it never will: what was to be acknowledged is in doubt */
    JOURNAL_UNOWNED,    /* `item` acknowledgements removed nothing: the claim was somebody else's */
};

struct journal_record {
    uint64_t t_ns;    /* since the start */
    uint64_t row;     /* DONE: the database's row that was overwritten: token << 32 | revision;
                         ANSWERED: when it was asked, since the start;
                         BEGIN: when the claim was told that it is of, or 0 */
    uint32_t item;    /* its index */
    uint32_t life;    /* of the process, from 0 */
    uint32_t attempt; /* of this seat, from 1 */
    uint32_t order;   /* BEGIN: which refresh of the item it is, from 1;
                         DONE: how many had begun just before it wrote */
    uint32_t token;   /* the strategy's fencing token, or 0 */
    uint32_t read;    /* DONE: the revision of the row that was read */
    uint32_t version; /* MARK: made; DONE: read from the truth, and so served */
    uint16_t kind;    /* enum journal_kind */
    uint16_t flags;   /* enum journal_flag, or-ed */
    uint64_t asked_ns; /* BEGIN: when that claim was asked for */
    uint64_t reserved;
};

enum journal_flag {
    JOURNAL_USEFUL = 1, /* DONE: the first to serve its version */
    JOURNAL_TURNED = 2, /* MARK: the item became owed; DONE: it is owed no more */
};

static_assert(sizeof(struct journal_record) == 64, "a record is one cache line");

struct journal_ring {
    alignas(64) _Atomic uint32_t head; /* complete records */
    _Atomic uint32_t dropped;          /* that did not fit */
};

struct journal {
    size_t bytes; /* of the whole mapping */
    uint32_t seats, capacity;
    struct journal_ring *rings;
    struct journal_record *records; /* `capacity` for each seat */
};

/* Maps it; only what is written takes memory. NULL: errno. */
struct journal *journal_open(uint32_t seats, uint32_t capacity);
void journal_close(struct journal *journal);

/* By the one thread that is this seat. */
void journal_write(struct journal *journal, uint32_t seat, const struct journal_record *record);

/* The complete records of one seat. */
static inline const struct journal_record *journal_of(const struct journal *journal, uint32_t seat,
                                                      uint32_t *count)
{
    *count = atomic_load_explicit(&journal->rings[seat].head, memory_order_acquire);
    return &journal->records[(size_t)seat * journal->capacity];
}

/* Records that did not fit, of all seats. */
uint64_t journal_dropped(const struct journal *journal);

/* Room for what a seat writes in a run of so many items and cycles (0: until drained). */
uint32_t journal_capacity(uint64_t items, uint32_t cycles);

#endif
