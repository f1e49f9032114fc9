#include "sim/database.h"

#include "strategies/clock.h"

static void statement(const struct database *database)
{
    counter_add(&database->tally->statements, 1);
    if (database->spend != NULL)
        database->spend(database->context);
}

bool database_refresh(const struct database *database, struct ledger_item *item, uint64_t now_ns,
                      uint32_t *version)
{
    for (int try = 0; try < DATABASE_TRIES; try++) {
        statement(database); /* 1: the row gives its revision */
        uint32_t revision = atomic_load_explicit(&item->revision, memory_order_acquire);
        *version = ledger_read(item);
        statement(database); /* 2: its tasks, counted by status, are the truth */
        statement(database); /* 3: update where the revision is still the one that was read */
        if (atomic_compare_exchange_strong(&item->revision, &revision, revision + 1)) {
            statement(database); /* 4: the end time */
            atomic_store_explicit(&item->end_time_ms, (uint32_t)(now_ns / NS_PER_MS),
                                  memory_order_relaxed);
            return true;
        }
        counter_add(&database->tally->conflicts, 1);
    }
    counter_add(&database->tally->gave_up, 1);
    return false;
}
