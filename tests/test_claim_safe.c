/* What claim-safe promises beyond the contract of all strategies, and claim-sets with it; and the
 * pages of claim-safe. */
#include "tests/kit_claims.h"

#include "strategies/claim_safe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* How either keeps its claims. Leases end in so many ms, as if their owners had been paused since;
 * one claim's ends in lease_left. */
struct claims_form {
    const char *count;
    void (*end_lease)(struct bench *bench, int64_t in_ms);
    int64_t (*lease_left)(struct bench *bench);
};

static int64_t claims_of(struct bench *bench)
{
    return ask_integer(bench, bench->form->count, TAG "claims");
}

/* ---- pages: a sorted set of claims by the time at which they end */

struct times {
    uint64_t now_ms;
    char token[64];
    int64_t until_ms;
};

static void time_visit(void *context, const struct wire_element *element)
{
    struct times *times = context;
    uint64_t value = strtoull(element->text, NULL, 10);
    times->now_ms += element->index == 0 ? value * 1000 : value / 1000;
}

static void claim_visit(void *context, const struct wire_element *element)
{
    struct times *times = context;
    if (element->index == 0)
        snprintf(times->token, sizeof times->token, "%.*s", (int)element->len, element->text);
    else
        times->until_ms = strtoll(element->text, NULL, 10);
}

static struct times times_of(struct bench *bench)
{
    struct times times = {0};
    struct wire_reply now = {.visit = time_visit, .context = &times};
    struct wire_reply claim = {.visit = claim_visit, .context = &times};
    assert_int_equal(wire_ask(&bench->kit->wire, &now, "TIME"), OUTCOME_OK);
    assert_int_equal(
        wire_ask(&bench->kit->wire, &claim, "ZRANGE", TAG "claims", "0", "0", "WITHSCORES"),
        OUTCOME_OK);
    return times;
}

static void end_lease_of_pages(struct bench *bench, int64_t in_ms)
{
    struct times times = times_of(bench);
    char score[32];
    assert_int_equal(claims_of(bench), 1);
    snprintf(score, sizeof score, "%lld", (long long)times.now_ms + in_ms);
    assert_int_equal(wire_ask(&bench->kit->wire, NULL, "ZADD", TAG "claims", score, times.token),
                     OUTCOME_OK);
}

static int64_t lease_left_of_pages(struct bench *bench)
{
    struct times times = times_of(bench);
    return times.until_ms - (int64_t)times.now_ms;
}

static const struct claims_form pages = {"ZCARD", end_lease_of_pages, lease_left_of_pages};

static int open_pages(void **state)
{
    int opened = kit_claims_open(state, "claim-safe");
    ((struct bench *)*state)->form = &pages;
    return opened;
}

/* ---- sets: a hash of claims, and a key for each lease */

static struct keys lease_of(struct bench *bench)
{
    struct keys leases = keys_like(bench, TAG "lease:*");
    assert_int_equal(leases.n, 1);
    return leases;
}

static void end_lease_of_sets(struct bench *bench, int64_t in_ms)
{
    char left[32];
    snprintf(left, sizeof left, "%lld", (long long)in_ms);
    assert_int_equal(wire_ask(&bench->kit->wire, NULL, "PEXPIRE", lease_of(bench).names[0], left),
                     OUTCOME_OK);
}

static int64_t lease_left_of_sets(struct bench *bench)
{
    return ask_integer(bench, "PTTL", lease_of(bench).names[0]);
}

static const struct claims_form sets = {"HLEN", end_lease_of_sets, lease_left_of_sets};

static int open_sets(void **state)
{
    int opened = kit_claims_open(state, "claim-sets");
    ((struct bench *)*state)->form = &sets;
    return opened;
}

/* ---- a mark in the middle of the work */

static void mark_again_and_try(struct bench *bench)
{
    struct instance *other = &bench->instances[B];
    mark_from(bench, C, FIRST_ID, ITEMS);
    uint64_t before = other->refreshes;
    assert_int_equal(cycle_of(bench, B), OUTCOME_OK);
    /* It may have claimed what A had not: but nothing of what A has in hand. */
    assert_in_range(other->refreshes - before, 0, ITEMS - 1);
    assert_int_equal(claims_of(bench), 1);
    for (size_t i = 0; i < ITEMS; i++)
        assert_in_range(bench->served[i], 0, 1);
}

