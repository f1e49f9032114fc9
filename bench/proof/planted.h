/* A way of sharing with a slowdown that is known, for proving that a gate finds it: items leave a
 * list one at a time, and after every so many of them comes a command that nobody needs. Not in the
 * registry. */
#ifndef DIBS_BENCH_PLANTED_H
#define DIBS_BENCH_PLANTED_H

#include "strategies/strategy.h"

enum { PLANTED_EVERY }; /* its parameter: items from one such command to the next; 0: never */

extern const struct strategy strategy_planted;

#endif
