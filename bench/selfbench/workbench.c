#include "bench/selfbench/workbench.h"

#include "bench/selfbench/popping.h"
#include "bench/selfbench/rival.h"
#include "sim/machine/placement.h"
#include "sim/server/program.h"
#include "sim/world/world.h"
#include "strategies/item.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

static const char VENDOR[] = "GARBAGE_COLLECTION";

/* ---- the bench itself */

/* What a scenario file with these few keys would come to. */
static void fill_scenario(struct scenario *scenario)
{
    *scenario = (struct scenario){
        .name = "selfbench",
        .workers = 1,
        .cycle_ms = 30000,
        .wake = WAKE_ALIGNED,
        .cycles = 1,
        .mode = MODE_CONCURRENT,
        .placement = PLACEMENT_ONE_CORE,
        .time_scale = 1,
        .producers.seeded = 1,
        .seed = 1,
        .repeats = 1,
        .watchdog_ms = 30000,
        .entry_count = 1,
    };
    snprintf(scenario->vendor, sizeof scenario->vendor, "%s", VENDOR);
}

/* The file that redis-cli is fed with. */
static int write_commands(void)
{
    int fd = memfd_create("commands", MFD_CLOEXEC);
    int copy = fd >= 0 ? dup(fd) : -1;
    FILE *file = copy >= 0 ? fdopen(copy, "w") : NULL;
    if (file == NULL)
        return -1;
    uint64_t first = board_first_id(WORKBENCH_SEEDED);
    char item[ITEM_TEXT_MAX];
    for (uint64_t i = 0; i < WORKBENCH_SEEDED; i++) {
        size_t len = item_write(item, first + i, VENDOR);
        fprintf(file, "*3\r\n$4\r\nSADD\r\n$%zu\r\n%s\r\n$%zu\r\n%s\r\n", strlen(popping_queue),
                popping_queue, len, item);
    }
    return fclose(file) == 0 ? fd : -1;
}

bool workbench_open(struct workbench *bench, struct janitor *janitor, const char *program,
                    const volatile int *interrupted)
{
    *bench = (struct workbench){
        .options = {.janitor = janitor,
                    .program = bench->program,
                    .trace_fd = -1,
                    .without_marks = true,
                    .interrupted = interrupted},
        .scenario = malloc(sizeof *bench->scenario),
        .commands = -1,
    };
    if (!program_find(program, bench->program, sizeof bench->program, bench->error,
                      sizeof bench->error))
        return false;
    if (bench->scenario == NULL) {
        snprintf(bench->error, sizeof bench->error, "out of memory");
        return false;
    }
    fill_scenario(bench->scenario);
    placement_bind_clients(PLACEMENT_ONE_CORE);
    bench->commands = write_commands();
    if (bench->commands < 0)
        snprintf(bench->error, sizeof bench->error, "cannot make the input of redis-cli: %s",
                 strerror(errno));
    return bench->commands >= 0;
}

void workbench_close(struct workbench *bench)
{
    if (bench->commands >= 0)
        close(bench->commands);
    bench->commands = -1;
    free(bench->scenario);
    bench->scenario = NULL;
}

bool workbench_is_interrupted(const struct workbench *bench)
{
    return bench->options.interrupted != NULL && *bench->options.interrupted != 0;
}

static bool fail(struct workbench *bench, const char *reason)
{
    snprintf(bench->error, sizeof bench->error, "%s", reason);
    return false;
}

/* ---- a world for one measurement */

struct stage {
    struct world world;
    struct run_result result;
};

static void choose(struct workbench *bench, const struct strategy *strategy)
{
    struct entry *entry = &bench->scenario->entries[0];
    *entry = (struct entry){.contender = strategy->contenders, .strategy = strategy};
    snprintf(entry->label, sizeof entry->label, "%s", entry->contender->name);
    parameters_default(strategy, entry->values);
}

static void stage_close(struct stage *stage)
{
    world_close(&stage->world);
    run_result_close(&stage->result);
    free(stage);
}

/* A world with `items` items, of which all or none are seeded. NULL: error. */
static struct stage *stage_open(struct workbench *bench, uint64_t items, bool seeded,
                                unsigned pipeline)
{
    struct scenario *scenario = bench->scenario;
    struct stage *stage = calloc(1, sizeof *stage);
    if (stage == NULL) {
        fail(bench, "out of memory");
        return NULL;
    }
    choose(bench, &strategy_popping);
    scenario->entries[0].values[POPPING_PIPELINE] = pipeline;
    scenario->items = items;
    scenario->instances = WORKBENCH_INSTANCES;
    struct world_shape shape = {.instances = WORKBENCH_INSTANCES, .seeded = seeded ? 1 : 0};
    if (world_open(&stage->world, scenario, &scenario->entries[0], &bench->options, &shape,
                   scenario->seed, &stage->result))
        return stage;
    fail(bench, stage->result.error);
    stage_close(stage);
    return NULL;
}

/* Whoever did the work: is it done? */
static bool expect_members(struct workbench *bench, struct stage *stage, int64_t expected)
{
    struct wire_reply reply = {0};
    struct wire *wire = &stage->world.harness.wire;
    if (wire_ask(wire, &reply, "SCARD", popping_queue) != OUTCOME_OK)
        return fail(bench, wire->err);
    if (reply.integer == expected)
        return true;
    snprintf(bench->error, sizeof bench->error, "the set holds %lld members instead of %lld",
             (long long)reply.integer, (long long)expected);
    return false;
}

/* ---- seeding */

