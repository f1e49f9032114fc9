/* The dual mode of the queue's version 2: during a migration an instance works on the queue, and
 * drains beside it the keys that producers of the old version still set.
 *
 *     mark     a producer of the new version: as `claim`; one of the old version: as `scan`
 *     cycle    the cycle of claim, then the round of scan
 *     recover  as claim
 *
 * `legacy` says how many marks of a hundred come from the old version, drawn for each mark.
 *
 * Promises: none. Where claim loses what a crash or a pause interrupts, scan loses updates.
 *
 * Breaks also: an item that is marked in both forms sits in both places and is refreshed from
 * each; of the legacy keys every instance refreshes all, so that a migration costs most at its
 * beginning. They have no time to live: "expire naturally", as the documents put it, is what they
 * do not do, and each cycle lists the keyspace for as long as the mode is on.
 *
 * Source: version 2 of the queue, as documented; the share of the old version is ours. */
#include "strategies/claim.h"
#include "strategies/scan.h"

enum { CLAIM = SCAN_PARAMETERS, LEGACY = CLAIM + CLAIM_PARAMETERS };
enum { MARK_CHUNK = 512 };

struct dual {
    struct scan scan; /* first: scan finds it there */
    struct claim claim;
};

static bool dual_open(struct seat *seat)
{
    struct dual *dual = seat->state;
    return scan_open(seat) && claim_open(seat, &dual->claim, seat->values + CLAIM);
}

static bool is_legacy(struct seat *seat)
{
    return (int64_t)(seat_random(seat) % 100) < seat->values[LEGACY];
}

static enum outcome mark_chunk(struct seat *seat, const uint64_t *ids, size_t n)
{
    const struct dual *dual = seat->state;
    uint64_t of_old[MARK_CHUNK], of_new[MARK_CHUNK];
    size_t old_count = 0, new_count = 0;
    for (size_t i = 0; i < n; i++)
        if (is_legacy(seat))
            of_old[old_count++] = ids[i];
        else
            of_new[new_count++] = ids[i];
    enum outcome outcome = claim_mark(seat, &dual->claim, of_new, new_count);
    return outcome != OUTCOME_OK ? outcome : scan_mark(seat, of_old, old_count);
}

static enum outcome dual_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    enum outcome outcome = OUTCOME_OK;
    for (size_t at = 0; at < n && outcome == OUTCOME_OK; at += MARK_CHUNK)
        outcome = mark_chunk(seat, ids + at, n - at < MARK_CHUNK ? n - at : MARK_CHUNK);
    return outcome;
}

static enum outcome dual_cycle(struct seat *seat)
{
    const struct dual *dual = seat->state;
    enum outcome outcome = claim_cycle(seat, &dual->claim);
    return outcome != OUTCOME_OK ? outcome : scan_round(seat);
}

static enum outcome dual_recover(struct seat *seat)
{
    const struct dual *dual = seat->state;
    return claim_recover(seat, &dual->claim);
}

static uint64_t dual_recover_ms(const struct seat *seat)
{
    return (uint64_t)seat->values[CLAIM + CLAIM_RECOVER];
}

static enum outcome dual_census(struct seat *seat, struct census *census)
{
    const struct dual *dual = seat->state;
    enum outcome outcome = claim_census(seat, &dual->claim, census);
    return outcome != OUTCOME_OK ? outcome : scan_census(seat, census);
}

/* Of each form by its share. */
static struct needs dual_needs(const struct seat *seat)
{
    double share = (double)seat->values[LEGACY] / 100;
    struct needs old = scan_needs(seat), new = claim_needs(seat, seat->values + CLAIM);
    double of_old = share * old.items_per_instance, of_new = (1 - share) * new.items_per_instance;
    struct needs needs = new; /* and its time to live */
    needs.items_per_instance = of_old + of_new;
    needs.round_trips_per_item =
        (of_old * old.round_trips_per_item + of_new * new.round_trips_per_item) /
        needs.items_per_instance;
    needs.private_bytes_per_item = (uint64_t)(share * (double)old.private_bytes_per_item);
    needs.server_bytes_per_item = (uint64_t)(share * (double)old.server_bytes_per_item +
                                             (1 - share) * (double)new.server_bytes_per_item);
    if (new.items_per_cycle > 0)
        needs.items_per_cycle += (uint64_t)(share * (double)seat->items);
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
    [LEGACY] = {.name = "legacy",
                .type = PARAMETER_INTEGER,
                .fallback = "50",
                .min = 0,
                .max = 100,
                .help = "marks of a hundred that producers of the old version make (ours)"},
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
    .probes = claim_probes,
};
