#include "sim/judge/figure.h"

#include <math.h>
#include <string.h>

#define FIGURE(name, expression)                                                                   \
    static double name(const struct run_result *run)                                               \
    {                                                                                              \
        return expression;                                                                         \
    }

static double of_audit(const struct run_result *run, uint64_t n)
{
    return run->audited ? (double)n : NAN;
}

static double of_journal(const struct run_result *run, double value)
{
    return run->findings.journaled ? value : NAN;
}

FIGURE(refreshed, (double)run->items.refreshed)
FIGURE(pending, of_audit(run, run->items.pending))
FIGURE(claimed, of_audit(run, run->items.claimed))
FIGURE(stranded, of_audit(run, run->items.stranded))
FIGURE(dead, of_audit(run, run->items.dead))
FIGURE(lost, of_audit(run, run->findings.lost.certain))
FIGURE(lost_max, of_audit(run, run->findings.lost.most))
FIGURE(redundant, (double)run->findings.redundant.certain)
FIGURE(redundant_max, (double)run->findings.redundant.most)
FIGURE(failed, (double)run->refreshes.failed)
FIGURE(unavoidable, of_journal(run, (double)run->findings.unavoidable.certain))
FIGURE(needless, of_journal(run, (double)run->findings.needless.certain))
FIGURE(recovered, of_journal(run, (double)run->findings.recovered))
FIGURE(overlap, (double)run->findings.overlaps.certain)
FIGURE(overlap_max, (double)run->findings.overlaps.most)
FIGURE(overlap_s, of_journal(run, run->findings.overlap_s))
FIGURE(overlap_depth, of_journal(run, run->findings.overlap_depth))
FIGURE(lost_updates, of_journal(run, (double)run->findings.lost_updates.certain))
FIGURE(stale_writes, of_journal(run, (double)run->findings.stale_writes.certain))
FIGURE(stale_rejected, of_journal(run, (double)run->findings.stale_rejected))
FIGURE(stale_acknowledges, of_journal(run, (double)run->findings.stale_acknowledges.certain))
FIGURE(blind_acknowledges, of_journal(run, (double)run->findings.blind_acknowledges.certain))
FIGURE(unavailable_s, of_journal(run, run->findings.unavailable_s))
FIGURE(stalled_s, of_journal(run, run->findings.stalled_s))
FIGURE(recovery_s, of_journal(run, run->findings.recovery_s))
FIGURE(detection_s, of_journal(run, run->findings.detection_s))
FIGURE(rework_s, of_journal(run, run->findings.rework_s))
FIGURE(fairness, run->findings.fairness)
FIGURE(spread, run->findings.spread)
FIGURE(age_max_s, run->findings.age_max_s)
FIGURE(age_p99_9_s, run->findings.age_p99_9_s)
FIGURE(faults_hit, run->findings.faults_hit)

const struct figure figures[] = {
    {"refreshed", "items", refreshed},
    {"pending", "items", pending},
    {"claimed", "items", claimed},
    {"stranded", "items", stranded},
    {"dead", "items", dead},
    {"lost", "items", lost},
    {"lost_max", "items", lost_max},
    {"redundant", "refreshes", redundant},
    {"redundant_max", "refreshes", redundant_max},
    {"failed", "refreshes", failed},
    {"unavoidable", "refreshes", unavoidable},
    {"needless", "refreshes", needless},
    {"recovered", "refreshes", recovered},
    {"overlap", "refreshes", overlap},
    {"overlap_max", "refreshes", overlap_max},
    {"overlap_s", "s", overlap_s},
    {"overlap_depth", "at once", overlap_depth},
    {"lost_updates", "writes", lost_updates},
    {"stale_writes", "writes", stale_writes},
    {"stale_rejected", "writes", stale_rejected},
    {"stale_acknowledges", "acknowledgements", stale_acknowledges},
    {"blind_acknowledges", "acknowledgements", blind_acknowledges},
    {"unavailable_s", "s", unavailable_s},
    {"stalled_s", "s", stalled_s},
    {"recovery_s", "s", recovery_s},
    {"detection_s", "s", detection_s},
    {"rework_s", "s", rework_s},
    {"fairness", "of 1", fairness},
    {"spread", "times", spread},
    {"age_max_s", "s", age_max_s},
    {"age_p99_9_s", "s", age_p99_9_s},
    {"faults_hit", "faults", faults_hit},
    {0},
};

const struct figure *figure_find(const char *name)
{
    for (const struct figure *figure = figures; figure->name; figure++)
        if (strcmp(figure->name, name) == 0)
            return figure;
    return NULL;
}
