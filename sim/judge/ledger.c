#include "sim/judge/ledger.h"

#define ONE_MARK (UINT64_C(1) << 32)

static uint64_t load(const _Atomic uint64_t *word)
{
    return atomic_load_explicit(word, memory_order_relaxed);
}

static void store(_Atomic uint64_t *word, uint64_t value)
{
    atomic_store_explicit(word, value, memory_order_relaxed);
}

/* Returns the new value. */
static uint32_t bump(_Atomic uint32_t *word)
{
    return atomic_fetch_add_explicit(word, 1, memory_order_relaxed) + 1;
}

struct ledger_marking ledger_mark(struct ledger_item *item, struct tally *tally, uint64_t plan_ns)
{
    /* Written before the version is published, so that whoever serves the version before it finds
     * when the next one was due. */
    uint32_t next = versions_marked(load(&item->versions)) + 1;
    store(&item->recent_ns[next & 1], plan_ns);
    uint64_t old = atomic_fetch_add_explicit(&item->versions, ONE_MARK, memory_order_acq_rel);
    bool became_owed = versions_marked(old) == versions_served(old);
    if (became_owed) {
        store(&item->oldest_ns, plan_ns);
        counter_add(&tally->became_owed, 1);
    }
    return (struct ledger_marking){versions_marked(old) + 1, became_owed};
}

void ledger_mark_once(struct ledger_item *item, struct tally *tally, uint64_t plan_ns)
{
    uint64_t none = 0;
    if (load(&item->versions) != 0)
        return;
    store(&item->recent_ns[1], plan_ns);
    store(&item->oldest_ns, plan_ns);
    if (atomic_compare_exchange_strong_explicit(&item->versions, &none, ONE_MARK,
                                                memory_order_acq_rel, memory_order_relaxed))
        counter_add(&tally->became_owed, 1);
}

static uint32_t holder_of(const struct ledger_item *item)
{
    return atomic_load_explicit(&item->holder, memory_order_relaxed);
}

/* Here and where it ends, a load and a store, which cost half of an exchange: whoever comes between
 * them is not seen by the other, and overlaps are a lower bound anyway. */
static void hold(struct ledger_item *item, uint32_t holder)
{
    atomic_store_explicit(&item->holder, holder, memory_order_relaxed);
}

uint32_t ledger_begin(struct ledger_item *item, struct tally *tally, uint32_t seat)
{
    /* Read before it is written: the kernel maps the pages around a read, but around a write only
     * the one, so that each 64th item would cost a fault. */
    (void)load(&item->versions);
    uint32_t order = bump(&item->begun);
    counter_add(&tally->begun, 1);
    if (holder_of(item) != 0)
        counter_add(&tally->overlaps, 1);
    hold(item, seat + 1);
    return order;
}

static void release(struct ledger_item *item, uint32_t seat)
{
    if (holder_of(item) == seat + 1)
        hold(item, 0);
}

/* Marks came between the read of `served` and now: the oldest of them is what is still owed.
 * Only the last two plan times are kept, so with more of them the delay is a lower bound. */
static void carry_oldest(struct ledger_item *item, uint32_t served, uint32_t marked)
{
    uint32_t oldest = marked - served > 2 ? marked - 1 : served + 1;
    store(&item->oldest_ns, load(&item->recent_ns[oldest & 1]));
}

struct ledger_service ledger_done(struct ledger_item *item, struct tally *tally, uint32_t seat,
                                  uint32_t version, uint64_t now_ns, struct hist *delay)
{
    /* Read before the item can stop being owed: the next mark overwrites it then. */
    uint64_t oldest_ns = load(&item->oldest_ns);
    uint64_t old = load(&item->versions), served;
    struct ledger_service service = {0};
    do {
        service.useful = versions_served(old) < version;
        if (!service.useful)
            break;
        served = (old & ~UINT64_C(0xffffffff)) | version;
    } while (!atomic_compare_exchange_weak_explicit(&item->versions, &old, served,
                                                    memory_order_acq_rel, memory_order_relaxed));
    if (service.useful) {
        bump(&item->useful);
        counter_add(&tally->useful, 1);
        hist_record(delay, now_ns > oldest_ns ? now_ns - oldest_ns : 0);
        service.satisfied = versions_marked(old) == version;
        if (service.satisfied)
            counter_add(&tally->became_served, 1);
        else
            carry_oldest(item, version, versions_marked(old));
    }
    bump(&item->done);
    counter_add(&tally->done, 1);
    release(item, seat);
    return service;
}

void ledger_failed(struct ledger_item *item, struct tally *tally, uint32_t seat)
{
    bump(&item->failed);
    counter_add(&tally->failed, 1);
    release(item, seat);
}

struct ledger_sums ledger_sum(const struct ledger *ledger)
{
    struct ledger_sums sums = {0};
    for (uint64_t i = 0; i < ledger->count; i++) {
        const struct ledger_item *item = &ledger->items[i];
        sums.begun += item->begun;
        sums.done += item->done;
        sums.failed += item->failed;
        sums.useful += item->useful;
        sums.refreshed += item->done > 0;
        sums.owed += ledger_is_owed(item);
        uint32_t marks = versions_marked(load(&item->versions));
        /* The row counts also what a killed seat has written and could not count. */
        uint32_t written = (uint32_t)load(&item->revision);
        uint32_t writes = written > item->done ? written : item->done;
        sums.beyond_marks += writes > marks ? writes - marks : 0;
    }
    return sums;
}
