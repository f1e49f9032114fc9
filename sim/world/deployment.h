/* Host names as deployments make them: synthetic, of fixed width for each kind, and drawn from the
 * seed, so that nothing of this machine enters a key. */
#ifndef DIBS_SIM_DEPLOYMENT_H
#define DIBS_SIM_DEPLOYMENT_H

#include "sim/scenario/scenario.h"

enum { HOST_NAME_MAX_BYTES = 32 };

/* The name of instance `number` in its nth life (from 0). A StatefulSet keeps the name, the others
 * make a new one for each life. */
void deployment_host(enum deployment deployment, uint64_t seed, uint32_t number, uint32_t life,
                     char host[HOST_NAME_MAX_BYTES]);

/* How a deployment treats its instances. */
struct deployment_rules {
    uint64_t restart_ms;     /* until a dead instance is back, doubled each time; 0: never */
    uint64_t restart_max_ms; /* the doubling's end */
    bool highest_first;      /* order of a rolling restart; else the lowest number first */
    bool one_by_one;         /* the next one goes when this one is back; else all at once */
};

/* Kubernetes restarts what died after 10 s, 20 s, ... up to 5 min; compose by default does not. */
const struct deployment_rules *deployment_rules(enum deployment deployment);

#endif
