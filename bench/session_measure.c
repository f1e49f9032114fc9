#include "bench/session.h"

#include <string.h>

static bool is_interrupted(const struct session *session)
{
    return *session->invocation->interrupted != 0;
}

static void interrupted(struct session *session)
{
    session->cut_short = true;
    if (session->status != STATUS_INTERRUPTED)
        session_fail(session, STATUS_INTERRUPTED,
                     "interrupted; what was measured until now is kept");
}

/* What a run that is over means for the rest. */
static void weigh_run(struct session *session, const struct run_result *run)
{
    const char *name = run->entry->label;
    if (run->status == RUN_INTERRUPTED) {
        interrupted(session);
        return;
    }
    session->status = status_worse(session->status, status_of_run(run));
    if (run->trace_errno != 0) {
        session_fail(session, STATUS_COULD_NOT_RUN, "cannot write the trace %s: %s",
                     session->invocation->options->trace, strerror(run->trace_errno));
        session->cut_short = true;
    } else if (run->status != RUN_COMPLETE) {
        session_fail(session, status_of_run(run), "%s: %s", name, run->error);
        session->cut_short = run->status == RUN_COULD_NOT;
    } else if (session->invocation->options->json && !run->trustworthy) {
        progress_clear(&session->progress);
        fprintf(stderr, "dibs: %s: not trustworthy: %s\n", name, run->reasons[0]);
    }
}

/* One contender at one point. */
static void measure_run(struct session *session, const struct entry *entry, uint32_t repeat)
{
    const struct scenario *point = session->point;
    struct vary_skip *skip = &session->vary_skips[session->vary_skip_count];
    if (vary_skips(point, entry, skip)) {
        progress_clear(&session->progress);
        if (!session->invocation->options->quiet)
            fprintf(stderr, "dibs: skipped %s at %llu %s: %s\n", entry->label,
                    (unsigned long long)skip->value, vary_name(point->vary.what), skip->reason);
        session->vary_skip_count++;
        return;
    }
    struct run_result *run = &session->runs[session->run_count++];
    progress_begin(&session->progress, skip->estimate_s);
    run_contender(point, entry, repeat, &session->run_options, run);
    progress_end(&session->progress);
    if (session->scenario.vary.count == 0)
        beside_level_marks(session->runs, session->run_count);
    weigh_run(session, run);
    session_save(session, RESULT_RUNNING);
}

/* At every point, all contenders. */
static void measure_repeat(struct session *session, uint32_t repeat)
{
    const struct scenario *scenario = &session->scenario;
    for (uint32_t v = 0; v < vary_points(scenario); v++) {
        vary_point(scenario, v, session->point);
        for (uint32_t i = 0; i < scenario->entry_count && !session->cut_short; i++) {
            if (is_interrupted(session)) {
                interrupted(session);
                return;
            }
            measure_run(session, &scenario->entries[i], repeat);
        }
    }
}

static void measure_runs(struct session *session)
{
    for (uint32_t repeat = 1; repeat <= session->scenario.repeats && !session->cut_short; repeat++)
        measure_repeat(session, repeat);
}

static bool has_race(const struct scenario *scenario, uint32_t i)
{
    return scenario->entry_race_cycles > 0 && scenario->entries[i].strategy->locks;
}

static void measure_races(struct session *session)
{
    const struct scenario *scenario = &session->scenario;
    for (uint32_t i = 0; i < scenario->entry_count && !session->cut_short; i++) {
        const struct entry *entry = &scenario->entries[i];
        if (!has_race(scenario, i))
            continue;
        if (is_interrupted(session)) {
            interrupted(session);
            return;
        }
        struct entry_race *race = &session->races[session->race_count];
        session->race_entries[session->race_count++] = entry;
        progress_begin(&session->progress, entry_race_estimate_s(scenario->entry_race_cycles));
        run_entry_race(scenario, entry, &session->run_options, race);
        progress_end(&session->progress);
        if (race->status == RUN_INTERRUPTED)
            interrupted(session);
        else if (race->status != RUN_COMPLETE)
            session_fail(session, STATUS_COULD_NOT_RUN, "entry race of %s: %s", entry->label,
                         race->error);
    }
}

/* Needs a private server, and crashes that come as they come. */
static bool wants_probes(const struct scenario *scenario, bool is_private)
{
    return scenario->crash_probe_kills > 0 && scenario->mode == MODE_CONCURRENT &&
           scenario->vary.count == 0 && is_private;
}

static size_t probed_entries(const struct scenario *scenario, bool is_private,
                             const struct entry *entries[SCENARIO_CONTENDERS_MAX])
{
    size_t count = 0;
    for (uint32_t i = 0; wants_probes(scenario, is_private) && i < scenario->entry_count; i++)
        if (crash_probe_refuses(&scenario->entries[i]) == NULL)
            entries[count++] = &scenario->entries[i];
    return count;
}

static void weigh_probes(struct session *session)
{
    for (size_t i = 0; i < session->probe_count; i++) {
        const struct crash_probe *probe = &session->probes[i];
        if (probe->status == RUN_COULD_NOT) {
            session_fail(session, STATUS_COULD_NOT_RUN, "crash probe of %s: %s",
                         probe->entry->label, probe->error);
            return;
        }
    }
}

/* Of all contenders at once, side by side. */
static void measure_probes(struct session *session)
{
    const struct scenario *scenario = &session->scenario;
    const struct entry *entries[SCENARIO_CONTENDERS_MAX];
    size_t count = probed_entries(scenario, session->run_options.program != NULL, entries);
    if (count == 0 || session->cut_short)
        return;
    progress_begin(&session->progress, crash_probe_estimate_s(count, scenario->crash_probe_kills));
    crash_probe_run(entries, count, scenario->crash_probe_kills, scenario->seed,
                    &session->run_options, session->probes);
    progress_end(&session->progress);
    session->probe_count = count;
    if (is_interrupted(session))
        interrupted(session);
    else
        weigh_probes(session);
}

/* Takes all of the runs; of a session that was cut short nothing is judged. */
static void measure_ratios(struct session *session)
{
    const struct scenario *scenario = &session->scenario;
    if (scenario->vary.count > 0)
        return;
    if (!beside_open(&session->beside, scenario, session->runs, session->run_count)) {
        session_fail(session, STATUS_COULD_NOT_RUN, "not enough memory for the ratios");
        return;
    }
    if (session->cut_short)
        return;
    beside_judge(&session->beside, scenario, session->runs, session->run_count);
    for (size_t i = 0; i < session->run_count; i++)
        session->status = status_worse(session->status, status_of_run(&session->runs[i]));
}

void session_measure(struct session *session)
{
    measure_runs(session);
    measure_ratios(session);
    measure_races(session);
    measure_probes(session);
}

double session_estimate_s(const struct scenario *scenario, bool is_private, struct scenario *point)
{
    const struct entry *probed[SCENARIO_CONTENDERS_MAX];
    double total_s = crash_probe_estimate_s(probed_entries(scenario, is_private, probed),
                                            scenario->crash_probe_kills);
    for (uint32_t i = 0; i < scenario->entry_count; i++) {
        total_s +=
            vary_estimate(scenario, &scenario->entries[i], point).seconds * scenario->repeats;
        if (has_race(scenario, i))
            total_s += entry_race_estimate_s(scenario->entry_race_cycles);
    }
    return total_s;
}
