#include "strategies/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static const struct unit {
    const char *name;
    int64_t us;
} units[] = {
    {"us", 1}, {"ms", 1000}, {"s", 1000000}, {"min", 60000000}, {"h", 3600000000}, {NULL, 0},
};

static const char out_of_bounds[] = "is out of bounds";

/* Reads the digits at *text and moves behind them. */
static bool digits_take(const char **text, int64_t *number)
{
    size_t len = strspn(*text, DIGITS);
    *number = 0;
    for (size_t i = 0; i < len; i++)
        if (__builtin_mul_overflow(*number, 10, number) ||
            __builtin_add_overflow(*number, (*text)[i] - '0', number))
            return false;
    *text += len;
    return len > 0;
}

int64_t duration_parse_us(const char *text)
{
    int64_t whole, fraction = 0, parts = 1, us;
    if (!digits_take(&text, &whole))
        return -1;
    if (*text == '.') {
        const char *first = ++text;
        if (strspn(first, DIGITS) > 9 || !digits_take(&text, &fraction))
            return -1;
        for (; first < text; first++)
            parts *= 10;
    }

    const struct unit *unit = units;
    while (unit->name && strcmp(unit->name, text) != 0)
        unit++;
    if (!unit->name || fraction * unit->us % parts != 0 ||
        __builtin_mul_overflow(whole, unit->us, &us) ||
        __builtin_add_overflow(us, fraction * unit->us / parts, &us))
        return -1;
    return us;
}

void duration_write_us(int64_t us, char *text, size_t size)
{
    const struct unit *unit = &units[2]; /* of 0, too */
    if (us % unit->us != 0)
        unit = us % units[1].us ? &units[0] : &units[1];
    else if (us > 0)
        while (unit[1].name && us % unit[1].us == 0)
            unit++;
    snprintf(text, size, "%lld%s", (long long)(us / unit->us), unit->name);
}

/* The readers answer NULL, or what is wrong with the text. */

static const char *bounds_check(const struct value_rule *rule, int64_t integer)
{
    return integer < rule->min || integer > rule->max ? out_of_bounds : NULL;
}

static const char *integer_read(const struct value_rule *rule, const char *text, union value *value)
{
    const char *digits = text + (*text == '-');
    size_t len = strspn(digits, DIGITS);
    if (len > 0 && digits[len] != '\0' && digits[strspn(digits, DIGITS "_,' ")] == '\0')
        return "is written with separators";
    if (len == 0 || digits[len] != '\0')
        return "is not a whole number";
    if (!digits_take(&digits, &value->integer))
        return out_of_bounds;
    if (*text == '-')
        value->integer = -value->integer;
    return bounds_check(rule, value->integer);
}

static const char *number_read(const struct value_rule *rule, const char *text, union value *value)
{
    const char *end = text + (*text == '-');
    size_t len = strspn(end, DIGITS);
    end += len;
    if (len > 0 && *end == '.') {
        len = strspn(end + 1, DIGITS);
        end += 1 + len;
    }
    if (len == 0 || *end != '\0')
        return "is not a number in plain digits";
    value->number = strtod(text, NULL);
    return value->number < (double)rule->min || value->number > (double)rule->max ? out_of_bounds
                                                                                  : NULL;
}

static const char *choice_find(const char *const *choices, const char *text, union value *value)
{
    for (int64_t i = 0; choices[i]; i++)
        if (strcmp(choices[i], text) == 0) {
            value->integer = i;
            return NULL;
        }
    return "is none of the choices";
}

static const char *choice_read(const struct value_rule *rule, const char *text, union value *value)
{
    return choice_find(rule->choices, text, value);
}

static const char *const switch_words[] = {"no", "yes", NULL};

static const char *switch_read(const struct value_rule *rule, const char *text, union value *value)
{
    (void)rule;
    return choice_find(switch_words, text, value) ? "is neither yes nor no" : NULL;
}

static const char *duration_read(const struct value_rule *rule, const char *text,
                                 union value *value)
{
    if (*text != '\0' && text[strspn(text, DIGITS ".")] == '\0')
        return "has no unit";
    int64_t us = duration_parse_us(text);
    if (us < 0)
        return "is not a duration";
    if (rule->type == VALUE_MS && us % 1000 != 0)
        return "is finer than 1ms";
    value->integer = rule->type == VALUE_MS ? us / 1000 : us;
    return bounds_check(rule, value->integer);
}

