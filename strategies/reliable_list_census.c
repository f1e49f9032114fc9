/* Where the items of strategy `reliable-list` are: in the queue, or in the list of an owner. */
#include "strategies/reliable_list.h"

#include "strategies/census.h"
#include "strategies/cursor.h"
#include "strategies/listing.h"
#include "strategies/texts.h"

#include <stdlib.h>
#include <string.h>

/* *deadline_ms is when recovery will have moved what stands in this owner's list; 0: it does not
 * know of this owner. */
static enum outcome find_deadline(struct seat *seat, const char *owner, uint64_t *deadline_ms)
{
    const struct reliable_list *list = seat->state;
    struct wire_reply beat = {0};
    enum outcome outcome = wire_ask(seat->wire, &beat, "ZSCORE", list->processes, owner);
    *deadline_ms = 0;
    if (outcome == OUTCOME_OK && beat.type == WIRE_TEXT)
        *deadline_ms =
            strtoull(beat.text, NULL, 10) +
            (uint64_t)(seat->values[RELIABLE_LIST_TTL] + seat->values[RELIABLE_LIST_RECOVER] +
                       2 * seat->values[RELIABLE_LIST_BEAT]);
    return outcome;
}

static enum outcome census_lists(struct seat *seat, const struct texts *keys, struct census *census)
{
    enum outcome outcome = OUTCOME_OK;
    for (size_t i = 0; outcome == OUTCOME_OK && i < keys->n; i++) {
        const char *key = texts_at(keys, i), *owner = strchr(key, '|') + 1;
        struct census_claims claims = {.census = census};
        outcome = find_deadline(seat, owner, &claims.deadline_ms);
        if (outcome == OUTCOME_OK)
            outcome = listing_walk(seat->wire, key, census_visit_claimed, &claims);
    }
    return outcome;
}

enum outcome reliable_list_census(struct seat *seat, struct census *census)
{
    const struct reliable_list *list = seat->state;
    char pattern[KEY_MAX];
    struct texts keys = {0};
    struct cursor_range range = {.match = pattern, .count = 1000};
    enum outcome outcome = listing_census(seat, list->queue, census);
    if (outcome == OUTCOME_OK && reliable_list_key(pattern, seat, "*"))
        outcome = cursor_walk(seat->wire, &range, texts_visit, &keys);
    if (outcome == OUTCOME_OK)
        outcome = census_lists(seat, &keys, census);
    texts_close(&keys);
    return outcome;
}
