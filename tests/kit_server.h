/* What tests of servers and of their end share. */
#ifndef DIBS_TESTS_KIT_SERVER_H
#define DIBS_TESTS_KIT_SERVER_H

#include "sim/server/server.h"

enum { KIT_CONNECTIONS = 10 };

/* A private server of a test's own, and a connection to it. */
struct kit_server {
    struct janitor janitor;
    struct server server;
    struct wire wire;
    struct wire_meter meter;
    char program[256];
};

/* Setup and teardown for cmocka; *state is the struct kit_server. */
int kit_server_open(void **state);
int kit_server_close(void **state);

/* The integer that a command without arguments replies. */
int64_t kit_server_integer(struct kit_server *kit, const char *command);

/* Waits (at most 5 s) until a process that need not be a child of ours has ended. */
bool kit_has_ended(pid_t pid);

/* Whether anything, a link included, has this path. */
bool kit_exists(const char *path);

void kit_assert_contains(const char *text, const char *part);

#endif
