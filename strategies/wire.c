#include "strategies/wire.h"

#include "strategies/clock.h"
#include "strategies/wire_internal.h"

#include <errno.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { READ_CHUNK = 16 * 1024 };

/* How long a reply is awaited once there is a hurry, and how often that is asked for. */
enum { HURRY_MS = 1000, HURRY_SLICE_MS = 100 };

const char *wire_library_version(void)
{
#define TEXT_OF(x) #x
#define VERSION_OF(major, minor, patch) TEXT_OF(major) "." TEXT_OF(minor) "." TEXT_OF(patch)
    return VERSION_OF(HIREDIS_MAJOR, HIREDIS_MINOR, HIREDIS_PATCH);
}

/* ---- replies: hiredis parses and calls these; nothing is allocated per element */

static void take(const redisReadTask *task, enum wire_type type, int64_t integer, const char *text,
                 size_t len)
{
    struct wire *wire = task->privdata;
    struct wire_reply *reply = wire->reply;
    if (task->parent != NULL) {
        if (reply->visit == NULL)
            return;
        unsigned depth = 1;
        for (const redisReadTask *up = task->parent->parent; up != NULL; up = up->parent)
            depth++;
        struct wire_element element = {type, depth, (size_t)task->idx, integer, text, len};
        reply->visit(reply->context, &element);
        return;
    }
    reply->type = type;
    reply->integer = integer;
    reply->text = text; /* replaced by a copy before the parser's buffer moves */
    reply->len = len;
    if (text == NULL)
        return;
    if (len >= wire->text_capacity) {
        char *grown = realloc(wire->text, len + 1);
        if (grown == NULL) {
            reply->text = "";
            reply->len = 0;
            wire_set_error(wire, "", "out of memory");
            wire->starved = true;
            return;
        }
        wire->text = grown;
        wire->text_capacity = len + 1;
    }
    memcpy(wire->text, text, len);
    wire->text[len] = '\0';
    reply->text = wire->text;
}

static void *take_text(const redisReadTask *task, char *text, size_t len)
{
    enum wire_type type = task->type == REDIS_REPLY_ERROR    ? WIRE_ERROR
                          : task->type == REDIS_REPLY_STATUS ? WIRE_STATUS
                                                             : WIRE_TEXT;
    take(task, type, 0, text, len);
    return task->privdata;
}

#if HIREDIS_MAJOR >= 1
static void *take_array(const redisReadTask *task, size_t elements)
#else
static void *take_array(const redisReadTask *task, int elements)
#endif
{
    take(task, WIRE_ARRAY, (int64_t)elements, NULL, 0);
    return task->privdata;
}

static void *take_integer(const redisReadTask *task, long long value)
{
    take(task, WIRE_INTEGER, value, NULL, 0);
    return task->privdata;
}

static void *take_nil(const redisReadTask *task)
{
    take(task, WIRE_NIL, 0, NULL, 0);
    return task->privdata;
}

static void drop(void *object)
{
    (void)object;
}

static redisReplyObjectFunctions reply_functions = {
    .createString = take_text,
    .createArray = take_array,
    .createInteger = take_integer,
    .createNil = take_nil,
    .freeObject = drop,
};

/* ---- connection */

static redisContext *connect_once(const struct wire *wire)
{
    const struct wire_address *address = wire->address;
    int ms = wire->options.connect_timeout_ms;
    struct timeval limit = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    if (address->socket_path != NULL)
        return redisConnectUnixWithTimeout(address->socket_path, limit);
    return redisConnectWithTimeout(address->host, address->port, limit);
}

/* A Unix socket whose listen queue is full answers EAGAIN, however alive the server is. */
static bool queue_was_full(const redisContext *redis)
{
    return redis->err == REDIS_ERR_IO && strstr(redis->errstr, strerror(EAGAIN)) != NULL;
}

static bool connect_wire(struct wire *wire)
{
    uint64_t deadline = clock_ns() + (uint64_t)wire->options.connect_timeout_ms * NS_PER_MS;
    for (;;) {
        wire->redis = connect_once(wire);
        if (wire->redis != NULL && wire->redis->err == 0)
            break;
        bool again = wire->redis != NULL && queue_was_full(wire->redis) && clock_ns() < deadline;
        if (!again) {
            wire_set_error(wire, "connect", wire->redis ? wire->redis->errstr : "out of memory");
            return false;
        }
        redisFree(wire->redis);
        wire->redis = NULL;
        poll(NULL, 0, 1);
    }
    int ms = wire->options.command_timeout_ms;
    struct timeval limit = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
    redisSetTimeout(wire->redis, limit);
    wire->redis->reader->fn = &reply_functions;
    wire->redis->reader->privdata = wire;
    wire->broken = false;
    return true;
}

static bool identify(struct wire *wire)
{
    struct wire_reply reply = {0};
    if (!wire->options.identified)
        return true;
    if (wire_ask(wire, &reply, "CLIENT ID") != OUTCOME_OK)
        return false;
    counter_set(&wire->meter->connection, (uint64_t)reply.integer);
    return true;
}

