/* Ours: claims of whole pages of items, which read and move no item by itself.
 *
 *     mark     SETRANGE <page> <offset> @: the items 256 * p .. 256 * p + 255 are the bytes of page
 *              p. It answers how long the page is. One of 257 bytes is listed. Of a shorter one
 *              this may be the first mark, and the producer lists it, which is a script: SETRANGE
 *              <page> 256 @, and RPUSH pages <p> unless there is a work:<p>
 *     look     EXISTS pages claims: 0 is nothing to do
 *     claim    script: LPOP pages <n>, as many as held 200 items the last time (LPUSH of what is
 *              too much); each is RENAMEd to work:<p>. RPUSH claim:<token> <p> ..., and ZADD claims
 *              <time + lease> <token>. But a claim whose lease is over comes first, and is RENAMEd
 *              to the new token
 *     read     MGET work:<p> ...
 *     acknowledge  script: ZREM claims <token>; if it was there, SETRANGE of what failed or was not
 *              begun, UNLINK the claim and its work:<p>, RPUSH pages what was marked meanwhile
 *     renew    each third of the lease, a script: ZADD claims XX <time + lease> <token>
 *     cycle    look, then claims until as many pages as were listed at its beginning are through
 *
 * Promises: at least once under crash, cut connection, pause, scaling and a restart of Redis with
 * its data. A page that holds marks is in the list, or its number is in a claim, whose acknowledge
 * lists it, or its producer has not been answered yet, and will not be before it is listed; a
 * claim that nobody renews any more is taken over by the next one who claims. No lost update: a
 * mark that comes during the work makes the page anew and is served after the acknowledge, for only
 * what is listed can be claimed. So only an owner that was paused past its lease, or could not
 * renew it, overlaps with its successor, by one item, and its acknowledge is refused, for its token
 * is gone. A claim asked for twice with one token is one. A mark is idempotent, and the page
 * that was listed first is claimed first. Nobody is configured, and no two clocks are compared:
 * that of Redis ends the leases. No key has a time to live. All keys bear the tag {<vendor>}, also
 * those that the scripts name by themselves: a queue lies in one slot of a cluster, as one set
 * does, and its scripts run on the node of that slot.
 *
 * Does not promise: that what is marked during its work is served within the same cycle; that
 * little is repeated after a crash (all of the claim is); anything when somebody else deletes
 * single keys of it: a page that says it is listed, and is not, will never be.
 *
 * Items must have numbers, and numbers that lie together, as those of a table's newest rows do:
 * then a page holds many. A page with a single item costs as much as a key of its own, and takes
 * 680 bytes; `apart` measures what that comes to. For items that have names, or lie far apart,
 * there is claim-sets.
 *
 * Why so: SPOP costs per item, RENAME per page, and a page is read and freed in one piece. A mark
 * cannot be had for less than its round trip, of which the command itself is a small part, so what
 * finds the work later must cost it nothing: no second write, and no further argument. The length
 * that SETRANGE answers says both that the mark is in and whether anybody will look there. The
 * alternatives, tried by hand beside SADD to one set (Redis 7.0.15, CPU of the server): BITFIELD,
 * which can set a bit and ask for another, 1.03 to 1.10, for it has nine arguments; SADD to 4,096
 * small sets 1.05, and their claims were twice as dear; SETBIT, which tells of no page, 0.98; this
 * 0.97. In pages of 4,096 items 0.93, and items that lie apart cost less: but such a page has to be
 * divided among claims, which is half as much code again. */
#include "strategies/claim_safe.h"

#include "strategies/hands.h"
#include "strategies/promises.h"

#include <inttypes.h>
#include <string.h>

enum { ITEMS, LEASE, APART };
enum { RENEWALS_PER_LEASE = 3, MARKS_AT_ONCE = 128, ASK_FIRST = 16 };
enum { SERVER_BYTES = 3 }; /* of one item among 1,000,000, measured */

/* ---- pages and keys */

void claim_safe_claim_key(const struct claim_safe *safe, char key[CLAIM_SAFE_KEY_MAX],
                          const char token[TOKEN_TEXT_MAX])
{
    snprintf(key, CLAIM_SAFE_KEY_MAX, "%sclaim:%s", safe->base, token);
}

void claim_safe_page_key(const struct claim_safe *safe, char key[CLAIM_SAFE_KEY_MAX], uint64_t page)
{
    snprintf(key, CLAIM_SAFE_KEY_MAX, "%s%" PRIu64, safe->base, page);
}

void claim_safe_work_key(const struct claim_safe *safe, char key[CLAIM_SAFE_KEY_MAX], uint64_t page)
{
    snprintf(key, CLAIM_SAFE_KEY_MAX, "%swork:%" PRIu64, safe->base, page);
}

