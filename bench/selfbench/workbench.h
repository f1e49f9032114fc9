/* The measurements of the selfbench, one round of one of them at a time. Each has a fresh server
 * of its own, so that no round inherits anything from another. */
#ifndef DIBS_BENCH_WORKBENCH_H
#define DIBS_BENCH_WORKBENCH_H

#include "bench/selfbench/lone_seat.h"
#include "sim/run.h"

enum { WORKBENCH_INSTANCES = 5, WORKBENCH_SEEDED = 1000000 };

struct workbench {
    char program[4096]; /* of the server */
    struct run_options options; /* points into this struct: not to be copied */
    struct scenario *scenario; /* owned; made here, read from no file */
    int commands;              /* a file in memory: one SADD for each seeded item; or -1 */
    char error[RUN_REASON_MAX];
};

/* `program` is the server's, or NULL: the one that is found. Binds this process, and with it all
 * that it starts, to one core. False: error. */
bool workbench_open(struct workbench *bench, struct janitor *janitor, const char *program,
                    const volatile int *interrupted);
void workbench_close(struct workbench *bench);

bool workbench_is_interrupted(const struct workbench *bench);

/* All that follow: false: error. */

/* Seeding WORKBENCH_SEEDED members as every run does it. */
struct seeding {
    double seconds, client_cpu_s, server_cpu_s;
};
bool workbench_seed(struct workbench *bench, struct seeding *seeding);

/* The same members by redis-cli --pipe, one SADD each. */
bool workbench_pipe(struct workbench *bench, double *seconds);

/* SPOP of one member, `pipeline` of them in a batch, by instances of one seat each with all its
 * hooks; and the same by redis-benchmark with as many connections. */
bool workbench_spop(struct workbench *bench, unsigned pipeline, double *per_s);
bool workbench_redis_benchmark(struct workbench *bench, unsigned pipeline, double *per_s);

/* A run of `null` from start to end, one instance: its CPU time for an item (which, on a core that
 * nothing else wants, is the wall time too). */
bool workbench_null(struct workbench *bench, const char *order, double *ns_per_item);

/* One instance with one seat, alone with the server. */
bool workbench_seat(struct workbench *bench, struct lone_seat *seat);

/* Shared bytes that the ledger spends on an item. */
double workbench_bytes_per_item(void);

#endif
