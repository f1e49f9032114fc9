#include "sim/judge/hist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SAMPLES = 20000 };

static const double quantiles[] = {0, 0.001, 0.01, 0.07, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999, 1};
enum { QUANTILES = sizeof quantiles / sizeof quantiles[0] };

static struct hist *hist_new(void)
{
    struct hist *hist = calloc(1, sizeof *hist);
    assert_non_null(hist);
    return hist;
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* As many values of each magnitude from a few ns to one hour as of any other. */
static uint64_t random_ns(uint64_t *state)
{
    unsigned bits = 1 + (unsigned)(next_random(state) % 42);
    uint64_t ns = next_random(state) & ((UINT64_C(1) << bits) - 1);
    return ns > HIST_MAX_NS ? HIST_MAX_NS : ns;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* The smallest sample that at least this share of all are not greater than, by counting. */
static uint64_t oracle(const uint64_t *sorted, size_t n, double quantile)
{
    for (size_t i = 0; i < n; i++)
        if ((double)(i + 1) + 1e-6 >= quantile * (double)n)
            return sorted[i];
    return sorted[n - 1];
}

/* A tenth of a microsecond, and three digits above. */
static uint64_t tolerance(uint64_t ns)
{
    return ns / 1000 > 100 ? ns / 1000 : 100;
}

static void assert_near(uint64_t measured, uint64_t exact)
{
    assert_true(measured >= exact);
    assert_true(measured - exact <= tolerance(exact));
}

static void test_quantiles_match_sorted_samples(void **state)
{
    (void)state;
    uint64_t seed = 0x9e3779b97f4a7c15, *samples = calloc(SAMPLES, sizeof *samples);
    assert_non_null(samples);
    const size_t sizes[] = {1, 2, 3, 99, 100, 1000, SAMPLES};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        struct hist *hist = hist_new();
        for (size_t i = 0; i < sizes[s]; i++) {
            samples[i] = random_ns(&seed);
            hist_record(hist, samples[i]);
        }
        qsort(samples, sizes[s], sizeof *samples, by_value);
        assert_int_equal(hist_total(hist), sizes[s]);
        for (size_t q = 0; q < QUANTILES; q++)
            assert_near(hist_quantile_ns(hist, quantiles[q]),
                        oracle(samples, sizes[s], quantiles[q]));
        assert_int_equal(hist_quantile_ns(hist, 1), samples[sizes[s] - 1]);
        free(hist);
    }
    free(samples);
}

static void test_every_value_is_kept_to_three_digits(void **state)
{
    (void)state;
    struct hist *hist = hist_new();
    uint64_t seed = 42;
    for (int i = 0; i < 500; i++) {
        /* The values around every power of two are where buckets change. */
        uint64_t edge = UINT64_C(1) << (i % 42);
        uint64_t ns = i < 126 ? edge * 100 + (uint64_t)(i / 42) - 1 : random_ns(&seed);
        if (ns > HIST_MAX_NS)
            continue;
        memset(hist, 0, sizeof *hist);
        hist_record(hist, ns);
        hist_record(hist, HIST_MAX_NS); /* so that max_ns does not hide the bucket's upper end */
        assert_near(hist_quantile_ns(hist, 0.5), ns);
    }
    free(hist);
}

static void test_edges(void **state)
{
    (void)state;
    struct hist *hist = hist_new();
    assert_int_equal(hist_total(hist), 0);
    assert_int_equal(hist_quantile_ns(hist, 0.5), 0);
    assert_true(hist_mean_ns(hist) == 0);

    hist_record(hist, 0);
    assert_int_equal(hist_total(hist), 1);
    assert_int_equal(hist_quantile_ns(hist, 1), 0);
    assert_true(hist_mean_ns(hist) == 0);

    hist_record(hist, 1000);
    assert_int_equal(hist_quantile_ns(hist, 0.5), 99);
    assert_int_equal(hist_quantile_ns(hist, 1), 1000);

    hist_record(hist, HIST_MAX_NS);
    assert_int_equal(atomic_load(&hist->overflow), 0);
    assert_int_equal(hist_quantile_ns(hist, 1), HIST_MAX_NS);
    assert_int_equal(hist_total(hist), 3);
    free(hist);
}

static void test_overflow_is_counted_and_its_maximum_exact(void **state)
{
    (void)state;
    struct hist *hist = hist_new();
    hist_record(hist, 5000);
    hist_record(hist, HIST_MAX_NS + 1);
    hist_record(hist, UINT64_MAX);
    assert_int_equal(atomic_load(&hist->overflow), 2);
    assert_int_equal(hist_total(hist), 3);
    assert_int_equal(hist_quantile_ns(hist, 0.3), 5099);
    assert_true(hist_quantile_ns(hist, 0.9) == UINT64_MAX);
    assert_true(hist_quantile_ns(hist, 1) == UINT64_MAX);
    assert_true(hist_mean_ns(hist) > (double)HIST_MAX_NS * 0.66);
    free(hist);
}

static void test_quantiles_never_fall(void **state)
{
    (void)state;
    struct hist *hist = hist_new();
    uint64_t seed = 7, last = 0;
    for (int i = 0; i < 1000; i++)
        hist_record(hist, random_ns(&seed));
    for (int i = 0; i <= 1000; i++) {
        uint64_t ns = hist_quantile_ns(hist, i / 1000.0);
        assert_true(ns >= last);
        last = ns;
    }
    assert_int_equal(last, atomic_load(&hist->max_ns));
    /* What is no quantile is treated as the nearest one. */
    assert_int_equal(hist_quantile_ns(hist, -1), hist_quantile_ns(hist, 0));
    assert_int_equal(hist_quantile_ns(hist, 2), last);
    free(hist);
}

static void test_merge_is_recording_into_one(void **state)
{
    (void)state;
    struct hist *a = hist_new(), *b = hist_new(), *both = hist_new();
    uint64_t seed = 11;
    for (int i = 0; i < 5000; i++) {
        uint64_t ns = i % 500 == 0 ? HIST_MAX_NS + (uint64_t)i + 1 : random_ns(&seed);
        hist_record(i % 3 != 0 ? a : b, ns); /* the longest of all into b */
        hist_record(both, ns);
    }
    hist_merge(a, b);
    assert_memory_equal(a, both, sizeof *a);
    free(a);
    free(b);
    free(both);
}

static void test_mean_is_kept_to_three_digits(void **state)
{
    (void)state;
    struct hist *hist = hist_new();
    uint64_t seed = 23;
    double sum = 0;
    for (int i = 0; i < 1000; i++) {
        uint64_t ns = random_ns(&seed);
        sum += (double)ns;
        hist_record(hist, ns);
    }
    double error = hist_mean_ns(hist) / (sum / 1000) - 1;
    assert_true(error > -0.001 && error < 0.001);
    free(hist);
}

static void test_next_walks_all_samples_in_order(void **state)
{
    (void)state;
    struct hist *hist = hist_new();
    uint64_t seed = 31, upper_ns = 0, count = 0, last = 0, sum = 0;
    for (int i = 0; i < 2000; i++)
        hist_record(hist, random_ns(&seed));
    hist_record(hist, HIST_MAX_NS * 2);
    hist_record(hist, HIST_MAX_NS * 3);
    for (size_t bucket = 0; hist_next(hist, &bucket, &upper_ns, &count);) {
        assert_true(count > 0);
        assert_true(upper_ns > last);
        sum += count;
        last = upper_ns;
    }
    assert_int_equal(sum, hist_total(hist));
    assert_int_equal(last, HIST_MAX_NS * 3);
    assert_int_equal(count, 2);
    free(hist);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quantiles_match_sorted_samples),
        cmocka_unit_test(test_every_value_is_kept_to_three_digits),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_overflow_is_counted_and_its_maximum_exact),
        cmocka_unit_test(test_quantiles_never_fall),
        cmocka_unit_test(test_merge_is_recording_into_one),
        cmocka_unit_test(test_mean_is_kept_to_three_digits),
        cmocka_unit_test(test_next_walks_all_samples_in_order),
    };
    return cmocka_run_group_tests_name("hist", tests, NULL, NULL);
}
