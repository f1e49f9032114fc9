#include "strategies/intake.h"

#include <sched.h>

static void lock(struct intake *intake)
{
    while (atomic_exchange_explicit(&intake->lock, 1, memory_order_acquire) != 0)
        sched_yield();
}

static void unlock(struct intake *intake)
{
    atomic_store_explicit(&intake->lock, 0, memory_order_release);
}

bool intake_poll(struct intake *intake, uint64_t now_ms)
{
    lock(intake);
    bool mine =
        intake->brought == intake->taken && !intake->polling && now_ms >= intake->not_before_ms;
    if (mine)
        intake->polling = true;
    unlock(intake);
    return mine;
}

void intake_polled(struct intake *intake, uint64_t not_before_ms)
{
    lock(intake);
    intake->polling = false;
    intake->not_before_ms = not_before_ms;
    unlock(intake);
}

bool intake_add(struct intake *intake, const struct intake_entry *entry)
{
    lock(intake);
    bool room = intake->brought - intake->taken < INTAKE_MAX;
    if (room)
        intake->entries[intake->brought++ % INTAKE_MAX] = *entry;
    unlock(intake);
    return room;
}

bool intake_take(struct intake *intake, struct intake_entry *entry)
{
    lock(intake);
    bool any = intake->brought > intake->taken;
    if (any)
        *entry = intake->entries[intake->taken++ % INTAKE_MAX];
    unlock(intake);
    return any;
}
