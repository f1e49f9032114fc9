/* Ours, for items that have names and no numbers (for those claim-safe is cheaper): claims of whole
 * sets, which move no item.
 *
 *     mark     SADD <front> <item>, one of 64 by hash(id); while the queue is deep SADD <bucket>
 *              <item>, one of the 64 behind that front. Each 64th mark of a producer asks with it
 *              how long the queue stays deep (PTTL), and whether this front holds 256 items; if
 *              it does, `deep` is set for 60 s (two leases, or two cycles if those are longer). A
 *              producer relies on it for 1 s, where it lasts for half of its time at least
 *     look     EXISTS of the claims, `deep`, all fronts, and the buckets of one front, another
 *              one in each cycle: 0 is nothing to do
 *     claim    script: from where the last claim of anybody ended in the ring of all fronts and
 *              then all buckets, the next ones that hold 200 items together. One is RENAMEd to
 *              claim:<token>, small ones are gathered by SUNIONSTORE and UNLINK. Which ones stands
 *              in the hash of claims; lease:<token> is set with a time to live. But a claim whose
 *              lease is gone comes first, and is RENAMEd to the new token
 *     read     SMEMBERS claim:<token>
 *     acknowledge  script: HDEL claims <token>; if it was there UNLINK claim and lease, and SADD
 *              of what failed or was not begun, each to its front
 *     renew    each third of the lease: PEXPIRE lease:<token>
 *     cycle    look, then claims until they have gone once around the ring
 *
 * Promises: at least once under crash, cut connection, pause, scaling and a restart of Redis with
 * its data: an item is in a front, a bucket or a claim until that claim is acknowledged, and a
 * claim that nobody renews any more is taken over by the next one who claims. No lost update: a
 * mark that comes during the work lands in the front or bucket anew and is served after the
 * acknowledge, for neither can be claimed while items of it are in work. So only an owner that was
 * paused past its lease overlaps with its successor, by one item, and its acknowledge is refused,
 * for its token is gone. Nobody is configured, and no two clocks are compared: Redis keeps the
 * leases. All keys bear the tag {<vendor>}, also those that the claim's script names by itself (to
 * declare 4,160 would cost more than the claim): a queue lies in one slot of a cluster, as one set
 * does, and its scripts run on the node of that slot.
 *
 * Does not promise: any order; that what is marked during its work is served within the same
 * cycle; that little is repeated after a crash (all of the claim is). A mark is idempotent but
 * where the queue becomes deep or is so no more: an item that is in its front, and is marked once
 * more into its bucket, is served twice, one after the other. What is in a bucket when `deep` has
 * lapsed, because nobody has claimed for a minute, or a producer was paused for half of one between
 * the choice of a bucket and its SADD, waits for the look behind that front, 64 cycles at most.
 * `depth` must be the same for all.
 *
 * Why so: SPOP costs per item, RENAME per set; of 1M items 4,096 buckets hold 244 each, and a set
 * of so many is freed in one piece. Buckets alone are as good there, but of 1,000 pending items
 * nearly each one lies in a bucket of its own, and to name 4,096 keys in a script costs more than
 * to pop the items (measured: 5 to 9 us an item, SPOP 1). Hence the fronts, of which 64 suffice up
 * to 16,000 items, and which a single EXISTS tests; a set of the buckets that hold work would cost
 * a second write per mark. The position in the ring is shared, so that N instances go around it
 * once, not N times. */
#include "strategies/claim_sets.h"

#include "strategies/batch.h"
#include "strategies/census.h"
#include "strategies/drawers.h"
#include "strategies/hands.h"
#include "strategies/promises.h"
#include "strategies/token.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH, ITEMS, LEASE };
enum {
    RENEWALS_PER_LEASE = 3,
    ITEMS_MAX = 5000
};                          /* Lua passes on not many more than 7,000 names */
enum { SERVER_BYTES = 77 }; /* of one item among 1,000,000, measured */

struct claim_sets {
    struct drawers drawers;
    char claims[DRAWERS_KEY_MAX], position[DRAWERS_KEY_MAX];
    /* Of the claim in hand. */
    char claim[DRAWERS_KEY_MAX], lease[DRAWERS_KEY_MAX], token[TOKEN_TEXT_MAX];
};

