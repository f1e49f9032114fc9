#include "bench/document/fields.h"

#include <stddef.h>

#define RUN(member) offsetof(struct run_result, member)

static const struct field plain_fields[] = {
    {"repeat", FIELD_SMALL, RUN(repeat)},
    {"seed", FIELD_DIGITS, RUN(seed)},
    {"error", FIELD_TEXT, RUN(error)},
    {"trustworthy", FIELD_SWITCH, RUN(trustworthy)},
    {"calls_in_doubt", FIELD_COUNT, RUN(calls_in_doubt)},
    {"broken_promise", FIELD_TEXT, RUN(broken_promise)},
    {"duration_s", FIELD_REAL, RUN(duration_s)},
    {"cycle_s", FIELD_REAL, RUN(cycle_s)},
    {"overruns", FIELD_SMALL, RUN(overruns)},
    {"unfinished", FIELD_SMALL, RUN(unfinished)},
    {"live", FIELD_SWITCH, RUN(live)},
    {"audited", FIELD_SWITCH, RUN(audited)},
    {"distinct_refreshed", FIELD_COUNT, RUN(distinct_refreshed)},
    {"round_trips", FIELD_COUNT, RUN(round_trips)},
    {"keys_left", FIELD_COUNT, RUN(keys_left)},
    {"in_hand", FIELD_COUNT, RUN(in_hand)},
    {"at_work_mean", FIELD_REAL, RUN(at_work_mean)},
    {"at_work_max", FIELD_SMALL, RUN(at_work_max)},
    {"client_cpu_seconds", FIELD_REAL, RUN(client_cpu_seconds)},
    {"harness_cpu_seconds", FIELD_REAL, RUN(harness_cpu_seconds)},
    {"seed_seconds", FIELD_REAL, RUN(seed_seconds)},
    {0},
};

static const struct field cycle_fields[] = {
    {"run", FIELD_SMALL, RUN(cycles_run)},
    {"to_drain", FIELD_COUNT_NEVER, RUN(cycles_to_drain)},
    {0},
};

static const struct field ledger_fate_fields[] = {
    {"total", FIELD_COUNT, offsetof(struct fates, total)},
    {"refreshed", FIELD_COUNT, offsetof(struct fates, refreshed)},
    {0},
};

static const struct field audit_fate_fields[] = {
    {"pending", FIELD_COUNT, offsetof(struct fates, pending)},
    {"claimed", FIELD_COUNT, offsetof(struct fates, claimed)},
    {"stranded", FIELD_COUNT, offsetof(struct fates, stranded)},
    {"dead", FIELD_COUNT, offsetof(struct fates, dead)},
    {"lost", FIELD_COUNT, offsetof(struct fates, lost)},
    {0},
};

static const struct field loss_fields[] = {
    {"lost_max", FIELD_COUNT, RUN(findings.lost.most)},
    {0},
};

static const struct field refresh_fields[] = {
    {"total", FIELD_COUNT, RUN(refreshes.total)},
    {"redundant", FIELD_COUNT, RUN(refreshes.redundant)},
    {"failed", FIELD_COUNT, RUN(refreshes.failed)},
    {"gone", FIELD_COUNT, RUN(refreshes.gone)},
    {"fenced", FIELD_COUNT, RUN(refreshes.fenced)},
    {"beyond_marks", FIELD_COUNT, RUN(refreshes.beyond_marks)},
    {"overlaps", FIELD_COUNT, RUN(findings.overlaps.certain)},
    {"redundant_max", FIELD_COUNT, RUN(findings.redundant.most)},
    {"overlaps_max", FIELD_COUNT, RUN(findings.overlaps.most)},
    {0},
};

