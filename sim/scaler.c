#include "sim/scaler.h"

#include <math.h>

/* Kubernetes' HorizontalPodAutoscaler: no change while the ratio is this near to 1; growth within
 * one look by doubling or by four pods, whichever is more. */
#define HPA_TOLERANCE 0.1
enum { HPA_GROWTH = 4 };

/* The job-queue plan names its triggers and no figures; these are ours: a rise of the mean time by
 * a fifth, workers that are at work for less than half, and no growth while most attempts fail. */
#define QUEUE_RISE 1.2
#define QUEUE_IDLE 0.5
#define QUEUE_FAILING 0.5

static uint32_t hpa_wish(const struct scenario *scenario, uint32_t now, double cores_used,
                         const char **why)
{
    if (now == 0 || scenario->scaler.target <= 0 || scenario->scaler.request <= 0)
        return now;
    double ratio = cores_used / (now * scenario->scaler.request) / scenario->scaler.target;
    if (fabs(ratio - 1) <= HPA_TOLERANCE)
        return now;
    double wish = ceil(now * ratio);
    double most = now * 2.0 > now + HPA_GROWTH ? now * 2.0 : now + HPA_GROWTH;
    *why = ratio > 1 ? "hpa: CPU over target" : "hpa: CPU under target";
    return (uint32_t)(wish < most ? wish : most);
}

static uint32_t queue_wish(const struct scaler *scaler, const struct scenario *scenario,
                           uint32_t now, const struct totals *totals, double mean_s, double failing,
                           const char **why)
{
    bool deep = totals->backlog > scenario->scaler.depth;
    bool slower = scaler->mean_s > 0 && mean_s > QUEUE_RISE * scaler->mean_s;
    if ((deep || slower) && failing <= QUEUE_FAILING) {
        *why = deep ? "queue: depth over threshold" : "queue: mean time rises";
        return now + 1;
    }
    if (!deep && totals->at_work < QUEUE_IDLE * now && now > 0) {
        *why = "queue: workers idle";
        return now - 1;
    }
    return now;
}

/* A smaller size must have been enough for the whole window: the largest recent wish counts. */
static uint32_t stabilized(struct scaler *scaler, uint32_t wish, uint64_t now_ns,
                           uint64_t window_ns)
{
    scaler->wishes[scaler->wish_count % SCALER_WINDOW_MAX].at_ns = now_ns;
    scaler->wishes[scaler->wish_count++ % SCALER_WINDOW_MAX].size = wish;
    uint32_t kept = scaler->wish_count < SCALER_WINDOW_MAX ? scaler->wish_count : SCALER_WINDOW_MAX;
    uint32_t most = wish;
    for (uint32_t i = 0; i < kept; i++)
        if (scaler->wishes[i].at_ns + window_ns >= now_ns && scaler->wishes[i].size > most)
            most = scaler->wishes[i].size;
    return most;
}

uint32_t scaler_wanted(struct scaler *scaler, const struct cluster *cluster,
                       const struct totals *totals, uint32_t now_wanted, uint64_t now_ns,
                       const char **why)
{
    const struct scenario *scenario = cluster->plan.scenario;
    uint64_t period_ns = scenario_scaled_ns(scenario, scenario->scaler.period_ms);
    *why = "";
    if (scenario->scaler.kind == SCALER_NONE || now_ns < scaler->next_ns)
        return now_wanted;
    bool first = scaler->next_ns == 0;
    scaler->next_ns = now_ns + period_ns;
    double cpu_s = cluster_instances_cpu_seconds(cluster);
    double period_s = (double)period_ns / 1e9;
    uint64_t done = totals->done - scaler->done, failed = totals->failed - scaler->failed;
    double mean_s = done > 0 ? period_s * totals->at_work / (double)done : 0;
    double failing = done + failed > 0 ? (double)failed / (double)(done + failed) : 0;
    uint32_t wish = now_wanted;
    if (!first && scenario->scaler.kind == SCALER_HPA)
        wish = hpa_wish(scenario, now_wanted, (cpu_s - scaler->cpu_s) / period_s, why);
    else if (!first)
        wish = queue_wish(scaler, scenario, now_wanted, totals, mean_s, failing, why);
    scaler->cpu_s = cpu_s;
    scaler->done = totals->done;
    scaler->failed = totals->failed;
    scaler->mean_s = mean_s;
    if (wish > scenario->scaler.max)
        wish = scenario->scaler.max;
    if (wish < scenario->scaler.min)
        wish = scenario->scaler.min;
    uint64_t window_ns = scenario_scaled_ns(scenario, scenario->scaler.stabilize_ms);
    uint32_t steady = stabilized(scaler, wish, now_ns, window_ns);
    return steady < now_wanted ? steady : wish > now_wanted ? wish : now_wanted;
}
