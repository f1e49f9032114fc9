#include "sim/trial/crash_probe.h"

#include "sim/machine/lanes.h"
#include "sim/machine/random.h"
#include "sim/trial/sweep_world.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

/* Worlds side by side: they mostly wait for leases, not for a core. */
enum { LANES = 12 };

#define KILL_S 0.06 /* of one kill, with all lanes at work on two cores */

/* Shared by the processes of the lanes; each writes to its own kill. */
struct probing {
    const struct entry *const *entries;
    uint32_t kills, pieces;
    uint64_t seed;
    struct run_options options; /* `interrupted` is `stop` */
    volatile int stop;
    struct outcome_of_kill {
        struct crash_kill kill;
        enum run_status status;
        char error[RUN_REASON_MAX];
    } outcomes[];
};

const char *crash_probe_refuses(const struct entry *entry)
{
    if (entry->strategy->tasks != NULL)
        return "its items are rounds of tasks";
    if (entry->strategy->measures_harness)
        return "it measures dibs itself";
    return entry->strategy->silent ? "its instances send no command" : NULL;
}

double crash_probe_estimate_s(size_t contenders, uint32_t kills)
{
    return (double)contenders * kills * KILL_S;
}

/* The published world of a sweep, but of more items and with the batch as it is. */
static void make_scenario(const struct entry *entry, struct scenario *scenario)
{
    sweep_world_scenario(entry, scenario);
    scenario->items = CRASH_PROBE_ITEMS;
    memcpy(scenario->entries[0].values, entry->values, sizeof scenario->entries[0].values);
}

/* At its k-th refresh, or, where its first round is over by then, sooner. */
static void run_kill(void *context, uint32_t piece)
{
    struct probing *probing = context;
    struct outcome_of_kill *outcome = &probing->outcomes[piece];
    const struct entry *entry = probing->entries[piece / probing->kills];
    uint64_t seed = random_fork(probing->seed, piece % probing->kills), random = seed;
    uint32_t refresh = 1 + (uint32_t)random_below(&random, CRASH_PROBE_DEPTH);
    struct scenario scenario;
    enum sweep_end end = SWEEP_END_NOT_REACHED;
    make_scenario(entry, &scenario);
    for (; end == SWEEP_END_NOT_REACHED && refresh > 0; refresh /= 2) {
        struct sweep_point point = {.fault = {.kind = FAULT_CRASH,
                                              .phase = FAULT_BEFORE_EFFECT,
                                              .role = SEAT_WORKER,
                                              .nth = refresh}};
        struct sweep_world world = {.scenario = &scenario,
                                    .entry = &scenario.entries[0],
                                    .seed = seed,
                                    .options = &probing->options,
                                    .survivor = true};
        end = sweep_world_run(&world, &point);
        outcome->status = world.result.status;
        memcpy(outcome->error, world.result.error, sizeof outcome->error);
        outcome->kill = (struct crash_kill){.struck = end == SWEEP_END_STRUCK,
                                            .refresh = refresh,
                                            .items = point.items,
                                            .redundant = point.redundant,
                                            .recovery_s = point.recovery_s};
    }
    if (end == SWEEP_END_FAILED)
        probing->stop = 1;
}

static void tell_progress(void *context, uint32_t latest, uint32_t over)
{
    const struct probing *probing = context;
    run_tell(&probing->options, probing->entries[latest / probing->kills]->label, "crash probe",
             over, probing->pieces);
}

static void gather(const struct probing *probing, size_t i, struct crash_probe *probe)
{
    *probe = (struct crash_probe){.entry = probing->entries[i], .kills = probing->kills};
    for (uint32_t k = 0; k < probing->kills; k++) {
        const struct outcome_of_kill *outcome = &probing->outcomes[i * probing->kills + k];
        probe->results[k] = outcome->kill;
        /* One that failed stops the others, which then are only interrupted: its reason counts. */
        if (outcome->status == RUN_COMPLETE || probe->status == RUN_COULD_NOT)
            continue;
        probe->status = outcome->status;
        memcpy(probe->error, outcome->error, sizeof probe->error);
    }
}

static void fail(const struct entry *const *entries, size_t count, uint32_t kills,
                 const char *error, struct crash_probe *probes)
{
    for (size_t i = 0; i < count; i++) {
        probes[i] = (struct crash_probe){
            .entry = entries[i], .kills = kills, .status = RUN_COULD_NOT};
        snprintf(probes[i].error, sizeof probes[i].error, "%s", error);
    }
}

void crash_probe_run(const struct entry *const *entries, size_t count, uint32_t kills,
                     uint64_t seed, const struct run_options *options, struct crash_probe *probes)
{
    char error[RUN_REASON_MAX];
    uint32_t pieces = (uint32_t)count * kills;
    size_t bytes = sizeof(struct probing) + pieces * sizeof(struct outcome_of_kill);
    struct probing *probing =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (probing == MAP_FAILED) {
        fail(entries, count, kills, strerror(errno), probes);
        return;
    }
    probing->entries = entries;
    probing->kills = kills;
    probing->pieces = pieces;
    probing->seed = seed;
    probing->options = *options;
    probing->options.interrupted = &probing->stop;
    for (uint32_t i = 0; i < pieces; i++) {
        probing->outcomes[i].status = RUN_INTERRUPTED; /* before it has begun */
        probing->outcomes[i].kill.recovery_s = NAN;
    }
    const struct lanes lanes = {.janitor = options->janitor,
                                .interrupted = options->interrupted,
                                .stop = &probing->stop,
                                .work = run_kill,
                                .context = probing,
                                .tell = tell_progress};
    if (lanes_run(&lanes, pieces, LANES, error, sizeof error))
        for (size_t i = 0; i < count; i++)
            gather(probing, i, &probes[i]);
    else
        fail(entries, count, kills, error, probes);
    munmap(probing, bytes);
}
