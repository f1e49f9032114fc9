#include "bench/provenance.h"

#include "bench/fields.h"
#include "bench/result_part.h"
#include "sim/server.h"

static void read_server(struct environment *environment, const struct invocation *invocation,
                        const char *program)
{
    enum { PATIENCE_MS = 2000 };
    const struct wire_options patience = {PATIENCE_MS, PATIENCE_MS};
    struct wire_meter meter = {0};
    struct server server;
    struct wire wire;
    if (server_start(&server, invocation->janitor, program, PLACEMENT_FREE, 1,
                     invocation->interrupted)) {
        if (wire_open(&wire, &server.address, patience, &meter, NULL))
            environment_read_server(environment, &wire);
        wire_close(&wire);
    }
    server_stop(&server);
}

void provenance_read(struct provenance *provenance, const struct invocation *invocation,
                     const char *program)
{
    *provenance = (struct provenance){
        .argc = invocation->argc, .argv = invocation->argv, .measured = program != NULL};
    if (!provenance->measured)
        return;
    environment_read_machine(&provenance->environment);
    read_server(&provenance->environment, invocation, program);
}

json *provenance_argv(int argc, char *const *argv)
{
    json *array = json_make_array();
    for (int i = 0; i < argc; i++) {
        char masked[1024];
        options_mask(argv, i, masked, sizeof masked);
        json_push(array, json_make_string(masked));
    }
    return array;
}

void provenance_put(json *document, const struct provenance *provenance)
{
    bool measured = provenance != NULL && provenance->measured;
    json_put(document, "argv",
             provenance ? provenance_argv(provenance->argc, provenance->argv) : json_make_null());
    json_put(document, "environment",
             measured ? result_part_object(environment_fields, &provenance->environment)
                      : json_make_null());
}
