#include "tests/kit_sweep.h"

#include "strategies/item.h"
#include "strategies/members.h"
#include "strategies/processing.h"

#include <inttypes.h>
#include <stdio.h>

enum { STALE };

static const char QUEUE[] = "outdated", CLAIMS[] = "claims";

static const struct wire_script *const no_scripts[] = {NULL};

static enum outcome mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    return members_mark(seat, QUEUE, ids, n);
}

static struct needs needs(const struct seat *seat)
{
    return (struct needs){.round_trips_per_item = 2, .items_per_instance = 1.0 / seat->instances};
}

static void refresh_all(struct seat *seat, const struct batch *batch)
{
    for (size_t i = 0; i < batch->n; i++)
        if (seat_refresh(seat, batch->ids[i]) == REFRESH_STOP)
            return;
}

/* ---- the claim is recorded by a second command */

static const struct parameter late_parameters[] = {
    [STALE] = {.name = "stale",
               .type = PARAMETER_DURATION,
               .fallback = "300s",
               .min = 1,
               .max = 3600000,
               .lease = true,
               .help = "age of an entry that goes back"},
    {0},
};

static const struct contender late_contenders[] = {{"records-late", "planted", ""}, {0}};

/* One command about the entries of a batch, as they were made at `since`. */
static enum outcome tell_entries(struct seat *seat, const char *command, const struct batch *batch,
                                 uint64_t since)
{
    wire_begin(seat->wire, command);
    wire_text(seat->wire, CLAIMS);
    for (size_t i = 0; i < batch->n; i++) {
        char item[ITEM_TEXT_MAX], entry[2 * ITEM_TEXT_MAX];
        item_write(item, batch->ids[i], seat->vendor);
        snprintf(entry, sizeof entry, "%s:%s:%" PRIu64, item, seat->host, since);
        wire_text(seat->wire, entry);
    }
    wire_end(seat->wire, NULL);
    return wire_flush(seat->wire);
}

static enum outcome late_round(struct seat *seat, struct batch *batch)
{
    struct wire_reply reply = {.visit = batch_visit, .context = batch};
    enum outcome outcome = wire_ask(seat->wire, &reply, "SPOP", QUEUE, "2");
    if (outcome != OUTCOME_OK || batch->n == 0)
        return outcome;
    uint64_t since = processing_now(seat);
    outcome = tell_entries(seat, "SADD", batch, since);
    if (outcome != OUTCOME_OK)
        return outcome;
    refresh_all(seat, batch);
    return tell_entries(seat, "SREM", batch, since);
}

static enum outcome late_cycle(struct seat *seat)
{
    struct batch batch = {0};
    enum outcome outcome = late_round(seat, &batch);
    batch_close(&batch);
    return outcome;
}

static enum outcome late_upkeep(struct seat *seat)
{
    return processing_recover(seat, CLAIMS, QUEUE, (uint64_t)seat->values[STALE]);
}

static uint64_t late_upkeep_ms(const struct seat *seat)
{
    return (uint64_t)seat->values[STALE] / 5;
}

static enum outcome late_census(struct seat *seat, struct census *census)
{
    uint64_t taken_back_ms = (uint64_t)seat->values[STALE] + late_upkeep_ms(seat);
    enum outcome outcome = members_census(seat, QUEUE, census);
    return outcome == OUTCOME_OK ? processing_census(seat, CLAIMS, taken_back_ms, census) : outcome;
}

const struct strategy kit_records_late = {
    .name = "records-late",
    .summary = "planted: pop, then record",
    .promises = PROMISE_AT_LEAST_ONCE_CRASH, /* falsely */
    .parameters = late_parameters,
    .contenders = late_contenders,
    .scripts = no_scripts,
    .mark = mark,
    .cycle = late_cycle,
    .upkeep = late_upkeep,
    .upkeep_ms = late_upkeep_ms,
    .census = late_census,
    .needs = needs,
};

/* ---- acknowledged before the work */

static const struct parameter no_parameters[] = {{0}};

static const struct contender first_contenders[] = {{"acknowledges-first", "planted", ""}, {0}};

static enum outcome acknowledge(struct seat *seat, const struct batch *batch)
{
    wire_begin(seat->wire, "SREM");
    wire_text(seat->wire, QUEUE);
    for (size_t i = 0; i < batch->n; i++) {
        char item[ITEM_TEXT_MAX];
        item_write(item, batch->ids[i], seat->vendor);
        wire_text(seat->wire, item);
    }
    wire_end(seat->wire, NULL);
    return wire_flush(seat->wire);
}

static enum outcome first_cycle(struct seat *seat)
{
    struct batch batch = {0};
    struct wire_reply reply = {.visit = batch_visit, .context = &batch};
    enum outcome outcome = wire_ask(seat->wire, &reply, "SMEMBERS", QUEUE);
    if (outcome == OUTCOME_OK && batch.n > 0)
        outcome = acknowledge(seat, &batch);
    if (outcome == OUTCOME_OK)
        refresh_all(seat, &batch);
    batch_close(&batch);
    return outcome;
}

static enum outcome queue_census(struct seat *seat, struct census *census)
{
    return members_census(seat, QUEUE, census);
}

const struct strategy kit_acknowledges_first = {
    .name = "acknowledges-first",
    .summary = "planted: acknowledged before the work",
    .parameters = no_parameters,
    .contenders = first_contenders,
    .scripts = no_scripts,
    .mark = mark,
    .cycle = first_cycle,
    .census = queue_census,
    .needs = needs,
};
