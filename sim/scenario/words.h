/* The words of one event line, one by one, and what is wrong with them. */
#ifndef DIBS_SIM_WORDS_H
#define DIBS_SIM_WORDS_H

#include "sim/scenario/scenario.h"

enum { WORDS_MAX = 20 };

struct words {
    char text[EVENT_TEXT_MAX];
    const char *at[WORDS_MAX + 1]; /* ends in NULL */
    unsigned next;
    char *error;
    size_t error_size;
};

/* False: too long, too many. */
bool words_split(struct words *words, const char *text, char *error, size_t error_size);

/* `what` is wrong with this word (NULL: with there being none). Always false. */
bool words_fail(struct words *words, const char *what, const char *word);

/* The next word, NULL behind the last one. */
const char *words_next(struct words *words);

/* Takes the next word if it is this one. */
bool words_take(struct words *words, const char *word);

/* The next word as a value of this kind. */
bool words_ms(struct words *words, uint64_t *ms);
bool words_number(struct words *words, const char *behind, uint32_t max, uint32_t *number);
bool words_real(struct words *words, const char *behind, double min, double max, double *number);
/* One of these (the last is NULL), by its index. `what` it is not: "no point of a command:". */
bool words_choice(struct words *words, const char *what, const char *const *choices,
                  uint32_t *index);
/* "30%" as 0.3. False, and nothing is taken: it is no share. */
bool words_share(struct words *words, double *share);

#endif
