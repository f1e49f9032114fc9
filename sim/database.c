#include "sim/database.h"

#include "strategies/clock.h"

static void statement(const struct database *database)
{
    counter_add(&database->tally->statements, 1);
    if (database->spend != NULL)
        database->spend(database->context);
}

static uint32_t token_of(uint64_t row)
{
    return (uint32_t)(row >> 32);
}

/* The row after an update under `token`. */
static uint64_t updated(uint64_t row, uint32_t token)
{
    uint32_t kept = token > token_of(row) ? token : token_of(row);
    return (uint64_t)kept << 32 | (uint32_t)((uint32_t)row + 1);
}

enum database_result database_refresh(const struct database *database, struct ledger_item *item,
                                      uint32_t token, uint64_t now_ns, uint32_t *version)
{
    for (int try = 0; try < DATABASE_TRIES; try++) {
        statement(database); /* 1: the row gives its revision */
        uint64_t row = atomic_load_explicit(&item->revision, memory_order_acquire);
        *version = ledger_read(item);
        statement(database); /* 2: its tasks, counted by status, are the truth */
        statement(database); /* 3: update where the revision is still the one that was read */
        if (token != 0 && token_of(row) > token) {
            counter_add(&database->tally->fenced, 1);
            return DATABASE_FENCED;
        }
        if (atomic_compare_exchange_strong(&item->revision, &row, updated(row, token))) {
            statement(database); /* 4: the end time */
            atomic_store_explicit(&item->end_time_ms, (uint32_t)(now_ns / NS_PER_MS),
                                  memory_order_relaxed);
            return DATABASE_DONE;
        }
        counter_add(&database->tally->conflicts, 1);
    }
    counter_add(&database->tally->gave_up, 1);
    return DATABASE_GAVE_UP;
}
