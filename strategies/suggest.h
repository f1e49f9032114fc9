/* What a user may have meant: the nearest of a set of names, or all of them. */
#ifndef DIBS_STRATEGIES_SUGGEST_H
#define DIBS_STRATEGIES_SUGGEST_H

#include <stddef.h>

enum { SUGGESTION_KNOWN_MAX = 480 };

/* Start with {.word = ...}, consider each candidate, then write. Candidates are borrowed. */
struct suggestion {
    const char *word;    /* as the user wrote it */
    const char *nearest; /* the candidate that is a slip of the keys away, or NULL */
    size_t distance;     /* of the nearest */
    size_t known_len;
    char known[SUGGESTION_KNOWN_MAX]; /* all candidates, with commas */
};

void suggestion_consider(struct suggestion *suggestion, const char *candidate);

/* 'did you mean "items"?', or 'known: items, instances', or 'there are none'. */
void suggestion_write(const struct suggestion *suggestion, char *text, size_t size);

#endif
