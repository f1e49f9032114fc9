#include "bench/selfbench/selfbench.h"

#include "bench/progress.h"
#include "bench/selfbench/workbench.h"
#include "bench/status.h"
#include "sim/judge/spread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 9 };

enum row {
    PIPE, CLIENT_CPU, SPOP_1, SPOP_16, SPOP_100, IN_ORDER, AT_RANDOM, METERING,
    BYTES_PER_ITEM, BYTES_PER_SEAT,
    ROWS
};

enum goal { AT_MOST, AT_LEAST };

/* The keys of the JSON are stable: scripts of others read them. */
static const struct {
    const char *key, *sub; /* sub: NULL where the key stands alone */
    const char *what;
    enum goal goal;
    double bound;
    int decimals;
    const char *unit;
} rows[ROWS] = {
    [PIPE] = {"seed_vs_redis_cli_pipe", NULL,
              "seeding 1M members, wall time over redis-cli --pipe", AT_MOST, 0.7, 3, ""},
    [CLIENT_CPU] = {"seed_client_cpu_share", NULL,
                    "seeding 1M members, client CPU over server CPU", AT_MOST, 0.15, 3, ""},
    [SPOP_1] = {"spop_vs_redis_benchmark", "p1",
                "SPOP from 5 instances, rate over redis-benchmark", AT_LEAST, 0.95, 3, ""},
    [SPOP_16] = {"spop_vs_redis_benchmark", "p16",
                 "  the same, 16 in a batch", AT_LEAST, 0.95, 3, ""},
    [SPOP_100] = {"spop_vs_redis_benchmark", "p100",
                  "  the same, 100 in a batch", AT_LEAST, 0.95, 3, ""},
    [IN_ORDER] = {"null_ns_per_item", "in_order",
                  "null, CPU time of an item in order", AT_MOST, 150, 1, " ns"},
    [AT_RANDOM] = {"null_ns_per_item", "random",
                   "null, CPU time of an item in random order", AT_MOST, 450, 1, " ns"},
    [METERING] = {"metering_share", NULL,
                  "counting and timing, share of a round trip", AT_MOST, 0.03, 4, ""},
    [BYTES_PER_ITEM] = {"bytes_per_item", NULL,
                        "shared memory of an item", AT_MOST, 64, 0, " bytes"},
    [BYTES_PER_SEAT] = {"bytes_per_seat", NULL,
                        "private memory of a seat", AT_MOST, 2000000, 0, " bytes"},
};

struct selfbench {
    struct workbench bench;
    double values[ROWS][ROUNDS];
    double figures[ROWS]; /* medians */
};

/* ---- measuring: ours and theirs take turns in being first */

static bool round_of_seeding(struct selfbench *self, int round)
{
    struct workbench *bench = &self->bench;
    struct seeding seeding = {0};
    double theirs_s = 0;
    bool good = round % 2 == 0
                    ? workbench_seed(bench, &seeding) && workbench_pipe(bench, &theirs_s)
                    : workbench_pipe(bench, &theirs_s) && workbench_seed(bench, &seeding);
    self->values[PIPE][round] = seeding.seconds / theirs_s;
    self->values[CLIENT_CPU][round] = seeding.client_cpu_s / seeding.server_cpu_s;
    return good;
}

static bool round_of_spop(struct selfbench *self, int round, enum row row, unsigned pipeline)
{
    struct workbench *bench = &self->bench;
    double ours = 0, theirs = 0;
    bool good = round % 2 == 0 ? workbench_spop(bench, pipeline, &ours) &&
                                     workbench_redis_benchmark(bench, pipeline, &theirs)
                               : workbench_redis_benchmark(bench, pipeline, &theirs) &&
                                     workbench_spop(bench, pipeline, &ours);
    self->values[row][round] = ours / theirs;
    return good;
}

static bool round_of_seat(struct selfbench *self, int round)
{
    struct lone_seat seat = {0};
    bool good = workbench_seat(&self->bench, &seat);
    self->values[METERING][round] = seat.metering_ns / seat.round_trip_ns;
    self->values[BYTES_PER_SEAT][round] = seat.private_bytes;
    self->values[BYTES_PER_ITEM][round] = workbench_bytes_per_item();
    return good;
}