static double own_cpu_s(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

bool workbench_seed(struct workbench *bench, struct seeding *seeding)
{
    double before_s = own_cpu_s();
    struct stage *stage = stage_open(bench, WORKBENCH_SEEDED, true, 1);
    if (stage == NULL)
        return false;
    struct world *world = &stage->world;
    uint64_t server_ns = 0;
    seeding->client_cpu_s = own_cpu_s() - before_s;
    seeding->seconds = world->seed_seconds;
    bool good = server_cpu_ns(&world->server, &world->harness.wire, &server_ns) ||
                fail(bench, "the server's CPU time cannot be read");
    seeding->server_cpu_s = (double)server_ns / 1e9;
    good = good && expect_members(bench, stage, WORKBENCH_SEEDED);
    stage_close(stage);
    return good;
}

bool workbench_pipe(struct workbench *bench, double *seconds)
{
    struct stage *stage = stage_open(bench, WORKBENCH_SEEDED, false, 1);
    if (stage == NULL)
        return false;
    struct rival_run run;
    const char *const argv[] = {"redis-cli", "-s", stage->world.server.socket_path, "--pipe", NULL};
    bool good = rival_run(bench->options.janitor, argv, bench->commands, &run, bench->error,
                          sizeof bench->error) &&
                expect_members(bench, stage, WORKBENCH_SEEDED);
    *seconds = run.seconds;
    stage_close(stage);
    return good;
}

/* ---- SPOP */

/* As many as take about a second, in whole batches of every instance. */
static uint64_t pops_of(unsigned pipeline)
{
    uint64_t batches = WORKBENCH_INSTANCES * (uint64_t)pipeline;
    uint64_t wanted = pipeline < 10 ? 100000 : pipeline < 50 ? 300000 : 500000;
    return wanted - wanted % batches;
}

static double longest_s(const struct board *board)
{
    uint64_t longest_ns = 0;
    for (uint32_t i = 0; i < board->seats; i++) {
        uint64_t ns = counter_get(&board->slots[i].finished_ns);
        longest_ns = ns > longest_ns ? ns : longest_ns;
    }
    return (double)longest_ns / 1e9;
}

bool workbench_spop(struct workbench *bench, unsigned pipeline, double *per_s)
{
    uint64_t pops = pops_of(pipeline);
    struct stage *stage = stage_open(bench, 2 * pops, true, pipeline);
    if (stage == NULL)
        return false;
    world_run(&stage->world);
    bool good = stage->result.status == RUN_COMPLETE || fail(bench, stage->result.error);
    good = good && expect_members(bench, stage, (int64_t)pops);
    *per_s = (double)pops / longest_s(stage->world.board);
    stage_close(stage);
    return good;
}

/* The second field of the last line: "SPOP <key>","<requests per second>",... */
static bool read_rate(struct workbench *bench, const char *output, double *per_s)
{
    const char *line = strstr(output, "\"SPOP ");
    const char *field = line != NULL ? strstr(line, "\",\"") : NULL;
    *per_s = field != NULL ? strtod(field + 3, NULL) : 0;
    return *per_s > 0 || fail(bench, "redis-benchmark did not print a rate");
}

bool workbench_redis_benchmark(struct workbench *bench, unsigned pipeline, double *per_s)
{
    uint64_t pops = pops_of(pipeline);
    struct stage *stage = stage_open(bench, 2 * pops, true, pipeline);
    if (stage == NULL)
        return false;
    struct rival_run run;
    char clients[16], batch[16], requests[24];
    snprintf(clients, sizeof clients, "%d", WORKBENCH_INSTANCES);
    snprintf(batch, sizeof batch, "%u", pipeline);
    snprintf(requests, sizeof requests, "%llu", (unsigned long long)pops);
    const char *const argv[] = {"redis-benchmark", "-s", stage->world.server.socket_path, "--csv",
                                "-c", clients, "-P", batch, "-n", requests, "SPOP", popping_queue,
                                NULL};
    bool good = rival_run(bench->options.janitor, argv, -1, &run, bench->error,
                          sizeof bench->error) &&
                read_rate(bench, run.output, per_s) && expect_members(bench, stage, (int64_t)pops);
    stage_close(stage);
    return good;
}

/* ---- null, one seat, an item */

bool workbench_null(struct workbench *bench, const char *order, double *ns_per_item)
{
    struct scenario *scenario = bench->scenario;
    struct run_result *result = calloc(1, sizeof *result);
    const struct strategy *null = NULL;
    if (result == NULL)
        return fail(bench, "out of memory");
    contender_find("null", &null);
    choose(bench, null);
    bool good = parameters_set(null, "order", order, scenario->entries[0].values, bench->error,
                               sizeof bench->error);
    scenario->items = WORKBENCH_SEEDED;
    scenario->instances = 1;
    if (good) {
        run_contender(scenario, &scenario->entries[0], 1, &bench->options, result);
        good = result->status == RUN_COMPLETE || fail(bench, result->error);
        good = good && (result->trustworthy || fail(bench, result->reasons[0]));
        *ns_per_item = good ? result->instances[0].cpu_seconds * 1e9 / WORKBENCH_SEEDED : 0;
        run_result_close(result);
    }
    free(result);
    return good;
}

bool workbench_seat(struct workbench *bench, struct lone_seat *seat)
{
    struct stage *stage = stage_open(bench, LONE_SEAT_POPS, true, 1);
    if (stage == NULL)
        return false;
    bool good = lone_seat_measure(&stage->world, seat) ||
                fail(bench, "the instance of one seat failed");
    stage_close(stage);
    return good;
}

double workbench_bytes_per_item(void)
{
    return (double)(board_bytes(1, WORKBENCH_SEEDED) - board_bytes(1, 0)) / WORKBENCH_SEEDED;
}
