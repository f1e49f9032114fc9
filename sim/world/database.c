#include "sim/world/database.h"

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

/* 1: the row gives its revision, and takes the token. */
static uint64_t read_row(const struct database *database, struct ledger_item *item, uint32_t token)
{
    statement(database);
    uint64_t row = atomic_load_explicit(&item->revision, memory_order_acquire);
    while (token > token_of(row)) {
        uint64_t raised = (uint64_t)token << 32 | (uint32_t)row;
        if (atomic_compare_exchange_weak(&item->revision, &row, raised))
            return raised;
    }
    return row;
}

/* The update: true if it was made; else *row is what stands there now. */
static bool update(const struct database *database, struct ledger_item *item, uint32_t token,
                   uint64_t *row)
{
    if (!database->unchecked)
        return atomic_compare_exchange_strong(&item->revision, row, updated(*row, token));
    *row = atomic_load(&item->revision);
    while (token == 0 || token_of(*row) <= token)
        if (atomic_compare_exchange_weak(&item->revision, row, updated(*row, token)))
            return true;
    return false;
}

enum database_result database_refresh(const struct database *database, struct ledger_item *item,
                                      uint32_t token, uint64_t now_ns, uint32_t *version,
                                      struct database_write *write)
{
    for (int try = 0; try < DATABASE_TRIES; try++) {
        uint64_t row = read_row(database, item, token);
        write->read = (uint32_t)row;
        *version = ledger_read(item);
        statement(database); /* 2: its tasks, counted by status, are the truth */
        statement(database); /* 3: update where the revision is still the one that was read */
        if (database->applying != NULL)
            database->applying(database->context, *version);
        write->begun = atomic_load_explicit(&item->begun, memory_order_relaxed);
        bool made = (token == 0 || token_of(row) <= token) && update(database, item, token, &row);
        write->overwritten = row;
        if (made) {
            statement(database); /* 4: the end time */
            atomic_store_explicit(&item->end_time_ms, (uint32_t)(now_ns / NS_PER_MS),
                                  memory_order_relaxed);
            return DATABASE_DONE;
        }
        if (database->not_applied != NULL)
            database->not_applied(database->context);
        if (token != 0 && token_of(row) > token) {
            counter_add(&database->tally->fenced, 1);
            return DATABASE_FENCED;
        }
        counter_add(&database->tally->conflicts, 1);
    }
    counter_add(&database->tally->gave_up, 1);
    return DATABASE_GAVE_UP;
}
