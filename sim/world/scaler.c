#include "sim/world/scaler.h"

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

uint32_t scaler_hpa_size(uint32_t now, double load, double target, const char **why)
{
    if (now == 0 || target <= 0)
        return now;
    /* In whole per cent of the load, as there: what is exact in decimals is so here. */
    double ratio = floor(load * 100 + 1e-9) / (target * 100);
    if (fabs(ratio - 1) <= HPA_TOLERANCE)
        return now;
    double wish = ceil(now * ratio);
    double most = now + (now > HPA_GROWTH ? now : (double)HPA_GROWTH);
    *why = ratio > 1 ? "hpa: CPU over target" : "hpa: CPU under target";
    return (uint32_t)(wish < most ? wish : most);
}

uint32_t scaler_queue_size(uint32_t now, const struct queue_look *look, const char **why)
{
    bool deep = look->pending > look->depth;
    bool slower = look->mean_before_s > 0 && look->mean_s > QUEUE_RISE * look->mean_before_s;
    if ((deep || slower) && look->failing <= QUEUE_FAILING) {
        *why = deep ? "queue: depth over threshold" : "queue: mean time rises";
        return now + 1;
    }
    if (!deep && look->busy < QUEUE_IDLE && now > 0) {
        *why = "queue: workers idle";
        return now - 1;
    }
    return now;
}

uint32_t scaler_stabilize(struct scaler *scaler, uint32_t now, uint32_t wish, uint64_t now_ns,
                          uint64_t window_ns)
{
    scaler->wishes[scaler->wish_count % SCALER_WINDOW_MAX].at_ns = now_ns;
    scaler->wishes[scaler->wish_count++ % SCALER_WINDOW_MAX].size = wish;
    if (wish >= now)
        return wish;
    uint32_t kept = scaler->wish_count < SCALER_WINDOW_MAX ? scaler->wish_count : SCALER_WINDOW_MAX;
    uint32_t most = wish;
    for (uint32_t i = 0; i < kept; i++)
        if (scaler->wishes[i].at_ns + window_ns >= now_ns && scaler->wishes[i].size > most)
            most = scaler->wishes[i].size;
    return most < now ? most : now;
}

static uint32_t hpa_wish(const struct scaler *scaler, const struct scenario *scenario, uint32_t now,
                         double cpu_s, double period_s, const char **why)
{
    double requested = now * scenario->scaler.request;
    double load = requested > 0 ? (cpu_s - scaler->cpu_s) / period_s / requested : 0;
    return scaler_hpa_size(now, load, scenario->scaler.target, why);
}

static double ratio(uint64_t part, uint64_t all)
{
    return all > 0 ? (double)part / (double)all : 0;
}

static uint32_t queue_wish(struct scaler *scaler, const struct cluster *cluster,
                           const struct totals *totals, uint32_t now, const char **why)
{
    const struct scenario *scenario = cluster->plan.scenario;
    uint64_t done = totals->done - scaler->done, failed = totals->failed - scaler->failed;
    uint64_t seats = (uint64_t)now * scenario_workers(scenario, cluster->plan.entry);
    const struct queue_look look = {
        .pending = totals->backlog,
        .depth = scenario->scaler.depth,
        .mean_s = ratio(totals->work_ns - scaler->work_ns, done + failed) / 1e9,
        .mean_before_s = scaler->mean_s,
        .busy = ratio(totals->seats_at_work, seats),
        .failing = ratio(failed, done + failed),
    };
    scaler->mean_s = look.mean_s;
    return scaler_queue_size(now, &look, why);
}

static uint32_t clamp(uint32_t size, uint32_t min, uint32_t max)
{
    return size < min ? min : size > max ? max : size;
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
    uint32_t wish = now_wanted;
    if (!first && scenario->scaler.kind == SCALER_HPA)
        wish = hpa_wish(scaler, scenario, now_wanted, cpu_s, (double)period_ns / 1e9, why);
    else if (!first)
        wish = queue_wish(scaler, cluster, totals, now_wanted, why);
    scaler->cpu_s = cpu_s;
    scaler->done = totals->done;
    scaler->failed = totals->failed;
    scaler->work_ns = totals->work_ns;
    wish = clamp(wish, scenario->scaler.min, scenario->scaler.max);
    uint64_t window_ns = scenario_scaled_ns(scenario, scenario->scaler.stabilize_ms);
    return scaler_stabilize(scaler, now_wanted, wish, now_ns, window_ns);
}
