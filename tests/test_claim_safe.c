/* What claim-safe promises beyond the contract of all strategies: seats of several instances,
 * stepped by hand against a real server. What happens in the middle of somebody's work happens in
 * its refresh. */
#include "tests/kit_server.h"

#include "strategies/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEATS = 3, ITEMS = 300, FIRST_ID = 1000000, MANY = 40000, LEASE_MS = 30000 };
enum { A, B, C };

struct bench;

/* One instance; `meanwhile` is called once, in its next refresh. */
struct instance {
    struct seat seat; /* first: the strategy has a pointer to it */
    struct bench *bench;
    struct wire wire;
    struct wire_meter meter;
    parameter_values values;
    void (*meanwhile)(struct bench *bench);
    uint64_t refreshes, random;
    uint64_t fails; /* id that always fails, or 0 */
};

struct bench {
    struct kit_server *kit;
    const struct strategy *strategy;
    struct instance instances[SEATS];
    uint64_t now_ms;
    uint32_t served[MANY]; /* by id - FIRST_ID */
};

/* ---- what sim does otherwise */

static enum refresh op_refresh(struct seat *seat, uint64_t id, uint32_t token)
{
    struct instance *instance = (struct instance *)seat;
    void (*meanwhile)(struct bench *) = instance->meanwhile;
    (void)token;
    assert_in_range(id, FIRST_ID, FIRST_ID + MANY - 1);
    instance->meanwhile = NULL;
    instance->refreshes++;
    if (id == instance->fails)
        return REFRESH_FAILED;
    instance->bench->served[id - FIRST_ID]++;
    if (meanwhile != NULL)
        meanwhile(instance->bench);
    return REFRESH_DONE;
}

static uint64_t op_unix_ms(struct seat *seat)
{
    return ((struct instance *)seat)->bench->now_ms;
}

static uint64_t op_random(struct seat *seat)
{
    return ((struct instance *)seat)->random += UINT64_C(0x9e3779b97f4a7c15);
}

static void op_event(struct seat *seat, enum event event, uint64_t n)
{
    (void)seat, (void)event, (void)n;
}

static const struct seat_ops ops = {
    .refresh = op_refresh, .unix_ms = op_unix_ms, .random = op_random, .event = op_event};

static void connect_instance(struct bench *bench, uint32_t i)
{
    struct instance *instance = &bench->instances[i];
    const struct strategy *strategy = bench->strategy;
    struct wire_options options = {.connect_timeout_ms = 5000, .command_timeout_ms = 5000};
    parameters_default(strategy, instance->values);
    instance->bench = bench;
    instance->random = (uint64_t)(i + 1) << 40;
    assert_true(
        wire_open(&instance->wire, &bench->kit->server.address, options, &instance->meter, NULL));
    for (size_t s = 0; strategy->scripts[s] != NULL; s++)
        assert_int_equal(wire_load(&instance->wire, strategy->scripts[s]), OUTCOME_OK);
    instance->seat = (struct seat){
        .wire = &instance->wire,
        .state = calloc(1, strategy->state_size),
        .shared = calloc(1, strategy->shared_size),
        .values = instance->values,
        .ops = &ops,
        .prefix = "",
        .vendor = "GARBAGE_COLLECTION",
        .host = "core-0000",
        .instance = i,
        .instances = SEATS,
        .workers = 1,
        .first_id = FIRST_ID,
        .items = MANY,
        .cycle_ms = 30000,
    };
    assert_true(strategy->open(&instance->seat));
    wire_meter_reset(&instance->meter);
}

static int open_bench(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    assert_int_equal(kit_server_open(state), 0);
    bench->kit = *state;
    bench->now_ms = UINT64_C(1700000000000);
    assert_non_null(contender_find("claim-safe", &bench->strategy));
    for (uint32_t i = 0; i < SEATS; i++)
        connect_instance(bench, i);
    *state = bench;
    return 0;
}

static int close_bench(void **state)
{
    struct bench *bench = *state;
    for (uint32_t i = 0; i < SEATS; i++) {
        wire_close(&bench->instances[i].wire);
        free(bench->instances[i].seat.state);
        free(bench->instances[i].seat.shared);
    }
    *state = bench->kit;
    free(bench);
    return kit_server_close(state);
}

/* ---- steps */

static void mark_from(struct bench *bench, uint32_t i, uint64_t first, size_t n)
{
    enum { AT_ONCE = 1000 };
    uint64_t ids[AT_ONCE];
    while (n > 0) {
        size_t k = n < AT_ONCE ? n : AT_ONCE;
        for (size_t j = 0; j < k; j++)
            ids[j] = first + j;
        assert_int_equal(bench->strategy->mark(&bench->instances[i].seat, ids, k), OUTCOME_OK);
        first += k, n -= k;
    }
}

static enum outcome cycle_of(struct bench *bench, uint32_t i)
{
    return bench->strategy->cycle(&bench->instances[i].seat);
}

