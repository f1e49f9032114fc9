/* The ledger: what happened to every item, in shared memory, one cache line each.
 *
 * Every field is one atomic word that a killed writer leaves either old or new. A seat is in doubt
 * about at most one refresh: the one that its slot's `step` names.
 *
 * A mark makes a new *version* of an item; a refresh serves the version that it read. An item is
 * owed while its latest version is not served. */
#ifndef DIBS_SIM_LEDGER_H
#define DIBS_SIM_LEDGER_H

#include "sim/judge/hist.h"
#include "strategies/counter.h"

#include <stdbool.h>

struct ledger_item {
    _Atomic uint64_t versions;  /* marked << 32 | served: so that "owed" changes in one step */
    _Atomic uint64_t oldest_ns; /* plan time of the oldest mark not yet served, while owed */
    _Atomic uint64_t recent_ns[2]; /* plan times of the last two marks, by version & 1 */
    _Atomic uint64_t revision;  /* the modelled database's row: fencing token << 32 | revision */
    _Atomic uint32_t begun, done, failed; /* refreshes */
    _Atomic uint32_t useful;    /* refreshes that were the first to serve their version */
    _Atomic uint32_t holder;    /* seat + 1 of the refresh in hand, or 0 */
    _Atomic uint32_t end_time_ms; /* the modelled database's end time, since the start */
};

static_assert(sizeof(struct ledger_item) <= 64, "at most 64 shared bytes per item");

/* What one seat has done. Sums over seats must equal sums over items, but for killed seats. */
struct tally {
    counter begun, done, failed, gone;
    counter useful;   /* first refresh of a version; done - useful are redundant */
    counter overlaps; /* another seat was seen refreshing the same item: a lower bound */
    counter became_owed, became_served; /* their difference, over all seats, is the backlog */
    counter statements, conflicts, gave_up, fenced; /* of the database */
    counter marks, marks_failed;
    counter marks_doubted; /* of both, those that were sent, or to be sent, more than once */
    counter marks_legacy; /* of marks, those made as the version before a migration makes them */
    counter held;    /* items in hand now */
    counter claimed; /* items ever claimed, or listed to be worked on */
    counter dead;    /* items given up as declared */
    counter unowned; /* acknowledgements that removed nothing */
};

struct ledger {
    struct ledger_item *items; /* in the shared mapping, borrowed */
    uint64_t first_id, count;
};

/* NULL when no such item exists. */
static inline struct ledger_item *ledger_item(const struct ledger *ledger, uint64_t id)
{
    uint64_t index = id - ledger->first_id;
    return index < ledger->count ? &ledger->items[index] : NULL;
}

static inline uint32_t versions_marked(uint64_t versions)
{
    return (uint32_t)(versions >> 32);
}

static inline uint32_t versions_served(uint64_t versions)
{
    return (uint32_t)versions;
}

static inline bool ledger_is_owed(const struct ledger_item *item)
{
    uint64_t versions = atomic_load_explicit(&item->versions, memory_order_relaxed);
    return versions_marked(versions) != versions_served(versions);
}

/* A mark planned at plan_ns (since the start). To be called before the strategy's mark is sent:
 * the truth changes first. */
struct ledger_marking {
    uint32_t version;
    bool became_owed;
};
struct ledger_marking ledger_mark(struct ledger_item *item, struct tally *tally, uint64_t plan_ns);

/* The first mark of an item, planned at plan_ns, whoever comes to make it; no mark if it has one.
 * All who may make it know of the same time. */
void ledger_mark_once(struct ledger_item *item, struct tally *tally, uint64_t plan_ns);

/* A refresh begins, by `seat`; returns which one of the item it is, from 1. Notes an overlap if
 * another one is in hand. */
uint32_t ledger_begin(struct ledger_item *item, struct tally *tally, uint32_t seat);

/* The version that a refresh which reads the truth now will serve. */
static inline uint32_t ledger_read(const struct ledger_item *item)
{
    return versions_marked(atomic_load_explicit(&item->versions, memory_order_acquire));
}

/* The refresh that read `version` has written it back at now_ns. Records the refresh delay of the
 * oldest mark that it served; a redundant refresh has none. */
struct ledger_service {
    bool useful;    /* the first to serve its version */
    bool satisfied; /* the item is owed no more */
};
struct ledger_service ledger_done(struct ledger_item *item, struct tally *tally, uint32_t seat,
                                  uint32_t version, uint64_t now_ns, struct hist *delay);

void ledger_failed(struct ledger_item *item, struct tally *tally, uint32_t seat);

/* Sums over all items; `refreshed` counts items that were refreshed at least once. */
struct ledger_sums {
    uint64_t begun, done, failed, useful, refreshed, owed;
    uint64_t beyond_marks; /* writes of an item in excess of its marks, also those of the dead */
};
struct ledger_sums ledger_sum(const struct ledger *ledger);

#endif
