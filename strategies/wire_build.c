/* Building commands in wire format, one behind the other into a batch. */
#include "strategies/wire_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room kept in front of a command for its "*<arguments>\r\n", which is known last. */
enum { HEADER_ROOM = 16 };

static bool reserve(struct wire *wire, size_t more)
{
    if (wire->out_len + more <= wire->out_capacity)
        return true;
    size_t capacity = (wire->out_len + more) * 2;
    char *grown = realloc(wire->out, capacity);
    if (grown == NULL) {
        wire_break(wire, "", "out of memory", 0);
        return false;
    }
    wire->out = grown;
    wire->out_capacity = capacity;
    return true;
}

/* Writes "<mark><value>\r\n" and returns its length, at most 23. */
static size_t write_header(char *to, char mark, uint64_t value)
{
    char digits[20];
    size_t n = 0;
    if (value < 10) { /* most are: arguments, and their lengths */
        const char short_form[] = {mark, (char)('0' + value), '\r', '\n'};
        memcpy(to, short_form, sizeof short_form);
        return sizeof short_form;
    }
    do
        digits[n++] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    char *at = to;
    *at++ = mark;
    while (n > 0)
        *at++ = digits[--n];
    *at++ = '\r';
    *at++ = '\n';
    return (size_t)(at - to);
}

void wire_arg(struct wire *wire, const char *text, size_t len)
{
    if (!reserve(wire, len + 32))
        return;
    char *at = wire->out + wire->out_len;
    at += write_header(at, '$', len);
    memcpy(at, text, len);
    at += len;
    *at++ = '\r';
    *at++ = '\n';
    wire->out_len = (size_t)(at - wire->out);
    wire->arguments++;
}

void wire_text(struct wire *wire, const char *text)
{
    wire_arg(wire, text, strlen(text));
}

void wire_int(struct wire *wire, int64_t value)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%lld", (long long)value);
    wire_arg(wire, text, (size_t)len);
}

void wire_begin(struct wire *wire, const char *name)
{
    if (wire->batch_len == wire->batch_capacity) {
        unsigned capacity = wire->batch_capacity ? wire->batch_capacity * 2 : 8;
        struct wire_sent *grown = realloc(wire->batch, capacity * sizeof *grown);
        if (grown == NULL) {
            wire_break(wire, "", "out of memory", 0);
            return;
        }
        wire->batch = grown;
        wire->batch_capacity = capacity;
    }
    wire->batch[wire->batch_len] = (struct wire_sent){.row = wire_row(wire, name)};
    wire->command_start = wire->out_len;
    wire->arguments = 0;
    if (!reserve(wire, HEADER_ROOM))
        return;
    wire->out_len += HEADER_ROOM;
    const char *word = name, *space;
    for (; (space = strchr(word, ' ')) != NULL; word = space + 1) /* "SCRIPT LOAD": two words */
        wire_arg(wire, word, (size_t)(space - word));
    wire_text(wire, word);
}

void wire_end(struct wire *wire, struct wire_reply *reply)
{
    if (wire->broken)
        return;
    char *command = wire->out + wire->command_start;
    size_t body = wire->out_len - wire->command_start - HEADER_ROOM;
    size_t header = write_header(command, '*', wire->arguments);
    memmove(command + header, command + HEADER_ROOM, body);
    wire->out_len = wire->command_start + header + body;
    struct wire_sent *sent = &wire->batch[wire->batch_len++];
    sent->bytes = header + body;
    sent->reply = reply;
}
