#include "sim/fault/fault_point.h"

#include <signal.h>
#include <unistd.h>

void fault_apply(enum fault_kind kind, struct wire *wire)
{
    switch (kind) {
    case FAULT_CRASH:
        kill(getpid(), SIGKILL);
        for (;;) /* the signal may take a moment to arrive */
            pause();
    case FAULT_CUT:
        wire_cut(wire);
        break;
    case FAULT_PAUSE:
        kill(getpid(), SIGSTOP);
        break;
    case FAULT_NONE:
    case FAULT_KINDS:
        break;
    }
}

const char *fault_kind_name(enum fault_kind kind)
{
    static const char *const names[FAULT_KINDS] = {
        [FAULT_NONE] = "none",
        [FAULT_CRASH] = "crash",
        [FAULT_CUT] = "connection",
        [FAULT_PAUSE] = "pause",
    };
    return names[kind];
}

const char *fault_phase_name(enum fault_phase phase)
{
    static const char *const names[FAULT_PHASES] = {
        [FAULT_BEFORE_SEND] = "before it is sent",   [FAULT_HALF_SENT] = "half sent",
        [FAULT_UNREAD] = "executed, reply unread",   [FAULT_AFTER_REPLY] = "after the reply",
        [FAULT_BEFORE_EFFECT] = "before the effect", [FAULT_AFTER_EFFECT] = "after the effect",
    };
    return names[phase];
}