#define FINDING(member) offsetof(struct findings, member)
#define BOUNDED(name)                                                                              \
    {#name, FIELD_COUNT, FINDING(name.certain)},                                                   \
    {                                                                                              \
#name "_max", FIELD_COUNT, FINDING(name.most)                                              \
    }

static const struct field fault_fields[] = {
    {"ordered", FIELD_SMALL, FINDING(faults)},
    {"hit", FIELD_SMALL, FINDING(faults_hit)},
    {"kills", FIELD_SMALL, FINDING(kills)},
    {"doubts", FIELD_SMALL, FINDING(doubts)},
    {"converged", FIELD_SWITCH, FINDING(converged)},
    {"fairness", FIELD_REAL, FINDING(fairness)},
    {"spread", FIELD_REAL, FINDING(spread)},
    {"age_max_s", FIELD_REAL, FINDING(age_max_s)},
    {"age_p99_9_s", FIELD_REAL, FINDING(age_p99_9_s)},
    {"journal_dropped", FIELD_COUNT, FINDING(journal_dropped)},
    {0},
};

static const struct field history_fields[] = {
    {"records", FIELD_COUNT, FINDING(journal_records)},
    BOUNDED(unavoidable),
    BOUNDED(needless),
    {"recovered", FIELD_COUNT, FINDING(recovered)},
    {"overlap_s", FIELD_REAL, FINDING(overlap_s)},
    {"overlap_max_s", FIELD_REAL, FINDING(overlap_max_s)},
    {"overlap_depth", FIELD_SMALL, FINDING(overlap_depth)},
    {"overlaps_awake", FIELD_COUNT, FINDING(overlaps_awake)},
    {"overlap_awake_s", FIELD_REAL, FINDING(overlap_awake_s)},
    BOUNDED(lost_updates),
    BOUNDED(stale_writes),
    {"stale_rejected", FIELD_COUNT, FINDING(stale_rejected)},
    BOUNDED(stale_acknowledges),
    BOUNDED(blind_acknowledges),
    {"unavailable_s", FIELD_REAL, FINDING(unavailable_s)},
    {"stalled_s", FIELD_REAL, FINDING(stalled_s)},
    {"recovery_s", FIELD_REAL, FINDING(recovery_s)},
    {"detection_s", FIELD_REAL, FINDING(detection_s)},
    {"rework_s", FIELD_REAL, FINDING(rework_s)},
    {0},
};

#define VERDICT(name, kind)                                                                        \
    {                                                                                              \
        name, FIELD_TEXT, RUN(verdicts[kind].text)                                                 \
    }

static const struct field verdict_fields[] = {
    VERDICT("at_most_once", VERDICT_AT_MOST_ONCE),
    VERDICT("at_least_once", VERDICT_AT_LEAST_ONCE),
    VERDICT("effectively_once", VERDICT_EFFECTIVELY_ONCE),
    VERDICT("mutual_exclusion", VERDICT_MUTUAL_EXCLUSION),
    VERDICT("lost_update", VERDICT_LOST_UPDATE),
    VERDICT("owner_checked", VERDICT_OWNER_CHECKED),
    VERDICT("liveness", VERDICT_LIVENESS),
    {0},
};

static bool was_journaled(const struct run_result *run)
{
    return run->findings.journaled;
}

static const struct field unit_cost_fields[] = {
    {"units", FIELD_COUNT, offsetof(struct unit_cost, units)},
    {"server_calls", FIELD_REAL, offsetof(struct unit_cost, server_calls)},
    {"round_trips", FIELD_REAL, offsetof(struct unit_cost, round_trips)},
    {"server_cpu_usec", FIELD_REAL, offsetof(struct unit_cost, server_cpu_usec)},
    {0},
};

static const struct field mark_fields[] = {
    {"done", FIELD_COUNT, RUN(marks)},
    {"failed", FIELD_COUNT, RUN(marks_failed)},
    {"legacy", FIELD_COUNT, RUN(marks_legacy)},
    {"offered_per_s", FIELD_REAL, RUN(marks_offered_per_s)},
    {"achieved_per_s", FIELD_REAL, RUN(marks_achieved_per_s)},
    {"measured_beside", FIELD_SWITCH, RUN(per_mark_beside)},
    {"cpu_ratio", FIELD_REAL, RUN(mark_ratio)},
    {0},
};

static const struct field redis_fields[] = {
    {"cpu_seconds", FIELD_REAL, RUN(redis.cpu_seconds)},
    {"cpu_share", FIELD_REAL, RUN(redis.cpu_share)},
    {"cpu_share_peak", FIELD_REAL, RUN(redis.cpu_share_peak)},
    {"memory_empty_bytes", FIELD_COUNT, RUN(redis.memory_empty_bytes)},
    {"memory_seeded_bytes", FIELD_COUNT, RUN(redis.memory_seeded_bytes)},
    {"memory_peak_bytes", FIELD_COUNT, RUN(redis.memory_peak_bytes)},
    {"version", FIELD_TEXT, RUN(redis.version)},
    {0},
};

static const struct field database_fields[] = {
    {"modelled", FIELD_SWITCH, RUN(database.modelled)},
    {"statements", FIELD_COUNT, RUN(database.statements)},
    {"conflicts", FIELD_COUNT, RUN(database.conflicts)},
    {"failed", FIELD_COUNT, RUN(database.failed)},
    {0},
};

static const struct field lock_fields[] = {
    {"entered", FIELD_COUNT, RUN(entered)},
    {"skipped", FIELD_COUNT, RUN(skipped)},
    {0},
};

static const struct field observe_fields[] = {
    {"calls", FIELD_COUNT, offsetof(struct observed, calls)},
    {"round_trips", FIELD_COUNT, offsetof(struct observed, round_trips)},
    {"bytes_out", FIELD_COUNT, offsetof(struct observed, bytes_out)},
    {"bytes_in", FIELD_COUNT, offsetof(struct observed, bytes_in)},
    {"server_usec", FIELD_REAL, offsetof(struct observed, server_usec)},
    {"samples_with", FIELD_COUNT, offsetof(struct observed, samples_with)},
    {"samples_without", FIELD_COUNT, offsetof(struct observed, samples_without)},
    {"p99_with_us", FIELD_REAL_KNOWN, offsetof(struct observed, p99_with_us)},
    {"p99_without_us", FIELD_REAL_KNOWN, offsetof(struct observed, p99_without_us)},
    {"alerts_raised", FIELD_COUNT, offsetof(struct observed, alerts_raised)},
    {0},
};

static bool was_observed(const struct run_result *run)
{
    return run->observed.enabled;
}

static const struct field leader_fields[] = {
    {"none_s", FIELD_REAL, RUN(leaders.none_s)},
    {"several_s", FIELD_REAL, RUN(leaders.several_s)},
    {"changes", FIELD_COUNT, RUN(leaders.changes)},
    {0},
};

static const struct field piece_fields[] = {
    {"total", FIELD_COUNT, RUN(pieces.total)},
    {"failed", FIELD_COUNT, RUN(pieces.failed)},
    {0},
};

static bool leaders_known(const struct run_result *run)
{
    return run->has_leaders;
}

static const struct field job_fields[] = {
    {"success_share", FIELD_REAL, RUN(jobs.success_share)},
    {"failure_share", FIELD_REAL, RUN(jobs.failure_share)},
    {"utilisation", FIELD_REAL, RUN(jobs.utilisation)},
    {"instance_s", FIELD_REAL, RUN(jobs.instance_s)},
    {"instance_s_per_job", FIELD_REAL, RUN(jobs.instance_s_per_job)},
    {"idle_calls_per_instance_s", FIELD_REAL, RUN(idle_calls_per_instance_s)},
    {0},
};

static const struct field deployment_fields[] = {
    {"restarts", FIELD_SMALL, RUN(restarts)},
    {"below_wanted_s", FIELD_REAL, RUN(below_wanted_s)},
    {"above_wanted_s", FIELD_REAL, RUN(above_wanted_s)},
    {0},
};

static bool was_audited(const struct run_result *run)
{
    return run->audited;
}

static bool item_cost_known(const struct run_result *run)
{
    return run->per_item.units > 0;
}

static bool mark_cost_known(const struct run_result *run)
{
    return run->per_mark.units > 0;
}

const struct field_group run_fields[] = {
    {NULL, plain_fields, 0, NULL},
    {"cycles", cycle_fields, 0, NULL},
    {"items", ledger_fate_fields, RUN(items), NULL},
    {"items", audit_fate_fields, RUN(items), was_audited},
    {"items", loss_fields, 0, was_audited},
    {"refreshes", refresh_fields, 0, NULL},
    {"faults", fault_fields, RUN(findings), NULL},
    {"history", history_fields, RUN(findings), was_journaled},
    {"verdicts", verdict_fields, 0, NULL},
    {"per_item", unit_cost_fields, RUN(per_item), item_cost_known},
    {"per_mark", unit_cost_fields, RUN(per_mark), mark_cost_known},
    {"marks", mark_fields, 0, NULL},
    {"redis", redis_fields, 0, NULL},
    {"database", database_fields, 0, NULL},
    {"lock", lock_fields, 0, NULL},
    {"jobs", job_fields, 0, NULL},
    {"deployment", deployment_fields, 0, NULL},
    {"leaders", leader_fields, 0, leaders_known},
    {"pieces", piece_fields, 0, NULL},
    {"observe", observe_fields, RUN(observed), was_observed},
    {0},
};

#define COMMAND(member)                                                                            \
    {                                                                                              \
#member, FIELD_COUNT, offsetof(struct command_result, member)                              \
    }
const struct field command_fields[] = {
    COMMAND(server_calls),   COMMAND(inner_calls), COMMAND(client_calls),
    COMMAND(producer_calls), COMMAND(errors),      COMMAND(server_usec),
    COMMAND(bytes_in),       COMMAND(bytes_out),   {0},
};

#define INSTANCE(member, kind)                                                                     \
    {                                                                                              \
#member, kind, offsetof(struct instance_result, member)                                    \
    }
const struct field instance_fields[] = {
    INSTANCE(refreshes, FIELD_COUNT),
    INSTANCE(round_trips, FIELD_COUNT),
    INSTANCE(cpu_seconds, FIELD_REAL),
    INSTANCE(finished_s, FIELD_REAL),
    INSTANCE(cycles, FIELD_SMALL),
    INSTANCE(lives, FIELD_SMALL),
    INSTANCE(alive_s, FIELD_REAL),
    INSTANCE(death_signal, FIELD_INT_KNOWN),
    {0},
};

#define PROBE(member, kind)                                                                        \
    {                                                                                              \
#member, kind, offsetof(struct probe_result, member)                                       \
    }
const struct field probe_fields[] = {
    PROBE(interval_s, FIELD_REAL),
    PROBE(calls, FIELD_COUNT),
    PROBE(last, FIELD_COUNT),
    PROBE(bytes_out, FIELD_COUNT),
    PROBE(bytes_in, FIELD_COUNT),
    PROBE(server_usec, FIELD_REAL),
    {0},
};

const struct field event_fields[] = {
    {"asked_s", FIELD_REAL, offsetof(struct timeline_note, asked_s)},
    {"confirmed_s", FIELD_REAL_KNOWN, offsetof(struct timeline_note, confirmed_s)},
    {"fault", FIELD_SWITCH, offsetof(struct timeline_note, is_fault)},
    {"hit", FIELD_SWITCH, offsetof(struct timeline_note, hit)},
    {"healed_s", FIELD_REAL_KNOWN, offsetof(struct timeline_note, healed_s)},
    {"text", FIELD_TEXT, offsetof(struct timeline_note, text)},
    {0},
};

#define MACHINE(member, kind)                                                                      \
    {                                                                                              \
#member, kind, offsetof(struct environment, member)                                        \
    }
const struct field environment_fields[] = {
    MACHINE(time_utc, FIELD_TEXT),
    MACHINE(cpu_model, FIELD_TEXT),
    MACHINE(cores, FIELD_INT_KNOWN),
    MACHINE(cores_allowed, FIELD_INT_KNOWN),
    MACHINE(cgroup_cpu_max, FIELD_TEXT),
    MACHINE(hypervisor, FIELD_TEXT),
    MACHINE(governor, FIELD_TEXT),
    MACHINE(kernel, FIELD_TEXT),
    MACHINE(clocksource, FIELD_TEXT),
    MACHINE(transparent_hugepages, FIELD_TEXT),
    MACHINE(overcommit_memory, FIELD_INT_KNOWN),
    MACHINE(somaxconn, FIELD_INT_KNOWN),
    MACHINE(memory_bytes, FIELD_BYTES_KNOWN),
    MACHINE(load_before, FIELD_REAL_KNOWN),
    MACHINE(dibs_version, FIELD_TEXT),
    MACHINE(dibs_commit, FIELD_TEXT),
    MACHINE(compiler, FIELD_TEXT),
    MACHINE(flags, FIELD_TEXT),
    MACHINE(hiredis, FIELD_TEXT),
    MACHINE(server_version, FIELD_TEXT),
    MACHINE(server_kind, FIELD_TEXT),
    MACHINE(server_build_id, FIELD_TEXT),
    MACHINE(server_allocator, FIELD_TEXT),
    MACHINE(server_maxmemory, FIELD_TEXT),
    MACHINE(server_maxmemory_policy, FIELD_TEXT),
    MACHINE(server_save, FIELD_TEXT),
    MACHINE(server_appendonly, FIELD_TEXT),
    MACHINE(server_io_threads, FIELD_TEXT),
    MACHINE(server_hz, FIELD_TEXT),
    MACHINE(server_other_clients, FIELD_INT_KNOWN),
    {0},
};

#define RACE(member, kind)                                                                         \
    {                                                                                              \
#member, kind, offsetof(struct entry_race, member)                                         \
    }
const struct field race_fields[] = {
    RACE(cycles, FIELD_SMALL),
    RACE(cycles_done, FIELD_SMALL),
    RACE(cycles_redundant, FIELD_SMALL),
    RACE(min, FIELD_SMALL),
    RACE(max, FIELD_SMALL),
    RACE(mean, FIELD_REAL),
    RACE(error, FIELD_TEXT),
    {0},
};