/* The next cycle of everybody has begun by then, and what it claims from buckets prolongs that. */
static uint64_t deep_ms(const struct seat *seat)
{
    uint64_t lease_ms = (uint64_t)seat->values[LEASE];
    return 2 * (seat->cycle_ms > lease_ms ? seat->cycle_ms : lease_ms);
}

static bool claim_sets_open(struct seat *seat)
{
    struct claim_sets *sets = seat->state;
    if (!drawers_open(seat, &sets->drawers, (uint32_t)seat->values[DEPTH], deep_ms(seat)))
        return false;
    drawers_key(&sets->drawers, sets->claims, "claims", "");
    drawers_key(&sets->drawers, sets->position, "at", "");
    return true;
}

static enum outcome claim_sets_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    struct claim_sets *sets = seat->state;
    return drawers_mark(seat, &sets->drawers, ids, n);
}

/* ---- the claim */

/* The token is renewed from now on; until when the lease is ours at least is known before that. */
static enum outcome ask_for_claim(struct seat *seat, int64_t end, struct claim_sets_answer *answer)
{
    struct claim_sets *sets = seat->state;
    struct wire_reply reply = {.visit = claim_sets_answer_visit, .context = answer};
    uint64_t token = token_new(seat);
    uint64_t asked_ms = seat_unix_ms(seat);
    token_write(sets->token, token);
    drawers_key(&sets->drawers, sets->lease, "lease:", sets->token);
    drawers_key(&sets->drawers, sets->claim, "claim:", sets->token);
    *answer = (struct claim_sets_answer){0};
    wire_eval_begin(seat->wire, &claim_sets_claim, 5);
    wire_text(seat->wire, sets->claims);
    wire_text(seat->wire, sets->position);
    wire_text(seat->wire, sets->lease);
    wire_text(seat->wire, sets->claim);
    wire_text(seat->wire, sets->drawers.deep);
    wire_text(seat->wire, sets->drawers.base);
    wire_int(seat->wire, seat->values[DEPTH]);
    wire_int(seat->wire, end);
    wire_int(seat->wire, seat->values[ITEMS]);
    wire_int(seat->wire, seat->values[LEASE]);
    wire_text(seat->wire, sets->token);
    wire_int(seat->wire, sets->drawers.patrolled);
    wire_int(seat->wire, (int64_t)sets->drawers.deep_ms);
    enum outcome outcome = wire_eval_end(seat->wire, &claim_sets_claim, &reply);
    if (outcome == OUTCOME_OK && answer->of[ANSWER_KIND] != CLAIM_NOTHING)
        hand_take(seat->shared, seat, token, asked_ms + (uint64_t)seat->values[LEASE]);
    return outcome;
}

static int by_id(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return (one > other) - (one < other);
}

/* In order, for Redis answers names in one of its own, another one each time that it starts. */
static enum outcome read_claim(struct seat *seat, struct batch *batch)
{
    const struct claim_sets *sets = seat->state;
    struct wire_reply reply = {.visit = batch_visit, .context = batch};
    batch->n = 0;
    enum outcome outcome = wire_ask(seat->wire, &reply, "SMEMBERS", sets->claim);
    if (outcome == OUTCOME_OK && batch->incomplete)
        return wire_fail(seat->wire, "out of memory for a claim");
    if (outcome != OUTCOME_OK || batch->n == 0)
        return outcome;
    qsort(batch->ids, batch->n, sizeof *batch->ids, by_id);
    seat_event(seat, EVENT_CLAIMED, batch->n);
    return OUTCOME_OK;
}

/* ---- the work and its acknowledge */

