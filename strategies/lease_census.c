/* Where the tasks of strategy `lease` are: pending, or active with a lease. */
#include "strategies/lease.h"

#include "strategies/census.h"
#include "strategies/item.h"
#include "strategies/listing.h"

#include <stdlib.h>

enum { CENSUS_CHUNK = 1000 };

struct report {
    struct census *census;
    uint64_t wait_ms; /* after the end of a lease, until it is taken back */
    uint64_t id;      /* of the member whose score comes next */
};

static void report_lease(void *context, const struct wire_element *element)
{
    struct report *report = context;
    if (element->type != WIRE_TEXT)
        return;
    if (element->index % 2 == 0)
        item_read(element->text, element->len, &report->id);
    else
        census_claimed(report->census, report->id,
                       strtoull(element->text, NULL, 10) + report->wait_ms);
}

static enum outcome census_leases(struct seat *seat, struct report *report)
{
    const struct lease *lease = seat->state;
    struct wire_reply reply = {.visit = report_lease, .context = report};
    enum outcome outcome;
    int64_t from = 0;
    do {
        wire_begin(seat->wire, "ZRANGE");
        wire_text(seat->wire, lease->lease);
        wire_int(seat->wire, from);
        wire_int(seat->wire, from + CENSUS_CHUNK - 1);
        wire_text(seat->wire, "WITHSCORES");
        wire_end(seat->wire, &reply);
        outcome = wire_flush(seat->wire);
        from += CENSUS_CHUNK;
    } while (outcome == OUTCOME_OK && reply.integer == 2 * CENSUS_CHUNK);
    return outcome;
}

enum outcome lease_census(struct seat *seat, struct census *census)
{
    const struct lease *lease = seat->state;
    struct report report = {.census = census,
                            .wait_ms =
                                (uint64_t)(seat->values[LEASE_GRACE] + seat->values[LEASE_RECOVER] +
                                           2 * seat->values[LEASE_EXTEND])};
    struct census_claims unleased = {.census = census}; /* of which nobody will ever hear */
    enum outcome outcome = listing_census(seat, lease->pending, census);
    if (outcome == OUTCOME_OK)
        outcome = census_leases(seat, &report);
    if (outcome == OUTCOME_OK)
        outcome = listing_walk(seat->wire, lease->active, census_visit_claimed, &unleased);
    return outcome;
}
