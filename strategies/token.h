/* Tokens: who holds a claim or a lock proves it by a number that nobody else has drawn. */
#ifndef DIBS_STRATEGIES_TOKEN_H
#define DIBS_STRATEGIES_TOKEN_H

#include "strategies/strategy.h"

#include <stdio.h>

enum { TOKEN_TEXT_MAX = 17 };

/* A new one for each acquisition; 0 is none. */
static inline uint64_t token_new(struct seat *seat)
{
    return seat_random(seat) | 1;
}

/* As it stands in keys: of fixed width. */
static inline void token_write(char text[TOKEN_TEXT_MAX], uint64_t token)
{
    snprintf(text, TOKEN_TEXT_MAX, "%016llx", (unsigned long long)token);
}

#endif