static void a_mark_in_the_middle_is_served_after_the_acknowledge(void **state)
{
    struct bench *bench = *state;
    mark_from(bench, C, FIRST_ID, ITEMS);
    bench->instances[A].meanwhile = mark_again_and_try;
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_int_equal(cycle_of(bench, B), OUTCOME_OK);
    for (size_t i = 0; i < ITEMS; i++)
        assert_in_range(bench->served[i], 1, 2);
    assert_int_equal(bench->served[0] + bench->served[ITEMS - 1] > 0, 1);
    assert_int_equal(claims_of(bench), 0);
    assert_int_equal(keys_like(bench, TAG "[0-9]*").n, 0);
}

/* ---- several owners, one after the other */

/* B takes the claim over, and its connection breaks before it can acknowledge. */
static void cut_b(struct bench *bench)
{
    wire_cut(&bench->instances[B].wire);
}

static void rob_a(struct bench *bench)
{
    bench->form->end_lease(bench, 0);
    bench->instances[B].meanwhile = cut_b;
    assert_int_not_equal(cycle_of(bench, B), OUTCOME_OK);
}

static void who_was_robbed_acknowledges_nothing(void **state)
{
    struct bench *bench = *state;
    enum { FEW = 100 };
    mark_from(bench, C, FIRST_ID, FEW);
    bench->instances[A].meanwhile = rob_a;
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    struct keys claims = keys_like(bench, TAG "claim:*");
    assert_int_equal(claims.n, 1);
    assert_int_equal(claims_of(bench), 1);
    bench->form->end_lease(bench, 0);
    uint64_t before = bench->instances[C].refreshes;
    assert_int_equal(cycle_of(bench, C), OUTCOME_OK);
    assert_int_equal(bench->instances[C].refreshes - before, FEW);
    assert_int_equal(claims_of(bench), 0);
    assert_int_equal(keys_like(bench, TAG "claim:*").n, 0);
}

/* Its own clock tells it: what it has not begun goes to its successor, and it ends its round. */
static void pass_the_lease(struct bench *bench)
{
    bench->now_ms += LEASE_MS + 1;
}

static void past_its_lease_nobody_begins_another_item(void **state)
{
    struct bench *bench = *state;
    mark_from(bench, C, FIRST_ID, ITEMS);
    bench->instances[A].meanwhile = pass_the_lease;
    assert_int_equal(cycle_of(bench, A), OUTCOME_STOP);
    assert_int_equal(bench->instances[A].refreshes, 1);
    assert_int_equal(cycle_of(bench, B), OUTCOME_OK);
    assert_served(bench, FIRST_ID, ITEMS, 1);
}

static void renew_a(struct bench *bench)
{
    struct instance upkeep = bench->instances[A]; /* another seat of the same instance */
    enum { SHORT_MS = 5000 };
    bench->form->end_lease(bench, SHORT_MS);
    upkeep.seat.wire = &bench->instances[C].wire;
    upkeep.seat.worker = 1;
    bench->now_ms += LEASE_MS - 1;
    assert_int_equal(bench->strategy->upkeep(&upkeep.seat), OUTCOME_OK);
    bench->now_ms += LEASE_MS - 1;
    assert_in_range(bench->form->lease_left(bench), SHORT_MS + 1, LEASE_MS);
}

static void a_renewed_lease_lasts(void **state)
{
    struct bench *bench = *state;
    mark_from(bench, C, FIRST_ID, ITEMS);
    bench->instances[A].meanwhile = renew_a;
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_served(bench, FIRST_ID, ITEMS, 1);
}

/* ---- the rest of both */

static void what_fails_goes_back_and_ends_the_cycle(void **state)
{
    struct bench *bench = *state;
    bench->instances[A].fails = FIRST_ID + 7;
    mark_from(bench, C, FIRST_ID, ITEMS);
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_int_equal(bench->instances[A].refreshes, ITEMS);
    assert_int_equal(cycle_of(bench, B), OUTCOME_OK);
    assert_served(bench, FIRST_ID, ITEMS, 1);
}