static uint64_t page_of(const struct claim_safe *safe, uint64_t id)
{
    return id * safe->apart / PAGE_ITEMS;
}

static int64_t offset_of(const struct claim_safe *safe, uint64_t id)
{
    return (int64_t)(id * safe->apart % PAGE_ITEMS);
}

void claim_safe_read_page(const struct claim_safe *safe, struct batch *ids, uint64_t page,
                          const char *bytes, size_t len)
{
    for (size_t i = 0; i < len && i < PAGE_ITEMS; i++)
        if (bytes[i] != '\0')
            batch_add(ids, (page * PAGE_ITEMS + i) / safe->apart);
}

static bool claim_safe_open(struct seat *seat)
{
    struct claim_safe *safe = seat->state;
    char name[KEY_MAX];
    snprintf(name, sizeof name, "outdated:{%s}:", seat->vendor);
    if (!key_write(safe->base, seat, name))
        return false;
    snprintf(safe->pages, sizeof safe->pages, "%spages", safe->base);
    snprintf(safe->claims, sizeof safe->claims, "%sclaims", safe->base);
    safe->apart = (uint64_t)seat->values[APART];
    if (seat->first_id + seat->items > UINT64_MAX / safe->apart) {
        wire_fail(seat->wire, "the items' numbers would be too large so far apart");
        return false;
    }
    safe->ask = ASK_FIRST;
    return true;
}

/* ---- the mark */

static enum outcome list_pages(struct seat *seat, const uint64_t *pages, size_t n)
{
    const struct claim_safe *safe = seat->state;
    struct claim_numbers numbers = {0};
    struct wire_reply reply = {.visit = claim_safe_numbers_visit, .context = &numbers};
    if (n == 0)
        return OUTCOME_OK;
    wire_eval_begin(seat->wire, &claim_safe_list, 1);
    wire_text(seat->wire, safe->pages);
    wire_text(seat->wire, safe->base);
    for (size_t i = 0; i < n; i++)
        wire_int(seat->wire, (int64_t)pages[i]);
    return wire_eval_end(seat->wire, &claim_safe_list, &reply);
}

static void build_mark(struct seat *seat, uint64_t id, struct wire_reply *length)
{
    const struct claim_safe *safe = seat->state;
    char key[CLAIM_SAFE_KEY_MAX];
    claim_safe_page_key(safe, key, page_of(safe, id));
    wire_begin(seat->wire, "SETRANGE");
    wire_text(seat->wire, key);
    wire_int(seat->wire, offset_of(safe, id));
    wire_text(seat->wire, "@");
    wire_end(seat->wire, length);
}

/* They are marked once the pages of all are listed; where that fails they may be in all the same,
 * for the next mark in their page lists it. */
static enum outcome mark_some(struct seat *seat, const uint64_t *ids, size_t n)
{
    const struct claim_safe *safe = seat->state;
    struct wire_reply lengths[MARKS_AT_ONCE];
    uint64_t pages[MARKS_AT_ONCE];
    size_t unlisted = 0;
    memset(lengths, 0, sizeof lengths);
    for (size_t i = 0; i < n; i++)
        build_mark(seat, ids[i], &lengths[i]);
    enum outcome outcome = wire_flush(seat->wire);
    if (outcome != OUTCOME_OK)
        return outcome;
    for (size_t i = 0; i < n; i++) {
        uint64_t page = page_of(safe, ids[i]);
        if (lengths[i].integer < PAGE_LISTED && (unlisted == 0 || pages[unlisted - 1] != page))
            pages[unlisted++] = page;
    }
    outcome = list_pages(seat, pages, unlisted);
    return outcome == OUTCOME_FAILED ? OUTCOME_UNKNOWN : outcome;
}

static enum outcome claim_safe_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    enum outcome outcome = OUTCOME_OK;
    for (size_t i = 0; i < n && outcome == OUTCOME_OK; i += MARKS_AT_ONCE)
        outcome = mark_some(seat, ids + i, n - i < MARKS_AT_ONCE ? n - i : MARKS_AT_ONCE);
    return outcome;
}

/* ---- the claim */

/* What is in hand. */
struct claim {
    struct seat *seat;
    struct claim_answer answer;
    struct batch pages, ids;
};

