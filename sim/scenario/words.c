#include "sim/scenario/words.h"

#include "sim/fault/timeline.h"
#include "strategies/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool words_fail(struct words *words, const char *what, const char *word)
{
    snprintf(words->error, words->error_size, "%s \"%.32s\"; %s would be right", what,
             word != NULL ? word : "", timeline_expected);
    return false;
}

bool words_split(struct words *words, const char *text, char *error, size_t error_size)
{
    char *rest = NULL;
    unsigned count = 0;
    *words = (struct words){.error = error, .error_size = error_size};
    if (strlen(text) >= sizeof words->text)
        return words_fail(words, "too long:", text);
    snprintf(words->text, sizeof words->text, "%s", text);
    for (char *word = strtok_r(words->text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        if (count == WORDS_MAX)
            return words_fail(words, "too many words:", word);
        words->at[count++] = word;
    }
    return true;
}

const char *words_next(struct words *words)
{
    const char *word = words->at[words->next];
    words->next += word != NULL;
    return word;
}

bool words_take(struct words *words, const char *word)
{
    const char *next = words->at[words->next];
    bool is = next != NULL && strcmp(next, word) == 0;
    words->next += is;
    return is;
}

bool words_ms(struct words *words, uint64_t *ms)
{
    const char *word = words_next(words);
    int64_t us = word != NULL ? duration_parse_us(word) : -1;
    if (us < 0)
        return words_fail(words, "not a time:", word);
    *ms = (uint64_t)us / 1000;
    return true;
}

static bool next_value(struct words *words, const char *behind, const struct value_rule *rule,
                       union value *value)
{
    const char *word = words_next(words);
    if (word == NULL)
        return words_fail(words, "no number behind", behind);
    return value_read(rule, word, value, words->error, words->error_size);
}

bool words_number(struct words *words, const char *behind, uint32_t max, uint32_t *number)
{
    const struct value_rule rule = {VALUE_INTEGER, 0, max, NULL, NULL};
    union value value;
    if (!next_value(words, behind, &rule, &value))
        return false;
    *number = (uint32_t)value.integer;
    return true;
}

bool words_real(struct words *words, const char *behind, double min, double max, double *number)
{
    const struct value_rule rule = {VALUE_NUMBER, (int64_t)min, (int64_t)max, NULL, NULL};
    union value value;
    if (!next_value(words, behind, &rule, &value))
        return false;
    *number = value.number;
    return true;
}

bool words_choice(struct words *words, const char *what, const char *const *choices,
                  uint32_t *index)
{
    const struct value_rule rule = {VALUE_CHOICE, 0, 0, choices, NULL};
    const char *word = words_next(words);
    char expected[160];
    for (*index = 0; choices[*index] != NULL; ++*index)
        if (word != NULL && strcmp(word, choices[*index]) == 0)
            return true;
    value_expected(&rule, expected, sizeof expected);
    snprintf(words->error, words->error_size, "%s \"%.32s\"; %s would be right", what,
             word != NULL ? word : "", expected);
    return false;
}

bool words_share(struct words *words, double *share)
{
    const char *word = words->at[words->next];
    char *end = NULL;
    if (word == NULL || *word < '0' || *word > '9')
        return false;
    double percent = strtod(word, &end);
    if (strcmp(end, "%") != 0 || percent > 100)
        return false;
    *share = percent / 100;
    words->next++;
    return true;
}
