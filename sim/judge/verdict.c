#include "sim/judge/verdict.h"

#include "sim/scenario/variables.h"
#include "sim/world/deployment.h"

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

/* A fault under which nobody promises anything, as when the server loses data. */
#define NOTHING_HOLDS (1u << 31)

/* What was done to the instances meanwhile, as the promises name it. */
static unsigned faults_of(const struct run_result *result)
{
    unsigned faults = result->struck;
    for (uint32_t i = 0; i < result->event_count; i++) {
        const struct timeline_note *note = &result->events[i];
        if (note->is_fault && note->fails)
            continue;
        if (note->is_fault)
            faults |= note->tests != 0 ? note->tests : NOTHING_HOLDS;
        else if (strcmp(note->what, "start") != 0) /* which follows from something else */
            faults |= PROMISE_AT_LEAST_ONCE_SCALING;
    }
    for (uint32_t i = 0; i < result->instance_count; i++)
        if (result->instances[i].death_signal != 0 || result->instances[i].kills > 0)
            faults |= PROMISE_AT_LEAST_ONCE_CRASH;
    return faults & NOTHING_HOLDS ? NOTHING_HOLDS : faults;
}

static void write_host(const struct scenario *scenario, uint64_t seed, uint32_t number,
                       char host[HOST_NAME_MAX_BYTES])
{
    const char *given = variables_host(scenario, number);
    if (given != NULL)
        snprintf(host, HOST_NAME_MAX_BYTES, "%s", given);
    else
        deployment_host(scenario->deployment, seed, number, 0, host);
}

/* It was told a name, and another one has the same. */
static bool has_a_double(const struct scenario *scenario, uint64_t seed, uint32_t number)
{
    char own[HOST_NAME_MAX_BYTES], other[HOST_NAME_MAX_BYTES];
    if (variables_host(scenario, number) == NULL)
        return false;
    write_host(scenario, seed, number, own);
    for (uint32_t i = 0; i < scenario->instances; i++) {
        write_host(scenario, seed, i, other);
        if (i != number && strcmp(own, other) == 0)
            return true;
    }
    return false;
}

/* What is promised is promised of a server that keeps what it has taken, and of instances that are
 * told the truth about who they are. */
static unsigned promises_of(const struct scenario *scenario, const struct run_result *result)
{
    bool holds = result->findings.unassigned == 0;
    for (uint32_t i = 0; i < scenario->instances; i++)
        holds &= !has_a_double(scenario, result->seed, i);
    for (uint32_t i = 0; i < result->event_count; i++)
        holds &= !result->events[i].loses_data;
    return holds ? strategy_promises(result->entry->strategy, result->entry->values) : 0;
}

const char *verdict_name_of(enum verdict_kind kind)
{
    static const char *const names[VERDICTS] = {
        [VERDICT_AT_MOST_ONCE] = "at_most_once",
        [VERDICT_AT_LEAST_ONCE] = "at_least_once",
        [VERDICT_EFFECTIVELY_ONCE] = "effectively_once",
        [VERDICT_MUTUAL_EXCLUSION] = "mutual_exclusion",
        [VERDICT_LOST_UPDATE] = "lost_update",
        [VERDICT_OWNER_CHECKED] = "owner_checked",
        [VERDICT_LIVENESS] = "liveness",
    };
    return names[kind];
}

const char *ruling_name(enum ruling ruling)
{
    static const char *const names[] = {
        [RULING_NONE] = "none",
        [RULING_PASS] = "pass",
        [RULING_FAIL] = "fail",
        [RULING_UNKNOWN] = "unknown",
        [RULING_NOT_PROMISED] = "not_promised",
    };
    return names[ruling];
}

/* What is known before a verdict is made. */
struct charge {
    enum verdict_kind kind;
    unsigned promised; /* the promise that covers it in this run, or 0 */
    bool judged;       /* the run can tell */
    bool missed;       /* a fault has not struck, or something is missing: only FAIL is certain */
    struct bounded breaches;
    const char *what; /* they are */
};

