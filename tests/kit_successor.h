/* Who was paused at its work goes on while its successor has the same item in hand: every
 * acknowledgement that it makes then is about a claim that is not its own any more. */
#ifndef DIBS_TESTS_KIT_SUCCESSOR_H
#define DIBS_TESTS_KIT_SUCCESSOR_H

#include "tests/kit_run.h"

/* One world of one item and two instances, with the scenario's only entry. Whoever begins first
 * stops at its refresh; its successor stops at its own until the first one has acknowledged. */
void kit_successor_world(struct kit_run *kit);

#endif
