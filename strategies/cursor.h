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

/* Where a walk stands, as the server wrote it: a cursor is opaque. */
struct cursor {
    char text[24];
};
#define CURSOR_START ((struct cursor){"0"})

/* After a step: the walk has come to its end. */
static inline bool cursor_is_over(const struct cursor *cursor)
{
    return cursor->text[0] == '0' && cursor->text[1] == '\0';
}

/* One step, for who works on what it brought before the next: one round trip. */
enum outcome cursor_step(struct wire *wire, const struct cursor_range *range, struct cursor *cursor,
                         wire_visit *visit, void *context);

/* All steps, one round trip each; `visit` sees each element as the server returns it. What is there
 * from beginning to end is returned at least once, what comes or goes meanwhile perhaps; the
 * server may return an element twice. Stops at the first step that is not OUTCOME_OK. */
enum outcome cursor_walk(struct wire *wire, const struct cursor_range *range, wire_visit *visit,
                         void *context);

#endif