static uint64_t calls_of(const struct wire_meter *meter)
{
    uint64_t calls = 0;
    for (uint32_t i = 0; i < meter->used; i++)
        calls += counter_get(&meter->counts[i].calls) + counter_get(&meter->counts[i].inner);
    return calls;
}

static void an_idle_cycle_is_one_command(void **state)
{
    struct bench *bench = *state;
    enum { CYCLES = 10 };
    for (int i = 0; i < CYCLES; i++) {
        assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
        assert_int_equal(bench->strategy->upkeep(&bench->instances[A].seat), OUTCOME_OK);
    }
    assert_int_equal(calls_of(&bench->instances[A].meter), CYCLES);
}

static void marks_are_idempotent(void **state)
{
    struct bench *bench = *state;
    for (uint32_t i = 0; i < SEATS; i++)
        mark_from(bench, i, FIRST_ID, ITEMS);
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_served(bench, FIRST_ID, ITEMS, 1);
}

/* A client that has had no answer sends its claim once more: what the first one took is served, and
 * acknowledged with it. */
static void a_claim_that_is_sent_twice_is_one(void **state)
{
    struct bench *bench = *state;
    enum { SOME = 1024 };
    mark_from(bench, C, FIRST_ID, SOME);
    bench->instances[A].resends = 1;
    for (int cycle = 0; cycle < 2; cycle++)
        assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_int_equal(bench->instances[A].resends, 0);
    assert_served(bench, FIRST_ID, SOME, 1);
}

/* A batch is claimed in the same way. */
static int open_batches(void **state)
{
    return kit_claims_open(state, "batch-lease");
}

/* ---- pages */

enum { PAGE = FIRST_ID / PAGE_ITEMS, PAGE_ID = (PAGE + 1) * PAGE_ITEMS };

static void many_items_are_some_pages(void **state)
{
    struct bench *bench = *state;
    enum { PAGES = (FIRST_ID + MANY - 1) / PAGE_ITEMS - PAGE + 1 };
    mark_from(bench, C, FIRST_ID, MANY);
    mark_from(bench, B, FIRST_ID, MANY);
    assert_int_equal(ask_integer(bench, "LLEN", TAG "pages"), PAGES);
    bench->instances[A].meanwhile = all_keys_have_the_tag;
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_null(bench->instances[A].meanwhile);
    assert_served(bench, FIRST_ID, MANY, 1);
    assert_int_equal(ask_integer(bench, "DBSIZE", NULL), 0);
}

struct counted {
    struct census census; /* first: count_found has a pointer to it */
    size_t places[PLACE_NOWHERE];
};

static void count_found(struct census *census, uint64_t id, enum place place, uint64_t detail)
{
    (void)id, (void)detail;
    ((struct counted *)census)->places[place]++;
}

static struct counted count(struct bench *bench)
{
    struct counted counted = {.census = {.found = count_found}};
    assert_int_equal(bench->strategy->census(&bench->instances[B].seat, &counted.census),
                     OUTCOME_OK);
    return counted;
}

/* Its producer dies before it has listed the page, and was not answered. The next mark in the page
 * lists it. */
static void a_page_is_listed_by_whoever_finds_that_it_is_not(void **state)
{
    struct bench *bench = *state;
    char key[128];
    snprintf(key, sizeof key, TAG "%d", PAGE);
    assert_int_equal(wire_ask(&bench->kit->wire, NULL, "SETRANGE", key, "255", "@"), OUTCOME_OK);
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_int_equal(bench->instances[A].refreshes, 0);
    assert_int_equal(count(bench).places[PLACE_PENDING], 0);
    mark_from(bench, C, FIRST_ID, 1);
    assert_int_equal(count(bench).places[PLACE_PENDING], 2);
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_int_equal(bench->instances[A].refreshes, 2);
    assert_int_equal(bench->served[0], 1);
}

