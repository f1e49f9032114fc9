/* A pool of threads of fixed size, to which pieces of work are handed one by one. */
#ifndef DIBS_SIM_POOL_H
#define DIBS_SIM_POOL_H

#include <stdbool.h>
#include <stdint.h>

/* Called on any of the threads. False: no further piece is handed out, to anyone. */
typedef bool pool_piece(void *context);

/* Hands out `pieces` pieces to `hands` threads, the caller's among them, and returns when all that
 * were taken are done. *taken is how many. False: not all of the threads could be made. */
bool pool_run(uint32_t hands, uint32_t pieces, pool_piece *piece, void *context, uint32_t *taken);

#endif
