#include "sim/machine/placement.h"

#include <sched.h>

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

bool placement_bind_server(enum placement placement)
{
    if (placement == PLACEMENT_FREE)
        return true;
    cpu_set_t allowed;
    if (!allowed_cores(&allowed))
        return false;
    if (placement == PLACEMENT_ONE_CORE)
        return bind_to_one(last_core(&allowed));
    return CPU_COUNT(&allowed) > 1 && bind_to_one(first_core(&allowed));
}

bool placement_bind_clients(enum placement placement)
{
    if (placement == PLACEMENT_FREE)
        return true;
    cpu_set_t allowed;
    if (!allowed_cores(&allowed))
        return false;
    if (placement == PLACEMENT_ONE_CORE)
        return bind_to_one(last_core(&allowed));
    if (CPU_COUNT(&allowed) < 2)
        return false;
    CPU_CLR(first_core(&allowed), &allowed);
    return bind_to(&allowed);
}

unsigned placement_cores(void)
{
    cpu_set_t allowed;
    return allowed_cores(&allowed) ? (unsigned)CPU_COUNT(&allowed) : 1;
}
