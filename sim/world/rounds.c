#include "sim/world/rounds.h"

#include <assert.h>

/* A cycle is cut to whole nanoseconds; a period of several cycles has to meet each of them. */
static uint64_t period_ns(const struct task *task, const struct scenario *scenario)
{
    if (task->period_ms % scenario->cycle_ms != 0)
        return scenario_scaled_ns(scenario, task->period_ms);
    return task->period_ms / scenario->cycle_ms * scenario_scaled_ns(scenario, scenario->cycle_ms);
}

static uint64_t count_of(const struct task *task, const struct scenario *scenario)
{
    uint64_t span_ms = scenario->cycles * scenario->cycle_ms;
    return (span_ms + task->period_ms - 1) / task->period_ms;
}

uint64_t rounds_count(const struct task *tasks, const struct scenario *scenario)
{
    uint64_t count = 0;
    for (const struct task *task = tasks; task != NULL && task->name != NULL; task++)
        count += count_of(task, scenario);
    return count;
}

void rounds_lay_out(struct rounds *rounds, const struct task *tasks,
                    const struct scenario *scenario)
{
    uint64_t first = 0;
    for (const struct task *task = tasks; task != NULL && task->name != NULL; task++) {
        assert(rounds->tasks < ROUNDS_TASKS_MAX);
        uint32_t i = rounds->tasks++;
        rounds->of[i].first = first;
        rounds->of[i].count = count_of(task, scenario);
        rounds->of[i].period_ns = period_ns(task, scenario);
        first += rounds->of[i].count;
    }
}

bool rounds_now(const struct rounds *rounds, uint32_t task, uint64_t now_ns, uint64_t *round)
{
    if (task >= rounds->tasks)
        return false;
    *round = now_ns / rounds->of[task].period_ns;
    return *round < rounds->of[task].count;
}

struct ledger_item *rounds_take(const struct rounds *rounds, const struct ledger *ledger,
                                uint32_t task, uint64_t round, struct tally *tally)
{
    if (task >= rounds->tasks || round >= rounds->of[task].count)
        return NULL;
    struct ledger_item *item = &ledger->items[rounds->of[task].first + round];
    ledger_mark_once(item, tally, round * rounds->of[task].period_ns);
    return item;
}

void rounds_fall_due(struct rounds *rounds, const struct ledger *ledger, uint64_t now_ns)
{
    for (uint32_t task = 0; task < rounds->tasks; task++)
        while (rounds->of[task].due < rounds->of[task].count &&
               rounds->of[task].due * rounds->of[task].period_ns <= now_ns)
            rounds_take(rounds, ledger, task, rounds->of[task].due++, &rounds->tally);
}
