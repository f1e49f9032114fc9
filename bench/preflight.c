#include "bench/preflight.h"

#include "sim/server/program.h"
#include "sim/server/server.h"

/* What went wrong, unless somebody wanted it. `program` was named as one of Redis, or is NULL.
 * Always false. */
static bool fail(const struct invocation *invocation, const struct server *server,
                 const char *program, char *error, size_t error_size)
{
    if (*invocation->interrupted)
        snprintf(error, error_size, "interrupted; nothing was begun");
    else
        snprintf(error, error_size, "%s%s%s", server->error,
                 program ? "; not a Redis server? " : "", program ? program : "");
    return false;
}

bool preflight_private(const struct invocation *invocation, const char *wanted, char *program,
                       size_t size, char *error, size_t error_size)
{
    struct server server;
    if (!program_find(wanted, program, size, error, error_size))
        return false;
    if (!server_start(&server, invocation->janitor, program, PLACEMENT_FREE, 1,
                      invocation->interrupted))
        return fail(invocation, &server, wanted, error, error_size);
    server_stop(&server);
    return true;
}

bool preflight_user(const struct invocation *invocation, char *error, size_t error_size)
{
    struct server server;
    const struct options *options = invocation->options;
    const struct wire_address address = endpoint_address(&options->endpoint);
    return server_use(&server, &address, options->remove_leftovers, invocation->interrupted) ||
           fail(invocation, &server, NULL, error, error_size);
}
