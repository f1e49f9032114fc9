/* When to end a round that puts failures back into the queue it drains: an item that always fails
 * would keep it going for ever. The round remembers one item that has failed, a later one after
 * twice as many failures each time, and is over when that one fails again: whatever goes round,
 * however many there are of it, comes by in the end. */
#ifndef DIBS_STRATEGIES_FAILING_H
#define DIBS_STRATEGIES_FAILING_H

#include <stdbool.h>
#include <stdint.h>

/* {0} at the beginning of a round. */
struct failing {
    uint64_t id, seen, next;
};

/* An item has failed. True: the round should end. */
static inline bool failing_again(struct failing *failing, uint64_t id)
{
    if (failing->seen > 0 && failing->id == id)
        return true;
    if (failing->seen++ == failing->next) {
        failing->id = id;
        failing->next = 2 * failing->seen;
    }
    return false;
}

#endif
