#include "tests/kit_successor.h"

#include <signal.h>
#include <unistd.h>

/* The seat of the item's nth refresh; false: not begun. */
static bool find_refresh(const struct kit_run *kit, uint32_t nth, uint32_t *seat)
{
    for (*seat = 0; *seat < kit->world.board->seats; ++*seat) {
        uint32_t count;
        const struct journal_record *records = journal_of(kit->world.board->journal, *seat, &count);
        for (uint32_t i = 0; i < count; i++)
            if (records[i].kind == JOURNAL_BEGIN && records[i].order == nth)
                return true;
    }
    return false;
}

static bool has_answered(const struct kit_run *kit, uint32_t seat)
{
    uint32_t count;
    const struct journal_record *records = journal_of(kit->world.board->journal, seat, &count);
    for (uint32_t i = 0; i < count; i++)
        if (records[i].kind == JOURNAL_ANSWERED)
            return true;
    return false;
}

static const struct process *process_of(const struct kit_run *kit, uint32_t seat)
{
    return &kit->world.cluster.processes[kit->world.board->slots[seat].process];
}

static bool has_patience(const struct kit_run *kit)
{
    return clock_ns() - kit->begun_ns < KIT_PATIENCE_S * NS_PER_S;
}

/* Each has stopped itself as it began: none goes on before it has stopped. */
static void let_the_first_go_on(struct kit_run *kit)
{
    uint32_t first, second;
    bool is_there;
    while (!(is_there = find_refresh(kit, 2, &second)) && has_patience(kit))
        usleep(1000);
    if (!is_there)
        return;
    while (!process_is_stopped(process_of(kit, second)) && has_patience(kit))
        usleep(1000);
    find_refresh(kit, 1, &first);
    kill(process_of(kit, first)->pid, SIGCONT);
    while (!has_answered(kit, first) && has_patience(kit))
        usleep(1000);
    kill(process_of(kit, second)->pid, SIGCONT);
}

void kit_successor_world(struct kit_run *kit)
{
    struct scenario *scenario = &kit->scenario;
    scenario->journal = JOURNAL_YES;
    scenario->items = 1;
    scenario->instances = 2;
    scenario->cycles = 0;
    kit->moment = let_the_first_go_on;
    kit_run_break(kit, FAULT_PAUSE, 1);
    for (uint32_t i = 0; i < kit->options.fault_count; i++)
        kit->faults[i].any_round = true;
    kit_run_world(kit);
}
