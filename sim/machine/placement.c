#include "sim/machine/placement.h"

static bool allowed_cores(cpu_set_t *allowed)
{
    return sched_getaffinity(0, sizeof *allowed, allowed) == 0;
}

static int first_core(const cpu_set_t *allowed)
{
    int core = 0;
    while (!CPU_ISSET(core, allowed))
        core++;
    return core;
}

static int last_core(const cpu_set_t *allowed)
{
    int core = CPU_SETSIZE - 1;
    while (!CPU_ISSET(core, allowed))
        core--;
    return core;
}

static bool bind_to(const cpu_set_t *cores)
{
    return sched_setaffinity(0, sizeof *cores, cores) == 0;
}

static bool bind_to_one(int core)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(core, &one);
    return bind_to(&one);
}

/* The cores for both, or for one side; false: there are too few, or they cannot be bound to. */
static bool bind_side(enum placement placement, bool server)
{
    cpu_set_t allowed;
    if (placement == PLACEMENT_FREE)
        return true;
    if (!allowed_cores(&allowed))
        return false;
    if (placement == PLACEMENT_ONE_CORE)
        return bind_to_one(last_core(&allowed));
    if (CPU_COUNT(&allowed) < 2)
        return false;
    int first = first_core(&allowed);
    if (server)
        return bind_to_one(first);
    CPU_CLR(first, &allowed);
    return bind_to(&allowed);
}

bool placement_bind_server(enum placement placement)
{
    return bind_side(placement, true);
}

bool placement_bind_clients(enum placement placement)
{
    return bind_side(placement, false);
}

bool placement_save(struct placement_mask *mask)
{
    return allowed_cores(&mask->cores);
}

void placement_restore(const struct placement_mask *mask)
{
    bind_to(&mask->cores);
}

unsigned placement_cores(void)
{
    cpu_set_t allowed;
    return allowed_cores(&allowed) ? (unsigned)CPU_COUNT(&allowed) : 1;
}
