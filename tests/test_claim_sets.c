/* What only claim-sets has: a queue that becomes deep, and its buckets. */
#include "tests/kit_claims.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int open_bench(void **state)
{
    return kit_claims_open(state, "claim-sets");
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

static void the_largest_claim_of_the_smallest_buckets_is_made(void **state)
{
    struct bench *bench = *state;
    enum { SPREAD = 12000 }; /* into more buckets than a script can name at once */
    static const char *const names[] = {"depth", "items", NULL};
    stretch(bench, A, names);
    stretch(bench, C, names);
    assert_int_equal(wire_ask(&bench->kit->wire, NULL, "SET", TAG "deep", "", "PX", "60000"),
                     OUTCOME_OK);
    mark_from(bench, C, FIRST_ID, 1); /* asks */
    mark_from(bench, C, FIRST_ID + 1, SPREAD);
    assert_in_range(keys_like(bench, TAG "*.*").n, 10000, SPREAD);
    assert_int_equal(cycle_of(bench, A), OUTCOME_OK);
    assert_served(bench, FIRST_ID, SPREAD, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_bench, kit_claims_close)
    const struct CMUnitTest tests[] = {
        TEST(many_items_go_into_buckets),
        TEST(a_front_in_work_keeps_its_buckets),
        TEST(what_was_left_in_a_bucket_is_found),
        TEST(a_sign_about_to_lapse_is_none),
        TEST(a_queue_stays_deep_until_the_next_cycle),
        TEST(the_largest_claim_of_the_smallest_buckets_is_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
