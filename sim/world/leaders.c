#include "sim/world/leaders.h"

void leaders_look(struct leaders *leaders, const struct cluster *cluster, uint64_t now_ns)
{
    uint64_t passed_ns = now_ns > leaders->since_ns ? now_ns - leaders->since_ns : 0;
    leaders->none_ns += leaders->now == 0 ? passed_ns : 0;
    leaders->several_ns += leaders->now > 1 ? passed_ns : 0;
    leaders->since_ns += passed_ns;
    leaders->now = 0;
    for (uint32_t i = 0; i < cluster->instances; i++) {
        const struct process *process = &cluster->processes[i];
        const struct slot *first = &cluster->plan.board->slots[process->first_slot];
        leaders->now += process->state == PROCESS_RUNNING && atomic_load(&first->leading) != 0;
    }
}

uint64_t leaders_elected(const struct board *board)
{
    uint64_t elected = 0;
    for (uint32_t i = 0; i < board->seats; i++)
        elected += counter_get(&board->slots[i].elected);
    return elected;
}