static enum outcome acknowledge(struct seat *seat, const struct batch *back)
{
    const struct claim_sets *sets = seat->state;
    char key[DRAWERS_KEY_MAX];
    wire_eval_begin(seat->wire, &claim_sets_acknowledge, (int)back->n + 3);
    wire_text(seat->wire, sets->claims);
    wire_text(seat->wire, sets->lease);
    wire_text(seat->wire, sets->claim);
    for (size_t i = 0; i < back->n; i++) {
        drawers_front_of(&sets->drawers, key, back->ids[i]);
        wire_text(seat->wire, key);
    }
    wire_text(seat->wire, sets->token);
    for (size_t i = 0; i < back->n; i++)
        drawers_member(seat, back->ids[i]);
    struct wire_reply reply = {0};
    enum outcome outcome = wire_eval_end(seat->wire, &claim_sets_acknowledge, &reply);
    if (outcome == OUTCOME_OK && reply.integer == 0)
        seat_event(seat, EVENT_UNOWNED, 1);
    return outcome;
}

/* A claim that is not acknowledged, whatever the reason, is renewed no more, and taken over. */
static enum outcome serve_claim(struct seat *seat, struct batch *batch)
{
    enum outcome outcome = read_claim(seat, batch);
    if (outcome == OUTCOME_OK) {
        enum outcome worked = batch_refresh(seat, batch, hand_is_valid);
        outcome = acknowledge(seat, batch);
        if (outcome == OUTCOME_OK)
            outcome = worked;
    }
    hand_drop(seat->shared, seat);
    return outcome;
}

/* ---- the cycle */

static enum outcome claim_sets_cycle(struct seat *seat)
{
    struct claim_sets *sets = seat->state;
    struct claim_sets_answer answer = {.of = {[ANSWER_END] = -1}};
    struct batch batch = {0};
    bool more;
    enum outcome outcome = drawers_look(seat, &sets->drawers, sets->claims, &more);
    while (outcome == OUTCOME_OK && more) {
        outcome = ask_for_claim(seat, answer.of[ANSWER_END], &answer);
        more = answer.of[ANSWER_KIND] == CLAIM_TAKEN_OVER ||
               answer.of[ANSWER_AT] < answer.of[ANSWER_END];
        if (outcome == OUTCOME_OK && answer.of[ANSWER_KIND] != CLAIM_NOTHING)
            outcome = serve_claim(seat, &batch);
    }
    batch_close(&batch);
    return outcome;
}

/* ---- the renewal */

static enum outcome renew(struct seat *seat, uint32_t worker)
{
    const struct claim_sets *sets = seat->state;
    struct wire_reply reply = {0};
    char text[TOKEN_TEXT_MAX], lease[DRAWERS_KEY_MAX];
    uint64_t token, until_ms, asked_ms = seat_unix_ms(seat);
    if (!hand_look(seat->shared, worker, &token, &until_ms))
        return OUTCOME_OK;
    token_write(text, token);
    drawers_key(&sets->drawers, lease, "lease:", text);
    wire_begin(seat->wire, "PEXPIRE");
    wire_text(seat->wire, lease);
    wire_int(seat->wire, seat->values[LEASE]);
    wire_end(seat->wire, &reply);
    enum outcome outcome = wire_flush(seat->wire);
    if (outcome == OUTCOME_OK && reply.integer == 1)
        hand_prolong(seat->shared, worker, token, asked_ms + (uint64_t)seat->values[LEASE]);
    return outcome;
}

static enum outcome claim_sets_renew(struct seat *seat)
{
    enum outcome outcome = OUTCOME_OK;
    for (uint32_t worker = 0; worker < seat->workers && outcome == OUTCOME_OK; worker++)
        outcome = renew(seat, worker);
    return outcome;
}

static uint64_t claim_sets_renew_ms(const struct seat *seat)
{
    return (uint64_t)seat->values[LEASE] / RENEWALS_PER_LEASE;
}

/* ---- the census */

/* The tokens of all claims, the numbers that they are written as. */
static void token_visit(void *context, const struct wire_element *element)
{
    char text[TOKEN_TEXT_MAX];
    if (element->type != WIRE_TEXT || element->len >= sizeof text)
        return;
    memcpy(text, element->text, element->len);
    text[element->len] = '\0';
    batch_add(context, strtoull(text, NULL, 16));
}

/* Once its lease is over the next claim will find it; until then, and for the cycle that may have
 * to come, it is claimed. */
