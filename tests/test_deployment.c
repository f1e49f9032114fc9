/* Host names as deployments make them. */
#include "sim/world/deployment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NUMBERS = 200, LIVES = 3 };

static const char pod_letters[] = "bcdfghjklmnpqrstvwxz2456789";

typedef char host_name[HOST_NAME_MAX_BYTES];

static void all_of(const char *text, const char *letters, size_t from, size_t n)
{
    assert_in_range(strspn(text + from, letters), n, HOST_NAME_MAX_BYTES);
}

static void test_statefulset(void **state)
{
    (void)state;
    host_name host;
    for (uint32_t life = 0; life < LIVES; life++) {
        deployment_host(DEPLOYMENT_STATEFULSET, 1, 7, life, host);
        assert_string_equal(host, "core-0007");
    }
    deployment_host(DEPLOYMENT_STATEFULSET, 1, 999, 0, host);
    assert_string_equal(host, "core-0999");
}

/* core-<9 of the set>-<5 of the pod> */
static void test_deployment(void **state)
{
    (void)state;
    host_name first, host;
    deployment_host(DEPLOYMENT_DEPLOYMENT, 1, 0, 0, first);
    for (uint32_t number = 0; number < NUMBERS; number++) {
        deployment_host(DEPLOYMENT_DEPLOYMENT, 1, number, 0, host);
        assert_int_equal(strlen(host), strlen("core-") + 9 + 1 + 5);
        all_of(host, pod_letters, 5, 9);
        assert_int_equal(host[14], '-');
        all_of(host, pod_letters, 15, 5);
        assert_memory_equal(host, first, 15); /* all pods are of one set */
    }
    deployment_host(DEPLOYMENT_DEPLOYMENT, 2, 0, 0, host);
    assert_string_not_equal(host, first);
}

static void test_compose(void **state)
{
    (void)state;
    host_name host;
    for (uint32_t number = 0; number < NUMBERS; number++) {
        deployment_host(DEPLOYMENT_COMPOSE, 1, number, 0, host);
        assert_int_equal(strlen(host), 12);
        all_of(host, "0123456789abcdef", 0, 12);
    }
}

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Every life of every instance has a name of its own, the same one each time it is asked for. */
static void test_new_name_per_life(void **state)
{
    (void)state;
    static const enum deployment kinds[] = {DEPLOYMENT_DEPLOYMENT, DEPLOYMENT_COMPOSE};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        host_name hosts[NUMBERS * LIVES], again;
        for (uint32_t i = 0; i < NUMBERS * LIVES; i++) {
            deployment_host(kinds[k], 5, i / LIVES, i % LIVES, hosts[i]);
            deployment_host(kinds[k], 5, i / LIVES, i % LIVES, again);
            assert_string_equal(hosts[i], again);
        }
        qsort(hosts, NUMBERS * LIVES, sizeof hosts[0], compare);
        for (uint32_t i = 1; i < NUMBERS * LIVES; i++)
            assert_string_not_equal(hosts[i - 1], hosts[i]);
    }
}

static void test_rules(void **state)
{
    (void)state;
    const struct deployment_rules *set = deployment_rules(DEPLOYMENT_STATEFULSET);
    const struct deployment_rules *compose = deployment_rules(DEPLOYMENT_COMPOSE);
    assert_true(set->highest_first && set->one_by_one);
    assert_int_equal(set->restart_ms, 10000);
    assert_int_equal(set->restart_max_ms, 300000);
    assert_false(deployment_rules(DEPLOYMENT_DEPLOYMENT)->highest_first);
    assert_false(compose->one_by_one);
    assert_int_equal(compose->restart_ms, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statefulset), cmocka_unit_test(test_deployment),
        cmocka_unit_test(test_compose),     cmocka_unit_test(test_new_name_per_life),
        cmocka_unit_test(test_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
