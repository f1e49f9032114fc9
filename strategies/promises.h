/* Promises that are made together. */
#ifndef DIBS_STRATEGIES_PROMISES_H
#define DIBS_STRATEGIES_PROMISES_H

#include "strategies/strategy.h"

/* At least once under every fault. */
enum {
    PROMISES_AT_LEAST_ONCE = PROMISE_AT_LEAST_ONCE_CRASH | PROMISE_AT_LEAST_ONCE_CUT |
                             PROMISE_AT_LEAST_ONCE_PAUSE | PROMISE_AT_LEAST_ONCE_SCALING |
                             PROMISE_AT_LEAST_ONCE_RESTART
};

#endif