/* The token is renewed from now on; until when the lease is ours at least is known before that. */
static enum outcome ask_for_claim(struct seat *seat, struct claim *claim)
{
    struct claim_safe *safe = seat->state;
    struct wire_reply reply = {.visit = claim_safe_claim_visit, .context = &claim->answer};
    uint64_t token = token_new(seat);
    uint64_t asked_ms = seat_unix_ms(seat);
    token_write(safe->token, token);
    claim_safe_claim_key(safe, safe->claim, safe->token);
    claim->pages.n = 0;
    claim->answer = (struct claim_answer){.pages = &claim->pages};
    wire_eval_begin(seat->wire, &claim_safe_claim, 3);
    wire_text(seat->wire, safe->pages);
    wire_text(seat->wire, safe->claims);
    wire_text(seat->wire, safe->claim);
    wire_text(seat->wire, safe->base);
    wire_text(seat->wire, safe->token);
    wire_int(seat->wire, seat->values[LEASE]);
    wire_int(seat->wire, seat->values[ITEMS]);
    wire_int(seat->wire, (int64_t)safe->ask);
    enum outcome outcome = wire_eval_end(seat->wire, &claim_safe_claim, &reply);
    if (outcome == OUTCOME_OK && claim->answer.numbers.of[CLAIM_KIND] != CLAIM_NOTHING)
        hand_take(seat->shared, seat, token, asked_ms + (uint64_t)seat->values[LEASE]);
    return outcome;
}

static void work_visit(void *context, const struct wire_element *element)
{
    struct claim *claim = context;
    if (element->type == WIRE_TEXT && element->index < claim->pages.n)
        claim_safe_read_page(claim->seat->state, &claim->ids, claim->pages.ids[element->index],
                             element->text, element->len);
}

/* For the next one as many pages as sufficed, or twice as many as did not. */
static void learn(struct claim_safe *safe, const struct claim *claim, uint64_t items)
{
    if (claim->answer.numbers.of[CLAIM_KIND] == CLAIM_NEW)
        safe->ask = claim->ids.n >= items ? claim->pages.n : 2 * safe->ask;
    if (safe->ask > items)
        safe->ask = items;
}

static enum outcome read_claim(struct seat *seat, struct claim *claim)
{
    struct claim_safe *safe = seat->state;
    struct wire_reply reply = {.visit = work_visit, .context = claim};
    char key[CLAIM_SAFE_KEY_MAX];
    claim->ids.n = 0;
    wire_begin(seat->wire, "MGET");
    for (size_t i = 0; i < claim->pages.n; i++) {
        claim_safe_work_key(safe, key, claim->pages.ids[i]);
        wire_text(seat->wire, key);
    }
    wire_end(seat->wire, &reply);
    enum outcome outcome = wire_flush(seat->wire);
    if (outcome != OUTCOME_OK)
        return outcome;
    if (claim->pages.incomplete || claim->ids.incomplete)
        return wire_fail(seat->wire, "out of memory for a claim");
    learn(safe, claim, (uint64_t)seat->values[ITEMS]);
    if (claim->ids.n > 0)
        seat_event(seat, EVENT_CLAIMED, claim->ids.n);
    return OUTCOME_OK;
}

/* ---- the work and its acknowledge */

static enum outcome acknowledge(struct seat *seat, const struct batch *back)
{
    const struct claim_safe *safe = seat->state;
    struct claim_numbers numbers = {0};
    struct wire_reply reply = {.visit = claim_safe_numbers_visit, .context = &numbers};
    wire_eval_begin(seat->wire, &claim_safe_acknowledge, 3);
    wire_text(seat->wire, safe->pages);
    wire_text(seat->wire, safe->claims);
    wire_text(seat->wire, safe->claim);
    wire_text(seat->wire, safe->base);
    wire_text(seat->wire, safe->token);
    for (size_t i = 0; i < back->n; i++) {
        wire_int(seat->wire, (int64_t)page_of(safe, back->ids[i]));
        wire_int(seat->wire, offset_of(safe, back->ids[i]));
    }
    enum outcome outcome = wire_eval_end(seat->wire, &claim_safe_acknowledge, &reply);
    if (outcome == OUTCOME_OK && numbers.of[0] == 0)
        seat_event(seat, EVENT_UNOWNED, 1);
    return outcome;
}

/* A claim that is not acknowledged, whatever the reason, is renewed no more, and taken over. */
static enum outcome serve_claim(struct seat *seat, struct claim *claim)
{
    enum outcome outcome = read_claim(seat, claim);
    if (outcome == OUTCOME_OK) {
        enum outcome worked = batch_refresh(seat, &claim->ids, hand_is_valid);
        outcome = acknowledge(seat, &claim->ids);
        if (outcome == OUTCOME_OK)
            outcome = worked;
    }
    hand_drop(seat->shared, seat);
    return outcome;
}

/* ---- the cycle */

static enum outcome look(struct seat *seat, bool *any)
{
    const struct claim_safe *safe = seat->state;
    struct wire_reply reply = {0};
    enum outcome outcome = wire_ask(seat->wire, &reply, "EXISTS", safe->pages, safe->claims);
    *any = outcome == OUTCOME_OK && reply.integer > 0;
    return outcome;
}

