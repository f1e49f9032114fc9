/* The rules of the scalers, against vectors computed by hand. */
#include "sim/world/scaler.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define NO_REASON ""

static void test_hpa_formula(void **state)
{
    (void)state;
    static const struct {
        uint32_t now;
        double load, target;
        uint32_t size;
        const char *why;
    } vectors[] = {
        /* ceil(now * load / target) */
        {4, 1.05, 0.7, 6, "hpa: CPU over target"},   /* 4 * 1.5 = 6 */
        {3, 0.91, 0.7, 4, "hpa: CPU over target"},   /* 3 * 1.3 = 3.9 */
        {5, 0.35, 0.7, 3, "hpa: CPU under target"},  /* 5 * 0.5 = 2.5 */
        {10, 0.07, 0.7, 1, "hpa: CPU under target"}, /* 10 * 0.1 = 1 */
        {10, 0, 0.7, 0, "hpa: CPU under target"},    /* the least is for the caller to keep */
        /* within a tenth of the target: as it is */
        {10, 0.70, 0.7, 10, NO_REASON},
        {10, 0.76, 0.7, 10, NO_REASON},
        {10, 0.64, 0.7, 10, NO_REASON},
        {10, 0.79, 0.7, 12, "hpa: CPU over target"}, /* 10 * 1.129 = 11.3 */
        {10, 0.62, 0.7, 9, "hpa: CPU under target"}, /* 10 * 0.886 = 8.9 */
        /* growth by doubling or by four, whichever is more */
        {2, 7.0, 0.7, 6, "hpa: CPU over target"}, /* 20 wished, 2 + 4 allowed */
        {4, 7.0, 0.7, 8, "hpa: CPU over target"},
        {6, 7.0, 0.7, 12, "hpa: CPU over target"},
        {1, 1.4, 0.7, 2, "hpa: CPU over target"},
        /* nothing to go by */
        {0, 3.0, 0.7, 0, NO_REASON},
        {3, 3.0, 0, 3, NO_REASON},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        const char *why = NO_REASON;
        uint32_t size = scaler_hpa_size(vectors[i].now, vectors[i].load, vectors[i].target, &why);
        if (size != vectors[i].size)
            fail_msg("vector %zu: %u instead of %u", i, size, vectors[i].size);
        assert_string_equal(why, vectors[i].why);
    }
}

static void test_queue_rules(void **state)
{
    (void)state;
    static const struct {
        struct queue_look look; /* pending, depth, mean, mean before, busy, failing */
        uint32_t size;          /* of 4 */
        const char *why;
    } vectors[] = {
        {{101, 100, 1, 1, 0.9, 0}, 5, "queue: depth over threshold"},
        {{100, 100, 1, 1, 0.9, 0}, 4, NO_REASON},
        {{101, 100, 1, 1, 0.1, 0}, 5, "queue: depth over threshold"},
        {{10, 100, 1.3, 1, 0.9, 0}, 5, "queue: mean time rises"},
        {{10, 100, 1.1, 1, 0.9, 0}, 4, NO_REASON},
        {{10, 100, 1.3, 0, 0.9, 0}, 4, NO_REASON}, /* nothing to compare with */
        {{10, 100, 1, 1, 0.49, 0}, 3, "queue: workers idle"},
        {{10, 100, 1, 1, 0.5, 0}, 4, NO_REASON},
        {{101, 100, 1, 1, 0.9, 0.6}, 4, NO_REASON}, /* more of what fails is no help */
        {{101, 100, 1, 1, 0.9, 0.5}, 5, "queue: depth over threshold"},
    };
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        const char *why = NO_REASON;
        uint32_t size = scaler_queue_size(4, &vectors[i].look, &why);
        if (size != vectors[i].size)
            fail_msg("vector %zu: %u instead of %u", i, size, vectors[i].size);
        assert_string_equal(why, vectors[i].why);
    }
}

static void test_stabilization(void **state)
{
    (void)state;
    static const struct {
        uint64_t at_ns;
        uint32_t wish, size; /* what is to be, after what was before */
    } looks[] = {
        {0, 3, 3},  {10, 6, 6},             /* up at once */
        {20, 4, 6}, {30, 2, 6}, {40, 2, 6}, /* down: 6 was wished for within 30 */
        {41, 2, 4},                         /* 6 is forgotten, 4 is not */
        {51, 5, 5},                         /* up again */
        {60, 2, 5}, {81, 2, 5}, {82, 2, 2}, /* and down when 5 is forgotten */
    };
    struct scaler scaler = {0};
    uint32_t now = 3;
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        now = scaler_stabilize(&scaler, now, looks[i].wish, looks[i].at_ns, 30);
        if (now != looks[i].size)
            fail_msg("look %zu: %u instead of %u", i, now, looks[i].size);
    }
}

/* A window of more looks than are kept forgets the oldest, and nothing else happens. */
static void test_window_is_a_ring(void **state)
{
    (void)state;
    struct scaler scaler = {0};
    assert_int_equal(scaler_stabilize(&scaler, 9, 9, 0, UINT64_MAX / 2), 9);
    for (uint64_t i = 1; i < SCALER_WINDOW_MAX; i++)
        assert_int_equal(scaler_stabilize(&scaler, 9, 2, i, UINT64_MAX / 2), 9);
    assert_int_equal(scaler_stabilize(&scaler, 9, 2, SCALER_WINDOW_MAX, UINT64_MAX / 2), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hpa_formula),
        cmocka_unit_test(test_queue_rules),
        cmocka_unit_test(test_stabilization),
        cmocka_unit_test(test_window_is_a_ring),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