static void assert_served(const struct bench *bench, uint64_t first, size_t n, uint32_t times)
{
    for (size_t i = 0; i < n; i++)
        if (bench->served[first - FIRST_ID + i] != times)
            fail_msg("item %zu was served %u times, not %u", i, bench->served[first - FIRST_ID + i],
                     times);
}

static int64_t ask_integer(struct bench *bench, const char *command, const char *key)
{
    struct wire_reply reply = {0};
    assert_int_equal(wire_ask(&bench->kit->wire, &reply, command, key), OUTCOME_OK);
    return reply.integer;
}

#define TAG "outdated:{GARBAGE_COLLECTION}:"

struct keys {
    char names[8][128];
    size_t n, tagged;
};

static void add_key(void *context, const struct wire_element *element)
{
    struct keys *keys = context;
    if (keys->n < 8)
        snprintf(keys->names[keys->n], 128, "%.*s", (int)element->len, element->text);
    keys->n++;
    keys->tagged += element->len > strlen(TAG) && memcmp(element->text, TAG, strlen(TAG)) == 0;
}

static struct keys keys_like(struct bench *bench, const char *pattern)
{
    struct keys keys = {0};
    struct wire_reply reply = {.visit = add_key, .context = &keys};
    assert_int_equal(wire_ask(&bench->kit->wire, &reply, "KEYS", pattern), OUTCOME_OK);
    return keys;
}

/* As if their owners had been paused for longer than the lease. */
static void lapse(struct bench *bench)
{
    struct keys leases = keys_like(bench, TAG "lease:*");
    assert_in_range(leases.n, 1, 8);
    for (size_t i = 0; i < leases.n; i++)
        assert_int_equal(ask_integer(bench, "DEL", leases.names[i]), 1);
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
    assert_int_equal(ask_integer(bench, "HLEN", TAG "claims"), 1);
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
    assert_int_equal(ask_integer(bench, "HLEN", TAG "claims"), 0);
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
    lapse(bench);
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
    assert_int_equal(ask_integer(bench, "SCARD", claims.names[0]), FEW);
    assert_int_equal(ask_integer(bench, "HLEN", TAG "claims"), 1);
    lapse(bench);
    uint64_t before = bench->instances[C].refreshes;
    assert_int_equal(cycle_of(bench, C), OUTCOME_OK);
    assert_int_equal(bench->instances[C].refreshes - before, FEW);
    assert_int_equal(ask_integer(bench, "HLEN", TAG "claims"), 0);
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
    struct wire_reply left = {0};
    struct keys leases = keys_like(bench, TAG "lease:*");
    assert_int_equal(leases.n, 1);
    assert_int_equal(wire_ask(&bench->kit->wire, NULL, "PEXPIRE", leases.names[0], "5000"),
                     OUTCOME_OK);
    upkeep.seat.wire = &bench->instances[C].wire;
    upkeep.seat.worker = 1;
    bench->now_ms += LEASE_MS - 1;
    assert_int_equal(bench->strategy->upkeep(&upkeep.seat), OUTCOME_OK);
    bench->now_ms += LEASE_MS - 1;
    assert_int_equal(wire_ask(&bench->kit->wire, &left, "PTTL", leases.names[0]), OUTCOME_OK);
    assert_in_range(left.integer, 5001, LEASE_MS);
}

static void a_renewed_lease_lasts(void **state)
{
    struct bench *bench = *state;
    mark_from(bench, C, FIRST_ID, ITEMS);
    bench->instances[A].meanwhile = renew_a;
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_served(bench, FIRST_ID, ITEMS, 1);
}

/* ---- a deep queue */

/* Of a queue in use: a cluster serves them from one slot. */
static void all_keys_have_the_tag(struct bench *bench)
{
    struct keys all = keys_like(bench, "*");
    assert_int_equal(keys_like(bench, TAG "claim:*").n, 1);
    assert_int_equal(all.tagged, all.n);
}

static void many_items_go_into_buckets(void **state)
{
    struct bench *bench = *state;
    mark_from(bench, C, FIRST_ID, MANY);
    assert_int_equal(ask_integer(bench, "EXISTS", TAG "deep"), 1);
    assert_in_range(keys_like(bench, TAG "*.*").n, 4000, 4096);
    bench->instances[A].meanwhile = all_keys_have_the_tag;
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_null(bench->instances[A].meanwhile);
    assert_served(bench, FIRST_ID, MANY, 1);
    assert_int_equal(keys_like(bench, TAG "[0-9]*").n, 0);
}

static void mark_one_again_and_try(struct bench *bench)
{
    size_t served = 0;
    while (bench->served[served] == 0)
        served++;
    bench->now_ms += LEASE_MS / 2; /* B asks whether the queue is deep, and marks into a bucket */
    mark_from(bench, B, FIRST_ID + served, 1);
    mark_from(bench, B, FIRST_ID + served, 1);
    uint64_t before = bench->instances[C].refreshes;
    assert_int_equal(cycle_of(bench, C), OUTCOME_OK);
    assert_int_equal(bench->instances[C].refreshes - before, 0);
}

