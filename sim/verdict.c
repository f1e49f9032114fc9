#include "sim/verdict.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    AT_LEAST_ONCE = PROMISE_AT_LEAST_ONCE_CRASH | PROMISE_AT_LEAST_ONCE_CUT |
                    PROMISE_AT_LEAST_ONCE_PAUSE | PROMISE_AT_LEAST_ONCE_SCALING |
                    PROMISE_AT_LEAST_ONCE_RESTART
};

const char *promise_name(enum promise promise)
{
    switch (promise) {
    case PROMISE_AT_MOST_ONCE:
        return "at most once";
    case PROMISE_AT_LEAST_ONCE_CRASH:
        return "at least once under crash";
    case PROMISE_AT_LEAST_ONCE_CUT:
        return "at least once under cut connection";
    case PROMISE_AT_LEAST_ONCE_PAUSE:
        return "at least once under pause";
    case PROMISE_AT_LEAST_ONCE_SCALING:
        return "at least once under scaling";
    case PROMISE_AT_LEAST_ONCE_RESTART:
        return "at least once under Redis restart with its data";
    case PROMISE_NO_OVERLAP:
        return "no overlap without faults";
    case PROMISE_NO_LOST_UPDATE:
        return "no lost update";
    case PROMISE_OWNER_CHECKED:
        return "owner-checked acknowledge";
    }
    return "";
}

/* What was done to the instances meanwhile, as the promises name it. */
static unsigned faults_of(const struct run_result *result)
{
    unsigned faults = 0;
    for (uint32_t i = 0; i < result->event_count; i++)
        faults |= strcmp(result->events[i].what, "kill") == 0 ? PROMISE_AT_LEAST_ONCE_CRASH
                                                              : PROMISE_AT_LEAST_ONCE_SCALING;
    for (uint32_t i = 0; i < result->instance_count; i++)
        if (result->instances[i].death_signal != 0 || result->instances[i].kills > 0)
            faults |= PROMISE_AT_LEAST_ONCE_CRASH;
    return faults;
}

void verdict_judge(const struct scenario *scenario, struct run_result *result)
{
    bool drained = scenario->cycles == 0;
    unsigned promised = strategy_promises(result->entry->strategy, result->entry->values);
    unsigned faults = faults_of(result);
    bool crashed = (faults & PROMISE_AT_LEAST_ONCE_CRASH) != 0;
    const struct {
        unsigned promise;
        uint64_t count;
        const char *what;
    } breaches[] = {
        {PROMISE_AT_MOST_ONCE, result->refreshes.beyond_marks, "refreshes in excess of marks"},
        {PROMISE_NO_OVERLAP, faults == 0 ? result->refreshes.overlaps : 0, "overlapping refreshes"},
        /* Without a crash nothing but a lost mark can make an item vanish while it is owed. */
        {PROMISE_NO_LOST_UPDATE, crashed ? 0 : result->items.lost, "items lost"},
        {faults == 0 ? AT_LEAST_ONCE : faults,
         drained ? result->items.lost + result->items.stranded : 0, "items lost or stranded"},
    };
    result->broken_promise[0] = '\0';
    if (result->status != RUN_COMPLETE || !result->trustworthy)
        return;
    for (size_t i = 0; i < sizeof breaches / sizeof breaches[0]; i++) {
        unsigned broken = promised & breaches[i].promise;
        if (broken == 0 || breaches[i].count == 0)
            continue;
        snprintf(result->broken_promise, sizeof result->broken_promise,
                 "%s promises %s, and there were %" PRIu64 " %s", result->entry->label,
                 promise_name((enum promise)(broken & -broken)), breaches[i].count,
                 breaches[i].what);
        return;
    }
}
