/* The baton of lockstep: of all seats, one at a time runs, and the seed decides which.
 *
 * A seat gives the baton back whenever it wants to send a command or to wait for a time, and goes
 * on when it is given it again. Time is virtual: a fixed step per command, and a jump to the next
 * due time when every seat waits for one. */
#ifndef DIBS_SIM_BATON_H
#define DIBS_SIM_BATON_H

#include "sim/world/board.h"

/* Virtual time that passes with each command (about one round trip on a Unix socket). */
#define BATON_STEP_NS (50 * NS_PER_US)

/* A seat's side. False: a hard stop was asked for instead. */
bool baton_command(struct board *board, struct slot *slot);
/* Returns at due_ns, or early when a stop is asked for. */
void baton_wait_until(struct board *board, struct slot *slot, uint64_t due_ns);
void baton_leave(struct board *board, struct slot *slot);

/* The supervisor's side: waits until the baton is back (no seat runs), at most timeout_ns of real
 * time. `dead` says that a seat's process is gone, so that nobody waits for it. */
enum baton { BATON_BACK, BATON_BUSY, BATON_ALL_LEFT };
typedef bool baton_dead(void *context, uint32_t seat);
enum baton baton_settle(struct board *board, baton_dead *dead, void *context, uint64_t timeout_ns);

/* After BATON_BACK: gives it to one of the seats that can go on; virtual time moves, but not past
 * until_ns without another look at what else is due. */
void baton_give(struct board *board, uint64_t *random, uint64_t until_ns, baton_dead *dead,
                void *context);

#endif