static bool greet(struct wire *wire)
{
    const struct wire_address *address = wire->address;
    if (address->password != NULL) {
        enum outcome outcome = address->user != NULL
                                   ? wire_ask(wire, NULL, "AUTH", address->user, address->password)
                                   : wire_ask(wire, NULL, "AUTH", address->password);
        if (outcome != OUTCOME_OK)
            return false;
    }
    char database[16];
    snprintf(database, sizeof database, "%d", address->database);
    if (address->database != 0 && wire_ask(wire, NULL, "SELECT", database) != OUTCOME_OK)
        return false;
    return identify(wire);
}

/* The greeting is not the strategy's: it is metered and timed like all that the server counts, but
 * it waits for no turn and nothing breaks it. */
static bool connect_and_greet(struct wire *wire, const struct wire_hooks *hooks)
{
    const struct wire_hooks timing = {.context = hooks->context, .replied = hooks->replied};
    wire->hooks = &timing;
    bool good = connect_wire(wire) && greet(wire);
    wire->hooks = hooks;
    return good;
}

bool wire_open(struct wire *wire, const struct wire_address *address, struct wire_options options,
               struct wire_meter *meter, const struct wire_hooks *hooks)
{
    static const struct wire_hooks none = {0};
    *wire = (struct wire){.address = address, .options = options, .meter = meter};
    wire->broken = true;
    return connect_and_greet(wire, hooks != NULL ? hooks : &none);
}

static void disconnect(struct wire *wire)
{
    redisFree(wire->redis);
    wire->redis = NULL;
    if (wire->meter != NULL) /* it has been opened */
        counter_set(&wire->meter->connection, 0);
    wire->broken = true;
    wire->cut = false;
    wire->timed_out = false;
    wire->fed = 0;
    wire->batch_len = 0;
    wire->out_len = 0;
}

bool wire_reopen(struct wire *wire)
{
    disconnect(wire);
    wire->err[0] = '\0';
    return connect_and_greet(wire, wire->hooks);
}

void wire_cut(struct wire *wire)
{
    wire->cut = true;
    if (wire->redis != NULL)
        shutdown(wire->redis->fd, SHUT_RDWR);
}

void wire_time_out(struct wire *wire, bool again)
{
    wire->timed_out = true;
    wire->again = again && wire->address->password == NULL && wire->address->database == 0;
}

void wire_close(struct wire *wire)
{
    disconnect(wire);
    free(wire->out);
    free(wire->batch);
    free(wire->text);
    wire->out = NULL;
    wire->batch = NULL;
    wire->text = NULL;
    wire->out_capacity = wire->batch_capacity = 0;
    wire->text_capacity = 0;
}

/* ---- sending and receiving */

