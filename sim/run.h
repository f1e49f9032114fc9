/* One run: one contender, once, on one server; and what came of it, as plain data. */
#ifndef DIBS_SIM_RUN_H
#define DIBS_SIM_RUN_H

#include "sim/fault/fault_point.h"
#include "sim/fault/timeline.h"
#include "sim/judge/findings.h"
#include "sim/judge/hist.h"
#include "sim/machine/environment.h"
#include "sim/scenario/scenario.h"
#include "sim/server/server.h"
#include "sim/world/observed.h"

enum { RUN_COMMANDS_MAX = 32, RUN_REASONS_MAX = 12, RUN_REASON_MAX = 240 };

/* How exact a counter is. */
enum exactness {
    EXACT,   /* the same in every lockstep run of the same scenario and seed */
    BOUNDED, /* depends on scheduling, or on the server's hash seed */
    NOISY,   /* time */
};

/* How a run ended. Results of all but RUN_COMPLETE are partial. */
enum run_status {
    RUN_COMPLETE,
    RUN_INTERRUPTED,  /* INT or TERM */
    RUN_COULD_NOT,    /* something outside dibs: server, memory, disk; `error` says what */
    RUN_REFUSED,      /* the scenario cannot be run in this mode; `error` says why */
};

/* Where time was spent while work was left. */
enum bottleneck {
    BOTTLENECK_NONE,   /* nothing was over 90 % busy: idle time between cycles, or round trips */
    BOTTLENECK_SERVER, /* the server's main thread was over 90 % of a core */
    BOTTLENECK_CLIENT, /* the instances used over 90 % of the cores they may use */
    BOTTLENECK_WORK,   /* the database statements' own time was most of the seats' time */
};

/* What is judged of a run. */
enum verdict_kind {
    VERDICT_AT_MOST_ONCE,
    VERDICT_AT_LEAST_ONCE,
    VERDICT_EFFECTIVELY_ONCE, /* one accepted write of each version, none stale or over another */
    VERDICT_MUTUAL_EXCLUSION,
    VERDICT_LOST_UPDATE,
    VERDICT_OWNER_CHECKED,
    VERDICT_LIVENESS, /* everything is refreshed, or dead as declared, when the run is over */
    VERDICTS
};

enum ruling {
    RULING_NONE, /* not judged: the run cannot tell */
    RULING_PASS,
    RULING_FAIL,
    RULING_UNKNOWN,
    RULING_NOT_PROMISED
};

struct run_verdict {
    enum ruling ruling;
    uint64_t certain, most; /* breaches */
    char text[96];          /* "PASS", "FAIL: 34 items lost", "not promised: 34 items lost" */
};

/* What a scenario expects of a figure, and what was measured. */
struct expectation_result {
    char text[96]; /* "redundant <= 20" */
    double measured; /* NAN: not known */
    enum ruling ruling; /* PASS, FAIL or UNKNOWN */
    char line[RUN_REASON_MAX]; /* unless PASS: what, where and by how much */
};

/* Fates of the items at the audit; their sum is the scenario's items. */
struct fates {
    uint64_t total, refreshed, pending, claimed, stranded, dead, lost;
    uint64_t lost_anew; /* of the lost, those refreshed before: it is a later mark that is lost */
};

struct command_result {
    char name[WIRE_NAME_MAX];
    uint64_t server_calls; /* as the server counts them, script-inner ones included */
    uint64_t inner_calls;  /* as the scripts state them */
    uint64_t client_calls; /* as the instances and producers count replies */
    uint64_t producer_calls; /* of server_calls, those that producers caused (inner ones too) */
    uint64_t errors;
    uint64_t server_usec; /* INFO commandstats: execution only */
    uint64_t bytes_out, bytes_in;
    struct hist *latency; /* from the send of its batch to its reply; owned; NULL if never called */
};

/* What a unit of work cost: per item refreshed, or per mark. */
struct unit_cost {
    uint64_t units; /* distinct items refreshed, or marks; when 0 the rest is 0 */
    double server_calls, round_trips, server_cpu_usec;
};

struct instance_result {
    uint64_t refreshes;
    uint64_t round_trips;
    double cpu_seconds;
    double finished_s; /* end of its last round, since the start */
    uint32_t cycles;
    uint32_t lives;      /* how often it was started; 0: never */
    double alive_s;
    uint32_t kills;      /* lives that ended by a signal */
    int death_signal; /* that ended its last life; 0: none */
};