/* A front in work covers the buckets behind it. */
static void a_front_in_work_keeps_its_buckets(void **state)
{
    struct bench *bench = *state;
    mark_from(bench, C, FIRST_ID, 1);
    assert_int_equal(wire_ask(&bench->kit->wire, NULL, "SET", TAG "deep", "", "PX", "60000"),
                     OUTCOME_OK);
    bench->instances[A].meanwhile = mark_one_again_and_try;
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_int_equal(cycle_of(bench, C), OUTCOME_OK);
    assert_in_range(bench->served[0], 2, 3);
    assert_int_equal(keys_like(bench, TAG "[0-9]*").n, 0);
}

/* What a producer has left in a bucket of a queue that is deep no more. */
static void what_was_left_in_a_bucket_is_found(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(wire_ask(&bench->kit->wire, NULL, "SET", TAG "deep", "", "PX", "60000"),
                     OUTCOME_OK);
    mark_from(bench, C, FIRST_ID, 1); /* asks */
    mark_from(bench, C, FIRST_ID + 1, 1);
    assert_int_equal(keys_like(bench, TAG "*.*").n, 1);
    assert_int_equal(ask_integer(bench, "DEL", TAG "deep"), 1);
    for (int cycle = 0; cycle < 64; cycle++)
        assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_served(bench, FIRST_ID, 2, 1);
}

/* Else what is marked into a bucket at the last moment would be looked for after 64 cycles. */
static void a_sign_about_to_lapse_is_none(void **state)
{
    struct bench *bench = *state;
    assert_int_equal(wire_ask(&bench->kit->wire, NULL, "SET", TAG "deep", "", "PX", "20000"),
                     OUTCOME_OK);
    mark_from(bench, C, FIRST_ID, 1); /* asks */
    mark_from(bench, C, FIRST_ID + 1, 1);
    assert_int_equal(keys_like(bench, TAG "*.*").n, 0);
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_served(bench, FIRST_ID, 2, 1);
}

static void a_queue_stays_deep_until_the_next_cycle(void **state)
{
    struct bench *bench = *state;
    struct seat *seat = &bench->instances[C].seat;
    enum { LONG_MS = 10 * LEASE_MS };
    seat->cycle_ms = LONG_MS;
    assert_true(bench->strategy->open(seat));
    mark_from(bench, C, FIRST_ID, MANY);
    assert_in_range(ask_integer(bench, "PTTL", TAG "deep"), LONG_MS + 1, 2 * LONG_MS);
}

/* Opens an instance once more with as many buckets and as large claims as may be. */
static void stretch(struct bench *bench, uint32_t i)
{
    static const char *const names[] = {"depth", "items"};
    struct instance *instance = &bench->instances[i];
    char most[32], error[256];
    for (const struct parameter *p = bench->strategy->parameters; p->name != NULL; p++)
        for (size_t n = 0; n < sizeof names / sizeof names[0]; n++)
            if (strcmp(p->name, names[n]) == 0) {
                snprintf(most, sizeof most, "%lld", (long long)p->max);
                assert_true(parameters_set(bench->strategy, p->name, most, instance->values, error,
                                           sizeof error));
            }
    assert_true(bench->strategy->open(&instance->seat));
}

static void the_largest_claim_of_the_smallest_buckets_is_made(void **state)
{
    struct bench *bench = *state;
    enum { SPREAD = 12000 }; /* into more buckets than a script can name at once */
    stretch(bench, A);
    stretch(bench, C);
    assert_int_equal(wire_ask(&bench->kit->wire, NULL, "SET", TAG "deep", "", "PX", "60000"),
                     OUTCOME_OK);
    mark_from(bench, C, FIRST_ID, 1); /* asks */
    mark_from(bench, C, FIRST_ID + 1, SPREAD);
    assert_in_range(keys_like(bench, TAG "*.*").n, 10000, SPREAD);
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_served(bench, FIRST_ID, SPREAD, 1);
}

/* ---- the rest */

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

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, close_bench)
    const struct CMUnitTest tests[] = {
        TEST(a_mark_in_the_middle_is_served_after_the_acknowledge),
        TEST(who_was_robbed_acknowledges_nothing),
        TEST(past_its_lease_nobody_begins_another_item),
        TEST(a_renewed_lease_lasts),
        TEST(many_items_go_into_buckets),
        TEST(a_front_in_work_keeps_its_buckets),
        TEST(what_was_left_in_a_bucket_is_found),
        TEST(a_sign_about_to_lapse_is_none),
        TEST(a_queue_stays_deep_until_the_next_cycle),
        TEST(the_largest_claim_of_the_smallest_buckets_is_made),
        TEST(what_fails_goes_back_and_ends_the_cycle),
        TEST(an_idle_cycle_is_one_command),
        TEST(marks_are_idempotent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
