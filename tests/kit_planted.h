/* One small protocol with a lease and an owner for each item, and the ways of getting it wrong. */
#ifndef DIBS_TESTS_KIT_PLANTED_H
#define DIBS_TESTS_KIT_PLANTED_H

#include "strategies/strategy.h"

enum planted_bug {
    PLANTED_SOUND,
    PLANTED_ACKNOWLEDGE_FIRST, /* before the work */
    PLANTED_BLIND_ACKNOWLEDGE, /* whoever's claim it is */
    PLANTED_NO_RECOVERY,
    PLANTED_RECOVERY_FORGETS,  /* the last one of those that it takes back */
    PLANTED_SETNX_THEN_EXPIRE, /* of the lock around a round */
    PLANTED_UNCONDITIONAL_DEL, /* of the lock of an item */
    PLANTED_EXISTS_THEN_SET,   /* of the lock around a round */
    PLANTED_POP_THEN_RECORD,
    PLANTED_REQUEUE_AFTER,     /* what is given back is acknowledged first */
    PLANTED_FAILURE_SWALLOWED, /* acknowledged like a success */
    PLANTED_CLAIM_SHARED,      /* an item is read, and claimed by whoever has read it */
    PLANTED_REMARK_LOST,       /* the mark goes when the work is done, not when it begins */
    PLANTED_DONE_TWICE,        /* a completion leads to another one */
    PLANTED_LEASE_TOO_SHORT,   /* for the work, and nobody renews it */
    PLANTED_FOREIGN_RENEWAL,   /* of every claim, also of the dead */
    PLANTED_BUGS
};

/* parameters: bug (a name of planted_bug), lease */
extern const struct strategy planted_strategy;

const char *planted_name(enum planted_bug bug);

#endif
