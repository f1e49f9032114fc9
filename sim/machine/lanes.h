/* Pieces of work side by side, each in a process of its own.
 *
 * Processes and not threads, because each piece makes processes itself: a child of a process with
 * threads keeps locked for ever what another thread had locked at that moment. */
#ifndef DIBS_SIM_LANES_H
#define DIBS_SIM_LANES_H

#include "sim/server/janitor.h"

#include <stddef.h>
#include <stdint.h>

struct lanes {
    struct janitor *janitor;
    const volatile int *interrupted; /* or NULL */
    /* Mapped shared. Becomes non-zero when interrupted, or when a piece's process has died; a piece
     * may set it too. `work` returns soon then, and no other piece is begun. */
    volatile int *stop;
    /* Leaves what it finds in memory that is mapped shared. */
    void (*work)(void *context, uint32_t piece);
    void *context;
    /* Told again and again, in the calling process: the piece begun last, and how many are over; or
     * NULL. */
    void (*tell)(void *context, uint32_t latest, uint32_t over);
};

/* Does the pieces 0 .. pieces - 1, at most `width` at once, and returns when all have ended. False:
 * a process could not be made or has died; `error` is one line. */
bool lanes_run(const struct lanes *lanes, uint32_t pieces, uint32_t width, char *error,
               size_t error_size);

#endif