static enum ruling rule(const struct charge *charge)
{
    if (!charge->judged)
        return RULING_NONE;
    if (charge->promised == 0)
        return RULING_NOT_PROMISED;
    if (charge->breaches.certain > 0)
        return RULING_FAIL;
    return charge->missed || charge->breaches.most > 0 ? RULING_UNKNOWN : RULING_PASS;
}

static void write_verdict(const struct charge *charge, struct run_verdict *verdict)
{
    static const char *const words[] = {
        [RULING_NONE] = "not judged",
        [RULING_PASS] = "PASS",
        [RULING_FAIL] = "FAIL",
        [RULING_UNKNOWN] = "UNKNOWN",
        [RULING_NOT_PROMISED] = "not promised",
    };
    struct bounded b = charge->breaches;
    *verdict = (struct run_verdict){.ruling = rule(charge), .certain = b.certain, .most = b.most};
    const char *word = words[verdict->ruling];
    bool counts = verdict->ruling != RULING_NONE && verdict->ruling != RULING_PASS;
    if (!counts)
        snprintf(verdict->text, sizeof verdict->text, "%s", word);
    else if (b.most > b.certain)
        snprintf(verdict->text, sizeof verdict->text, "%s: %" PRIu64 " to %" PRIu64 " %s", word,
                 b.certain, b.most, charge->what);
    else
        snprintf(verdict->text, sizeof verdict->text, "%s: %" PRIu64 " %s", word, b.certain,
                 charge->what);
}

/* The promise of at least once that covers all that was done to the instances, or 0. */
static unsigned covering(unsigned promised, unsigned faults)
{
    if (faults == 0)
        return promised & AT_LEAST_ONCE;
    if (faults & NOTHING_HOLDS)
        return 0;
    return (promised & faults) == faults ? faults : 0;
}

static struct bounded add(struct bounded a, struct bounded b)
{
    return (struct bounded){a.certain + b.certain, a.most + b.most};
}

static struct bounded exactly(uint64_t n)
{
    return (struct bounded){n, n};
}

static uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/* All of them, but for those that `doubted` may account for. */
static struct bounded up_to(struct bounded n, uint64_t doubted)
{
    return (struct bounded){less(n.certain, doubted), n.most};
}

/* Of items that were not refreshed, those that could have been: the doomed may also be dead. */
static struct bounded avoidable(uint64_t items, const struct run_result *result)
{
    uint64_t doomed = result->findings.doomed;
    return (struct bounded){less(items, doomed), less(items, less(doomed, result->items.dead))};
}

static bool has_missed(const struct findings *f)
{
    return f->faults_hit < f->faults;
}

