/* One strike of a fault: from whom it is aimed at, over what is done to him, to its undoing. */
#ifndef DIBS_SIM_STRIKE_H
#define DIBS_SIM_STRIKE_H

#include "sim/fault/faults.h"

/* Moves it on as far as it goes by now; `faults` draws the victim and knows the other strikes. */
void strike_go_on(struct faults *faults, struct world *world, struct strike *strike,
                  uint64_t now_ns);

/* Undoes it if it is in force, else it has hit nothing. */
void strike_give_up(struct world *world, struct strike *strike);

/* With nothing left to do nobody will hold anything, and no item will be worked on: it would never
 * come about. */
bool strike_is_in_vain(const struct strike *strike);

#endif
