/* wire: one metered connection to Redis, and the only door to hiredis.
 *
 * Commands are built argument by argument or asked in one line, sent singly or as a batch
 * (a pipeline), and counted under their name where they are spoken: calls, errors, bytes both
 * ways, round trips. Replies come as a scalar or are handed element by element to a visitor
 * while the parser runs, so that a reply of a million members is never held here.
 *
 * The error stays in the object (`err`). A broken connection stays broken, and calls return at
 * once, until wire_reopen. An error *reply* of the server breaks nothing: the outcome is
 * OUTCOME_FAILED, the first such reply of the batch is in `err`, and the connection goes on. */
#ifndef DIBS_STRATEGIES_WIRE_H
#define DIBS_STRATEGIES_WIRE_H

#include "strategies/counter.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What became of a command (or of a strategy's step made of commands). */
enum outcome {
    OUTCOME_OK,
    OUTCOME_FAILED,  /* certainly not done: refused by the server, or never sent */
    OUTCOME_UNKNOWN, /* sent, and no reply came: it may or may not have been executed */
    OUTCOME_STOP,    /* not sent: the round's bound is over or a stop was asked for */
};

enum { WIRE_COMMANDS_MAX = 32, WIRE_NAME_MAX = 24, WIRE_SCRIPTS_MAX = 10, WIRE_ERROR_MAX = 192 };

/* What one connection spent on one command. Written by its owner alone. */
struct wire_count {
    char name[WIRE_NAME_MAX]; /* as Redis documents it: "SCAN", "SCRIPT LOAD" */
    counter calls;            /* replies read, error replies included */
    counter errors;           /* error replies among them */
    counter inner;            /* calls inside scripts, as the scripts state them */
    counter inner_most;       /* of these, the most that one call of a script has stated */
    counter bytes_out;        /* request bytes */
    counter bytes_in;         /* reply bytes */
};

/* The meter of one connection: flat, so that it can lie in shared memory and outlive its
 * writer. Identities: the sum of calls is what the server has counted for this connection less
 * `inner`, and after a kill the two differ by `under_way` calls at most. */
struct wire_meter {
    _Atomic uint32_t used; /* counts[0..used) are valid */
    counter round_trips;   /* batches whose last reply was read */
    counter under_way;     /* commands of the batch that is on its way, else 0 */
    counter under_way_out; /* its bytes */
    counter unknown;       /* commands sent whose reply never came (connection lost) */
    counter unknown_out;   /* bytes of their batches */
    counter unstated;      /* scripts that ended in an error: what they had called is not stated */
    counter connection;    /* the server's number of it, if it was asked for, else 0 */
    struct wire_count counts[WIRE_COMMANDS_MAX];
};

/* Where the server is. Pointers are borrowed and must outlive the wire. */
struct wire_address {
    const char *socket_path; /* Unix socket; wins over host */
    const char *host;
    int port;
    const char *user;     /* NULL: the default user */
    const char *password; /* NULL: no AUTH */
    int database;
};

/* Points inside a batch at which sim may want to interfere. */
enum wire_point {
    WIRE_HALF_SENT, /* half of its bytes are sent */
    WIRE_UNREAD,    /* all are sent, and a reply is there to be read */
    WIRE_ANSWERED,  /* all replies have been read */
};

struct wire;

/* What sim hangs into a wire; every member may be NULL. */
struct wire_hooks {
    void *context;
    /* Before a batch is sent: anything but OUTCOME_OK is returned to the strategy and nothing is
     * sent (lockstep waits here for its turn, a stop ends loops here). */
    enum outcome (*before)(void *context, const char *name, unsigned commands);
    /* After each reply: which row of the meter, and the time since its batch was sent. */
    void (*replied)(void *context, unsigned row, uint64_t latency_ns);
    /* At each point of each batch. Costs a system call for each; only set to break something. */
    void (*at)(void *context, enum wire_point point, struct wire *wire);
    /* Asked ten times a second while a reply is awaited: true leaves it one second more. */
    bool (*in_a_hurry)(void *context);
};

struct wire_options {
    int connect_timeout_ms; /* refused connects (full listen queue) are retried within it */
    int command_timeout_ms; /* a reply that takes longer makes the outcome unknown */
    bool identified;        /* CLIENT ID is asked with each new connection, for its meter */
};

enum wire_type { WIRE_NIL, WIRE_INTEGER, WIRE_TEXT, WIRE_STATUS, WIRE_ERROR, WIRE_ARRAY };

/* One leaf or array header inside an array reply. `text` is valid during the visit only. */
struct wire_element {
    enum wire_type type;
    unsigned depth;  /* 1: directly in the reply's array */
    size_t index;    /* position in its own array */
    int64_t integer; /* the value; for WIRE_ARRAY the number of elements that follow */
    const char *text;
    size_t len;
};

typedef void wire_visit(void *context, const struct wire_element *element);

/* A view of one reply. The caller sets visit and context (or leaves them NULL); the rest is
 * filled. `text` stays valid until the next command on the same wire. */
struct wire_reply {
    wire_visit *visit;
    void *context;
    enum wire_type type;
    int64_t integer; /* the value; for WIRE_ARRAY the number of elements */
    const char *text;
    size_t len;
};

/* A Lua script, loaded on every connection before the run starts, called by EVALSHA.
 * `inner` states the commands that the script has run, given its reply, by wire_inner. */
