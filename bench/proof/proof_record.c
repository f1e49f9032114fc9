#include "bench/proof/proof_record.h"

#include "bench/proof/neighbour.h"
#include "bench/proof/proof_file.h"
#include "sim/machine/random.h"
#include "strategies/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DECISION_WITHIN_NS (300 * NS_PER_S)

bool proof_recorder_fail(struct proof_recorder *recorder, enum run_status status,
                         const char *format, ...)
{
    if (recorder->status != RUN_COMPLETE)
        return false;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(recorder->why, sizeof recorder->why, format, arguments);
    va_end(arguments);
    recorder->status = status;
    return false;
}

bool proof_recorder_open(struct proof_recorder *recorder)
{
    return proof_file_read(recorder);
}

void proof_recorder_close(struct proof_recorder *recorder)
{
    for (int i = 0; i < PROOF_CONDITIONS; i++)
        proof_recording_close(&recorder->recordings[i]);
    texts_close(&recorder->origin);
}

/* A run that came to its end but cannot be measured by could not be measured either. */
static bool fail_run(struct proof_recorder *recorder, enum status status, const char *why)
{
    return proof_recorder_fail(
        recorder, status == STATUS_INTERRUPTED ? RUN_INTERRUPTED : RUN_COULD_NOT, "%s", why);
}

/* Looked at before anything is kept. */
static bool had_load(struct proof_recorder *recorder)
{
    return recorder->neighbour == 0 || neighbour_spins(recorder->neighbour) ||
           proof_recorder_fail(recorder, RUN_COULD_NOT, "the load has ended while it was needed");
}

static void shuffle(enum proof_arm order[PROOF_ARMS], uint64_t coin)
{
    for (uint32_t i = PROOF_ARMS - 1; i > 0; i--) {
        uint32_t j = (uint32_t)random_below(&coin, i + 1);
        enum proof_arm arm = order[i];
        order[i] = order[j];
        order[j] = arm;
    }
}

static bool record_block(struct proof_recorder *recorder, enum proof_condition condition)
{
    struct proof_recording *recording = &recorder->recordings[condition];
    enum proof_arm order[PROOF_ARMS] = {PROOF_A, PROOF_AGAIN, PROOF_B};
    struct proof_block block;
    enum status status;
    char why[RUN_REASON_MAX];
    shuffle(order, random_fork(recorder->seed, recording->count * 2 + condition));
    for (int i = 0; i < PROOF_ARMS; i++)
        if (!pair_repeat_run(&recorder->arms[order[i]], recording->count + 1, &recorder->options,
                             &block.arms[order[i]], &status, why))
            return fail_run(recorder, status, why);
    return had_load(recorder) &&
           (proof_add_block(recording, &block) ||
            proof_recorder_fail(recorder, RUN_COULD_NOT, "out of memory")) &&
           proof_file_keep_block(recorder, condition, &block);
}

/* As `dibs ab` would decide. */
static bool decide_live(struct proof_recorder *recorder, enum proof_condition condition,
                        bool planted, uint32_t number)
{
    struct pair_series *series = calloc(1, sizeof *series);
    if (series == NULL)
        return proof_recorder_fail(recorder, RUN_COULD_NOT, "out of memory");
    series->arms[0] = recorder->arms[PROOF_A];
    series->arms[1] = recorder->arms[planted ? PROOF_B : PROOF_AGAIN];
    series->options = recorder->options;
    series->seed = random_fork(recorder->seed, 4 * (uint64_t)number + 2 * condition + planted);
    series->until_ns = clock_ns() + DECISION_WITHIN_NS;
    pair_rules_open(&series->rules, PROOF_TARGET);
    bool good = pair_series_run(series) || fail_run(recorder, series->status, series->why);
    struct proof_decision decision = {pair_verdict_of(series->findings), series->pairs};
    free(series);
    if (!good || !had_load(recorder))
        return false;
    proof_add_decision(&recorder->recordings[condition], planted, decision);
    return proof_file_keep_decision(recorder, condition, planted, &decision);
}

static bool record_all(struct proof_recorder *recorder, enum proof_condition condition,
                       uint32_t blocks, uint32_t decisions)
{
    const struct proof_recording *recording = &recorder->recordings[condition];
    const char *name = proof_condition_name(condition);
    while (recording->count < blocks) {
        if (recorder->progress != NULL)
            recorder->progress(recorder, name, "block", recording->count + 1, blocks);
        if (!record_block(recorder, condition))
            return false;
    }
    while (recording->planted_count < decisions) {
        bool planted = recording->none_count > recording->planted_count;
        uint32_t number = recording->planted_count;
        if (recorder->progress != NULL)
            recorder->progress(recorder, name, "live decision", 2 * number + planted + 1,
                               2 * decisions);
        if (!decide_live(recorder, condition, planted, number))
            return false;
    }
    return true;
}

bool proof_record(struct proof_recorder *recorder, enum proof_condition condition, uint32_t blocks,
                  uint32_t decisions)
{
    const struct proof_recording *recording = &recorder->recordings[condition];
    char why[128];
    if (recording->count >= blocks && recording->planted_count >= decisions)
        return true;
    if (condition == PROOF_LOAD)
        recorder->neighbour = neighbour_start(recorder->options.janitor, why, sizeof why);
    bool good =
        recorder->neighbour >= 0
            ? record_all(recorder, condition, blocks, decisions)
            : proof_recorder_fail(recorder, RUN_COULD_NOT, "the load cannot be started: %s", why);
    if (recorder->neighbour > 0)
        neighbour_end(recorder->options.janitor, recorder->neighbour);
    recorder->neighbour = 0;
    return good;
}

bool proof_record_exact(struct proof_recorder *recorder, uint32_t decisions)
{
    char why[512];
    while (recorder->exact_count < decisions) {
        struct proof_exact_decision *decision = &recorder->exact[recorder->exact_count];
        if (recorder->progress != NULL)
            recorder->progress(recorder, "counted", "decision", recorder->exact_count + 1,
                               decisions);
        if (!proof_exact_decide(recorder->counted, &recorder->options, recorder->exact_count + 1,
                                decision, why, sizeof why)) {
            const volatile int *interrupted = recorder->options.interrupted;
            bool stopped = interrupted != NULL && *interrupted != 0;
            return proof_recorder_fail(recorder, stopped ? RUN_INTERRUPTED : RUN_COULD_NOT, "%s",
                                       why);
        }
        recorder->exact_count++;
        if (!proof_file_keep_exact(recorder, decision))
            return false;
    }
    return true;
}
