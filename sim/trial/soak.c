#include "sim/trial/soak.h"

#include "sim/machine/lanes.h"
#include "sim/machine/random.h"
#include "sim/scenario/scenario_keys.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* A run mostly waits for leases, not for a core. */
enum { LANES = 8, ATTEMPTS = 3, ITEMS = 80, INSTANCES = 3, BATCH = 10, EVENTS_MAX = 4 };

const char *const soak_contenders[] = {
    "lock-safe",   "lease",      "reliable-list", "stream", "bullmq",
    "batch-lease", "claim-sets", "claim-safe",    NULL,
};

bool soak_add(struct soak *soak, const char *name)
{
    char error[256];
    struct entry *entry = &soak->rows[soak->row_count].entry;
    if (soak->row_count == SOAK_CONTENDERS_MAX)
        return false;
    *entry = (struct entry){0};
    entry->contender = contender_find(name, &entry->strategy);
    if (entry->contender == NULL || entry->strategy->tasks != NULL || entry->strategy->silent ||
        !contender_values(entry->contender, entry->strategy, entry->values, error, sizeof error))
        return false;
    snprintf(entry->label, sizeof entry->label, "%s", name);
    soak->row_count++;
    return true;
}

/* ---- the world of a seed */

/* Each leaves the others something to do. Pauses are longer than the lease. */
static const char *const orders[] = {
    "kill claim-holder back 100ms",
    "kill any back 150ms as new",
    "pause claim-holder for 800ms",
    "pause any for 700ms",
    "cut any by client",
    "cut all by server",
    "withhold any for 200ms then abandon",
    "redis restart after 100ms",
    "redis stall for 500ms",
    "slow any by 20 for 400ms",
};

static void add_event(struct scenario *scenario, uint64_t *random)
{
    char text[EVENT_TEXT_MAX], error[256];
    const char *order = orders[random_below(random, sizeof orders / sizeof orders[0])];
    struct timeline_event *event = &scenario->events[scenario->event_count];
    snprintf(text, sizeof text, "at %u%% %s", (unsigned)(5 + random_below(random, 70)), order);
    if (timeline_read(text, event, error, sizeof error))
        scenario->event_count++;
}

static void set_batch(struct entry *entry)
{
    for (unsigned i = 0; entry->strategy->parameters[i].name != NULL; i++)
        if (strcmp(entry->strategy->parameters[i].name, "batch") == 0)
            entry->values[i] = BATCH;
}

void soak_small_world(struct scenario *scenario)
{
    scenario->items = ITEMS;
    scenario->instances = INSTANCES;
    scenario->cycle_ms = 100;
    scenario->cycles = 0;
    scenario->lease_ms = 300;
    scenario->converge_ms = 20000;
    scenario->restart_ms = 200;
    scenario->refresh.statement_us = 500;
}

void soak_scenario(const struct entry *entry, uint64_t seed, struct scenario *scenario)
{
    uint64_t random = random_fork(seed, 0x50a);
    *scenario = (struct scenario){0};
    scenario_keys_default(scenario);
    snprintf(scenario->name, sizeof scenario->name, "soak");
    soak_small_world(scenario);
    scenario->crash_probe_kills = 0;
    scenario->seed = seed;
    scenario->entries[0] = *entry;
    scenario->entry_count = 1;
    set_batch(&scenario->entries[0]);
    for (uint64_t events = 1 + random_below(&random, EVENTS_MAX); events > 0; events--)
        add_event(scenario, &random);
}

/* ---- one run */

/* What is told of one run, from the process that made it. */
struct told {
    bool made, unsure, accused;
    uint32_t faults, faults_hit;
    uint64_t redundant, lost;
    char why[RUN_REASON_MAX];
};

static void tell(struct told *told, const struct run_result *run)
{
    const struct findings *f = &run->findings;
    bool complete = run->status == RUN_COMPLETE;
    *told = (struct told){.made = run->status != RUN_INTERRUPTED,
                          .unsure = !complete || !run->trustworthy,
                          .accused = run->broken_promise[0] != '\0',
                          .faults = f->faults,
                          .faults_hit = f->faults_hit,
                          .redundant = f->redundant.certain,
                          .lost = f->lost.certain + run->items.stranded};
    const char *why = !complete           ? run->error
                      : !run->trustworthy ? run->reasons[0]
                                          : run->broken_promise;
    snprintf(told->why, sizeof told->why, "%.*s", RUN_REASON_MAX - 1, why);
}

