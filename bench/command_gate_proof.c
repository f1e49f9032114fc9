/* dibs gate-proof: what the gate finds, and what it takes for found, measured.
 *
 * 400 blocks and 20 live decisions of each kind, half of them idle and half under load, come to
 * some 4,800 repeats of 0.3 s on the machine of the README, where a decision takes 12 to 96
 * pairs. A server of its own for each repeat is a tenth of that: keeping one would save little, and
 * make the layout of its memory a bias. */
#include "bench/commands.h"
#include "bench/document/whole_file.h"
#include "bench/home.h"
#include "bench/outdir.h"
#include "bench/preflight.h"
#include "bench/progress.h"
#include "bench/proof/planted.h"
#include "bench/proof/proof_origin.h"
#include "bench/proof/proof_output.h"
#include "sim/machine/placement.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCKS = 400, /* in all; each condition has its half */
    BLOCKS_MIN = 24,
    BLOCKS_PER_DECISION = BLOCKS / PROOF_DECISIONS_MAX, /* of each kind */
    DRAWS = 2000,
};

static const char DIRECTORY[] = "results/gate-proof";

/* One invocation. */
struct proof {
    const struct invocation *invocation;
    struct scenario plain, planted, counted;
    char program[PATH_MAX], directory[PATH_MAX];
    uint32_t blocks; /* of each condition */
    struct progress progress; /* of what is recorded now, from `first` on */
    const char *condition, *what;
    uint32_t first;
    struct environment environment;
    struct proof_recorder recorder;
};

static enum status fail(enum status status, const char *error)
{
    fprintf(stderr, "dibs: %s\n", error);
    return status;
}

/* ---- what is asked for */

static void plant(struct scenario *scenario, int64_t every)
{
    struct entry *entry = &scenario->entries[0];
    *entry =
        (struct entry){.contender = strategy_planted.contenders, .strategy = &strategy_planted};
    snprintf(entry->label, sizeof entry->label, "%s", strategy_planted.name);
    parameters_default(&strategy_planted, entry->values);
    entry->values[PLANTED_EVERY] = every;
    scenario->entry_count = 1;
}

static bool read_scenario(const char *name, struct scenario *scenario)
{
    char path[PATH_MAX];
    struct scenario_error error;
    snprintf(error.text, sizeof error.text, "the scenario '%s' is missing", name);
    if (home_find_scenario(name, path, sizeof path) &&
        scenario_read(scenario, path, NULL, NULL, 0, &error))
        return true;
    fail(STATUS_USAGE, error.text);
    return false;
}

static bool read_blocks(const char *text, uint32_t *blocks)
{
    char *end;
    unsigned long number = BLOCKS;
    bool good = true;
    if (text != NULL) {
        number = strtoul(text, &end, 10);
        good = *text >= '0' && *text <= '9' && *end == '\0' && number >= BLOCKS_MIN &&
               number <= PROOF_BLOCKS_MAX;
    }
    *blocks = (uint32_t)(number + PROOF_CONDITIONS - 1) / PROOF_CONDITIONS;
    if (!good)
        fprintf(stderr, "dibs: --blocks %s: a whole number from %d to %d would be right\n", text,
                BLOCKS_MIN, PROOF_BLOCKS_MAX);
    return good;
}

static enum status prepare(struct proof *proof)
{
    char error[PATH_MAX + 256];
    const struct options *options = proof->invocation->options;
    if (!read_blocks(options->blocks, &proof->blocks) || !read_scenario("ab", &proof->plain) ||
        !read_scenario("gate", &proof->counted))
        return STATUS_USAGE;
    proof->planted = proof->plain;
    plant(&proof->counted, 0);
    plant(&proof->plain, 0);
    plant(&proof->planted, PROOF_EVERY);
    if (!preflight_private(proof->invocation, options->redis_server, proof->program,
                           sizeof proof->program, error, sizeof error) ||
        !outdir_make(options->out != NULL ? options->out : DIRECTORY, "gate-proof",
                     proof->directory, sizeof proof->directory, error, sizeof error))
        return fail(STATUS_COULD_NOT_RUN, error);
    return STATUS_GOOD;
}

/* ---- measuring */

