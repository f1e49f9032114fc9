/* Which lives of processes ended by a signal and when, and when processes stood still: what a
 * history needs to know of the time around a fault. Times are since the common start. */
#ifndef DIBS_SIM_DEATHS_H
#define DIBS_SIM_DEATHS_H

#include <stdbool.h>
#include <stdint.h>

/* One seat of a process that was killed, and what it was about: its step is the one thing that is
 * in doubt. */
struct death {
    uint32_t seat, life;
    uint64_t sent_ns; /* the signal; 0: it was not ours, or it killed itself */
    uint64_t reaped_ns;
    uint64_t step; /* as struct slot has it */
};

/* A life of a process that was stopped: it did nothing from `from_ns` (confirmed) to `until_ns`. */
struct freeze {
    uint32_t process, life;
    uint64_t from_ns, until_ns;
};

struct deaths {
    struct death *deaths; /* owned */
    uint32_t death_count, death_room;
    struct freeze *freezes; /* owned */
    uint32_t freeze_count, freeze_room;
    bool incomplete; /* there was no memory for one */
};

void deaths_add(struct deaths *deaths, const struct death *death);
void deaths_add_freeze(struct deaths *deaths, const struct freeze *freeze);
void deaths_close(struct deaths *deaths);

/* NULL: this life of the seat's process did not end by a signal. */
const struct death *deaths_find(const struct deaths *deaths, uint32_t seat, uint32_t life);

#endif
