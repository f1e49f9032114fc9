#include "bench/status.h"

#include "sim/judge/expectation.h"
#include "sim/judge/verdict.h"

/* In order of priority: the first one that applies is reported. */
static const struct {
    enum status status;
    const char *meaning;
} statuses[] = {
    {STATUS_INTERRUPTED, "interrupted; what was measured until then is kept and marked"},
    {STATUS_COULD_NOT_RUN, "could not run: binary, server, database, memory, disk, directory"},
    {STATUS_USAGE, "usage: the command line or a scenario is wrong"},
    {STATUS_NOT_TRUSTWORTHY,
     "not trustworthy: books do not balance; a soak is unsure, or finds dibs wrong"},
    {STATUS_BROKEN, "a declared promise, or what a scenario expects, was broken"},
    {STATUS_REGRESSION, "regression"},
    {STATUS_UNKNOWN, "unknown or inconclusive"},
    {STATUS_NOT_COMPARABLE, "not comparable"},
    {STATUS_GOOD, "good"},
};

enum status status_worse(enum status a, enum status b)
{
    size_t i = 0;
    while (statuses[i].status != a && statuses[i].status != b)
        i++;
    return statuses[i].status;
}

enum status status_of_run(const struct run_result *run)
{
    static const enum status of_end[] = {
        [RUN_COMPLETE] = STATUS_GOOD,
        [RUN_INTERRUPTED] = STATUS_INTERRUPTED,
        [RUN_COULD_NOT] = STATUS_COULD_NOT_RUN,
        [RUN_REFUSED] = STATUS_USAGE,
    };
    enum status status = of_end[run->status];
    if (run->status == RUN_COMPLETE && !run->trustworthy)
        status = status_worse(status, STATUS_NOT_TRUSTWORTHY);
    enum ruling expected = expectation_ruling(run);
    if (*run->broken_promise || expected == RULING_FAIL)
        status = status_worse(status, STATUS_BROKEN);
    if (run->status == RUN_COMPLETE && (expected == RULING_UNKNOWN || verdict_is_unknown(run)))
        status = status_worse(status, STATUS_UNKNOWN);
    return status;
}

enum status status_of_sweep(const struct sweep *sweep)
{
    if (sweep->status != RUN_COMPLETE)
        return sweep->status == RUN_INTERRUPTED ? STATUS_INTERRUPTED : STATUS_COULD_NOT_RUN;
    for (uint32_t i = 0; i < sweep->count; i++)
        if (*sweep->points[i].broken_promise)
            return STATUS_BROKEN;
    return STATUS_GOOD;
}

enum status status_of_soak(const struct soak *soak, const struct oracle_report *oracle)
{
    const struct soak_leaks *l = &soak->leaks;
    bool left = l->descriptors + l->mappings + l->processes + l->files + l->bytes > 0;
    enum status status = STATUS_GOOD;
    if (oracle->disagreements > 0 || left)
        status = STATUS_NOT_TRUSTWORTHY;
    for (uint32_t i = 0; i < soak->row_count; i++) {
        if (soak->rows[i].unsure > 0)
            status = status_worse(status, STATUS_NOT_TRUSTWORTHY);
        if (soak->rows[i].accused > 0)
            status = status_worse(status, STATUS_BROKEN);
    }
    return status;
}

void status_describe(FILE *out)
{
    fprintf(out, "Exit status (when several apply, the first of these)\n");
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        fprintf(out, "  %-4d %s\n", statuses[i].status, statuses[i].meaning);
}
