#include "sim/fault/afflictions.h"

#include "sim/machine/random.h"

enum { FAILS_PART = 1, FAILS_ONCE_PART = 2, POISON_PART = 1 << 20 };

static bool is_drawn(const struct afflictions *afflictions, uint64_t index, uint32_t share,
                     uint64_t part)
{
    uint64_t random = random_fork(random_fork(afflictions->seed, part), index);
    return share > 0 && random_below(&random, AFFLICTED_ALL) < share;
}

bool afflictions_fail(struct afflictions *afflictions, uint64_t index, uint32_t before)
{
    uint32_t fails_once = before == 0 ? atomic_load(&afflictions->fails_once) : 0;
    bool fails = is_drawn(afflictions, index, atomic_load(&afflictions->fails), FAILS_PART) ||
                 is_drawn(afflictions, index, fails_once, FAILS_ONCE_PART);
    if (fails)
        atomic_fetch_add(&afflictions->failed, 1);
    return fails;
}

bool afflictions_doom(const struct afflictions *afflictions, uint64_t index, double share)
{
    return is_drawn(afflictions, index, (uint32_t)(share * AFFLICTED_ALL), FAILS_PART);
}

bool afflictions_kill(struct afflictions *afflictions, uint64_t index)
{
    uint32_t count = atomic_load(&afflictions->poisonous);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t random = random_fork(afflictions->seed, POISON_PART + i);
        if (random_below(&random, afflictions->items) != index)
            continue;
        atomic_fetch_add(&afflictions->poisoned, 1);
        return true;
    }
    return false;
}
