/* The contract suite: one check after another, each over all contenders that have such items. */
#ifndef DIBS_TESTS_KIT_CONTRACT_H
#define DIBS_TESTS_KIT_CONTRACT_H

#include "tests/kit_run.h"

enum { CONTRACT_SHORT_CYCLE_MS = 100, CONTRACT_CYCLES_BOUND = 100 };

typedef void contract(struct kit_run *kit);

/* Calls `check` with each contender that suits the scenario's kind of items as its entry. */
void contract_each(struct kit_run *kit, contract *check);
/* The same in both modes; and with so many instances. */
void contract_in_both_modes(struct kit_run *kit, contract *check);
void contract_at_instances(struct kit_run *kit, uint32_t instances, contract *check);

/* Instance 1 is asked to stop at this time. */
void contract_plan_a_stop(struct kit_run *kit, uint64_t at_ms);
/* Then a world: good, and nobody had to be killed. */
void contract_run_to_a_stop(struct kit_run *kit);

/* All calls of clients in the last world. */
uint64_t contract_calls(const struct kit_run *kit);

/* A lease kept by the server ends within the scenario's cycles. */
bool contract_outlives_a_lease(const struct kit_run *kit);

/* Of the last world: what idling costs is recorded, and is every call that was made over the time
 * of the cycles. */
void contract_check_idle_cost(struct kit_run *kit);

#endif
