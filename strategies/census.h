/* Visitors that tell a census of items "<id>:<vendor>" (or bare ids) in lists and sets. */
#ifndef DIBS_STRATEGIES_CENSUS_H
#define DIBS_STRATEGIES_CENSUS_H

#include "strategies/strategy.h"

/* A wire_visit: the item is pending. The context is the census. */
void census_visit_pending(void *context, const struct wire_element *element);

/* Items that are claimed until then; 0: nobody will take them back. */
struct census_claims {
    struct census *census;
    uint64_t deadline_ms;
};

/* A wire_visit: the item is claimed. The context is a const struct census_claims. */
void census_visit_claimed(void *context, const struct wire_element *element);

#endif