static int64_t list(struct bench *bench, uint64_t page)
{
    struct instance *instance = &bench->instances[B];
    struct claim_numbers numbers = {0};
    struct wire_reply reply = {.visit = claim_safe_numbers_visit, .context = &numbers};
    wire_eval_begin(&instance->wire, &claim_safe_list, 1);
    wire_text(&instance->wire, TAG "pages");
    wire_text(&instance->wire, TAG);
    wire_int(&instance->wire, (int64_t)page);
    assert_int_equal(wire_eval_end(&instance->wire, &claim_safe_list, &reply), OUTCOME_OK);
    return (int64_t)numbers.of[2];
}

/* Of two producers that both found it unlisted the second one comes late: or too late. */
static void a_page_is_listed_once(void **state)
{
    struct bench *bench = *state;
    mark_from(bench, C, FIRST_ID, 1);
    assert_int_equal(list(bench, PAGE), 0);
    assert_int_equal(ask_integer(bench, "LLEN", TAG "pages"), 1);
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_int_equal(list(bench, PAGE), 0);
    assert_int_equal(ask_integer(bench, "DBSIZE", NULL), 0);
}

static void list_what_a_has_and_count(struct bench *bench)
{
    assert_int_equal(list(bench, PAGE), 0);
    assert_int_equal(ask_integer(bench, "LLEN", TAG "pages"), 0);
    mark_from(bench, C, FIRST_ID, 1);
    struct counted counted = count(bench);
    assert_int_equal(counted.places[PLACE_PENDING], 1);
    assert_int_equal(counted.places[PLACE_CLAIMED], 1);
    bench->form->end_lease(bench, 0);
    assert_int_equal(count(bench).places[PLACE_CLAIMED], 0);
}

static void a_page_in_work_is_not_listed(void **state)
{
    struct bench *bench = *state;
    mark_from(bench, C, FIRST_ID, 1);
    bench->instances[A].meanwhile = list_what_a_has_and_count;
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_int_equal(ask_integer(bench, "LLEN", TAG "pages"), 1);
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_int_equal(bench->served[0], 2);
}

static void drain_by_b(struct bench *bench)
{
    assert_int_equal(cycle_of(bench, B), OUTCOME_OK);
}

/* Whatever others have drained meanwhile. */
static void what_fails_is_tried_once_more_at_most(void **state)
{
    struct bench *bench = *state;
    enum { FIRST_CLAIM = PAGE_ID + PAGE_ITEMS - FIRST_ID };
    mark_from(bench, C, FIRST_ID, MANY);
    bench->instances[A].fails = FIRST_ID + 1;
    bench->instances[A].meanwhile = drain_by_b;
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_in_range(bench->instances[A].refreshes, FIRST_CLAIM, FIRST_CLAIM + 1);
}

static void mark_and_die(struct bench *bench)
{
    char key[128];
    snprintf(key, sizeof key, TAG "%d", PAGE);
    assert_int_equal(wire_ask(&bench->kit->wire, NULL, "SETRANGE", key, "255", "@"), OUTCOME_OK);
}

/* Its producer would list it a second time. */
static void an_acknowledge_lists_no_page_that_its_producer_will(void **state)
{
    struct bench *bench = *state;
    mark_from(bench, C, FIRST_ID, 1);
    bench->instances[A].meanwhile = mark_and_die;
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_int_equal(ask_integer(bench, "LLEN", TAG "pages"), 0);
    assert_int_equal(list(bench, PAGE), 1);
    assert_int_equal(ask_integer(bench, "LLEN", TAG "pages"), 1);
}

/* A claim that is somebody else's by now does not come back. */
static void a_lease_that_was_lost_is_not_renewed(void **state)
{
    struct bench *bench = *state;
    struct wire *wire = &bench->instances[B].wire;
    struct wire_reply reply = {0};
    wire_eval_begin(wire, &claim_safe_renew, 1);
    wire_text(wire, TAG "claims");
    wire_text(wire, "0123456789abcdef");
    wire_int(wire, LEASE_MS);
    assert_int_equal(wire_eval_end(wire, &claim_safe_renew, &reply), OUTCOME_OK);
    assert_int_equal(reply.integer, 0);
    assert_int_equal(claims_of(bench), 0);
}

static const unsigned in_order[] = {5, 1, 4, 2, 3};
enum { ORDERED = sizeof in_order / sizeof in_order[0] };

