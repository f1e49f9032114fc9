#include "bench/claims/formula.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Of a command that nobody has sent a result holds nothing: it was sent 0 times. */
static const char COUNTED[] = "commands";

enum { DEPTH_MAX = 32 };

struct parser {
    const char *at;
    const struct formula_scope *scope;
    unsigned depth;
    bool failed;
    char *error;
    size_t error_size;
};

/* What a reference stands for. */
struct fold {
    double sum, min, max, last;
    size_t count;
};

/* The first one wins. Returns NaN, so that callers can return it. */
__attribute__((format(printf, 2, 3))) static double fail(struct parser *p, const char *format, ...)
{
    if (!p->failed) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(p->error, p->error_size, format, arguments);
        va_end(arguments);
    }
    p->failed = true;
    return NAN;
}

static void skip_blanks(struct parser *p)
{
    p->at += strspn(p->at, " ");
}

static bool take(struct parser *p, char sign)
{
    skip_blanks(p);
    if (*p->at != sign)
        return false;
    p->at++;
    return true;
}

/* ---- references */

static void add(struct fold *fold, double value)
{
    bool first = fold->count++ == 0;
    fold->sum += value;
    fold->min = first || value < fold->min || isnan(value) ? value : fold->min;
    fold->max = first || value > fold->max || isnan(value) ? value : fold->max;
    fold->last = value;
}

/* The first name of a path, cut off; false: the path is over. */
static bool next_name(const char **path, char name[FORMULA_NAME_MAX])
{
    size_t len = strcspn(*path, ".");
    if (len == 0)
        return false;
    snprintf(name, FORMULA_NAME_MAX, "%.*s", (int)len, *path);
    *path += len + ((*path)[len] == '.');
    return true;
}

static void walk(struct parser *p, const json *value, const char *path, const char *above,
                 struct fold *fold)
{
    char name[FORMULA_NAME_MAX];
    if (json_is_list(value) && !isdigit((unsigned char)*path)) {
        for (size_t i = 0; i < json_size(value); i++)
            walk(p, json_at(value, i), path, above, fold);
        return;
    }
    if (!next_name(&path, name)) {
        if (json_text_of(value) || json_size(value) > 0)
            fail(p, "%s is no number", above);
        add(fold, json_number_of(value));
        return;
    }
    const json *below = json_is_list(value) ? json_at(value, (size_t)strtoul(name, NULL, 10))
                                            : json_get(value, name);
    if (below)
        walk(p, below, path, name, fold);
    else if (strcmp(above, COUNTED) == 0)
        add(fold, 0);
    else if (json_is_nothing(value))
        add(fold, NAN);
    else
        fail(p, "a result holds no %s%s%s", above, *above ? "." : "", name);
}

static bool is_of_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.';
}

/* "[NAME]path"; `path` may have been read. */
static void reference(struct parser *p, struct fold *fold, char path[FORMULA_NAME_MAX])
{
    char document[FORMULA_NAME_MAX] = "";
    *fold = (struct fold){0};
    if (take(p, '[')) {
        size_t len = strcspn(p->at, "]");
        snprintf(document, sizeof document, "%.*s", (int)len, p->at);
        p->at += len;
        if (!take(p, ']'))
            fail(p, "a [ that nothing closes");
    }
    skip_blanks(p);
    size_t len = 0;
    while (is_of_name(p->at[len]))
        len++;
    snprintf(path, FORMULA_NAME_MAX, "%.*s", (int)len, p->at);
    p->at += len;
    const json *root = p->scope->document(p->scope->context, document);
    if (!root)
        fail(p, "nothing is measured as [%s]", document);
    else if (len == 0)
        fail(p, "a name or a number is missing before \"%.16s\"", p->at);
    else
        walk(p, root, path, "", fold);
}

static double one_value(struct parser *p, const struct fold *fold, const char *path)
{
    if (!p->failed && fold->count != 1)
        return fail(p, "%s is a list; sum, min, max, mean, last or count of it would be right",
                    path);
    return fold->last;
}

/* ---- the grammar */

static double sum(struct parser *p);

enum function { SUM, MIN, MAX, MEAN, LAST, COUNT, FUNCTIONS };

/* Takes "NAME(" of a function; FUNCTIONS: something else stands there. */
static enum function take_function(struct parser *p)
{
    static const char *const names[FUNCTIONS] = {
        [SUM] = "sum(",   [MIN] = "min(",   [MAX] = "max(",
        [MEAN] = "mean(", [LAST] = "last(", [COUNT] = "count(",
    };
    for (enum function f = 0; f < FUNCTIONS; f++) {
        size_t len = strlen(names[f]);
        if (strncmp(p->at, names[f], len) == 0) {
            p->at += len;
            return f;
        }
    }
    return FUNCTIONS;
}

static double fold_value(const struct fold *fold, enum function function)
{
    switch (function) {
    case SUM:
        return fold->sum;
    case COUNT:
        return (double)fold->count;
    case MEAN:
        return fold->count ? fold->sum / (double)fold->count : NAN;
    case MIN:
        return fold->count ? fold->min : NAN;
    case MAX:
        return fold->count ? fold->max : NAN;
    case LAST:
    case FUNCTIONS:
        break;
    }
    return fold->count ? fold->last : NAN;
}

static double named(struct parser *p)
{
    struct fold fold;
    char path[FORMULA_NAME_MAX];
    enum function function = take_function(p);
    reference(p, &fold, path);
    if (function == FUNCTIONS)
        return one_value(p, &fold, path);
    if (!take(p, ')'))
        return fail(p, "a ( that nothing closes");
    return fold_value(&fold, function);
}

static double atom(struct parser *p)
{
    skip_blanks(p);
    if (take(p, '(')) {
        if (p->depth == DEPTH_MAX)
            return fail(p, "more than %d parentheses in each other", DEPTH_MAX);
        p->depth++;
        double value = sum(p);
        p->depth--;
        return take(p, ')') ? value : fail(p, "a ( that nothing closes");
    }
    if (!isdigit((unsigned char)*p->at))
        return named(p);
    char *end;
    double number = strtod(p->at, &end);
    p->at = end;
    return number;
}

static double product(struct parser *p)
{
    double value = atom(p);
    while (!p->failed) {
        if (take(p, '*'))
            value *= atom(p);
        else if (take(p, '/'))
            value /= atom(p);
        else
            break;
    }
    return value;
}

static double sum(struct parser *p)
{
    double value = take(p, '-') ? -product(p) : product(p);
    while (!p->failed) {
        if (take(p, '+'))
            value += product(p);
        else if (take(p, '-'))
            value -= product(p);
        else
            break;
    }
    return value;
}

bool formula_value(const char *text, const struct formula_scope *scope, double *value, char *error,
                   size_t error_size)
{
    struct parser p = {.at = text, .scope = scope, .error = error, .error_size = error_size};
    *value = sum(&p);
    skip_blanks(&p);
    if (!p.failed && *p.at)
        fail(&p, "\"%.32s\" is left over", p.at);
    return !p.failed;
}
