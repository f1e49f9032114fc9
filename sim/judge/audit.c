#include "sim/judge/audit.h"

#include "sim/world/cluster.h"

#include <stdlib.h>
#include <string.h>

struct audit {
    struct census census; /* first: strategies report to it */
    const struct ledger *ledger;
    const bool *alive;
    uint32_t instances;
    uint64_t now_ms;
    struct sim_seat *owners; /* one for each instance that is alive, described */
    uint32_t owner_count;
    uint8_t *places; /* enum place of each item */
    bool *stranded;  /* that place is one that nobody will move it from */
};

static bool has_owner(const struct audit *audit, uint64_t id)
{
    for (uint32_t i = 0; i < audit->owner_count; i++)
        if (audit->owners[i].plan->entry->strategy->owns(&audit->owners[i].seat, id))
            return true;
    return false;
}

static bool is_stranded(const struct audit *audit, uint64_t id, enum place place, uint64_t detail)
{
    switch (place) {
    case PLACE_CLAIMED:
        return detail <= audit->now_ms; /* the recovery deadline is over, or there is none */
    case PLACE_ASSIGNED:
        if (detail == CENSUS_ASK_OWNERS)
            return !has_owner(audit, id);
        return detail >= audit->instances || !audit->alive[detail];
    case PLACE_PENDING:
    case PLACE_DEAD:
    case PLACE_NOWHERE:
        break;
    }
    return false;
}

static void found(struct census *census, uint64_t id, enum place place, uint64_t detail)
{
    struct audit *audit = (struct audit *)census;
    uint64_t index = id - audit->ledger->first_id;
    if (index >= audit->ledger->count)
        return;
    bool stranded = is_stranded(audit, id, place, detail);
    bool better = place < audit->places[index] ||
                  (place == audit->places[index] && audit->stranded[index] && !stranded);
    if (!better)
        return;
    audit->places[index] = (uint8_t)place;
    audit->stranded[index] = stranded;
}

static void count_fate(const struct audit *audit, uint64_t index, struct fates *fates)
{
    if (!ledger_is_owed(&audit->ledger->items[index])) {
        fates->refreshed++;
    } else if (audit->stranded[index]) {
        fates->stranded++;
    } else {
        uint64_t *const of_place[] = {
            [PLACE_PENDING] = &fates->pending,  [PLACE_CLAIMED] = &fates->claimed,
            [PLACE_ASSIGNED] = &fates->pending, [PLACE_DEAD] = &fates->dead,
            [PLACE_NOWHERE] = &fates->lost,
        };
        ++*of_place[audit->places[index]];
        fates->lost_anew += audit->places[index] == PLACE_NOWHERE &&
                            atomic_load(&audit->ledger->items[index].done) > 0;
    }
}

/* Who can be asked who owns an item: the instances that are alive, as they are configured. */
static bool describe_owners(struct audit *audit, const struct seat_plan *plan)
{
    if (plan->entry->strategy->owns == NULL)
        return true;
    uint32_t seats = cluster_seats_per_instance(plan->scenario, plan->entry);
    audit->owners = calloc(audit->instances + 1, sizeof *audit->owners);
    for (uint32_t i = 0; audit->owners != NULL && i < audit->instances; i++)
        if (audit->alive[i])
            seat_describe(&audit->owners[audit->owner_count++], plan, i * seats);
    return audit->owners != NULL;
}

bool audit_fates(struct sim_seat *harness, const struct ledger *ledger, const bool *alive,
                 uint32_t instances, struct fates *fates)
{
    struct audit audit = {
        .census.found = found,
        .ledger = ledger,
        .alive = alive,
        .instances = instances,
        .now_ms = seat_unix_ms(&harness->seat),
        .places = malloc(ledger->count),
        .stranded = calloc(ledger->count, sizeof *audit.stranded),
    };
    bool good = false;
    if (audit.places == NULL || audit.stranded == NULL || !describe_owners(&audit, harness->plan)) {
        wire_fail(&harness->wire, "out of memory");
        goto out;
    }
    memset(audit.places, PLACE_NOWHERE, ledger->count);
    good = harness->plan->entry->strategy->census(&harness->seat, &audit.census) == OUTCOME_OK;
    if (!good)
        goto out;
    *fates = (struct fates){.total = ledger->count};
    for (uint64_t i = 0; i < ledger->count; i++)
        count_fate(&audit, i, fates);
out:
    free(audit.owners);
    free(audit.places);
    free(audit.stranded);
    return good;
}
