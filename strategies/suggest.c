#include "strategies/suggest.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { WORD_MAX = 48 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits (insert, delete, replace, swap of neighbours) from one word to the other. Words of
 * WORD_MAX bytes or more are never near. */
static size_t edit_distance(const char *a, const char *b)
{
    size_t a_len = strlen(a), b_len = strlen(b);
    if (a_len >= WORD_MAX || b_len >= WORD_MAX)
        return SIZE_MAX;

    size_t rows[3][WORD_MAX];
    for (size_t j = 0; j <= b_len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *row = rows[i % 3], *last = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
    }
    return rows[a_len % 3][b_len];
}

static void known_add(struct suggestion *suggestion, const char *candidate)
{
    size_t last = sizeof(suggestion->known) - 1, room = last - suggestion->known_len;
    bool fits = strlen(candidate) + strlen(", , ...") <= room;
    int written = snprintf(suggestion->known + suggestion->known_len, room + 1, "%s%s",
                           suggestion->known_len ? ", " : "", fits ? candidate : "...");
    suggestion->known_len = fits ? suggestion->known_len + (size_t)written : last;
}

void suggestion_consider(struct suggestion *suggestion, const char *candidate)
{
    known_add(suggestion, candidate);
    size_t distance = edit_distance(suggestion->word, candidate);
    size_t slip_max = (strlen(suggestion->word) + 1) / 3;
    if (distance <= slip_max && (!suggestion->nearest || distance < suggestion->distance)) {
        suggestion->nearest = candidate;
        suggestion->distance = distance;
    }
}

void suggestion_write(const struct suggestion *suggestion, char *text, size_t size)
{
    if (suggestion->nearest)
        snprintf(text, size, "did you mean \"%s\"?", suggestion->nearest);
    else if (suggestion->known_len)
        snprintf(text, size, "known: %s", suggestion->known);
    else
        snprintf(text, size, "there are none");
}