static bool send_range(struct wire *wire, size_t done, size_t end)
{
    while (done < end) {
        ssize_t n = send(wire->redis->fd, wire->out + done, end - done, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR)
            return false;
        done += n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* The same with a stop half way and another when the first reply has come. */
static bool send_with_points(struct wire *wire)
{
    const struct wire_hooks *hooks = wire->hooks;
    size_t half = wire->out_len / 2;
    if (!send_range(wire, 0, half))
        return false;
    hooks->at(hooks->context, WIRE_HALF_SENT, wire);
    if (!send_range(wire, half, wire->out_len))
        return false;
    struct pollfd readable = {.fd = wire->redis->fd, .events = POLLIN};
    poll(&readable, 1, wire->options.command_timeout_ms);
    hooks->at(hooks->context, WIRE_UNREAD, wire);
    return true;
}

static bool send_all(struct wire *wire)
{
    bool sent =
        wire->hooks->at != NULL ? send_with_points(wire) : send_range(wire, 0, wire->out_len);
    wire->out_len = 0;
    return sent;
}

/* False: nothing has arrived in the time that there was. The hook is asked, not told, so that no
 * wish is missed that comes between two waits. */
static bool await_bytes(const struct wire *wire)
{
    struct pollfd socket = {.fd = wire->redis->fd, .events = POLLIN};
    int patience_ms = wire->options.command_timeout_ms;
    for (int waited_ms = 0; waited_ms < patience_ms; waited_ms += HURRY_SLICE_MS) {
        if (poll(&socket, 1, HURRY_SLICE_MS) > 0)
            return true;
        if (patience_ms > waited_ms + HURRY_MS && wire->hooks->in_a_hurry(wire->hooks->context))
            patience_ms = waited_ms + HURRY_MS;
    }
    return false;
}

/* A server that has died shows in many ways. */
static const char *reason_of(int error)
{
    return error == EAGAIN                         ? "no reply within the command time-out"
           : error == EPIPE || error == ECONNRESET ? "the server closed the connection"
                                                   : strerror(error);
}

/* Reads what has arrived (waiting for something to) and feeds the parser. NULL: good. */
static const char *receive(struct wire *wire)
{
    char chunk[READ_CHUNK];
    ssize_t n;
    if (wire->cut)
        return "the connection was cut";
    if (wire->timed_out)
        return reason_of(EAGAIN);
    if (wire->hooks->in_a_hurry != NULL && !await_bytes(wire))
        return reason_of(EAGAIN);
    do
        n = recv(wire->redis->fd, chunk, sizeof chunk, 0);
    while (n < 0 && errno == EINTR);
    if (n == 0)
        return "the server closed the connection";
    if (n < 0)
        return reason_of(errno);
    if (redisReaderFeed(wire->redis->reader, chunk, (size_t)n) != REDIS_OK)
        return wire->redis->reader->errstr;
    wire->fed += (uint64_t)n;
    return NULL;
}

/* Bytes of all replies that the parser has taken in full. */
static uint64_t consumed(const struct wire *wire)
{
    return wire->fed - (wire->redis->reader->len - wire->redis->reader->pos);
}

/* Reads one reply into `reply`. NULL: good; *arrived_ns is when its last byte was there. */
static const char *read_reply(struct wire *wire, struct wire_reply *reply, uint64_t *arrived_ns)
{
    wire->reply = reply;
    for (;;) {
        void *parsed = NULL;
        if (redisReaderGetReply(wire->redis->reader, &parsed) != REDIS_OK)
            return wire->redis->reader->errstr;
        if (parsed != NULL)
            return NULL;
        const char *problem = receive(wire);
        if (problem != NULL)
            return problem;
        *arrived_ns = clock_ns();
    }
}

static void drop_batch(struct wire *wire)
{
    wire->batch_len = 0;
    wire->out_len = 0;
}

/* The batch whose replies did not come is still where it was built. */
static enum outcome send_again(struct wire *wire, unsigned n, size_t length)
{
    wire->again = false;
    wire->resent++;
    disconnect(wire);
    if (!connect_wire(wire))
        return OUTCOME_UNKNOWN;
    wire->batch_len = n;
    wire->out_len = length;
    return wire_flush(wire);
}

enum outcome wire_flush(struct wire *wire)
{
    if (wire->broken) {
        drop_batch(wire);
        wire_set_error(wire, "", "the connection is closed");
        return OUTCOME_FAILED;
    }
    wire->err[0] = '\0';
    if (wire->batch_len == 0)
        return OUTCOME_OK;
    struct wire_meter *meter = wire->meter;
    if (wire->hooks->before != NULL) {
        enum outcome allowed = wire->hooks->before(
            wire->hooks->context, meter->counts[wire->batch[0].row].name, wire->batch_len);
        if (allowed != OUTCOME_OK) {
            drop_batch(wire);
            return allowed;
        }
    }

    unsigned n = wire->batch_len;
    size_t length = wire->out_len;
    counter_set(&meter->under_way_out, length);
    counter_set(&meter->under_way, n);
    uint64_t sent_ns = clock_ns(), arrived_ns = sent_ns;
    if (!send_all(wire))
        return wire_break(wire, meter->counts[wire->batch[0].row].name, reason_of(errno), n);

    enum outcome outcome = OUTCOME_OK;
    wire->starved = false;
    uint64_t before = consumed(wire);
    for (unsigned i = 0; i < n; i++) {
        const struct wire_sent *sent = &wire->batch[i];
        struct wire_count *count = &meter->counts[sent->row];
        struct wire_reply nobody = {0}, *reply = sent->reply ? sent->reply : &nobody;
        const char *problem = read_reply(wire, reply, &arrived_ns);
        if (problem != NULL) {
            outcome = wire_break(wire, count->name, problem, n - i);
            return wire->again && i == 0 ? send_again(wire, n, length) : outcome;
        }
        uint64_t after = consumed(wire);
        counter_add(&count->calls, 1);
        counter_add(&count->bytes_out, sent->bytes);
        counter_add(&count->bytes_in, after - before);
        before = after;
        if (wire->hooks->replied != NULL)
            wire->hooks->replied(wire->hooks->context, sent->row, arrived_ns - sent_ns);
        if (reply->type == WIRE_ERROR) {
            counter_add(&count->errors, 1);
            outcome = wire_set_error(wire, count->name, reply->text);
        }
    }
    wire->batch_len = 0;
    counter_set(&meter->under_way, 0);
    counter_set(&meter->under_way_out, 0);
    counter_add(&meter->round_trips, 1);
    if (wire->hooks->at != NULL)
        wire->hooks->at(wire->hooks->context, WIRE_ANSWERED, wire);
    return wire->starved ? OUTCOME_FAILED : outcome;
}

enum outcome wire_ask_words(struct wire *wire, struct wire_reply *reply, const char *const *words)
{
    wire_begin(wire, words[0]);
    for (const char *const *word = words + 1; *word != NULL; word++)
        wire_text(wire, *word);
    wire_end(wire, reply);
    return wire_flush(wire);
}
