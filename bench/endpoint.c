#include "bench/endpoint.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORT_DEFAULT = 6379, PORT_MAX = 65535, DATABASE_MAX = 1 << 20 };

/* A piece of the URI. */
struct span {
    const char *text;
    size_t len;
};

void endpoint_default(struct endpoint *endpoint)
{
    *endpoint = (struct endpoint){.host = "127.0.0.1", .port = PORT_DEFAULT};
}

static int hex_digit(char c)
{
    return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

/* Copies a piece, percent-decoded; false if it does not fit or is not well encoded. */
static bool decode(struct span from, char *to, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < from.len; i++) {
        char c = from.text[i];
        if (c == '%') {
            if (i + 2 >= from.len || !isxdigit((unsigned char)from.text[i + 1]) ||
                !isxdigit((unsigned char)from.text[i + 2]))
                return false;
            c = (char)(hex_digit(from.text[i + 1]) << 4 | hex_digit(from.text[i + 2]));
            i += 2;
        }
        if (c == '\0' || n + 1 >= size)
            return false;
        to[n++] = c;
    }
    to[n] = '\0';
    return true;
}

static bool decode_number(struct span from, int max, int *value)
{
    char text[16], *end;
    if (from.len == 0 || !isdigit((unsigned char)*from.text) || !decode(from, text, sizeof text))
        return false;
    long n = strtol(text, &end, 10);
    *value = (int)n;
    return *end == '\0' && n <= max;
}

/* Cuts what stands before the last '@' off the authority. */
static struct span cut_user_info(struct span *authority)
{
    struct span info = {authority->text, 0};
    for (size_t i = authority->len; i > 0; i--) {
        if (authority->text[i - 1] != '@')
            continue;
        info.len = i - 1;
        authority->text += i;
        authority->len -= i;
        break;
    }
    return info;
}

static bool read_user_info(struct endpoint *endpoint, struct span info)
{
    const char *colon = memchr(info.text, ':', info.len);
    if (colon) {
        struct span user = {info.text, (size_t)(colon - info.text)};
        info = (struct span){colon + 1, info.len - user.len - 1};
        if (!decode(user, endpoint->user, sizeof endpoint->user))
            return false;
    }
    return decode(info, endpoint->password, sizeof endpoint->password);
}

static bool read_host(struct endpoint *endpoint, struct span authority)
{
    struct span host = authority, port = {NULL, 0};
    const char *end = authority.text + authority.len;
    const char *colon = memchr(authority.text, ':', authority.len);
    if (authority.len > 0 && *authority.text == '[') {
        const char *close = memchr(authority.text, ']', authority.len);
        if (!close)
            return false;
        host = (struct span){authority.text + 1, (size_t)(close - authority.text) - 1};
        colon = close + 1 < end ? close + 1 : NULL;
        if (colon && *colon != ':')
            return false;
    } else if (colon) {
        host.len = (size_t)(colon - authority.text);
    }
    if (colon)
        port = (struct span){colon + 1, (size_t)(end - colon) - 1};
    return (host.len == 0 || decode(host, endpoint->host, sizeof endpoint->host)) &&
           (!colon || (decode_number(port, PORT_MAX, &endpoint->port) && endpoint->port > 0));
}

static bool read_redis(struct endpoint *endpoint, const char *rest)
{
    size_t len = strcspn(rest, "/");
    struct span authority = {rest, len};
    struct span info = cut_user_info(&authority);
    struct span database = {rest + len + 1, rest[len] ? strlen(rest + len + 1) : 0};
    return read_user_info(endpoint, info) && read_host(endpoint, authority) &&
           (database.len == 0 || decode_number(database, DATABASE_MAX, &endpoint->database));
}

static bool read_unix(struct endpoint *endpoint, const char *rest)
{
    size_t len = strcspn(rest, "/");
    struct span authority = {rest, len};
    struct span info = cut_user_info(&authority);
    struct span path = {rest + len, strcspn(rest + len, "?")};
    const char *query = path.text + path.len;
    if (authority.len > 0 || path.len == 0 || !read_user_info(endpoint, info))
        return false;
    if (strncmp(query, "?db=", 4) == 0 &&
        !decode_number((struct span){query + 4, strlen(query + 4)}, DATABASE_MAX,
                       &endpoint->database))
        return false;
    if (*query && strncmp(query, "?db=", 4) != 0)
        return false;
    return decode(path, endpoint->socket_path, sizeof endpoint->socket_path);
}

static const struct {
    const char *prefix;
    bool (*read)(struct endpoint *endpoint, const char *rest);
} schemes[] = {
    {"redis://", read_redis},
    {"valkey://", read_redis},
    {"unix://", read_unix},
};

bool endpoint_read(struct endpoint *endpoint, const char *uri, char *error, size_t error_size)
{
    char masked[512];
    endpoint_mask(uri, masked, sizeof masked);
    endpoint_default(endpoint);
    if (strncmp(uri, "rediss://", 9) == 0 || strncmp(uri, "valkeys://", 10) == 0) {
        snprintf(error, error_size,
                 "%s: dibs does not speak TLS; use redis:// or a local TLS tunnel", masked);
        return false;
    }
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        size_t len = strlen(schemes[i].prefix);
        if (strncmp(uri, schemes[i].prefix, len) == 0 && schemes[i].read(endpoint, uri + len))
            return true;
    }
    snprintf(error, error_size,
             "%s: expected redis://[[user]:password@]host[:port][/db] or "
             "unix://[[user]:password@]/path[?db=N]",
             masked);
    return false;
}

struct wire_address endpoint_address(const struct endpoint *endpoint)
{
    return (struct wire_address){
        .socket_path = *endpoint->socket_path ? endpoint->socket_path : NULL,
        .host = endpoint->host,
        .port = endpoint->port,
        .user = *endpoint->user ? endpoint->user : NULL,
        .password = *endpoint->password ? endpoint->password : NULL,
        .database = endpoint->database,
    };
}

void endpoint_mask(const char *uri, char *masked, size_t size)
{
    const char *start = strstr(uri, "://");
    start = start ? start + 3 : uri;
    size_t authority = strcspn(start, "/");
    const char *at = memrchr(start, '@', authority);
    if (!at) { /* perhaps the password itself has a '/': hide too much rather than too little */
        at = strrchr(start, '@');
    }
    if (!at) {
        snprintf(masked, size, "%s", uri);
        return;
    }
    const char *colon = memchr(start, ':', (size_t)(at - start));
    const char *secret = colon ? colon + 1 : start;
    snprintf(masked, size, "%.*s***%s", (int)(secret - uri), uri, at);
}
