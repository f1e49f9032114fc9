#include "sim/server/info.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool info_text(const char *info, const char *field, char *value, size_t size)
{
    size_t len = strlen(field);
    for (const char *line = info; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, field, len) != 0 || line[len] != ':')
            continue;
        const char *text = line + len + 1;
        snprintf(value, size, "%.*s", (int)strcspn(text, "\r\n"), text);
        return true;
    }
    value[0] = '\0';
    return false;
}

double info_number(const char *info, const char *field, double otherwise)
{
    char text[64], *end;
    info_text(info, field, text, sizeof text);
    double number = strtod(text, &end);
    return end == text ? otherwise : number;
}

bool info_version(const char *info, const char **kind, char *version, size_t size)
{
    /* Valkey tells the version of Redis that it stands in for, too. */
    bool valkey = info_text(info, "valkey_version", version, size);
    bool known = valkey || info_text(info, "redis_version", version, size);
    *kind = valkey ? "valkey" : known ? "redis" : "";
    return known;
}

const char *info_ask(struct wire *wire, const char *section)
{
    struct wire_reply reply = {0};
    if (wire_ask(wire, &reply, "INFO", section) != OUTCOME_OK || reply.type != WIRE_TEXT)
        return "";
    return reply.text;
}
