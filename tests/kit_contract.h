/* The contract suite: one check after another, each over all contenders that have such items. */
#ifndef DIBS_TESTS_KIT_CONTRACT_H
#define DIBS_TESTS_KIT_CONTRACT_H

#include "tests/kit_run.h"

typedef void contract(struct kit_run *kit);

/* Calls `check` with each contender that suits the scenario's kind of items as its entry. */
void contract_each(struct kit_run *kit, contract *check);
/* The same in both modes. */
void contract_in_both_modes(struct kit_run *kit, contract *check);

/* A lease kept by the server ends within the scenario's cycles. */
bool contract_outlives_a_lease(const struct kit_run *kit);

/* Of the last world: what idling costs is recorded, and is every call that was made over the time
 * of the cycles. */
void contract_check_idle_cost(struct kit_run *kit);

#endif
