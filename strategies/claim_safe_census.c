/* Where claim-safe's items are: in a page that is listed or in a claim. A mark in a page that is
 * neither will not be found by any claim. */
#include "strategies/claim_safe.h"

#include "strategies/item.h"

#include <stdlib.h>

/* What is read before its keys can be: tokens and when their leases end, or numbers of pages. */
struct claims {
    const struct claim_safe *safe;
    struct batch tokens, until_ms, pages, work, ids;
    uint64_t now_ms;
};

static void page_visit(void *context, const struct wire_element *element)
{
    uint64_t page;
    if (item_read(element->text, element->len, &page))
        batch_add(context, page);
}

/* ZRANGE WITHSCORES: a token, and when its lease ends. */
static void claim_visit(void *context, const struct wire_element *element)
{
    struct claims *claims = context;
    char text[32];
    snprintf(text, sizeof text, "%.*s", (int)element->len, element->text);
    if (element->index % 2 == 0)
        batch_add(&claims->tokens, strtoull(text, NULL, 16));
    else
        batch_add(&claims->until_ms, strtoull(text, NULL, 10));
}

/* TIME: seconds, and microseconds of the next one. */
static void time_visit(void *context, const struct wire_element *element)
{
    struct claims *claims = context;
    uint64_t value;
    if (item_read(element->text, element->len, &value))
        claims->now_ms += element->index == 0 ? value * 1000 : value / 1000;
}

static enum outcome read_lists(struct seat *seat, struct claims *claims)
{
    const struct claim_safe *safe = claims->safe;
    struct wire_reply pages = {.visit = page_visit, .context = &claims->pages};
    struct wire_reply tokens = {.visit = claim_visit, .context = claims};
    struct wire_reply now = {.visit = time_visit, .context = claims};
    enum outcome outcome = wire_ask(seat->wire, &pages, "LRANGE", safe->pages, "0", "-1");
    if (outcome == OUTCOME_OK)
        outcome = wire_ask(seat->wire, &tokens, "ZRANGE", safe->claims, "0", "-1", "WITHSCORES");
    return outcome == OUTCOME_OK ? wire_ask(seat->wire, &now, "TIME") : outcome;
}

/* The ids of what is marked in a page, listed or in work. One that does not say that it is listed
 * will be listed by nobody but its producer, with its next mark. */
static enum outcome read_page(struct seat *seat, struct claims *claims, uint64_t page, bool work)
{
    struct wire_reply bytes = {0};
    char key[CLAIM_SAFE_KEY_MAX];
    (work ? claim_safe_work_key : claim_safe_page_key)(claims->safe, key, page);
    enum outcome outcome = wire_ask(seat->wire, &bytes, "GET", key);
    claims->ids.n = 0;
    if (outcome == OUTCOME_OK && bytes.len == PAGE_LISTED)
        claim_safe_read_page(claims->safe, &claims->ids, page, bytes.text, bytes.len);
    return outcome;
}

static enum outcome census_page(struct seat *seat, struct claims *claims, uint64_t page,
                                struct census *census)
{
    enum outcome outcome = read_page(seat, claims, page, false);
    for (size_t i = 0; i < claims->ids.n; i++)
        census_pending(census, claims->ids.ids[i]);
    return outcome;
}

/* Once its lease is over the next claim will find it; until then, and for the cycle that may have
 * to come, it is claimed. */
static enum outcome census_work(struct seat *seat, struct claims *claims, uint64_t page,
                                uint64_t until_ms, struct census *census)
{
    enum outcome outcome = read_page(seat, claims, page, true);
    for (size_t i = 0; i < claims->ids.n; i++)
        if (until_ms <= claims->now_ms)
            census_pending(census, claims->ids.ids[i]);
        else
            census_claimed(census, claims->ids.ids[i],
                           seat_unix_ms(seat) + until_ms - claims->now_ms + seat->cycle_ms);
    return outcome;
}

/* And what was marked in its pages during the work. */
static enum outcome census_claim(struct seat *seat, struct claims *claims, size_t i,
                                 struct census *census)
{
    struct wire_reply pages = {.visit = page_visit, .context = &claims->work};
    char token[TOKEN_TEXT_MAX], key[CLAIM_SAFE_KEY_MAX];
    claims->work.n = 0;
    token_write(token, claims->tokens.ids[i]);
    claim_safe_claim_key(claims->safe, key, token);
    enum outcome outcome = wire_ask(seat->wire, &pages, "LRANGE", key, "0", "-1");
    for (size_t p = 0; p < claims->work.n && outcome == OUTCOME_OK; p++) {
        outcome = census_work(seat, claims, claims->work.ids[p], claims->until_ms.ids[i], census);
        if (outcome == OUTCOME_OK)
            outcome = census_page(seat, claims, claims->work.ids[p], census);
    }
    return outcome;
}

static enum outcome census_all(struct seat *seat, struct claims *claims, struct census *census)
{
    enum outcome outcome = read_lists(seat, claims);
    for (size_t i = 0; i < claims->tokens.n && i < claims->until_ms.n && outcome == OUTCOME_OK; i++)
        outcome = census_claim(seat, claims, i, census);
    for (size_t i = 0; i < claims->pages.n && outcome == OUTCOME_OK; i++)
        outcome = census_page(seat, claims, claims->pages.ids[i], census);
    return outcome;
}

enum outcome claim_safe_census(struct seat *seat, struct census *census)
{
    struct claims claims = {.safe = seat->state};
    struct batch *const batches[] = {&claims.tokens, &claims.until_ms, &claims.pages, &claims.work,
                                     &claims.ids};
    bool incomplete = false;
    enum outcome outcome = census_all(seat, &claims, census);
    for (size_t i = 0; i < sizeof batches / sizeof batches[0]; i++) {
        incomplete |= batches[i]->incomplete;
        batch_close(batches[i]);
    }
    if (outcome == OUTCOME_OK && incomplete)
        return wire_fail(seat->wire, "out of memory for a census");
    return outcome;
}