static bool measure_round(struct selfbench *self, int round)
{
    struct workbench *bench = &self->bench;
    return round_of_seeding(self, round) && round_of_spop(self, round, SPOP_1, 1) &&
           round_of_spop(self, round, SPOP_16, 16) && round_of_spop(self, round, SPOP_100, 100) &&
           workbench_null(bench, "in-order", &self->values[IN_ORDER][round]) &&
           workbench_null(bench, "random", &self->values[AT_RANDOM][round]) &&
           round_of_seat(self, round);
}

static bool measure(struct selfbench *self, bool quiet)
{
    struct progress progress;
    bool good = true;
    progress_open(&progress, quiet, 0);
    for (int round = 0; good && round < ROUNDS; round++) {
        progress_count(&progress, "selfbench", "rounds", round, ROUNDS);
        good = measure_round(self, round) && !workbench_is_interrupted(&self->bench);
    }
    progress_clear(&progress);
    for (int row = 0; row < ROWS; row++)
        self->figures[row] = spread_of(self->values[row], ROUNDS).median;
    return good;
}

/* ---- showing */

static bool is_met(int row, double figure)
{
    return rows[row].goal == AT_MOST ? figure <= rows[row].bound : figure >= rows[row].bound;
}

static void print_table(const struct selfbench *self)
{
    char head[64];
    snprintf(head, sizeof head, "medians of %d rounds, everything on one core", ROUNDS);
    printf("%-52s %14s %12s  %s\n", head, "measured", "goal", "met");
    for (int row = 0; row < ROWS; row++) {
        char bound[32], measured[32];
        snprintf(bound, sizeof bound, "%s %.10g", rows[row].goal == AT_MOST ? "<=" : ">=",
                 rows[row].bound);
        snprintf(measured, sizeof measured, "%.*f%s", rows[row].decimals, self->figures[row],
                 rows[row].unit);
        printf("%-52s %14s %12s  %s\n", rows[row].what, measured, bound,
               is_met(row, self->figures[row]) ? "yes" : "missed");
    }
}

/* Rows of one key stand next to each other. */
static void print_json(const struct selfbench *self)
{
    const char *open = NULL;
    putchar('{');
    for (int row = 0; row < ROWS; row++) {
        bool same = open != NULL && strcmp(open, rows[row].key) == 0;
        if (open != NULL && !same)
            putchar('}');
        if (row > 0)
            fputs(", ", stdout);
        if (!same)
            printf("\"%s\": %s", rows[row].key, rows[row].sub != NULL ? "{" : "");
        if (rows[row].sub != NULL)
            printf("\"%s\": ", rows[row].sub);
        printf("%.6g", self->figures[row]);
        open = rows[row].sub != NULL ? rows[row].key : NULL;
    }
    puts(open != NULL ? "}}" : "}");
}

static int finish(const struct selfbench *self, bool measured, bool json)
{
    if (workbench_is_interrupted(&self->bench)) {
        fputs("dibs: interrupted\n", stderr);
        return STATUS_INTERRUPTED;
    }
    if (!measured) {
        fprintf(stderr, "dibs: %s\n", self->bench.error);
        return STATUS_COULD_NOT_RUN;
    }
    if (json)
        print_json(self);
    else
        print_table(self);
    if (fflush(stdout) == 0)
        return STATUS_GOOD;
    fputs("dibs: stdout cannot be written\n", stderr);
    return STATUS_COULD_NOT_RUN;
}

int selfbench_command(const char *program, bool json, bool quiet, const volatile int *interrupted)
{
    struct janitor janitor;
    struct selfbench self = {0};
    if (!janitor_start(&janitor)) {
        fputs("dibs: the janitor could not be started\n", stderr);
        return STATUS_COULD_NOT_RUN;
    }
    bool measured =
        workbench_open(&self.bench, &janitor, program, interrupted) && measure(&self, quiet);
    int status = finish(&self, measured, json);
    workbench_close(&self.bench);
    janitor_stop(&janitor);
    return status;
}