struct wire_script {
    const char *name;
    const char *body;
    void (*inner)(struct wire *wire, const struct wire_reply *reply);
};

/* Members are private to wire.c, but for err and resent. */
struct wire {
    char err[WIRE_ERROR_MAX]; /* the first error of the last batch, "" if it had none */
    unsigned resent;          /* batches that were sent once more, over a new connection */
    bool broken;              /* the connection is gone; wire_reopen makes a new one */
    bool cut;                 /* by wire_cut: what has arrived already is not read either */
    bool timed_out;           /* by wire_time_out */
    bool again;               /* and the batch is to be sent once more */
    bool starved;             /* there was no memory for a reply of the batch */

    const struct wire_address *address;
    const struct wire_hooks *hooks;
    struct wire_options options;
    struct wire_meter *meter;
    struct redisContext *redis;

    char *out; /* the batch being built, wire format */
    size_t out_len, out_capacity;
    size_t command_start; /* of the command being built */
    unsigned arguments;   /* so far in it */

    struct wire_sent *batch; /* one entry per command of the batch */
    unsigned batch_len, batch_capacity;

    uint64_t stated[WIRE_COMMANDS_MAX]; /* inner calls of the call of a script that is stated now */
    const char *names[WIRE_COMMANDS_MAX]; /* literals seen, a cache in front of the meter's rows */
    struct {
        const struct wire_script *script;
        char sha[41];
    } scripts[WIRE_SCRIPTS_MAX];

    struct wire_reply *reply; /* being filled by the parser */
    char *text;               /* copy of a scalar reply */
    size_t text_capacity;
    uint64_t fed; /* bytes given to the parser so far */
};

/* Connects, authenticates and selects the database. False: `err` says why. `meter` and `hooks`
 * are borrowed; a NULL hooks means none. */
bool wire_open(struct wire *wire, const struct wire_address *address, struct wire_options options,
               struct wire_meter *meter, const struct wire_hooks *hooks);

/* Drops the connection and what was under way, and connects anew; the server still has the
 * scripts. */
bool wire_reopen(struct wire *wire);

/* Closes the connection at this end under whatever is going on: what is under way is of unknown
 * outcome, and the wire is broken. For faults. */
void wire_cut(struct wire *wire);

/* At WIRE_UNREAD: the client's patience with this reply is over. It closes the connection, and may
 * send the same batch again over a new one (where none greets: no password, database 0). */
void wire_time_out(struct wire *wire, bool again);

/* Accepts what is half open, and may be called twice. */
void wire_close(struct wire *wire);

/* Builds one command: name, arguments, end. The name counts as the first word(s) sent. `name`
 * should be a literal: it is compared by address first. Nothing is sent before wire_flush. */
void wire_begin(struct wire *wire, const char *name);
void wire_arg(struct wire *wire, const char *text, size_t len);
void wire_text(struct wire *wire, const char *text);
void wire_int(struct wire *wire, int64_t value);
/* `reply` may be NULL (the reply is counted and dropped) and must live until wire_flush. */
void wire_end(struct wire *wire, struct wire_reply *reply);

/* Sends the batch and reads all its replies: one round trip. OUTCOME_FAILED if any reply was an
 * error (the first is in err); an empty batch is OUTCOME_OK and sends nothing. */
enum outcome wire_flush(struct wire *wire);

/* One command from NULL-terminated words, one round trip:
 *     wire_ask(wire, &reply, "SPOP", key, "100")
 */
enum outcome wire_ask_words(struct wire *wire, struct wire_reply *reply, const char *const *words);
#define wire_ask(wire, reply, ...)                                                                 \
    wire_ask_words(wire, reply, (const char *const[]){__VA_ARGS__, NULL})

/* Loads a script (SCRIPT LOAD) so that wire_eval can name it. */
enum outcome wire_load(struct wire *wire, const struct wire_script *script);

/* EVALSHA of a loaded script: begins the command up to and with the number of keys; the caller
 * adds keys and arguments, then calls wire_eval_end, which sends it and states the inner calls. */
void wire_eval_begin(struct wire *wire, const struct wire_script *script, int keys);
enum outcome wire_eval_end(struct wire *wire, const struct wire_script *script,
                           struct wire_reply *reply);

/* Sends a batch of n calls of one script, each begun by wire_eval_begin and ended by wire_end with
 * its entry of replies[], and states the inner calls of those that were answered without an error.
 * Texts of such replies are not kept. */
enum outcome wire_eval_flush(struct wire *wire, const struct wire_script *script,
                             struct wire_reply *replies, size_t n);

/* The name of the first command of the batch that is on its way. */
const char *wire_batch_name(const struct wire *wire);

/* For scripts' `inner`: `calls` calls of `name` were run inside. */
void wire_inner(struct wire *wire, const char *name, uint64_t calls);

/* For strategies: records a reason that is not the server's (out of memory, a reply of the wrong
 * form) as `err`, and returns OUTCOME_FAILED. */
enum outcome wire_fail(struct wire *wire, const char *reason);

/* Version of the hiredis that this program was built with, "0.14.1". */
const char *wire_library_version(void);

/* Sets all counts to zero; names keep their rows. */
void wire_meter_reset(struct wire_meter *meter);

#endif
