#include "tests/kit_contract.h"

#include "sim/judge/gather.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

void contract_each(struct kit_run *kit, contract *check)
{
    for (size_t i = 0; strategies[i] != NULL; i++)
        for (const struct contender *c = strategies[i]->contenders; c->name != NULL; c++) {
            if (!kit_run_suits(kit, strategies[i]))
                continue;
            kit_run_choose(kit, c, strategies[i]);
            check(kit);
        }
}

void contract_in_both_modes(struct kit_run *kit, contract *check)
{
    for (int mode = MODE_CONCURRENT; mode <= MODE_LOCKSTEP; mode++) {
        kit->scenario.mode = (enum mode)mode;
        contract_each(kit, check);
    }
}

void contract_at_instances(struct kit_run *kit, uint32_t instances, contract *check)
{
    kit->scenario.instances = instances;
    contract_in_both_modes(kit, check);
}

void contract_plan_a_stop(struct kit_run *kit, uint64_t at_ms)
{
    struct scenario *scenario = &kit->scenario;
    scenario->events[scenario->event_count++] = (struct timeline_event){
        .at_ms = at_ms, .kind = TIMELINE_STOP, .number = 1, .option_ms = TIMELINE_STOP_WITHIN_MS};
}

void contract_run_to_a_stop(struct kit_run *kit)
{
    kit->shape.instances_max = timeline_instances_max(&kit->scenario);
    kit_run_good_world(kit);
    for (uint32_t i = 0; i < kit->world.cluster.instances; i++)
        if (kit->world.cluster.processes[i].death_signal != 0)
            kit_run_fail(kit, "instance %u did not stop by itself", i);
}

uint64_t contract_calls(const struct kit_run *kit)
{
    uint64_t calls = 0;
    for (uint32_t i = 0; i < kit->world.books.count; i++)
        calls += kit->world.books.rows[i].client_calls;
    return calls;
}

bool contract_outlives_a_lease(const struct kit_run *kit)
{
    uint64_t ttl_ms = kit_run_needs(kit).server_ttl_ms;
    return ttl_ms > 0 && ttl_ms < kit->scenario.cycle_ms * kit->scenario.cycles;
}

void contract_check_idle_cost(struct kit_run *kit)
{
    uint64_t calls = 0;
    struct run_result whole = {.entry = &kit->scenario.entries[0]};
    for (uint32_t i = 0; i < kit->world.books.count; i++)
        calls += kit->world.books.rows[i].client_calls + kit->world.books.rows[i].inner_calls;
    gather_result(&kit->world, &whole);
    double instance_cycles_s =
        whole.cycle_s * kit->scenario.time_scale * whole.cycles_run * whole.instance_count;
    double recorded = whole.idle_calls_per_instance_s * instance_cycles_s;
    bool idled = kit->scenario.kind == ITEMS_TASK_ROUNDS ||
                 whole.refreshes.total == 0; /* one does its share, asked or not */
    if (idled && !(fabs(recorded - (double)calls) < 0.001))
        kit_run_fail(kit, "of %llu calls %.3f are recorded as what idling costs",
                     (unsigned long long)calls, recorded);
    print_message("%s: %.3f calls per instance and second\n", kit->scenario.entries[0].label,
                  whole.idle_calls_per_instance_s);
    run_result_close(&whole);
}