/* One point of the time series, every 100 ms of real time. */
struct sample {
    double t_s;       /* since the start */
    uint64_t backlog; /* items owed */
    uint64_t held;    /* items in hand (claimed, or listed to be worked on) */
    uint64_t done;    /* refreshes so far */
    uint32_t alive, wanted; /* instances that run, and that should */
    double redis_cpu; /* share of one core since the last sample */
};

struct run_result {
    const struct entry *entry; /* contender, strategy, values; borrowed from the scenario */
    uint32_t repeat;           /* from 1 */
    uint64_t seed;             /* of this repeat */
    enum run_status status;
    char error[RUN_REASON_MAX];

    int trace_errno; /* why lines of the trace could not be written; 0: all were */

    bool trustworthy;
    char reasons[RUN_REASONS_MAX][RUN_REASON_MAX]; /* why not, one line each */
    uint32_t reason_count;
    uint64_t calls_in_doubt; /* explained by killed or cut connections */

    struct findings findings;
    unsigned struck; /* enum promise, or-ed: faults that came about beside the events */
    struct run_verdict verdicts[VERDICTS];
    char broken_promise[RUN_REASON_MAX]; /* the first promise that this run broke, or "" */
    struct expectation_result *expectations; /* of the scenario, those of this contender; owned */
    uint32_t expectation_count;

    double duration_s;  /* from the common start to the last completion, real time */
    double cycle_s;     /* scaled length of a cycle, real time */
    uint32_t overruns;  /* rounds that were longer than a cycle */
    uint32_t unfinished; /* rounds that only their bound has ended */
    bool live;           /* none were: every round came to its end */
    uint32_t cycles_run;
    uint64_t cycles_to_drain; /* items over items refreshed per cycle run, rounded up; 0: never */

    bool audited; /* false: no census was taken, and of the fates only total and refreshed hold */
    struct fates items;
    uint64_t distinct_refreshed; /* items refreshed at least once */
    struct {
        uint64_t total, redundant, failed, gone;
        uint64_t fenced; /* refused by the database: a greater fencing token had been there */
        uint64_t beyond_marks; /* refreshes of an item in excess of its marks */
        uint64_t overlaps; /* lower bound: another attempt was seen in hand */
    } refreshes;

    struct command_result commands[RUN_COMMANDS_MAX]; /* instances' and producers' */
    uint32_t command_count;
    uint64_t round_trips;
    uint64_t keys_left; /* in the database, when all instances had ended */
    struct unit_cost per_item; /* all that the instances caused */
    struct unit_cost per_mark; /* what producers caused */
    bool per_mark_beside;      /* measured beside the run, on a server of its own */
    double mark_ratio; /* CPU of a mark over one of mark_by, in blocks in turn; NAN: not measured */
    char mark_by[SCENARIO_LABEL_MAX];
    uint64_t marks, marks_failed; /* by producers in the run */
    uint64_t marks_legacy; /* of marks, those made as the version before a migration makes them */
    double marks_offered_per_s, marks_achieved_per_s;

    struct {
        double cpu_seconds;    /* user + system, all threads, over the run */
        double cpu_share;      /* of the cycles run; over 1: overrun */
        double cpu_share_peak; /* over 100 ms, of one core; NAN: it was over sooner */
        uint64_t memory_empty_bytes;  /* used_memory before seeding */
        uint64_t memory_seeded_bytes; /* what seeding added to it */
        uint64_t memory_peak_bytes; /* used_memory_peak */
        char version[32];
    } redis;

    struct {
        bool modelled;
        uint64_t statements, conflicts, failed; /* failed: gave up after 5 tries */
    } database;

    struct {
        double success_share, failure_share; /* of refreshes that ended; NAN: none did */
        double utilisation; /* of the worker seats' time alive, that inside refreshes; NAN: a
                               refresh takes no time */
        double instance_s;  /* all instances' time alive together, real time */
        double instance_s_per_job; /* the same over refreshes that were not redundant; or NAN */
    } jobs;

    /* Server calls that an instance causes in a second of published time while there is nothing to
     * do; NAN: there was something. */
    double idle_calls_per_instance_s;

    struct observed observed; /* the observer is in no other figure but redis and client CPU */

