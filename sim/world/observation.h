/* What an observer has seen: flat, in shared memory, written by the observer alone. */
#ifndef DIBS_SIM_OBSERVATION_H
#define DIBS_SIM_OBSERVATION_H

#include "strategies/counter.h"

enum { OBSERVATION_PROBES_MAX = 16, OBSERVATION_ALERTS_MAX = 64 };

struct observation {
    counter calls;
    counter value; /* of the last call */
    counter bytes_out, bytes_in;
};

/* Times since the start, when the reply that said so had been read. */
struct alert_note {
    uint32_t probe;
    counter raised_ns;
    counter cleared_ns; /* 0: not yet */
};

struct observations {
    struct observation probes[OBSERVATION_PROBES_MAX];
    struct alert_note alerts[OBSERVATION_ALERTS_MAX];
    counter raised; /* alerts in all; those beyond the array are only counted */
};

/* Which commands of the others a probe may have held up (sim/world/observer.h). */
enum side {
    SIDE_NONE,    /* nobody observes */
    SIDE_WITHOUT, /* sent in a half without probes */
    SIDE_WITH,    /* sent in a half with probes */
    SIDES
};

#endif
