/* The registry's own tables: contenders, their parameters and what they promise. */
#include "strategies/registry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct strategy *strategy_of(const char *contender)
{
    const struct strategy *strategy = NULL;
    assert_non_null(contender_find(contender, &strategy));
    return strategy;
}

static int64_t value_of(const struct strategy *strategy, const int64_t *values, const char *name)
{
    size_t i = 0;
    while (strategy->parameters[i].name && strcmp(strategy->parameters[i].name, name) != 0)
        i++;
    assert_non_null(strategy->parameters[i].name);
    return values[i];
}

static void the_registry_is_in_order(void **state)
{
    (void)state;
    registry_check();
    assert_non_null(strategies[0]);
    for (size_t i = 0; strategies[i]; i++)
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(strategies[i]->name, strategies[k]->name);
}

static void contenders_are_found_by_their_exact_name(void **state)
{
    static const struct {
        const char *contender, *strategy;
    } contenders[] = {
        {"harbor-2.14", "scan"},    {"harbor-22572", "lock"},
        {"instance-id", "modulo"},  {"claim-published", "claim"},
        {"claim-drained", "claim"}, {"harbor-23183", "pop"},
        {"null", "null"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(contenders) / sizeof(contenders[0]); i++) {
        assert_string_equal(strategy_of(contenders[i].contender)->name, contenders[i].strategy);
        const struct contender *contender = contender_find(contenders[i].contender, NULL);
        assert_string_equal(contender->name, contenders[i].contender);
    }
    assert_null(contender_find("harbor", NULL));
    assert_null(contender_find("harbor-2.14 ", NULL));
    assert_null(contender_find("", NULL));
}

/* The constants that the published systems share or differ in. */
static void defaults_are_the_published_constants(void **state)
{
    static const struct {
        const char *contender, *parameter;
        int64_t value;
    } constants[] = {
        {"harbor-2.14", "count", 1000},  {"harbor-2.14", "shuffle", 1},
        {"harbor-22572", "count", 1000}, {"claim-published", "batch", 100},
        {"claim-published", "drain", 0}, {"claim-drained", "batch", 100},
        {"claim-drained", "drain", 1},   {"harbor-23183", "batch", 100},
        {"harbor-next", "count", 100},   {"claim-dual", "batch", 100},
        {"claim-dual", "count", 100},    {"claim-dual", "legacy_count", 1000},
        {"lock-per-item", "ttl", 30000},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(constants) / sizeof(constants[0]); i++) {
        parameter_values values;
        char error[256];
        const struct strategy *strategy;
        const struct contender *contender = contender_find(constants[i].contender, &strategy);
        assert_true(contender_values(contender, strategy, values, error, sizeof(error)));
        assert_true(value_of(strategy, values, constants[i].parameter) == constants[i].value);
    }
}

static void parameters_are_set_one_by_one(void **state)
{
    const struct strategy *scan = strategy_of("harbor-2.14");
    parameter_values values;
    char error[256];
    (void)state;
    parameters_default(scan, values);
    assert_true(parameters_set(scan, "count", "10", values, error, sizeof(error)));
    assert_true(parameters_set(scan, "shuffle", "no", values, error, sizeof(error)));
    assert_int_equal(value_of(scan, values, "count"), 10);
    assert_int_equal(value_of(scan, values, "shuffle"), 0);
    assert_false(parameters_set(scan, "count", "ten", values, error, sizeof(error)));
    assert_int_equal(value_of(scan, values, "count"), 10); /* as it was */
}

static void parameter_errors_name_the_parameter(void **state)
{
    const struct strategy *scan = strategy_of("harbor-2.14");
    parameter_values values;
    char error[256];
    (void)state;
    assert_false(parameters_set(scan, "shufle", "no", values, error, sizeof(error)));
    assert_string_equal(error, "shufle: no such parameter of strategy scan; did you mean "
                               "\"shuffle\"?");
    assert_false(parameters_set(scan, "lease", "1s", values, error, sizeof(error)));
    assert_string_equal(error, "lease: no such parameter of strategy scan; known: count, shuffle");
    assert_false(parameters_set(scan, "shuffle", "1", values, error, sizeof(error)));
    assert_string_equal(error, "shuffle: \"1\" is neither yes nor no; yes or no would be right");
}

static void contenders_parameters_are_checked(void **state)
{
    static const struct {
        const char *parameters, *error;
    } wrong[] = {
        {"shuffle", "shuffle: no value; shuffle=VALUE would be right"},
        {"count=10 shuffle=2", "shuffle: \"2\" is neither yes nor no; yes or no would be right"},
        {"bread=1", "bread: no such parameter of strategy scan; known: count, shuffle"},
    };
    const struct strategy *scan = strategy_of("harbor-2.14");
    parameter_values values;
    char error[256];
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        const struct contender contender = {"x", "a test", wrong[i].parameters};
        assert_false(contender_values(&contender, scan, values, error, sizeof(error)));
        assert_string_equal(error, wrong[i].error);
    }
    const struct contender both = {"x", "a test", " count=7  shuffle=no "};
    assert_true(contender_values(&both, scan, values, error, sizeof(error)));
    assert_int_equal(value_of(scan, values, "count"), 7);
    assert_int_equal(value_of(scan, values, "shuffle"), 0);
}

static unsigned promised_with(const char *parameter, const char *value)
{
    const struct strategy *strategy = strategy_of("job-queue");
    parameter_values values;
    char error[256];
    parameters_default(strategy, values);
    assert_true(parameters_set(strategy, parameter, value, values, error, sizeof(error)));
    unsigned promised = strategy_promises(strategy, values);
    assert_int_equal(promised & ~strategy->promises, 0);
    return promised;
}

static void jobs_are_promised_what_their_parameters_keep(void **state)
{
    (void)state;
    const unsigned all = strategy_of("job-queue")->promises;
    assert_int_equal(promised_with("take", "script"), all);
    assert_int_equal(promised_with("take", "lmove"), all);
    assert_int_equal(promised_with("take", "rpop-sadd"),
                     PROMISE_AT_LEAST_ONCE_PAUSE | PROMISE_NO_LOST_UPDATE);
    assert_int_equal(promised_with("take_back", "nobody"),
                     PROMISE_AT_LEAST_ONCE_PAUSE | PROMISE_NO_LOST_UPDATE);
    assert_int_equal(promised_with("take_back", "first"),
                     all & ~(unsigned)PROMISE_AT_LEAST_ONCE_CRASH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_registry_is_in_order),
        cmocka_unit_test(contenders_are_found_by_their_exact_name),
        cmocka_unit_test(defaults_are_the_published_constants),
        cmocka_unit_test(parameters_are_set_one_by_one),
        cmocka_unit_test(parameter_errors_name_the_parameter),
        cmocka_unit_test(contenders_parameters_are_checked),
        cmocka_unit_test(jobs_are_promised_what_their_parameters_keep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
