/* Keys in a database that is not ours alone: seeing whose they are, removing those we made. */
#ifndef DIBS_SIM_LEFTOVERS_H
#define DIBS_SIM_LEFTOVERS_H

#include "strategies/wire.h"

struct leftovers {
    uint64_t keys; /* in the database */
    bool foreign;  /* at least one does not stand under the prefix */
};

/* Stops at the first foreign key. False: wire->err. */
bool leftovers_look(struct wire *wire, const char *prefix, struct leftovers *found);

/* Removes the keys under the prefix, in batches, and no others. False: wire->err. */
bool leftovers_remove(struct wire *wire, const char *prefix);

#endif
