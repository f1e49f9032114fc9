/* A walk with SCAN or SSCAN, from cursor 0 until the server answers cursor 0. */
#ifndef DIBS_STRATEGIES_CURSOR_H
#define DIBS_STRATEGIES_CURSOR_H

#include "strategies/wire.h"

/* What is walked: the keys of the database, or the members of one set. */
struct cursor_range {
    const char *key;   /* of the set; NULL: SCAN */
    const char *match; /* a pattern, or NULL */
    int64_t count;     /* COUNT: how much the server looks at per call */
};

/* One round trip per step; `visit` sees each element as the server returns it. What is there
 * from beginning to end is returned at least once, what comes or goes meanwhile perhaps; the
 * server may return an element twice. Stops at the first step that is not OUTCOME_OK. */
enum outcome cursor_walk(struct wire *wire, const struct cursor_range *range, wire_visit *visit,
                         void *context);

#endif
