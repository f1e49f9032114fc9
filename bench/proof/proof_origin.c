#include "bench/proof/proof_origin.h"

#include "bench/document/result_scenario.h"
#include "bench/document/workload.h"

#include <stdio.h>

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
    if (!environment_of_program(environment, options->janitor, arm->program, options->interrupted,
                                error, size))
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
