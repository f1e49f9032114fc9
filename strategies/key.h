/* Names of keys: as published, behind the run's prefix. */
#ifndef DIBS_STRATEGIES_KEY_H
#define DIBS_STRATEGIES_KEY_H

#include "strategies/strategy.h"

#include <stdio.h>

enum { KEY_MAX = 192 };

/* Writes "<prefix><name>". False, and the reason in wire->err, if it does not fit. */
static inline bool key_write(char key[KEY_MAX], struct seat *seat, const char *name)
{
    int len = snprintf(key, KEY_MAX, "%s%s", seat->prefix, name);
    if (len < KEY_MAX)
        return true;
    wire_fail(seat->wire, "the prefix of the keys is too long");
    return false;
}

#endif
