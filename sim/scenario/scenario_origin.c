#include "sim/scenario/scenario_origin.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int prefix_write(char *text, size_t size, const struct origin *origin)
{
    switch (origin->kind) {
    case ORIGIN_SET:
        return snprintf(text, size, "--set %.128s: ", origin->text);
    case ORIGIN_CONTENDER:
        return snprintf(text, size, "--contender: ");
    default:
        return snprintf(text, size, "%.192s:%u: ", origin->text, origin->line);
    }
}

static bool names_key(const struct origin *origin, const char *key)
{
    size_t len = strlen(key);
    return origin->kind == ORIGIN_SET && strncmp(origin->text, key, len) == 0 &&
           origin->text[len] == '=';
}

/* What a user wrote may hold anything; an error stays one line. */
static void one_line(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ')
            *text = '?';
}

bool origin_fail(struct scenario_error *error, const struct origin *origin, const char *key,
                 const char *reason, ...)
{
    size_t size = sizeof(error->text);
    size_t len = (size_t)prefix_write(error->text, size, origin);
    if (key && !names_key(origin, key))
        len += (size_t)snprintf(error->text + len, size - len, "%.96s: ", key);

    va_list arguments;
    va_start(arguments, reason);
    vsnprintf(error->text + len, size - len, reason, arguments);
    va_end(arguments);
    one_line(error->text);
    return false;
}