static void charge_all(const struct scenario *scenario, const struct run_result *result,
                       struct charge charges[VERDICTS])
{
    const struct findings *f = &result->findings;
    const struct fates *items = &result->items;
    unsigned promised = promises_of(scenario, result);
    unsigned faults = faults_of(result);
    bool whole = scenario->cycles == 0 || scenario->kind == ITEMS_TASK_ROUNDS; /* they are over */
    bool drained = whole && result->audited;
    bool missed = has_missed(f);
    bool crashed = (faults & (PROMISE_AT_LEAST_ONCE_CRASH | PROMISE_AT_LEAST_ONCE_CUT |
                              PROMISE_AT_LEAST_ONCE_RESTART | NOTHING_HOLDS)) != 0;
    unsigned delivery = covering(promised, faults);
    uint64_t beyond = result->refreshes.beyond_marks;
    /* At least once is about items: where marks may be lost in work, a later one is no breach. */
    uint64_t excused = promised & PROMISE_NO_LOST_UPDATE ? 0 : items->lost_anew;
    struct bounded lost = {less(f->lost.certain, excused), f->lost.most - excused};
    struct bounded undelivered = add(lost, avoidable(items->stranded, result));
    struct bounded vanished = crashed ? exactly(excused) : f->lost;
    uint64_t left = items->total - items->refreshed - items->dead - items->lost;
    struct bounded late = add(lost, avoidable(left, result));
    /* Without a journal an overlap that was seen is certain, and that none was seen is nothing. */
    bool overlaps_known = f->journaled || f->overlaps.certain > 0;
    charges[VERDICT_AT_MOST_ONCE] =
        (struct charge){.promised = promised & PROMISE_AT_MOST_ONCE,
                        .judged = true,
                        .breaches = up_to(exactly(beyond), f->marks_doubted),
                        .what = "refreshes in excess of marks"};
    charges[VERDICT_AT_LEAST_ONCE] = (struct charge){.promised = delivery,
                                                     .judged = drained,
                                                     .breaches = undelivered,
                                                     .what = "items lost or stranded"};
    charges[VERDICT_EFFECTIVELY_ONCE] = (struct charge){
        .promised = 0,
        .judged = drained && f->journaled,
        .breaches = add(add(undelivered, f->redundant), add(f->lost_updates, f->stale_writes)),
        .what = "items lost, writes redundant, stale or over another",
    };
    charges[VERDICT_MUTUAL_EXCLUSION] = (struct charge){
        .promised = f->faults == 0 && faults == 0 ? promised & PROMISE_NO_OVERLAP : 0,
        .judged = overlaps_known,
        .breaches = f->overlaps,
        .what = "overlapping refreshes"};
    /* Without a crash, or a reply that never came, nothing but a lost mark can make an item vanish
     * while it is owed. */
    charges[VERDICT_LOST_UPDATE] = (struct charge){.promised = promised & PROMISE_NO_LOST_UPDATE,
                                                   .judged = result->audited,
                                                   .breaches = add(vanished, f->lost_updates),
                                                   .what = "items lost, or updates overwritten"};
    charges[VERDICT_OWNER_CHECKED] =
        (struct charge){.promised = promised & PROMISE_OWNER_CHECKED,
                        .judged = f->journaled,
                        .breaches = up_to(f->blind_acknowledges, f->marks_doubted),
                        .what = "acknowledgements of a successor's claim"};
    charges[VERDICT_LIVENESS] = (struct charge){
        .promised = delivery, .judged = drained, .breaches = late, .what = "items not refreshed"};
    for (uint32_t i = 0; i < VERDICTS; i++) {
        charges[i].kind = (enum verdict_kind)i;
        charges[i].missed = missed;
    }
}

static void accuse(struct run_result *result, const struct charge *charge)
{
    snprintf(result->broken_promise, sizeof result->broken_promise,
             "%s promises %s, and there were %" PRIu64 " %s", result->entry->label,
             promise_name((enum promise)(charge->promised & -charge->promised)),
             charge->breaches.certain, charge->what);
}

void verdict_judge(const struct scenario *scenario, struct run_result *result)
{
    struct charge charges[VERDICTS];
    bool believable = result->status == RUN_COMPLETE && result->trustworthy;
    result->broken_promise[0] = '\0';
    charge_all(scenario, result, charges);
    for (uint32_t i = 0; i < VERDICTS; i++) {
        struct run_verdict *verdict = &result->verdicts[i];
        charges[i].judged &= believable;
        write_verdict(&charges[i], verdict);
        if (verdict->ruling == RULING_FAIL && result->broken_promise[0] == '\0')
            accuse(result, &charges[i]);
    }
}

bool verdict_is_unknown(const struct run_result *result)
{
    if (has_missed(&result->findings) || result->findings.journal_dropped > 0)
        return true;
    for (uint32_t i = 0; i < VERDICTS; i++)
        if (result->verdicts[i].ruling == RULING_UNKNOWN)
            return true;
    return false;
}
