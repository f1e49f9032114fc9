/* What of strategy `reliable-list` goes on beside the work: hearts beat, and the lists of those
 * whose heart has stopped are emptied. */
#include "strategies/reliable_list.h"

#include "strategies/texts.h"
#include "strategies/ttl.h"

#include <string.h>

/* The heart beats before anybody can find the owner and miss it. */
enum outcome reliable_list_beat(struct seat *seat, uint32_t first, uint32_t workers)
{
    const struct reliable_list *list = seat->state;
    wire_begin(seat->wire, "SET");
    wire_text(seat->wire, list->heartbeat);
    wire_text(seat->wire, "1");
    ttl_add(seat, (uint64_t)seat->values[RELIABLE_LIST_TTL]);
    wire_end(seat->wire, NULL);
    wire_begin(seat->wire, "ZADD");
    wire_text(seat->wire, list->processes);
    for (uint32_t worker = first; worker < first + workers; worker++) {
        char owner[RELIABLE_LIST_OWNER_MAX];
        reliable_list_owner(owner, seat, worker);
        wire_int(seat->wire, (int64_t)seat_unix_ms(seat));
        wire_text(seat->wire, owner);
    }
    wire_end(seat->wire, NULL);
    return wire_flush(seat->wire);
}

static enum outcome recover_owner(struct seat *seat, const char *owner)
{
    struct wire_reply reply = {0};
    char key[KEY_MAX];
    uint64_t entries = 0;
    if (!reliable_list_heartbeat(key, seat, owner, strcspn(owner, ":")))
        return OUTCOME_FAILED;
    enum outcome outcome = wire_ask(seat->wire, &reply, "EXISTS", key);
    if (outcome != OUTCOME_OK || reply.integer == 1)
        return outcome;
    if (!reliable_list_key(key, seat, owner))
        return OUTCOME_FAILED;
    outcome = reliable_list_move_all_back(seat, key, &entries);
    if (entries > 0)
        seat_event(seat, EVENT_RECOVERED, entries);
    return outcome;
}

static enum outcome recover(struct seat *seat)
{
    const struct reliable_list *list = seat->state;
    struct texts owners = {0};
    struct wire_reply reply = {.visit = texts_visit, .context = &owners};
    enum outcome outcome = wire_ask(seat->wire, &reply, "ZRANGE", list->processes, "0", "-1");
    for (size_t i = 0; outcome == OUTCOME_OK && i < owners.n; i++)
        outcome = recover_owner(seat, texts_at(&owners, i));
    if (outcome == OUTCOME_OK && owners.incomplete)
        outcome = wire_fail(seat->wire, "out of memory for the owners of lists");
    texts_close(&owners);
    return outcome;
}

enum outcome reliable_list_upkeep(struct seat *seat)
{
    struct reliable_list *list = seat->state;
    uint64_t now_ms = seat_unix_ms(seat);
    enum outcome outcome = reliable_list_beat(seat, 0, seat->workers);
    if (outcome != OUTCOME_OK ||
        now_ms - list->recovered_ms < (uint64_t)seat->values[RELIABLE_LIST_RECOVER])
        return outcome;
    list->recovered_ms = now_ms;
    return recover(seat);
}

uint64_t reliable_list_upkeep_ms(const struct seat *seat)
{
    return (uint64_t)seat->values[RELIABLE_LIST_BEAT];
}

/* With reread=yes nobody leaves: a worker may still be at its last item, and whoever finds its list
 * later finds it empty. */
enum outcome reliable_list_leave(struct seat *seat)
{
    const struct reliable_list *list = seat->state;
    if (seat->values[RELIABLE_LIST_REREAD])
        return OUTCOME_OK;
    wire_begin(seat->wire, "ZREM");
    wire_text(seat->wire, list->processes);
    for (uint32_t worker = 0; worker < seat->workers; worker++) {
        char owner[RELIABLE_LIST_OWNER_MAX];
        reliable_list_owner(owner, seat, worker);
        wire_text(seat->wire, owner);
    }
    wire_end(seat->wire, NULL);
    wire_begin(seat->wire, "DEL");
    wire_text(seat->wire, list->heartbeat);
    wire_end(seat->wire, NULL);
    return wire_flush(seat->wire);
}
