/* Instance ids: every instance reads the whole set and works on its residue class.
 *
 *     mark    SADD queue <id>:<vendor>
 *     cycle   SMEMBERS queue; those with id % total == own id: refresh, then SREM
 *
 * The document calls it consistent hashing; it is a modulo, and a change of `total` moves almost
 * every item. Total 1 means that this instance does everything, whatever its id. An id that is
 * configured but not below total counts as 0; one taken from the host name (the number behind
 * its last '-', else 0) is not bounded, and past total it matches nothing.
 *
 * Promises: a member goes only after its refresh, so that cut connections, pauses and a restart
 * of Redis cost a cycle at most.
 *
 * Breaks: the class of a crashed or missing id is refreshed by nobody until it returns; two
 * instances of one id do the work twice; while total differs between instances
 * classes are doubled or orphaned. An update is lost when SREM takes a mark that was set again
 * during the refresh.
 *
 * Source: version 1 of the queue, the documents' "consistent hashing". */
#include "strategies/batch.h"
#include "strategies/item.h"
#include "strategies/key.h"
#include "strategies/members.h"

#include <string.h>

enum { TOTAL, ID };

struct modulo {
    char queue[KEY_MAX];
};

/* One instance's residue class, and this worker's part of it: the document has one worker for each
 * instance; several share the class by the same rule. */
struct residue {
    uint64_t total, own;
    uint32_t worker, workers;
};

static bool modulo_open(struct seat *seat)
{
    struct modulo *modulo = seat->state;
    return key_write(modulo->queue, seat, "cache:execution:refresh:queue");
}

static uint64_t host_number(const char *host)
{
    const char *dash = strrchr(host, '-');
    if (dash == NULL)
        return 0;
    size_t digits = strspn(dash + 1, "0123456789");
    uint64_t number;
    bool whole = digits > 0 && dash[1 + digits] == '\0';
    return whole && item_read(dash + 1, digits, &number) ? number : 0;
}

static uint64_t total_of(const struct seat *seat)
{
    return seat->values[TOTAL] > 0 ? (uint64_t)seat->values[TOTAL] : seat->instances;
}

static struct residue residue_of(const struct seat *seat)
{
    struct residue residue = {
        .total = total_of(seat), .worker = seat->worker, .workers = seat->workers};
    if (seat->values[ID] < 0)
        residue.own = host_number(seat->host);
    else if ((uint64_t)seat->values[ID] < residue.total)
        residue.own = (uint64_t)seat->values[ID];
    return residue;
}

static bool is_own(const void *context, uint64_t id)
{
    const struct residue *residue = context;
    bool of_instance = residue->total == 1 || id % residue->total == residue->own;
    return of_instance && id / residue->total % residue->workers == residue->worker;
}

static enum outcome modulo_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    const struct modulo *modulo = seat->state;
    return members_mark(seat, modulo->queue, ids, n);
}

static enum outcome modulo_cycle(struct seat *seat)
{
    const struct modulo *modulo = seat->state;
    const struct residue residue = residue_of(seat);
    struct batch own = {0};
    enum outcome outcome = members_select(seat, modulo->queue, is_own, &residue, &own);
    if (outcome == OUTCOME_OK) {
        if (own.n > 0)
            seat_event(seat, EVENT_CLAIMED, own.n);
        outcome = members_refresh(seat, modulo->queue, &own);
    }
    batch_close(&own);
    return outcome;
}

static bool modulo_owns(const struct seat *seat, uint64_t id)
{
    struct residue residue = residue_of(seat);
    residue.workers = 1; /* one of its workers will */
    residue.worker = 0;
    return is_own(&residue, id);
}

static void report_member(void *context, const struct wire_element *element)
{
    uint64_t id;
    if (element->type == WIRE_TEXT && item_read(element->text, element->len, &id))
        census_owned(context, id);
}

static enum outcome modulo_census(struct seat *seat, struct census *census)
{
    const struct modulo *modulo = seat->state;
    struct wire_reply reply = {.visit = report_member, .context = census};
    return wire_ask(seat->wire, &reply, "SMEMBERS", modulo->queue);
}

static struct needs modulo_needs(const struct seat *seat)
{
    uint64_t total = total_of(seat);
    return (struct needs){
        .round_trips_per_item = 1, /* SREM */
        .items_per_instance = 1.0 / (double)total,
        .private_bytes_per_item = (sizeof(uint64_t) + total - 1) / total,
        .server_bytes_per_item = MEMBERS_SERVER_BYTES,
    };
}

static const struct parameter parameters[] = {
    [TOTAL] = {.name = "total",
               .type = PARAMETER_INTEGER,
               .fallback = "0",
               .min = 0,
               .max = 1000000,
               .environment = "CORE_INSTANCE_TOTAL",
               .help = "instances that share the items (published default 1: each does "
                       "everything); 0: as many as there are"},
    [ID] = {.name = "id",
            .type = PARAMETER_INTEGER,
            .fallback = "-1",
            .min = -1,
            .max = 1000000,
            .environment = "CORE_INSTANCE_ID",
            .unparsable = "0",
            .help = "id of every instance; from total on it counts as 0; -1: the number in its "
                    "host name (as published)"},
    {0},
};

static const struct contender contenders[] = {
    {"instance-id", "queue version 1 of the documents, ids and total set right", ""},
    {0},
};

const struct strategy strategy_modulo = {
    .name = "modulo",
    .summary = "every instance reads the whole queue and works on its residue class",
    .promises =
        PROMISE_AT_LEAST_ONCE_CUT | PROMISE_AT_LEAST_ONCE_PAUSE | PROMISE_AT_LEAST_ONCE_RESTART,
    .parameters = parameters,
    .contenders = contenders,
    .knows_size = true,
    .state_size = sizeof(struct modulo),
    .open = modulo_open,
    .mark = modulo_mark,
    .cycle = modulo_cycle,
    .census = modulo_census,
    .owns = modulo_owns,
    .needs = modulo_needs,
};
