/* Host names as deployments make them: synthetic, of fixed width for each kind, and drawn from the
 * seed, so that nothing of this machine enters a key. */
#ifndef DIBS_SIM_DEPLOYMENT_H
#define DIBS_SIM_DEPLOYMENT_H

#include "sim/scenario.h"

enum { HOST_NAME_MAX_BYTES = 32 };

/* The name of instance `number` in its nth life (from 0). A StatefulSet keeps the name, the others
 * make a new one for each life. */
void deployment_host(enum deployment deployment, uint64_t seed, uint32_t number, uint32_t life,
                     char host[HOST_NAME_MAX_BYTES]);

#endif
