/* dibs gate-proof: what the gate finds, and what it takes for found, measured. */
#include "bench/baseline_compare.h"
#include "bench/commands.h"
#include "bench/gate.h"
#include "bench/home.h"
#include "bench/outdir.h"
#include "bench/planted.h"
#include "bench/proof_record.h"
#include "sim/placement.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    BLOCKS = 400,
    BLOCKS_PER_DECISION = BLOCKS / PROOF_DECISIONS_MAX,
    DRAWS = 2000,
    EXACT_DECISIONS = 20,
    EXACT_EVERY = 100, /* items from one planted command to the next: 1 % */
};

static const char DIRECTORY[] = "results/gate-proof";

/* What the gate is to keep. */
#define FALSE_FAIL_MAX 0.01
#define FOUND_MIN 0.95

/* One invocation. */
struct proof {
    const struct invocation *invocation;
    struct scenario plain, planted, exact;
    char program[4096], directory[4096];
    uint32_t blocks;
    struct proof_recorder recorder;
    unsigned exact_false, exact_found, exact_done;
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
    *entry = (struct entry){.contender = strategy_planted.contenders,
                            .strategy = &strategy_planted};
    snprintf(entry->label, sizeof entry->label, "%s", strategy_planted.name);
    parameters_default(&strategy_planted, entry->values);
    entry->values[PLANTED_EVERY] = every;
    scenario->entry_count = 1;
}

static bool read_scenario(const char *name, struct scenario *scenario)
{
    char path[4096];
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
    *blocks = BLOCKS;
    if (text == NULL)
        return true;
    unsigned long number = strtoul(text, &end, 10);
    *blocks = (uint32_t)number;
    if (*text >= '0' && *text <= '9' && *end == '\0' && number >= 12 && number <= PROOF_BLOCKS_MAX)
        return true;
    fprintf(stderr, "dibs: --blocks %s: a whole number from 12 to %d would be right\n", text,
            PROOF_BLOCKS_MAX);
    return false;
}

static enum status prepare(struct proof *proof)
{
    char error[4096 + 256];
    const struct options *options = proof->invocation->options;
    if (!read_blocks(options->blocks, &proof->blocks) || !read_scenario("ab", &proof->plain) ||
        !read_scenario("gate", &proof->exact))
        return STATUS_USAGE;
    proof->planted = proof->plain;
    plant(&proof->plain, 0);
    plant(&proof->planted, PROOF_EVERY);
    if (!server_find_program(options->redis_server, proof->program, sizeof proof->program, error,
                             sizeof error) ||
        !outdir_make(options->out != NULL ? options->out : DIRECTORY, "gate-proof",
                     proof->directory, sizeof proof->directory, error, sizeof error))
        return fail(STATUS_COULD_NOT_RUN, error);
    return STATUS_GOOD;
}

/* ---- measuring */

static void draw_progress(const char *condition, const char *what, uint32_t done, uint32_t of)
{
    fprintf(stderr, "\r\033[Kgate-proof: %s, %s %u of %u", condition, what, done, of);
}

static enum status record(struct proof *proof)
{
    struct proof_recorder *recorder = &proof->recorder;
    const struct pair_arm plain = {&proof->plain, proof->program};
    const struct pair_arm planted = {&proof->planted, proof->program};
    const struct invocation *invocation = proof->invocation;
    *recorder = (struct proof_recorder){
        .arms = {[PROOF_A] = plain, [PROOF_AGAIN] = plain, [PROOF_B] = planted},
        .options = {.janitor = invocation->janitor,
                    .program = proof->program,
                    .trace_fd = -1,
                    .interrupted = invocation->interrupted},
        .directory = proof->directory,
        .seed = proof->plain.seed,
        .progress = isatty(STDERR_FILENO) && !invocation->options->quiet ? draw_progress : NULL,
    };
    uint32_t decisions = (proof->blocks + BLOCKS_PER_DECISION - 1) / BLOCKS_PER_DECISION;
    if (decisions > PROOF_DECISIONS_MAX)
        decisions = PROOF_DECISIONS_MAX;
    bool good = proof_recorder_open(recorder) &&
                proof_record(recorder, PROOF_IDLE, proof->blocks, decisions);
    if (good && placement_cores() < 2)
        fprintf(stderr, "dibs: there is no other core to put a load on\n");
    else
        good = good && proof_record(recorder, PROOF_LOAD, proof->blocks, decisions);
    if (recorder->progress != NULL)
        fputs("\r\033[K", stderr);
    if (good)
        return STATUS_GOOD;
    return fail(recorder->status == RUN_INTERRUPTED ? STATUS_INTERRUPTED : STATUS_COULD_NOT_RUN,
                recorder->why);
}

static bool count(struct proof *proof, int64_t every, uint64_t seed, struct baseline *baseline,
                  struct comparison *comparison)
{
    struct gate gate = {
        .scenario = &proof->exact, .options = proof->recorder.options, .runs = 2};
    plant(&proof->exact, every);
    proof->exact.seed = seed;
    gate_describe(&gate, baseline);
    return gate_measure(&gate, baseline, comparison);
}

