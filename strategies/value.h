/* Values as users write them: in scenario files, in --set and as parameters of contenders. */
#ifndef DIBS_STRATEGIES_VALUE_H
#define DIBS_STRATEGIES_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum value_type {
    VALUE_INTEGER, /* plain digits */
    VALUE_NUMBER,  /* plain digits, with or without a fraction */
    VALUE_SWITCH,  /* yes or no, as 1 or 0 */
    VALUE_CHOICE,  /* one of `choices`, as its index */
    VALUE_MS,      /* a duration in whole milliseconds */
    VALUE_US,      /* a duration in whole microseconds */
    VALUE_NAME,    /* letters, digits, '_', '-' and '.' */
    VALUE_LINE,    /* any text on one line */
};

/* What is accepted. */
struct value_rule {
    enum value_type type;
    int64_t min, max;           /* of numbers; of durations in their unit; of texts in bytes */
    const char *const *choices; /* of VALUE_CHOICE, ends in NULL */
    const char *zero;           /* a word that stands for 0 whatever min says, or NULL */
};

/* number: of VALUE_NUMBER; text: of VALUE_NAME and VALUE_LINE, borrowed; integer: of all others. */
union value {
    int64_t integer;
    double number;
    const char *text;
};

/* False: `error` says what is wrong and what would be right: '"x" is not a whole number; a whole
 * number from 1 to 64 in plain digits would be right'. */
bool value_read(const struct value_rule *rule, const char *text, union value *value, char *error,
                size_t error_size);

/* What would be right: "a whole number from 1 to 64 in plain digits", "yes or no". */
void value_expected(const struct value_rule *rule, char *text, size_t size);

/* "200us", "500ms", "30s", "5min", "1h", "0.5s" as microseconds; -1 if it is not a duration, or
 * finer than that. */
int64_t duration_parse_us(const char *text);

/* The shortest of these forms: "90s", "5min". */
void duration_write_us(int64_t us, char *text, size_t size);

#endif