static const char *length_check(const struct value_rule *rule, const char *text)
{
    if (strlen(text) < (size_t)rule->min)
        return "is too short";
    return strlen(text) > (size_t)rule->max ? "is too long" : NULL;
}

static const char *name_read(const struct value_rule *rule, const char *text, union value *value)
{
    value->text = text;
    if (text[strspn(text, LETTERS DIGITS "_-.")] != '\0')
        return "has other characters than a name may have";
    return length_check(rule, text);
}

static const char *line_read(const struct value_rule *rule, const char *text, union value *value)
{
    value->text = text;
    for (const char *c = text; *c; c++)
        if ((unsigned char)*c < ' ')
            return "is not on one line";
    return length_check(rule, text);
}

static void whole_expected(const struct value_rule *rule, char *text, size_t size)
{
    snprintf(text, size, "a whole number from %lld to %lld in plain digits", (long long)rule->min,
             (long long)rule->max);
}

static void number_expected(const struct value_rule *rule, char *text, size_t size)
{
    snprintf(text, size, "a number from %lld to %lld in plain digits", (long long)rule->min,
             (long long)rule->max);
}

static void switch_expected(const struct value_rule *rule, char *text, size_t size)
{
    (void)rule;
    snprintf(text, size, "yes or no");
}

static void choice_expected(const struct value_rule *rule, char *text, size_t size)
{
    const char *between = "";
    *text = '\0';
    for (const char *const *choice = rule->choices; *choice; choice++) {
        size_t len = strlen(text);
        snprintf(text + len, size - len, "%s%s", between, *choice);
        between = choice[1] && !choice[2] ? " or " : ", ";
    }
}

static void duration_expected(const struct value_rule *rule, char *text, size_t size)
{
    char min[32], max[32];
    int64_t us = rule->type == VALUE_MS ? 1000 : 1;
    duration_write_us(rule->min * us, min, sizeof(min));
    duration_write_us(rule->max * us, max, sizeof(max));
    snprintf(text, size, "a duration (500ms, 30s, 5min, 1h) from %s to %s", min, max);
}

static void name_expected(const struct value_rule *rule, char *text, size_t size)
{
    snprintf(text, size, "%lld to %lld letters, digits, _ - .", (long long)rule->min,
             (long long)rule->max);
}

static void line_expected(const struct value_rule *rule, char *text, size_t size)
{
    snprintf(text, size, "one line of %lld to %lld bytes", (long long)rule->min,
             (long long)rule->max);
}

static const struct {
    const char *(*read)(const struct value_rule *rule, const char *text, union value *value);
    void (*expected)(const struct value_rule *rule, char *text, size_t size);
} types[] = {
    [VALUE_INTEGER] = {integer_read, whole_expected},
    [VALUE_NUMBER] = {number_read, number_expected},
    [VALUE_SWITCH] = {switch_read, switch_expected},
    [VALUE_CHOICE] = {choice_read, choice_expected},
    [VALUE_MS] = {duration_read, duration_expected},
    [VALUE_US] = {duration_read, duration_expected},
    [VALUE_NAME] = {name_read, name_expected},
    [VALUE_LINE] = {line_read, line_expected},
};

void value_expected(const struct value_rule *rule, char *text, size_t size)
{
    int len = rule->zero ? snprintf(text, size, "%s or ", rule->zero) : 0;
    if ((size_t)len < size)
        types[rule->type].expected(rule, text + len, size - (size_t)len);
}

bool value_read(const struct value_rule *rule, const char *text, union value *value, char *error,
                size_t error_size)
{
    if (rule->zero && strcmp(rule->zero, text) == 0) {
        value->integer = 0;
        return true;
    }
    const char *problem = types[rule->type].read(rule, text, value);
    if (problem) {
        char expected[160];
        value_expected(rule, expected, sizeof(expected));
        snprintf(error, error_size, "\"%.48s\" %s; %s would be right", text, problem, expected);
    }
    return !problem;
}
