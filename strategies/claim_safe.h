/* claim-safe: its pages, its keys and its scripts. */
#ifndef DIBS_STRATEGIES_CLAIM_SAFE_H
#define DIBS_STRATEGIES_CLAIM_SAFE_H

#include "strategies/batch.h"
#include "strategies/key.h"
#include "strategies/token.h"

/* The items of a page have the numbers from PAGE_ITEMS times its own on, each its byte; one byte
 * more says that the page is listed. */
enum { PAGE_ITEMS = 256, PAGE_LISTED = PAGE_ITEMS + 1 };

/* Of a claim, and so its pages at most: Lua passes on not many more than 7,000 values. */
enum { CLAIM_ITEMS_MAX = 5000 };

enum { CLAIM_SAFE_KEY_MAX = KEY_MAX + 40 };

struct claim_safe {
    char base[KEY_MAX]; /* of all keys, with the tag; a page's key is this and its number */
    char pages[CLAIM_SAFE_KEY_MAX], claims[CLAIM_SAFE_KEY_MAX];
    uint64_t apart; /* what an id is multiplied by, to be the number of its item */
    uint64_t ask;   /* pages for the next claim */
    /* Of the claim in hand. */
    char claim[CLAIM_SAFE_KEY_MAX], token[TOKEN_TEXT_MAX];
};

/* "<base>claim:<token>", "<base><page>", "<base>work:<page>". */
void claim_safe_claim_key(const struct claim_safe *safe, char key[CLAIM_SAFE_KEY_MAX],
                          const char token[TOKEN_TEXT_MAX]);
void claim_safe_page_key(const struct claim_safe *safe, char key[CLAIM_SAFE_KEY_MAX],
                         uint64_t page);
void claim_safe_work_key(const struct claim_safe *safe, char key[CLAIM_SAFE_KEY_MAX],
                         uint64_t page);

/* Adds the ids of the items that are marked in the bytes of a page. */
void claim_safe_read_page(const struct claim_safe *safe, struct batch *ids, uint64_t page,
                          const char *bytes, size_t len);

/* The integers of a script's reply, zeroed before. */
enum { CLAIM_NUMBERS = 5 };
struct claim_numbers {
    uint64_t of[CLAIM_NUMBERS];
};

/* A wire_visit of them; the context is the struct. */
void claim_safe_numbers_visit(void *context, const struct wire_element *element);

enum claim_kind { CLAIM_NOTHING, CLAIM_NEW, CLAIM_TAKEN_OVER, CLAIM_AGAIN };

/* What a claim answers: its kind, pages listed behind it, listed ones that it has seen, whether it
 * had asked for more of them than it took; and the pages that are claimed. */
enum { CLAIM_KIND, CLAIM_BEHIND, CLAIM_SEEN, CLAIM_TOO_MANY };
struct claim_answer {
    struct claim_numbers numbers;
    struct batch *pages;
};

/* A wire_visit of it; the context is the answer, zeroed but for `pages`. */
void claim_safe_claim_visit(void *context, const struct wire_element *element);

/* The replies of all but the last must have the visits above, and what they fill: the calls inside
 * are stated from that. */

/* KEYS: pages. ARGV: base, the pages to list. */
extern const struct wire_script claim_safe_list;

/* KEYS: pages, claims, claim. ARGV: base, token, lease in ms, items, pages at most. */
extern const struct wire_script claim_safe_claim;

/* KEYS: pages, claims, claim. ARGV: base, token, page and offset of each item to put back. Its
 * first number is 0 to who is not the owner. */
extern const struct wire_script claim_safe_acknowledge;

/* KEYS: claims. ARGV: token, lease in ms. Answers 1 to the owner, unless nothing has changed. */
extern const struct wire_script claim_safe_renew;

enum outcome claim_safe_census(struct seat *seat, struct census *census);

#endif