/* A run in which dibs itself was held up shows nothing that is wrong. */
static void run_seed(const struct entry *entry, uint64_t seed, const struct run_options *options,
                     struct told *told)
{
    struct scenario *scenario = malloc(sizeof *scenario);
    bool again = scenario != NULL;
    *told = (struct told){.made = true, .unsure = true, .why = "out of memory"};
    for (int i = 0; again && i < ATTEMPTS; i++) {
        struct run_result run;
        soak_scenario(entry, seed, scenario);
        run_contender(scenario, &scenario->entries[0], 1, options, &run);
        tell(told, &run);
        again = (told->unsure || told->accused) && run.held_up_s > 0.1;
        run_result_close(&run);
    }
    free(scenario);
}

/* ---- many, side by side */

/* Mapped shared. */
struct soaking {
    volatile int stop;
    struct run_options options; /* of a run */
    const struct run_options *asked;
    const struct soak *soak;
    uint64_t first_seed;
    uint32_t pieces;
    struct told told[];
};

/* Neighbouring pieces are of one seed: an interrupt leaves all contenders alike. */
static void run_piece(void *context, uint32_t piece)
{
    struct soaking *soaking = context;
    uint32_t rows = soaking->soak->row_count;
    run_seed(&soaking->soak->rows[piece % rows].entry, soaking->first_seed + piece / rows,
             &soaking->options, &soaking->told[piece]);
}

static void add_finding(struct soak *soak, uint32_t row, uint64_t seed, const struct told *told)
{
    if (soak->finding_count++ >= SOAK_FINDINGS_MAX)
        return;
    struct soak_finding *finding = &soak->findings[soak->finding_count - 1];
    *finding = (struct soak_finding){.row = row, .seed = seed, .accused = told->accused};
    memcpy(finding->why, told->why, sizeof finding->why);
}

static void add(struct soak *soak, uint32_t index, uint64_t seed, const struct told *told)
{
    struct soak_row *row = &soak->rows[index];
    if (!told->made)
        return;
    row->runs++;
    row->faults += told->faults;
    row->faults_hit += told->faults_hit;
    row->redundant += told->redundant;
    row->lost += told->lost;
    row->accused += told->accused;
    row->unsure += told->unsure;
    if (told->accused || told->unsure)
        add_finding(soak, index, seed, told);
}

static void tell_progress(void *context, uint32_t latest, uint32_t over)
{
    const struct soaking *soaking = context;
    const struct soak *soak = soaking->soak;
    run_tell(soaking->asked, soak->rows[latest % soak->row_count].entry.label, "faults", over,
             soaking->pieces);
}

bool soak_faults(struct soak *soak, uint64_t first_seed, uint32_t seeds,
                 const struct run_options *options, char *error, size_t error_size)
{
    uint32_t rows = soak->row_count, pieces = seeds * rows;
    size_t bytes = sizeof(struct soaking) + pieces * sizeof(struct told);
    struct soaking *soaking =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (soaking == MAP_FAILED) {
        snprintf(error, error_size, "the soak: %s", strerror(errno));
        return false;
    }
    soaking->options = *options;
    soaking->options.interrupted = &soaking->stop;
    soaking->options.without_marks = true;
    soaking->options.progress = NULL;
    soaking->asked = options;
    soaking->soak = soak;
    soaking->pieces = pieces;
    soaking->first_seed = first_seed;
    soak->planned += pieces;
    const struct lanes lanes = {.janitor = options->janitor,
                                .interrupted = options->interrupted,
                                .stop = &soaking->stop,
                                .work = run_piece,
                                .context = soaking,
                                .tell = tell_progress};
    bool good = lanes_run(&lanes, pieces, LANES, error, error_size);
    for (uint32_t i = 0; i < pieces; i++)
        add(soak, i % rows, first_seed + i / rows, &soaking->told[i]);
    munmap(soaking, bytes);
    return good;
}
