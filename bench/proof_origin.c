#include "bench/proof_origin.h"

#include "bench/result_scenario.h"
#include "bench/workload.h"

#include <stdio.h>

static bool read_server(const char *program, const struct run_options *options,
                        struct environment *environment, char *error, size_t size)
{
    static const struct wire_options patience = {.connect_timeout_ms = 5000,
                                                 .command_timeout_ms = 5000};
    struct server server;
    struct wire_meter meter = {0};
    struct wire wire;
    if (!server_start(&server, options->janitor, program, PLACEMENT_FREE, 1,
                      options->interrupted)) {
        snprintf(error, size, "%s", server.error);
        return false;
    }
    bool good = wire_open(&wire, &server.address, patience, &meter, NULL);
    if (good)
        environment_read_server(environment, &wire);
    else
        snprintf(error, size, "%s", wire.err);
    wire_close(&wire);
    server_stop(&server);
    return good;
}

static void add(struct texts *origin, const char *key, const char *value)
{
    char line[160];
    int length = snprintf(line, sizeof line, "%s %s", key, value);
    texts_add(origin, line, (size_t)length);
}

bool proof_origin_read(const struct pair_arm *arm, const struct run_options *options,
                       struct environment *environment, struct texts *origin, char *error,
                       size_t size)
{
    environment_read_machine(environment);
    if (!read_server(arm->program, options, environment, error, size))
        return false;
    json *scenario = result_scenario(arm->scenario);
    workload_read(scenario, origin);
    json_free(scenario);
    add(origin, "dibs", environment->dibs_version);
    add(origin, "cpu", environment->cpu_model);
    add(origin, environment->server_kind, environment->server_version);
    workload_sort(origin);
    return true;
}
