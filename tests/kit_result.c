#include "tests/kit_result.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct run_result *begin_run(struct kit_result *kit, unsigned i, const char *contender)
{
    struct entry *entry = &kit->scenario.entries[i];
    struct run_result *run = &kit->runs[i];
    entry->contender = contender_find(contender, &entry->strategy);
    parameters_default(entry->strategy, entry->values);
    snprintf(entry->label, sizeof entry->label, "%s", contender);
    *run = (struct run_result){
        .entry = entry,
        .repeat = 1,
        .seed = UINT64_MAX,
        .status = RUN_COMPLETE,
        .trustworthy = true,
        .audited = true,
        .duration_s = 12.5,
        .cycle_s = 30,
        .cycles_run = 1,
        .cycles_to_drain = 1,
        .items = {.total = kit->scenario.items, .refreshed = kit->scenario.items},
        .refreshes = {.total = kit->scenario.items},
        .in_hand = kit->scenario.items,
        .instance_count = kit->scenario.instances,
        .instances = calloc(kit->scenario.instances, sizeof(struct instance_result)),
        .redis = {.cpu_seconds = 28.5, .cpu_share = 0.95, .cpu_share_peak = 1.0,
                  .memory_seeded_bytes = 131000000, .version = "7.0.15"},
        .database = {.modelled = true, .statements = 4 * kit->scenario.items},
        .samples = calloc(2, sizeof(struct sample)),
        .sample_count = 2,
    };
    kit->scenario.entry_count = i + 1;
    return run;
}

static void add_command(struct run_result *run, const char *name, uint64_t calls)
{
    struct command_result *command = &run->commands[run->command_count++];
    snprintf(command->name, sizeof command->name, "%s", name);
    command->server_calls = command->client_calls = calls;
    command->latency = calloc(1, sizeof *command->latency);
    hist_record(command->latency, 25000);
    hist_record(command->latency, 2 * HIST_MAX_NS);
    run->per_item.units = run->items.refreshed;
    run->per_item.server_calls += (double)calls / (double)run->items.refreshed;
}

/* Everything on each of five instances. */
static void make_scan(struct kit_result *kit)
{
    struct run_result *run = begin_run(kit, 0, "harbor-2.14");
    run->refreshes.total = run->in_hand = 5 * kit->scenario.items;
    run->refreshes.redundant = 4 * kit->scenario.items;
    run->database.statements = 20 * kit->scenario.items;
    add_command(run, "SCAN", 5005);
    add_command(run, "DEL", 5 * kit->scenario.items);
}

/* Two of five instances entered. */
static void make_lock(struct kit_result *kit)
{
    struct run_result *run = begin_run(kit, 1, "harbor-22572");
    run->entered = 2;
    run->skipped = 3;
    run->in_hand = run->refreshes.total = 2 * kit->scenario.items;
    run->refreshes.redundant = kit->scenario.items;
    add_command(run, "SCAN", 2002);
    add_command(run, "EXISTS", 5);
    add_command(run, "SET", 2);
    add_command(run, "DEL", 2 * kit->scenario.items + 2);
    run->commands[1].producer_calls = 1000; /* marks ask EXISTS too */
    run->commands[1].server_calls += 1000;
}

/* One batch of 100 on each instance. */
static void make_claim(struct kit_result *kit)
{
    struct run_result *run = begin_run(kit, 2, "claim-published");
    run->items.refreshed = run->refreshes.total = run->in_hand = 500;
    run->items.pending = kit->scenario.items - 500;
    run->cycles_to_drain = kit->scenario.items / 500;
    run->database.statements = 2000;
    run->redis.cpu_share = 0.002;
    run->redis.memory_seeded_bytes = 70000000;
    add_command(run, "SPOP", 5);
    add_command(run, "SADD", 500);
}

/* Nothing is known of a run that has asked nothing. */
static void make_null(struct kit_result *kit)
{
    struct run_result *run = begin_run(kit, 3, "null");
    run->at_work_mean = NAN;
    run->redis.cpu_share = INFINITY;
    run->cycles_to_drain = 0;
    *run->redis.version = '\0';
}

static void make_race(struct kit_result *kit)
{
    kit->race = (struct entry_race){
        .cycles = 200, .cycles_done = 200, .cycles_redundant = 100,
        .min = 1, .max = 4, .mean = 2.5};
    kit->race.histogram[1] = kit->race.histogram[4] = 100;
    kit->race_entry = &kit->scenario.entries[1];
}

int kit_result_open(void **state)
{
    struct kit_result *kit = calloc(1, sizeof *kit);
    *state = kit;
    if (!kit)
        return -1;
    kit->scenario = (struct scenario){.name = "kit", .items = 1000000, .instances = 5,
                                      .workers = 1, .vendor = "V", .cycle_ms = 30000, .cycles = 1,
                                      .time_scale = 1, .repeats = 1, .seed = 1,
                                      .producers = {.seeded = 1}};
    kit->environment = (struct environment){.cores = -1, .memory_bytes = -1, .load_before = -1};
    make_scan(kit);
    make_lock(kit);
    make_claim(kit);
    make_null(kit);
    make_race(kit);
    kit->argv[0] = "dibs";
    kit->result = (struct result){
        .status = RESULT_COMPLETE, .error = "", .argc = 1, .argv = kit->argv,
        .environment = &kit->environment, .scenario = &kit->scenario, .runs = kit->runs,
        .run_count = KIT_RUNS, .races = &kit->race, .race_entries = &kit->race_entry,
        .race_count = 1};
    snprintf(kit->directory, sizeof kit->directory, "%s", "/tmp/test-result-XXXXXX");
    return mkdtemp(kit->directory) ? 0 : -1;
}

int kit_result_close(void **state)
{
    struct kit_result *kit = *state;
    for (unsigned i = 0; i < KIT_RUNS; i++)
        run_result_close(&kit->runs[i]);
    int left = rmdir(kit->directory);
    free(kit);
    return left;
}