struct listed {
    unsigned pages[ORDERED];
};

static void listed_visit(void *context, const struct wire_element *element)
{
    struct listed *listed = context;
    if (element->index < ORDERED)
        listed->pages[element->index] = (unsigned)strtoul(element->text, NULL, 10) - PAGE;
}

/* What a claim had asked for, and did not take, is in its place again. */
static void the_others_are_listed_as_before(struct bench *bench)
{
    struct listed listed = {{0}};
    struct wire_reply reply = {.visit = listed_visit, .context = &listed};
    assert_int_equal(wire_ask(&bench->kit->wire, &reply, "LRANGE", TAG "pages", "0", "-1"),
                     OUTCOME_OK);
    assert_int_equal(reply.integer, ORDERED - 1);
    assert_memory_equal(listed.pages, in_order + 1, (ORDERED - 1) * sizeof *in_order);
}

/* And marks of it do not put it off. */
static void the_page_that_was_listed_first_is_claimed_first(void **state)
{
    struct bench *bench = *state;
    for (size_t i = 0; i < ORDERED; i++)
        mark_from(bench, C, (PAGE + in_order[i]) * PAGE_ITEMS, PAGE_ITEMS);
    mark_from(bench, C, (PAGE + in_order[0]) * PAGE_ITEMS, PAGE_ITEMS);
    bench->instances[A].meanwhile = the_others_are_listed_as_before;
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_int_equal(bench->instances[A].refreshes, ORDERED * PAGE_ITEMS);
    assert_int_equal(bench->instances[A].last / PAGE_ITEMS - PAGE, in_order[ORDERED - 1]);
}

/* One more than Lua could pass on, each in a page of its own. */
static void the_largest_claim_of_the_smallest_pages_is_made(void **state)
{
    struct bench *bench = *state;
    enum { FAR = CLAIM_ITEMS_MAX + 1 };
    stretch(bench, A, (const char *const[]){"items", NULL});
    for (uint64_t i = 0; i < FAR; i++)
        mark_from(bench, C, FIRST_ID + i * PAGE_ITEMS, 1);
    assert_int_equal(ask_integer(bench, "LLEN", TAG "pages"), FAR);
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_int_equal(bench->instances[A].refreshes, FAR);
    assert_int_equal(ask_integer(bench, "DBSIZE", NULL), 0);
}

static void the_last_item_of_all_is_served(void **state)
{
    struct bench *bench = *state;
    mark_from(bench, C, UINT64_MAX, 1);
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_true(bench->instances[A].last == UINT64_MAX);
    mark_from(bench, C, 0, 1);
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_true(bench->instances[A].last == 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_pages, kit_claims_close)
#define BOTH(name)                                                                                 \
    {#name " of pages", name, open_pages, kit_claims_close, NULL},                                 \
    {                                                                                              \
#name " of sets", name, open_sets, kit_claims_close, NULL                                  \
    }
    const struct CMUnitTest tests[] = {
        BOTH(a_mark_in_the_middle_is_served_after_the_acknowledge),
        BOTH(who_was_robbed_acknowledges_nothing),
        BOTH(past_its_lease_nobody_begins_another_item),
        BOTH(a_renewed_lease_lasts),
        BOTH(what_fails_goes_back_and_ends_the_cycle),
        BOTH(an_idle_cycle_is_one_command),
        BOTH(marks_are_idempotent),
        BOTH(a_claim_that_is_sent_twice_is_one),
        cmocka_unit_test_setup_teardown(a_claim_that_is_sent_twice_is_one, open_batches,
                                        kit_claims_close),
        TEST(what_fails_is_tried_once_more_at_most),
        TEST(an_acknowledge_lists_no_page_that_its_producer_will),
        TEST(a_lease_that_was_lost_is_not_renewed),
        TEST(many_items_are_some_pages),
        TEST(a_page_is_listed_by_whoever_finds_that_it_is_not),
        TEST(a_page_is_listed_once),
        TEST(a_page_in_work_is_not_listed),
        TEST(the_page_that_was_listed_first_is_claimed_first),
        TEST(the_largest_claim_of_the_smallest_pages_is_made),
        TEST(the_last_item_of_all_is_served),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
