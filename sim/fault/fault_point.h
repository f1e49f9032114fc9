/* A fault at a named point of a named seat's protocol: the nth command that it sends, or the nth
 * refresh that it does, and where in it. Reached by counting, never by sleeping. */
#ifndef DIBS_SIM_FAULT_POINT_H
#define DIBS_SIM_FAULT_POINT_H

#include "strategies/wire.h"

enum fault_kind {
    FAULT_NONE,
    FAULT_CRASH, /* SIGKILL of the process */
    FAULT_CUT,   /* the connection is closed, the process lives */
    FAULT_PAUSE, /* SIGSTOP of the process, until somebody continues it */
    FAULT_KINDS
};

enum fault_phase {
    FAULT_BEFORE_SEND,   /* nothing of the command has been sent */
    FAULT_HALF_SENT,     /* half of its bytes have: it never executes */
    FAULT_UNREAD,        /* it has executed, and its reply waits to be read */
    FAULT_AFTER_REPLY,   /* the reply has been read, nothing has been made of it */
    FAULT_BEFORE_EFFECT, /* a refresh has begun */
    FAULT_AFTER_EFFECT,  /* a refresh is done, nothing was acknowledged */
    FAULT_PHASES
};

struct fault_point {
    enum fault_kind kind;
    enum fault_phase phase;
    uint32_t instance;
    uint32_t role;    /* enum seat_role */
    uint32_t nth;     /* from 1: command, or refresh in the effect phases */
    const char *name; /* of the commands that count; NULL: all do */
    bool any_round;   /* not only in the first one */
};

static inline bool fault_is_at_effect(enum fault_phase phase)
{
    return phase >= FAULT_BEFORE_EFFECT;
}

/* Makes it happen to the calling process (or its wire). Returns after FAULT_CUT, and after
 * FAULT_PAUSE when the process has been continued. */
void fault_apply(enum fault_kind kind, struct wire *wire);

const char *fault_kind_name(enum fault_kind kind);
const char *fault_phase_name(enum fault_phase phase);

#endif
