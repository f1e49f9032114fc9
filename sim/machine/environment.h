/* What a result was measured on: enough to know whether two results can be compared. */
#ifndef DIBS_SIM_ENVIRONMENT_H
#define DIBS_SIM_ENVIRONMENT_H

#include "sim/server/janitor.h"
#include "strategies/wire.h"

/* Texts are "" and numbers -1 where this machine does not say. */
struct environment {
    char cpu_model[96];
    int cores;             /* online */
    int cores_allowed;     /* by affinity */
    char cgroup_cpu_max[32];
    char hypervisor[32];
    char governor[24];
    char kernel[96];
    char clocksource[24];
    char transparent_hugepages[24];
    int overcommit_memory;
    int somaxconn;
    int64_t memory_bytes;
    double load_before; /* 1-minute load before the run */
    char time_utc[24];  /* RFC 3339, start of the whole run */

    char dibs_version[24];
    char dibs_commit[48]; /* with "-dirty" */
    char compiler[64];
    char flags[160];
    char hiredis[16];

    char server_version[32];
    char server_kind[16];
    char server_build_id[32];
    char server_allocator[32];
    char server_maxmemory[24];
    char server_maxmemory_policy[24];
    char server_save[64];
    char server_appendonly[8];
    char server_io_threads[8];
    char server_hz[8];
    int server_other_clients; /* connected and not ours, when first seen */
};

/* The machine's part. */
void environment_read_machine(struct environment *environment);
/* The server's part, asked over the harness's connection; what it refuses to tell stays "". */
void environment_read_server(struct environment *environment, struct wire *wire);
/* Both, of a private server of this program that is started for it and ended again. False: `error`
 * is one line, and the server's part says nothing. */
bool environment_of_program(struct environment *environment, struct janitor *janitor,
                            const char *program, const volatile int *interrupted, char *error,
                            size_t size);

#endif