static enum outcome census_claim(struct seat *seat, uint64_t token, struct census *census)
{
    const struct claim_sets *sets = seat->state;
    struct census_claims claimed = {.census = census};
    struct wire_reply left = {0}, members = {.visit = census_visit_claimed, .context = &claimed};
    char text[TOKEN_TEXT_MAX], key[DRAWERS_KEY_MAX];
    token_write(text, token);
    drawers_key(&sets->drawers, key, "lease:", text);
    enum outcome outcome = wire_ask(seat->wire, &left, "PTTL", key);
    if (outcome != OUTCOME_OK)
        return outcome;
    if (left.integer < 0)
        members = (struct wire_reply){.visit = census_visit_pending, .context = census};
    claimed.deadline_ms = seat_unix_ms(seat) + (uint64_t)left.integer + seat->cycle_ms;
    drawers_key(&sets->drawers, key, "claim:", text);
    return wire_ask(seat->wire, &members, "SMEMBERS", key);
}

static enum outcome claim_sets_census(struct seat *seat, struct census *census)
{
    const struct claim_sets *sets = seat->state;
    struct batch tokens = {0};
    struct wire_reply reply = {.visit = token_visit, .context = &tokens};
    enum outcome outcome = drawers_census(seat, &sets->drawers, census);
    if (outcome == OUTCOME_OK)
        outcome = wire_ask(seat->wire, &reply, "HKEYS", sets->claims);
    if (outcome == OUTCOME_OK && tokens.incomplete)
        outcome = wire_fail(seat->wire, "out of memory for the tokens of claims");
    for (size_t i = 0; i < tokens.n && outcome == OUTCOME_OK; i++)
        outcome = census_claim(seat, tokens.ids[i], census);
    batch_close(&tokens);
    return outcome;
}

static struct needs claim_sets_needs(const struct seat *seat)
{
    double of_claim = (double)seat->items / (double)(seat->values[DEPTH] * DRAWERS);
    if (of_claim < (double)seat->values[ITEMS])
        of_claim = (double)seat->values[ITEMS];
    return (struct needs){
        .round_trips_per_item = 3 / of_claim,
        .items_per_instance = 1.0 / seat->instances,
        .server_bytes_per_item = SERVER_BYTES,
        .server_ttl_ms = (uint64_t)seat->values[LEASE],
    };
}

static const struct parameter parameters[] = {
    [DEPTH] = {.name = "depth",
               .type = PARAMETER_INTEGER,
               .fallback = "64",
               .min = 1,
               .max = DRAWERS_DEPTH_MAX,
               .help = "buckets behind each of the 64 fronts, the same for all (ours)"},
    [ITEMS] = {.name = "items",
               .type = PARAMETER_INTEGER,
               .fallback = "200",
               .min = 1,
               .max = ITEMS_MAX,
               .help = "a claim takes sets until they hold so many together (ours)"},
    [LEASE] =
        PARAMETER_LEASE("lease", "30s", "time to live of a claim, renewed each third of it (ours)"),
    {0},
};

static const struct contender contenders[] = {
    {"claim-sets", "ours, for items with names: claims of whole sets, with a lease", ""},
    {0},
};

static const struct wire_script *const scripts[] = {&claim_sets_claim, &claim_sets_acknowledge,
                                                    NULL};

const struct strategy strategy_claim_sets = {
    .name = "claim-sets",
    .summary = "marks lie in many small sets; a claim renames one and holds a lease on it",
    .promises = PROMISES_AT_LEAST_ONCE | PROMISE_NO_OVERLAP | PROMISE_NO_LOST_UPDATE |
                PROMISE_OWNER_CHECKED,
    .parameters = parameters,
    .contenders = contenders,
    .scripts = scripts,
    .state_size = sizeof(struct claim_sets),
    .shared_size = sizeof(struct hands),
    .open = claim_sets_open,
    .mark = claim_sets_mark,
    .cycle = claim_sets_cycle,
    .upkeep = claim_sets_renew,
    .upkeep_ms = claim_sets_renew_ms,
    .census = claim_sets_census,
    .needs = claim_sets_needs,
};
