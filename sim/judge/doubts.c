#include "sim/judge/doubts.h"

#include "sim/world/board.h"

static bool is_about(const struct death *death, uint32_t item)
{
    return step_phase(death->step) == STEP_APPLYING && step_item(death->step) == item;
}

static uint32_t deaths_about(const struct deaths *deaths, uint32_t item)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < deaths->death_count; i++)
        count += is_about(&deaths->deaths[i], item);
    return count;
}

/* Each accepted write raises the row's revision by one, and each one that is counted raises
 * `done`. */
static uint32_t uncounted_writes(const struct ledger_item *item)
{
    uint32_t revision = (uint32_t)atomic_load(&item->revision), done = atomic_load(&item->done);
    return revision > done ? revision - done : 0;
}

static void serve(struct ledger_item *item, uint32_t version)
{
    uint64_t versions = atomic_load(&item->versions);
    if (versions_served(versions) < version && version <= versions_marked(versions))
        atomic_store(&item->versions, (uint64_t)versions_marked(versions) << 32 | version);
}

struct doubts doubts_settle(struct ledger *ledger, const struct deaths *deaths)
{
    struct doubts doubts = {0};
    for (uint32_t i = 0; i < deaths->death_count; i++) {
        const struct death *death = &deaths->deaths[i];
        uint32_t index = step_item(death->step);
        if (step_phase(death->step) != STEP_APPLYING || index >= ledger->count)
            continue;
        struct ledger_item *item = &ledger->items[index];
        uint32_t writes = uncounted_writes(item);
        if (writes == 0)
            continue;
        doubts.writes++;
        doubts.open += writes < deaths_about(deaths, index);
        serve(item, step_version(death->step));
    }
    return doubts;
}
