/* What each worker of an instance has in hand, for the upkeep that renews it beside the work. It
 * lies in the area that an instance's seats share; zeroed, all hands are empty. */
#ifndef DIBS_STRATEGIES_HANDS_H
#define DIBS_STRATEGIES_HANDS_H

#include "strategies/strategy.h"

#include <stdatomic.h>

enum { HANDS_MAX = 64 }; /* as many workers as an instance may have */

struct hand {
    _Atomic uint64_t what; /* an item, a batch; 0: nothing */
    _Atomic uint64_t with; /* what belongs to it: a token, the end of a range */
};

struct hands {
    struct hand of[HANDS_MAX];
};

static inline void hand_drop(struct hands *hands, const struct seat *seat)
{
    atomic_store(&hands->of[seat->worker].what, 0);
}

static inline void hand_take(struct hands *hands, const struct seat *seat, uint64_t what,
                             uint64_t with)
{
    struct hand *hand = &hands->of[seat->worker];
    hand_drop(hands, seat);
    atomic_store(&hand->with, with);
    atomic_store(&hand->what, what);
}

/* What is still in hand has `with` from now on; what is not, never again. */
static inline void hand_prolong(struct hands *hands, uint32_t worker, uint64_t what, uint64_t with)
{
    struct hand *hand = &hands->of[worker];
    if (atomic_load(&hand->what) == what)
        atomic_store(&hand->with, with);
}

/* False: this worker has nothing in hand, or is just taking something else, which is new enough. */
static inline bool hand_look(const struct hands *hands, uint32_t worker, uint64_t *what,
                             uint64_t *with)
{
    const struct hand *hand = &hands->of[worker];
    *what = atomic_load(&hand->what);
    *with = atomic_load(&hand->with);
    return *what != 0 && atomic_load(&hand->what) == *what;
}

/* Of a token whose lease ends `with`: it is surely not over. Where it may be, no item is begun any
 * more (a batch_may). */
static inline bool hand_is_valid(struct seat *seat)
{
    uint64_t token, until_ms;
    return hand_look(seat->shared, seat->worker, &token, &until_ms) &&
           seat_unix_ms(seat) < until_ms;
}

#endif
