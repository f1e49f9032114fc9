/* What of strategy `lease` goes on beside the work: leases in hand are extended, and tasks whose
 * lease is over are taken back. */
#include "strategies/lease.h"

#include "strategies/item.h"
#include "strategies/texts.h"

enum { RECOVER_CHUNK = 100 };

bool lease_is_given_up(struct seat *seat, uint32_t worker)
{
    const struct leases *leases = seat->shared;
    return seat->values[LEASE_FORM] == LEASE_BLIND &&
           seat_unix_ms(seat) >= atomic_load(&leases->valid_until_ms[worker]);
}

static enum outcome extend(struct seat *seat)
{
    const struct lease *lease = seat->state;
    struct leases *leases = seat->shared;
    uint64_t until_ms = lease_deadline_ms(seat), id, token;
    bool any = false;
    for (uint32_t worker = 0; worker < seat->workers; worker++) {
        char item[ITEM_TEXT_MAX];
        if (!hand_look(&leases->hands, worker, &id, &token) || lease_is_given_up(seat, worker))
            continue;
        if (!any) {
            wire_begin(seat->wire, "ZADD");
            wire_text(seat->wire, lease->lease);
            wire_text(seat->wire, "XX");
        }
        any = true;
        wire_int(seat->wire, (int64_t)until_ms);
        wire_arg(seat->wire, item, item_write(item, id, seat->vendor));
        atomic_store(&leases->valid_until_ms[worker], until_ms);
    }
    if (any)
        wire_end(seat->wire, NULL);
    return wire_flush(seat->wire);
}

static void build_cutoff(struct seat *seat)
{
    const struct lease *lease = seat->state;
    wire_int(seat->wire, (int64_t)seat_unix_ms(seat) - seat->values[LEASE_GRACE]);
    wire_int(seat->wire, RECOVER_CHUNK);
    wire_text(seat->wire, lease->prefix);
}

/* *tasks is how many were found; what cannot be moved (somebody else was faster) is not there any
 * more the next time. */
static enum outcome recover_at_once(struct seat *seat, uint64_t *tasks)
{
    const struct lease *lease = seat->state;
    struct wire_reply reply = {0};
    wire_eval_begin(seat->wire, &lease_recover, 3);
    wire_text(seat->wire, lease->active);
    wire_text(seat->wire, lease->lease);
    wire_text(seat->wire, lease->pending);
    build_cutoff(seat);
    enum outcome outcome = wire_eval_end(seat->wire, &lease_recover, &reply);
    *tasks = (uint64_t)reply.integer;
    return outcome;
}

static enum outcome recover_one_by_one(struct seat *seat, uint64_t *tasks)
{
    const struct lease *lease = seat->state;
    struct texts items = {0};
    struct wire_reply reply = {.visit = texts_visit, .context = &items};
    wire_eval_begin(seat->wire, &lease_expired, 1);
    wire_text(seat->wire, lease->lease);
    build_cutoff(seat);
    enum outcome outcome = wire_eval_end(seat->wire, &lease_expired, &reply);
    *tasks = 0;
    for (size_t i = 0; outcome == OUTCOME_OK && i < items.n; i++) {
        bool requeued;
        outcome = lease_put_back(seat, "RPUSH", texts_at(&items, i), "", &requeued);
        *tasks += requeued;
    }
    if (outcome == OUTCOME_OK && items.incomplete)
        outcome = wire_fail(seat->wire, "out of memory for expired tasks");
    texts_close(&items);
    return outcome;
}

enum outcome lease_upkeep(struct seat *seat)
{
    struct lease *lease = seat->state;
    uint64_t now_ms = seat_unix_ms(seat), tasks;
    bool owned = seat->values[LEASE_FORM] == LEASE_OWNED;
    enum outcome outcome = extend(seat);
    if (outcome != OUTCOME_OK ||
        now_ms - lease->recovered_ms < (uint64_t)seat->values[LEASE_RECOVER])
        return outcome;
    lease->recovered_ms = now_ms;
    do {
        outcome = owned ? recover_at_once(seat, &tasks) : recover_one_by_one(seat, &tasks);
        if (outcome == OUTCOME_OK && tasks > 0)
            seat_event(seat, EVENT_RECOVERED, tasks);
    } while (outcome == OUTCOME_OK && tasks == RECOVER_CHUNK);
    return outcome;
}

uint64_t lease_upkeep_ms(const struct seat *seat)
{
    return (uint64_t)seat->values[LEASE_EXTEND];
}