/* Tier one, once more without a change and once with a command too many per 100 items. */
static bool decide_exactly(struct proof *proof, uint64_t seed)
{
    struct baseline before = {0}, now[2] = {0};
    struct comparison comparison = {.kind = "gate"};
    bool good = count(proof, 0, seed, &before, &comparison);
    for (int planted = 0; good && planted < 2; planted++) {
        good = count(proof, planted ? EXACT_EVERY : 0, seed, &now[planted], &comparison);
        if (good)
            baseline_compare(&before, &now[planted], &comparison);
        comparison_close_findings(&comparison);
        unsigned *failed = planted ? &proof->exact_found : &proof->exact_false;
        *failed += good && comparison.status == STATUS_REGRESSION;
        comparison.count = comparison.unchanged = comparison.note_count = 0;
    }
    if (!good)
        fail(STATUS_COULD_NOT_RUN, comparison.why);
    proof->exact_done += good;
    comparison_free(&comparison);
    baseline_close(&before);
    baseline_close(&now[0]);
    baseline_close(&now[1]);
    return good;
}

/* ---- the table */

static const char *met(bool is_met)
{
    return is_met ? "yes" : "missed";
}

static unsigned failed(const struct proof_decision *decisions, uint32_t decision_count)
{
    unsigned sum = 0;
    for (uint32_t i = 0; i < decision_count; i++)
        sum += decisions[i].verdict == PAIR_FAIL;
    return sum;
}

static void print_rates(const char *name, const struct proof_recording *recording,
                        const struct proof_rates *rates)
{
    bool good = rates->false_fail <= FALSE_FAIL_MAX && rates->found >= FOUND_MIN;
    printf("%-10s  %6u  %7.2f %%  %8.1f %%  %5.0f / %-5.0f  %5u of %-2u  %6u of %-2u  %s\n", name,
           recording->count, rates->false_fail * 100, rates->found * 100, rates->pairs_none,
           rates->pairs_planted, failed(recording->none, recording->none_count),
           recording->none_count, failed(recording->planted, recording->planted_count),
           recording->planted_count, met(good));
}

static void print_metrics(const char *name, const struct proof_rates *rates)
{
    for (int i = 0; i < PAIR_METRICS; i++) {
        const struct proof_metric *metric = &rates->metrics[i];
        printf("%-10s  %-20s  %7.2f %%  %+9.2f %%  %9.2f %%\n", name, pair_metrics[i].name,
               metric->spread * 100, metric->slowdown * 100, metric->would_see * 100);
    }
}

static enum status print(const struct proof *proof)
{
    struct proof_rates rates[PROOF_CONDITIONS];
    const struct proof_recording *recordings = proof->recorder.recordings;
    for (int i = 0; i < PROOF_CONDITIONS; i++)
        if (recordings[i].count > 0 &&
            !proof_resample(&recordings[i], DRAWS, proof->plain.seed, &rates[i]))
            return fail(STATUS_COULD_NOT_RUN, "out of memory");
    printf("One command more per %d items (5 %%): %d decisions drawn from the blocks, and live\n",
           PROOF_EVERY, DRAWS);
    printf("%-10s  %6s  %9s  %10s  %13s  %11s  %12s  %s\n", "other core", "blocks", "false",
           "found", "pairs -/+", "live: false", "found", "met");
    for (int i = 0; i < PROOF_CONDITIONS; i++)
        if (recordings[i].count > 0)
            print_rates(proof_condition_name(i), &recordings[i], &rates[i]);
    printf("\n%-10s  %-20s  %9s  %11s  %11s\n", "other core", "measure", "spread", "planted",
           "would see");
    for (int i = 0; i < PROOF_CONDITIONS; i++)
        if (recordings[i].count > 0)
            print_metrics(proof_condition_name(i), &rates[i]);
    bool exact = proof->exact_found == proof->exact_done && proof->exact_false == 0;
    printf("\nOne command more per %d items, counted: found %u of %u, false %u of %u  %s\n",
           EXACT_EVERY, proof->exact_found, proof->exact_done, proof->exact_false,
           proof->exact_done, met(exact));
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
        status = record(proof);
    for (uint64_t i = 1; status == STATUS_GOOD && i <= EXACT_DECISIONS; i++)
        if (!decide_exactly(proof, i))
            status = *invocation->interrupted != 0 ? STATUS_INTERRUPTED : STATUS_COULD_NOT_RUN;
    if (status == STATUS_GOOD)
        status = print(proof);
    else if (status == STATUS_INTERRUPTED)
        fprintf(stderr, "dibs: what was recorded is kept in %s; the same command goes on there\n",
                proof->directory);
    proof_recorder_close(&proof->recorder);
    free(proof);
    return status;
}
