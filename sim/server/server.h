/* The Redis under test: a private one that dibs starts and ends, or the user's own. */
#ifndef DIBS_SIM_SERVER_H
#define DIBS_SIM_SERVER_H

#include "sim/scenario/scenario.h"
#include "sim/server/janitor.h"
#include "strategies/wire.h"

enum { SERVER_PATH_MAX = 108 - 16 }; /* of the 108 bytes of a socket address, 16 for its name */

/* Not to be copied: `address` points into it. */
struct server {
    struct wire_address address; /* how to reach it */
    const char *prefix;          /* in front of our keys: "" on a private server */
    bool is_private;
    pid_t pid;                       /* of the private server; 0: none, or not ours */
    char directory[SERVER_PATH_MAX]; /* dibs-XXXXXX, mode 0700; "" when not private */
    char socket_path[108];
    char version[32]; /* as INFO has it */
    char kind[16];    /* "redis" or "valkey" */
    char error[256];  /* why server_start or server_use failed, one line */
    const char *program;     /* of the private server, as are the next three; borrowed */
    enum placement placement;
    uint32_t connections;
    bool persists;          /* its data goes to an append-only file: what is acknowledged is
                               written, and survives its process */
    bool is_down;           /* killed on purpose, and not started again yet */
    uint64_t past_cpu_ns;   /* of the processes that it was before */
    struct janitor *janitor;
    const volatile int *interrupted; /* gives up waiting when it is set; or NULL */
};

/* Starts a fresh private server: own directory in $TMPDIR (else /tmp), Unix socket only, nothing
 * persisted, on the cores that `placement` gives to servers. Returns when it answers PING, or
 * fails within 10 s, or as soon as *interrupted is set (it may be NULL); everything that it made is
 * known to the janitor first. */
bool server_start(struct server *server, struct janitor *janitor, const char *program,
                  enum placement placement, uint32_t connections,
                  const volatile int *interrupted);

/* The same, and its data is persisted. */
bool server_start_with_data(struct server *server, struct janitor *janitor, const char *program,
                            enum placement placement, uint32_t connections,
                            const volatile int *interrupted);

/* Starts the process again after server_kill (sim/fault/server_break.h), in the same directory; it
 * may take a while until it answers. False: error. */
bool server_restart(struct server *server);

/* Uses the user's server: it must answer and its database must be empty but for what an earlier
 * run of ours left under our prefix, which is removed only if remove_leftovers. */
bool server_use(struct server *server, const struct wire_address *address, bool remove_leftovers,
                const volatile int *interrupted);

/* CPU time (user and system, all threads) that the server process has used, ns. Private: from the
 * kernel, exact. Otherwise from INFO on `wire`. */
bool server_cpu_ns(struct server *server, struct wire *wire, uint64_t *ns);

/* True if the private server's process has ended; `error` then says how, with the last line of
 * its log where there is one. */
bool server_has_died(struct server *server);

/* The same of one whose connections break, which they do a moment before its process has ended. */
bool server_dies(struct server *server);

/* Removes the keys that stand under our prefix, in batches (the user's server only). */
bool server_remove_keys(struct server *server, struct wire *wire);

/* SIGKILL of the private server's process, and its end. */
void server_end_process(struct server *server);

/* Private: ends it, reaps it, removes its directory. The user's: nothing. Accepts what is half
 * started, and may be called twice. */
void server_stop(struct server *server);

#endif