/* What is listed meanwhile is left to the next cycle: what always fails comes once in each. */
static enum outcome claim_safe_cycle(struct seat *seat)
{
    struct claim claim = {.seat = seat};
    const uint64_t *of = claim.answer.numbers.of;
    uint64_t left = UINT64_MAX;
    bool more;
    enum outcome outcome = look(seat, &more);
    while (outcome == OUTCOME_OK && more) {
        outcome = ask_for_claim(seat, &claim);
        if (outcome != OUTCOME_OK)
            break;
        left -= of[CLAIM_SEEN] < left ? of[CLAIM_SEEN] : left;
        if (of[CLAIM_BEHIND] < left)
            left = of[CLAIM_BEHIND];
        more = left > 0 || of[CLAIM_KIND] == CLAIM_TAKEN_OVER;
        if (of[CLAIM_KIND] != CLAIM_NOTHING)
            outcome = serve_claim(seat, &claim);
    }
    batch_close(&claim.pages);
    batch_close(&claim.ids);
    return outcome;
}

/* ---- the renewal */

static enum outcome renew(struct seat *seat, uint32_t worker)
{
    const struct claim_safe *safe = seat->state;
    struct wire_reply reply = {0};
    char text[TOKEN_TEXT_MAX];
    uint64_t token, until_ms, asked_ms = seat_unix_ms(seat);
    if (!hand_look(seat->shared, worker, &token, &until_ms))
        return OUTCOME_OK;
    token_write(text, token);
    wire_eval_begin(seat->wire, &claim_safe_renew, 1);
    wire_text(seat->wire, safe->claims);
    wire_text(seat->wire, text);
    wire_int(seat->wire, seat->values[LEASE]);
    enum outcome outcome = wire_eval_end(seat->wire, &claim_safe_renew, &reply);
    if (outcome == OUTCOME_OK && reply.integer == 1)
        hand_prolong(seat->shared, worker, token, asked_ms + (uint64_t)seat->values[LEASE]);
    return outcome;
}

static enum outcome claim_safe_upkeep(struct seat *seat)
{
    enum outcome outcome = OUTCOME_OK;
    for (uint32_t worker = 0; worker < seat->workers && outcome == OUTCOME_OK; worker++)
        outcome = renew(seat, worker);
    return outcome;
}

static uint64_t claim_safe_upkeep_ms(const struct seat *seat)
{
    return (uint64_t)seat->values[LEASE] / RENEWALS_PER_LEASE;
}

/* ---- what it is */

static struct needs claim_safe_needs(const struct seat *seat)
{
    return (struct needs){
        .round_trips_per_item = 3.0 / (double)seat->values[ITEMS],
        .items_per_instance = 1.0 / seat->instances,
        .server_bytes_per_item = SERVER_BYTES,
        .server_ttl_ms = (uint64_t)seat->values[LEASE],
    };
}

static const struct parameter parameters[] = {
    [ITEMS] = {.name = "items",
               .type = PARAMETER_INTEGER,
               .fallback = "200",
               .min = 1,
               .max = CLAIM_ITEMS_MAX,
               .help = "a claim takes pages until they hold so many together (ours)"},
    [LEASE] =
        PARAMETER_LEASE("lease", "30s", "how long a claim lasts, renewed each third of it (ours)"),
    [APART] = {.name = "apart",
               .type = PARAMETER_INTEGER,
               .fallback = "1",
               .min = 1,
               .max = 1000000,
               .help = "how far apart the numbers of items lie, to measure what that costs (ours)"},
    {0},
};

static const struct contender contenders[] = {
    {"claim-safe", "ours: claims of whole pages of items, with a lease and a token", ""},
    {0},
};

static const struct wire_script *const scripts[] = {
    &claim_safe_list, &claim_safe_claim, &claim_safe_acknowledge, &claim_safe_renew, NULL};

const struct strategy strategy_claim_safe = {
    .name = "claim-safe",
    .summary = "an item is a byte of a page; a claim takes a page and holds a lease on it",
    .promises = PROMISES_AT_LEAST_ONCE | PROMISE_NO_OVERLAP | PROMISE_NO_LOST_UPDATE |
                PROMISE_OWNER_CHECKED,
    .parameters = parameters,
    .contenders = contenders,
    .scripts = scripts,
    .state_size = sizeof(struct claim_safe),
    .shared_size = sizeof(struct hands),
    .open = claim_safe_open,
    .mark = claim_safe_mark,
    .cycle = claim_safe_cycle,
    .upkeep = claim_safe_upkeep,
    .upkeep_ms = claim_safe_upkeep_ms,
    .census = claim_safe_census,
    .needs = claim_safe_needs,
};
