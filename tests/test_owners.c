/* An acknowledgement that is refused is told of, by every strategy that declares that it proves who
 * owns what it acknowledges. */
#include "tests/kit_successor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void check(struct kit_run *kit, const struct strategy *strategy)
{
    const struct findings *findings = &kit->result.findings;
    kit->scenario.cycle_ms = 50;
    kit->scenario.lease_ms = 200;
    kit_run_choose(kit, strategy->contenders, strategy);
    kit_successor_world(kit);
    if (!kit->result.trustworthy)
        kit_run_fail(kit, "%s: not trustworthy", strategy->name);
    if (findings->stale_acknowledges.certain == 0)
        kit_run_fail(kit, "%s: the refused acknowledgement was not told of", strategy->name);
    if (findings->blind_acknowledges.certain > 0)
        kit_run_fail(kit, "%s: it acknowledged its successor's claim", strategy->name);
}

static void a_refused_acknowledgement_is_told_of(void **state)
{
    unsigned checked = 0;
    for (const struct strategy *const *s = strategies; *s != NULL; s++) {
        parameter_values values;
        char error[256];
        assert_true(contender_values((*s)->contenders, *s, values, error, sizeof error));
        if ((strategy_promises(*s, values) & PROMISE_OWNER_CHECKED) == 0)
            continue;
        print_message("%s\n", (*s)->name);
        check(*state, *s);
        checked++;
    }
    assert_true(checked > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_refused_acknowledgement_is_told_of, kit_run_open,
                                        kit_run_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
