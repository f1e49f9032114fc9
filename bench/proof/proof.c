#include "bench/proof/proof.h"

#include "sim/judge/spread.h"
#include "sim/machine/random.h"

#include <math.h>
#include <stdlib.h>

const char *proof_condition_name(enum proof_condition condition)
{
    static const char *const names[] = {[PROOF_IDLE] = "idle", [PROOF_LOAD] = "load"};
    return names[condition];
}

bool proof_add_block(struct proof_recording *recording, const struct proof_block *block)
{
    size_t bytes = (recording->count + 1) * sizeof *recording->blocks;
    struct proof_block *grown =
        recording->count < PROOF_BLOCKS_MAX ? realloc(recording->blocks, bytes) : NULL;
    if (grown == NULL)
        return false;
    grown[recording->count++] = *block;
    recording->blocks = grown;
    return true;
}

void proof_add_decision(struct proof_recording *recording, bool planted,
                        struct proof_decision decision)
{
    uint32_t *count = planted ? &recording->planted_count : &recording->none_count;
    struct proof_decision *list = planted ? recording->planted : recording->none;
    if (*count < PROOF_DECISIONS_MAX)
        list[(*count)++] = decision;
}

void proof_recording_close(struct proof_recording *recording)
{
    free(recording->blocks);
    *recording = (struct proof_recording){0};
}

/* As many pairs as the gate wants, each a block that is drawn from all of them. */
static void draw(const struct proof_recording *recording, enum proof_arm b, const uint64_t seed,
                 struct pair_differences *differences)
{
    uint64_t state = seed;
    for (uint32_t i = 0; i < SIGNED_RANK_PAIRS_MAX; i++) {
        const struct proof_block *block =
            &recording->blocks[random_below(&state, recording->count)];
        pair_differences_set(differences, i, &block->arms[PROOF_A], &block->arms[b]);
    }
}

static struct proof_decision decide(const struct pair_rules *rules,
                                    const struct pair_differences *differences)
{
    struct pair_finding findings[PAIR_METRICS] = {0};
    unsigned look = 0;
    while (!pair_look(rules, look, differences, findings) && look + 1 < PAIR_LOOKS)
        look++;
    return (struct proof_decision){pair_verdict_of(findings), pair_looks[look]};
}

/* Half of the spread of a difference is each repeat's; quartiles do not mind a burst. */
static double noise_of(const struct proof_recording *recording, int metric, double *scratch)
{
    uint32_t n = recording->count;
    for (uint32_t i = 0; i < n; i++) {
        const struct proof_block *block = &recording->blocks[i];
        scratch[i] = log(block->arms[PROOF_AGAIN].cost[metric] / block->arms[PROOF_A].cost[metric]);
    }
    spread_sort(scratch, n);
    return (scratch[n * 3 / 4] - scratch[n / 4]) / 1.349 / sqrt(2);
}

static bool describe(const struct proof_recording *recording, const struct pair_rules *rules,
                     int metric, struct proof_metric *described)
{
    double *scratch = malloc((recording->count + 1) * sizeof *scratch);
    struct pair_differences *differences = calloc(1, sizeof *differences);
    struct pair_finding none = {0}, planted = {0};
    unsigned look = PAIR_LOOKS;
    bool good = scratch != NULL && differences != NULL;
    while (look > 0 && pair_looks[look - 1] > recording->count)
        look--;
    *described = (struct proof_metric){NAN, NAN, NAN};
    for (int b = PROOF_AGAIN; good && look > 0 && b <= PROOF_B; b++) {
        for (uint32_t i = 0; i < pair_looks[look - 1]; i++)
            pair_differences_set(differences, i, &recording->blocks[i].arms[PROOF_A],
                                 &recording->blocks[i].arms[b]);
        good = pair_rule_look(&rules->of[metric], look - 1, differences->of[metric],
                              b == PROOF_B ? &planted : &none);
    }
    if (good && look > 0)
        *described = (struct proof_metric){noise_of(recording, metric, scratch), planted.slowdown,
                                           none.would_see};
    free(scratch);
    free(differences);
    return good;
}

bool proof_resample(const struct proof_recording *recording, uint32_t draws, uint64_t seed,
                    struct proof_rates *rates)
{
    struct pair_differences *differences = calloc(1, sizeof *differences);
    struct pair_rules rules;
    bool good = differences != NULL && recording->count > 0;
    *rates = (struct proof_rates){0};
    pair_rules_open(&rules, PROOF_TARGET);
    for (uint32_t i = 0; good && i < draws; i++) {
        draw(recording, PROOF_AGAIN, random_fork(seed, 2 * (uint64_t)i), differences);
        struct proof_decision none = decide(&rules, differences);
        draw(recording, PROOF_B, random_fork(seed, 2 * (uint64_t)i + 1), differences);
        struct proof_decision planted = decide(&rules, differences);
        rates->false_fail += (none.verdict == PAIR_FAIL) / (double)draws;
        rates->found += (planted.verdict == PAIR_FAIL) / (double)draws;
        rates->pairs_none += none.pairs / (double)draws;
        rates->pairs_planted += planted.pairs / (double)draws;
    }
    for (int metric = 0; good && metric < PAIR_METRICS; metric++)
        good = describe(recording, &rules, metric, &rates->metrics[metric]);
    free(differences);
    return good;
}
