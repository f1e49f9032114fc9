/* The dual mode of the queue's version 2: during a migration an instance works on the queue, and
 * drains beside it the keys that producers of the old version still set.
 *
 *     mark      a producer of the new version: as `claim`; one of the old version: as `scan`
 *     cycle     the cycle of claim, then the round of scan
 *     recover   as claim
 *     rollback  every instance goes back to the old version: its cycle is the round of scan, and
 *               it recovers nothing. Then, until the queue is empty: SPOP queue 100, and the mark
 *               of scan for each item
 *
 * Which share of the marks comes from the new version is the scenario's to say.
 *
 * Promises: none. Where claim loses what a crash or a pause interrupts, scan loses updates.
 *
 * Breaks also: an item that is marked in both forms sits in both places and is refreshed from
 * each; of the legacy keys every instance refreshes all, so that a migration costs most at its
 * beginning. They have no time to live: "expire naturally", as the documents put it, is what they
 * do not do, and each cycle lists the keyspace for as long as the mode is on. After a rollback
 * nobody looks into the processing set again: what an instance had claimed and not completed when
 * it was stopped stays there. An operator who dies between SPOP and the marks loses a batch.
 *
 * Source: version 2 of the queue, as documented. Of the rollback the documents say that queue items
 * return to legacy keys, and not how; order and commands are ours, in the order that loses least.
 */
#include "strategies/batch.h"
#include "strategies/claim.h"
#include "strategies/scan.h"

enum { CLAIM = SCAN_PARAMETERS };
enum { ROLLBACK_BATCH = 100 };

struct dual {
    struct scan scan; /* first: scan finds it there */
    struct claim claim;
};

static bool dual_open(struct seat *seat)
{
    struct dual *dual = seat->state;
    return scan_open(seat) && claim_open(seat, &dual->claim, seat->values + CLAIM);
}

static enum outcome dual_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    const struct dual *dual = seat->state;
    return claim_mark(seat, &dual->claim, ids, n);
}

static enum outcome dual_cycle(struct seat *seat)
{
    const struct dual *dual = seat->state;
    if (seat->legacy)
        return scan_round(seat);
    enum outcome outcome = claim_cycle(seat, &dual->claim);
    return outcome != OUTCOME_OK ? outcome : scan_round(seat);
}

static enum outcome dual_recover(struct seat *seat)
{
    const struct dual *dual = seat->state;
    return seat->legacy ? OUTCOME_OK : claim_recover(seat, &dual->claim);
}

static uint64_t dual_recover_ms(const struct seat *seat)
{
    return (uint64_t)seat->values[CLAIM + CLAIM_RECOVER];
}

static enum outcome go_back(struct seat *seat, struct batch *batch)
{
    const struct dual *dual = seat->state;
    int64_t members;
    do {
        enum outcome outcome =
            batch_pop(seat->wire, "SPOP", dual->claim.queue, ROLLBACK_BATCH, batch, &members);
        if (outcome == OUTCOME_OK)
            outcome = scan_mark(seat, batch->ids, batch->n);
        if (outcome != OUTCOME_OK)
            return outcome;
    } while (members > 0);
    return OUTCOME_OK;
}

static enum outcome dual_rollback(struct seat *seat)
{
    struct batch batch = {0};
    enum outcome outcome = go_back(seat, &batch);
    batch_close(&batch);
    return outcome;
}

/* A census that reports each item of the new form, wherever it is there, as left to nobody. */
struct left_behind {
    struct census census; /* first: what finds reports to it */
    struct census *to;
};

static void found_left_behind(struct census *census, uint64_t id, enum place place, uint64_t detail)
{
    (void)place, (void)detail;
    census_assigned(((struct left_behind *)(void *)census)->to, id, UINT32_MAX);
}

static enum outcome dual_census(struct seat *seat, struct census *census)
{
    const struct dual *dual = seat->state;
    struct left_behind left_behind = {{found_left_behind}, census};
    struct census *of_new = seat->legacy ? &left_behind.census : census;
    enum outcome outcome = claim_census(seat, &dual->claim, of_new);
    return outcome != OUTCOME_OK ? outcome : scan_census(seat, census);
}

/* As if all marks came from the new version, but for the bytes: as if all came from the old one. */
static struct needs dual_needs(const struct seat *seat)
{
    struct needs old = scan_needs(seat), needs = claim_needs(seat, seat->values + CLAIM);
    needs.private_bytes_per_item = old.private_bytes_per_item;
    needs.server_bytes_per_item = old.server_bytes_per_item;
    return needs;
}

static const struct parameter parameters[] = {
    [SCAN_COUNT] = {.name = "legacy_count",
                    .type = PARAMETER_INTEGER,
                    .fallback = "1000",
                    .min = 1,
                    .max = 1000000,
                    .help = "COUNT of each SCAN (as published)"},
    [SCAN_SHUFFLE] = SCAN_PARAMETER_SHUFFLE,
    [CLAIM + CLAIM_BATCH] = CLAIM_PARAMETER_BATCH,
    [CLAIM + CLAIM_DRAIN] = CLAIM_PARAMETER_DRAIN,
    [CLAIM + CLAIM_COUNT] = CLAIM_PARAMETER_COUNT,
    [CLAIM + CLAIM_TTL] = CLAIM_PARAMETER_TTL,
    [CLAIM + CLAIM_STALE] = CLAIM_PARAMETER_STALE,
    [CLAIM + CLAIM_RECOVER] = CLAIM_PARAMETER_RECOVER,
    {0},
};

static const struct contender contenders[] = {
    {"claim-dual", "queue version 2 of the documents, dual mode during a migration", ""},
    {0},
};

static const struct wire_script *const scripts[] = {&claim_script, NULL};

const struct strategy strategy_dual = {
    .name = "dual",
    .summary = "claims from the queue, and drains the keys of the old version beside it",
    .promises = 0,
    .parameters = parameters,
    .contenders = contenders,
    .scripts = scripts,
    .state_size = sizeof(struct dual),
    .open = dual_open,
    .mark = dual_mark,
    .cycle = dual_cycle,
    .upkeep = dual_recover,
    .upkeep_ms = dual_recover_ms,
    .census = dual_census,
    .needs = dual_needs,
    .mark_legacy = scan_mark,
    .rollback = dual_rollback,
    .probes = claim_probes,
};
