/* The server's program, under whichever name it is installed. */
#ifndef DIBS_SIM_PROGRAM_H
#define DIBS_SIM_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

/* Finds the program: `wanted` (from --redis-server) if not NULL, else redis-server or valkey-server
 * in PATH, else the same program under the name that redis-tools gives it (redis-check-rdb).
 * False: error. */
bool program_find(const char *wanted, char *path, size_t size, char *error, size_t error_size);

/* The name that it must be called by to be a server: "redis-server" or "valkey-server". */
const char *program_role(const char *path);

#endif