/* What was recorded before says nothing about the time that is left. */
static void draw_progress(const struct proof_recorder *recorder, const char *condition,
                          const char *what, uint32_t done, uint32_t of)
{
    struct proof *proof = recorder->progress_context;
    if (proof->what != what || proof->condition != condition) {
        proof->what = what;
        proof->condition = condition;
        proof->first = done;
        progress_open(&proof->progress, proof->invocation->options->quiet, 0);
    }
    progress_count(&proof->progress, condition, what, done - proof->first, of + 1 - proof->first);
}

static enum status status_of(enum run_status status)
{
    static const enum status statuses[] = {
        [RUN_INTERRUPTED] = STATUS_INTERRUPTED,
        [RUN_COULD_NOT] = STATUS_COULD_NOT_RUN,
        [RUN_REFUSED] = STATUS_NOT_COMPARABLE,
    };
    return statuses[status];
}

static bool open_recorder(struct proof *proof)
{
    char why[512];
    struct proof_recorder *recorder = &proof->recorder;
    const struct pair_arm plain = {&proof->plain, proof->program, NULL};
    const struct pair_arm planted = {&proof->planted, proof->program, NULL};
    *recorder = (struct proof_recorder){
        .arms = {[PROOF_A] = plain, [PROOF_AGAIN] = plain, [PROOF_B] = planted},
        .counted = &proof->counted,
        .options = {.janitor = proof->invocation->janitor,
                    .program = proof->program,
                    .trace_fd = -1,
                    .interrupted = proof->invocation->interrupted},
        .directory = proof->directory,
        .seed = proof->plain.seed,
        .progress = draw_progress,
        .progress_context = proof,
    };
    if (proof_origin_read(&plain, &recorder->options, &proof->environment, &recorder->origin, why,
                          sizeof why))
        return proof_recorder_open(recorder);
    return proof_recorder_fail(recorder, RUN_COULD_NOT, "%s", why);
}

static bool record(struct proof *proof)
{
    struct proof_recorder *recorder = &proof->recorder;
    uint32_t decisions = (proof->blocks + BLOCKS_PER_DECISION - 1) / BLOCKS_PER_DECISION;
    if (decisions > PROOF_DECISIONS_MAX)
        decisions = PROOF_DECISIONS_MAX;
    if (!open_recorder(proof) || !proof_record_exact(recorder, PROOF_DECISIONS_MAX) ||
        !proof_record(recorder, PROOF_IDLE, proof->blocks, decisions))
        return false;
    if (placement_cores() > 1)
        return proof_record(recorder, PROOF_LOAD, proof->blocks, decisions);
    fprintf(stderr, "dibs: there is no other core to put a load on\n");
    return true;
}

static enum status measure(struct proof *proof)
{
    bool good = record(proof);
    progress_clear(&proof->progress);
    if (good)
        return STATUS_GOOD;
    enum status status = fail(status_of(proof->recorder.status), proof->recorder.why);
    if (status != STATUS_NOT_COMPARABLE)
        fprintf(stderr, "dibs: what was recorded is kept in %s; the same command goes on there\n",
                proof->directory);
    return status;
}

/* ---- what came of it */

static enum status show(struct proof *proof)
{
    char path[PATH_MAX + 16], error[PATH_MAX + 256];
    const struct proof_recording *recordings = proof->recorder.recordings;
    struct proof_outcome outcome = {
        .recorder = &proof->recorder, .draws = DRAWS, .environment = &proof->environment};
    for (int i = 0; i < PROOF_CONDITIONS; i++)
        if (recordings[i].count > 0 &&
            !proof_resample(&recordings[i], DRAWS, proof->plain.seed, &outcome.rates[i]))
            return fail(STATUS_COULD_NOT_RUN, "out of memory");
    snprintf(path, sizeof path, "%s/proof.json", proof->directory);
    if (!whole_file_write(path, proof_document, &outcome, error, sizeof error))
        return fail(STATUS_COULD_NOT_RUN, error);
    proof_table(&outcome, stdout);
    printf("%s\n", path);
    return STATUS_GOOD;
}

enum status command_gate_proof(const struct invocation *invocation)
{
    struct proof *proof = calloc(1, sizeof *proof);
    if (proof == NULL)
        return fail(STATUS_COULD_NOT_RUN, "out of memory");
    proof->invocation = invocation;
    enum status status = prepare(proof);
    if (status == STATUS_GOOD)
        status = measure(proof);
    if (status == STATUS_GOOD)
        status = show(proof);
    proof_recorder_close(&proof->recorder);
    free(proof);
    return status;
}
