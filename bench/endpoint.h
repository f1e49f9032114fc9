/* The user's own server, as redis-cli's options and URI name it. */
#ifndef DIBS_BENCH_ENDPOINT_H
#define DIBS_BENCH_ENDPOINT_H

#include "strategies/wire.h"

/* The texts that `address` points to; empty ones are not set. */
struct endpoint {
    char host[256];
    char socket_path[108];
    char user[128];
    char password[512];
    int port;
    int database;
};

/* 127.0.0.1:6379, database 0, no password. */
void endpoint_default(struct endpoint *endpoint);

/* Reads redis://[[user]:password@]host[:port][/db] (what stands alone before '@' is the password,
 * as in redis-cli) or unix://[[user]:password@]/path[?db=N]; what the URI does not name gets its
 * default. Percent-encoding is undone. False: `error` says what is wrong, without the password. */
bool endpoint_read(struct endpoint *endpoint, const char *uri, char *error, size_t error_size);

/* The address, borrowing from the endpoint. */
struct wire_address endpoint_address(const struct endpoint *endpoint);

/* Copies a URI with its password replaced by "***". */
void endpoint_mask(const char *uri, char *masked, size_t size);

#endif
