#include "sim/world/sampler.h"

#include <math.h>
#include <stdlib.h>

struct totals sampler_totals(const struct cluster *cluster, uint64_t owed_at_start)
{
    const struct board *board = cluster->plan.board;
    struct totals totals = {0};
    uint64_t owed = owed_at_start + counter_get(&board->rounds.tally.became_owed), served = 0;
    uint32_t last_at_work = UINT32_MAX;
    for (uint32_t i = 0; i < board->seats; i++) {
        const struct slot *slot = &board->slots[i];
        const struct tally *tally = &slot->tally;
        uint64_t held = counter_get(&tally->held);
        owed += counter_get(&tally->became_owed);
        served += counter_get(&tally->became_served);
        totals.held += held;
        totals.done += counter_get(&tally->done);
        totals.failed += counter_get(&tally->failed);
        totals.dead += counter_get(&tally->dead);
        totals.work_ns += counter_get(&slot->work_ns);
        if (slot->role != SEAT_WORKER || atomic_load(&slot->in_round) == 0)
            continue;
        totals.seats_at_work++;
        if (slot->process != last_at_work) /* seats of one instance stand side by side */
            totals.at_work++;
        last_at_work = slot->process;
    }
    for (uint32_t i = 0; i < cluster->instances; i++) {
        const struct process *process = &cluster->processes[i];
        totals.alive += process->state == PROCESS_RUNNING;
        totals.ended +=
            process->state == PROCESS_DEAD && !process->ordered && process->death_signal == 0;
    }
    /* Counters of different seats are not read at one instant. */
    totals.backlog = owed > served ? owed - served : 0;
    totals.served = served;
    return totals;
}

static bool append(struct sampler *sampler, struct sample sample)
{
    if (sampler->count == sampler->capacity) {
        uint32_t capacity = sampler->capacity ? sampler->capacity * 2 : 256;
        struct sample *grown = realloc(sampler->samples, capacity * sizeof *grown);
        if (grown == NULL)
            return false;
        sampler->samples = grown;
        sampler->capacity = capacity;
    }
    sampler->samples[sampler->count++] = sample;
    return true;
}

bool sampler_take(struct sampler *sampler, const struct cluster *cluster, uint64_t server_cpu_ns,
                  uint32_t wanted)
{
    /* However soon the first look is, a fast run has worked by then: the series begins before. */
    if (sampler->count == 0) {
        if (!append(sampler, (struct sample){.backlog = sampler->owed_at_start}))
            return false;
        sampler->cpu_peak = NAN;
    }
    struct totals totals = sampler_totals(cluster, sampler->owed_at_start);
    uint64_t now_ns = clock_ns();
    double passed = (double)(now_ns - sampler->last_ns);
    double share = sampler->last_ns > 0 && passed > 0
                       ? (double)(server_cpu_ns - sampler->last_cpu_ns) / passed
                       : 0;
    /* A period cut short says little about a peak. */
    if (passed >= 0.5 * (double)SAMPLER_PERIOD_NS && !(share <= sampler->cpu_peak) &&
        sampler->last_ns > 0)
        sampler->cpu_peak = share;
    if (sampler->last_ns > 0) {
        sampler->below_s += totals.alive + totals.ended < wanted ? passed / 1e9 : 0;
        sampler->above_s += totals.alive > wanted ? passed / 1e9 : 0;
    }
    sampler->last_ns = now_ns;
    sampler->last_cpu_ns = server_cpu_ns;
    if (totals.backlog > 0) {
        sampler->at_work_sum += totals.at_work;
        sampler->at_work_samples++;
        if (totals.at_work > sampler->at_work_max)
            sampler->at_work_max = totals.at_work;
    }
    return append(sampler, (struct sample){
                               .t_s = (double)board_now_ns(cluster->plan.board) / 1e9,
                               .backlog = totals.backlog,
                               .held = totals.held,
                               .done = totals.done,
                               .alive = totals.alive,
                               .wanted = wanted,
                               .redis_cpu = share,
                           });
}