    struct instance_result *instances; /* owned */
    uint32_t instance_count;
    double time_scale; /* that it ran at: the scenario's, or the contender's own where the scenario
                          has a lease */
    double held_up_s; /* the longest time for which dibs itself did not come to look */
    struct converged {
        bool asked;   /* the run was broken, and ended when it had come to rest or at its bound */
        bool in_time; /* it came to rest: nothing moved any more */
        double at_s;  /* since the start: from then on; it may have been refreshed before */
    } converge;
    struct timeline_note *events; /* what happened to the deployment; owned */
    uint32_t event_count;
    uint32_t restarts;            /* of instances that only had to learn a new configuration */
    double below_wanted_s, above_wanted_s; /* time with fewer, or more, instances than wanted */
    double at_work_mean;  /* instances inside a round at once, mean over samples with a backlog */
    uint32_t at_work_max;
    bool has_leaders; /* its items are task rounds; `leaders` is known */
    struct {
        double none_s, several_s; /* time in which nobody, or more than one, believed to lead */
        uint64_t changes;         /* how often an instance came to believe it */
    } leaders;
    struct {
        uint64_t total, failed;
    } pieces; /* of fanned out rounds */
    uint64_t entered, skipped; /* rounds that took the lock, and that found it taken */
    uint64_t in_hand;          /* sum of EVENT_CLAIMED: items claimed, or listed to be worked on */
    enum bottleneck bottleneck;
    double client_cpu_seconds, harness_cpu_seconds;
    double seed_seconds;

    struct hist *delay; /* refresh delay, from the oldest mark not yet served, by plan; owned */
    struct hist *round; /* rounds that found something to do; owned */
    struct hist *pass;  /* passes of fanned out rounds; owned */

    struct sample *samples; /* owned */
    uint32_t sample_count;
};

/* What dibs knows while a run goes on, for progress on a terminal. */
struct run_progress {
    const char *contender;
    const char *phase; /* "seeding", "running", "audit", "marks", "entry race" */
    double share;      /* of this run, 0..1 */
    double elapsed_s; /* 0: not known */
    uint64_t done; /* refreshes so far, or pieces of work */
};

struct run_options {
    struct janitor *janitor;
    const char *program;               /* of the private server, or NULL */
    const struct wire_address *server; /* the user's own, or NULL: a private one */
    bool remove_leftovers;
    bool without_marks; /* marks are not measured beside the run */
    int trace_fd; /* NDJSON of events, or -1 */
    struct environment *environment; /* its server's part is filled on the harness's connection */
    const volatile int *interrupted; /* becomes non-zero on INT or TERM */
    const struct fault_point *faults; /* strike in the run, at most one for each seat; or NULL */
    uint32_t fault_count;
    void (*progress)(void *context, const struct run_progress *progress);
    void *progress_context;
};

/* Runs one contender once. Always fills `result`, whatever happens; run_result_close frees it. */
void run_contender(const struct scenario *scenario, const struct entry *entry, uint32_t repeat,
                   const struct run_options *options, struct run_result *result);
void run_result_close(struct run_result *result);

/* Tells options->progress, where there is one, that `done` pieces of work of `of` are over. */
void run_tell(const struct run_options *options, const char *contender, const char *phase,
              uint32_t done, uint32_t of);

/* Adds a line to why the run is not trustworthy. */
__attribute__((format(printf, 2, 3))) void run_add_reason(struct run_result *result,
                                                          const char *format, ...);

/* How many of the aligned instances enter the lock at once: `cycles` runs of one aligned cycle
 * each, at 1,000 items. */
struct entry_race {
    uint32_t cycles, cycles_done;
    uint32_t cycles_redundant; /* in which a version was refreshed more than once */
    uint32_t min, max;
    double mean;
    uint32_t histogram[SCENARIO_INSTANCES_MAX + 1]; /* cycles in which n instances entered */
    enum run_status status;
    char error[RUN_REASON_MAX];
};

/* About what it takes. */
double entry_race_estimate_s(uint32_t cycles);

void run_entry_race(const struct scenario *scenario, const struct entry *entry,
                    const struct run_options *options, struct entry_race *race);

/* What a run of this entry will need, before it starts. Times are rough (measured unit costs of a
 * 2-core machine); memory is not. */
struct estimate {
    uint64_t bytes; /* server, shared mapping and instances together */
    double seconds;
};
struct estimate run_estimate(const struct scenario *scenario, const struct entry *entry);

/* False: this machine cannot hold the entry's run; `error` is one line with both figures. */
bool run_fits(const struct scenario *scenario, const struct entry *entry, char *error, size_t size);

const char *run_status_name(enum run_status status);
const char *bottleneck_name(enum bottleneck bottleneck);

#endif
