/* A scenario: what is run, read from YAML and checked key by key before anything starts. */
#ifndef DIBS_SIM_SCENARIO_H
#define DIBS_SIM_SCENARIO_H

#include "strategies/registry.h"

#include <stdio.h>

/* What the items are: what producers mark, or the rounds of periodic tasks. */
enum item_kind { ITEMS_MARKS, ITEMS_TASK_ROUNDS };
enum mode { MODE_CONCURRENT, MODE_LOCKSTEP };
enum placement { PLACEMENT_FREE, PLACEMENT_SPLIT, PLACEMENT_ONE_CORE };
enum wake { WAKE_ALIGNED, WAKE_SPREAD, WAKE_GIVEN };
/* What makes the instances, and so their host names: core-0003 | core-<hash>-<5 letters>, a new
 * one each time | 12 hexadecimal digits. */
enum deployment { DEPLOYMENT_STATEFULSET, DEPLOYMENT_DEPLOYMENT, DEPLOYMENT_COMPOSE };
/* Who runs an upkeep: a seat of its own beside the workers, or the first worker when it is due,
 * between two items or two cycles, as a single-threaded event loop would. */
enum upkeep { UPKEEP_SEAT, UPKEEP_BETWEEN_ITEMS };
/* Whether the journal is kept: where something is done to the deployment, always, or never. */
enum journaling { JOURNAL_AUTO, JOURNAL_YES, JOURNAL_NO };
/* The one thing that is varied from run to run. */
enum vary { VARY_INSTANCES, VARY_ITEMS };
enum scaler_kind { SCALER_NONE, SCALER_HPA, SCALER_QUEUE };

enum {
    SCENARIO_CONTENDERS_MAX = 64,
    SCENARIO_INSTANCES_MAX = 1000,
    SCENARIO_NAME_MAX = 64,
    SCENARIO_VENDOR_MAX = 32,
    SCENARIO_LABEL_MAX = 48,
    SCENARIO_EVENTS_MAX = 32,
    SCENARIO_VARIABLES_MAX = 64,
    SCENARIO_VARY_MAX = 32,
    SCENARIO_JOURNAL_ITEMS_MAX = 100000, /* of a scenario with a journal */
    SCENARIO_EXPECTATIONS_MAX = 64,
};

/* One contender of a scenario with its parameters, all resolved. */
struct entry {
    char label[SCENARIO_LABEL_MAX]; /* unique in the scenario: what tables and charts name. As the
                                       file says (`as`), else the contender's name, followed by
                                       its parameters when the contender stands there twice */
    const struct contender *contender;
    const struct strategy *strategy;
    parameter_values values; /* published time, not yet scaled */
};

enum timeline_kind {
    TIMELINE_SCALE,
    TIMELINE_STOP,
    TIMELINE_RESTART,
    TIMELINE_MIGRATE,
    TIMELINE_ROLLBACK,
    TIMELINE_FAULT /* something is broken on purpose: `fault` says what */
};

enum timeline_when {
    WHEN_TIME,    /* at_ms after the start, and every_ms after that */
    WHEN_SHARE,   /* when `share_done` of the work is done */
    WHEN_COMMAND, /* at a point of the protocol of one instance */
};

/* Whom a fault strikes. */
enum fault_target {
    TARGET_NOBODY,
    TARGET_ONE,
    TARGET_ANY,
    TARGET_ANY_OTHER, /* than those that were struck before */
    TARGET_ALL,
    TARGET_ALL_BUT_ONE
};

/* What has to hold of an instance at the moment in which the fault strikes it. */
enum fault_condition {
    IF_ALIVE,
    IF_HOLDS,      /* it has items in hand: claimed, or listed to be worked on, or under work */
    IF_HOLDS_LOCK, /* it works under a lock that it has taken */
    IF_LEADS,      /* it believes to lead */
};

enum { EVENT_TEXT_MAX = 96 };

/* A fault, as its event line orders it (sim/fault/fault_kinds.h knows them). */
struct fault_order {
    uint32_t kind; /* row of fault_kinds */
    enum fault_target target;
    uint32_t number; /* TARGET_ONE */
    enum fault_condition condition;
    uint32_t holds;   /* IF_HOLDS: so many items at least */
    uint64_t for_ms;  /* until it is undone; 0: it is not, before the end */
    uint64_t back_ms; /* kill: until it is started again; 0: as deployed */
    bool never_back;  /* kill */
    bool fresh;       /* kill: comes back under a name of its own */
    bool retry;       /* withhold: its client sends the same again */
    bool by_server;   /* cut */
    bool once;        /* fail: an item's first refresh alone */
    double amount;    /* slow: factor; fail: share of items; poison: items; redis: bytes lost */
    bool empty;       /* redis restart: without its data */
    char name[24];    /* delete: pattern of keys */
    char type[8];     /* delete: of the keys, or "" */
};

/* One event of the timeline (sim/fault/timeline.h reads and applies them). */
struct timeline_event {
    enum timeline_when when;
    uint64_t at_ms; /* since the start */
    double share_done;
    uint64_t every_ms, until_ms; /* WHEN_TIME: repeated; 0: once, and no end */
    uint32_t times;              /* at most; 0: no bound */
    bool random;                 /* every_ms is the mean of intervals drawn from the seed */
    struct {
        char name[24]; /* first command of its batch; "refresh"; "command": whichever it is */
        uint32_t nth, instance, role, phase; /* enum seat_role, enum fault_phase */
    } point;                                 /* WHEN_COMMAND */
    enum timeline_kind kind;
    uint32_t number;    /* of instances to scale to, or of the instance to stop */
    double share;       /* migrate: of the marks from now on */
    uint64_t option_ms; /* stop: killed after it; else the gap between two restarts */
    struct fault_order fault;
    char text[EVENT_TEXT_MAX]; /* as it was written */
};

enum { VARIABLE_OF_ALL = -1 };

/* An environment variable of one instance, or of all (sim/scenario/variables.h reads and applies
 * them). */
struct variable {
    int32_t instance;
    char name[64], value[32];
};

enum relation {
    RELATION_AT_MOST,
    RELATION_AT_LEAST,
    RELATION_BELOW,
    RELATION_ABOVE,
    RELATION_EQUAL
};

/* What is expected of the runs (sim/judge/expectation.h reads and judges it). */
struct expectation {
    char contender[SCENARIO_LABEL_MAX]; /* "": of all */
    char name[32];                      /* of a figure, or "verdict." and of a verdict */
    enum relation relation;
    double value; /* of a verdict: enum ruling */
};

/* A contender that was named and is not run: its items are of the other kind. */
struct skipped {
    char label[SCENARIO_LABEL_MAX];
    char reason[80];
};

/* Durations are published time in ms, not yet divided by time_scale. */
struct scenario {
    char name[SCENARIO_NAME_MAX]; /* the file's name without .yaml */
    char question[160];           /* the question it asks */

    enum item_kind kind;
    uint64_t items;     /* 1 .. 100,000,000; of task rounds, as many as the cycles hold */
    uint32_t instances; /* 1 .. 1,000 */
    uint32_t workers;   /* seats per instance that run cycles, 1 .. 64 */
    char vendor[SCENARIO_VENDOR_MAX];

    uint64_t cycle_ms;
    enum wake wake;
    uint64_t wake_ms[SCENARIO_INSTANCES_MAX]; /* WAKE_GIVEN: offset of each instance */
    uint32_t wake_count;                      /* given offsets; must equal instances */
    uint32_t cycles;         /* how many are run; 0: until drained */
    uint64_t round_bound_ms; /* a round is stopped after this; 0: runs to its end */
    enum mode mode;
    enum placement placement;
    enum upkeep upkeep;
    double time_scale; /* divides every duration, >= 1 */

    struct {
        uint32_t count;      /* processes; 0: none, and marks are measured beside the run */
        double per_s;        /* marks planned per second of published time, all together */
        double again;        /* share of marks that go to items already marked, 0..1 */
        uint64_t marks;      /* of all together; 0: until the last cycle has passed */
        double seeded;       /* share of the items that is marked before the start, 0..1 */
        double migrated;     /* share of all marks not made as before a migration, 0..1 */
    } producers;

    struct {
        uint64_t statement_us; /* time of each database statement, published time */
        double failures;       /* share of refreshes that fail, 0..1 */
        uint64_t broken;       /* items, the first ones, whose refresh always fails */
        uint32_t unchecked;    /* the database overwrites whatever stands there */
    } refresh;

    enum deployment deployment;
    uint64_t restart_ms; /* until a killed instance is back, doubled each time; 0: as deployed */
    struct variable variables[SCENARIO_VARIABLES_MAX];
    uint32_t variable_count;
    struct timeline_event events[SCENARIO_EVENTS_MAX]; /* in the order of their times */
    uint32_t event_count;
    struct {
        enum scaler_kind kind;
        uint32_t min, max;      /* instances */
        uint64_t period_ms;     /* between two looks */
        uint64_t stabilize_ms;  /* a smaller size must have been enough for so long */
        double target;          /* hpa: CPU over its request */
        double request;         /* hpa: CPU request of an instance, in cores */
        uint64_t depth;         /* queue: items pending, over which it grows */
    } scaler;

    struct {
        uint32_t enabled;     /* the documents' monitoring runs beside the instances */
        uint64_t interval_ms; /* of every probe; 0: each as published */
    } observe;

    enum journaling journal;
    char beside[96]; /* contenders that the others' figures are set in ratio to, with commas */
    struct expectation expectations[SCENARIO_EXPECTATIONS_MAX];
    uint32_t expectation_count;
    uint64_t seed;
    uint32_t repeats;
    struct {
        enum vary what;
        uint64_t values[SCENARIO_VARY_MAX];
        uint32_t count; /* 0: nothing is varied */
    } vary;
    uint32_t crash_probe_kills; /* of each contender, beside a concurrent run of marks */
    uint32_t entry_race_cycles; /* aligned cycles at 1,000 items that measure how many instances
                                   enter a lock at once; 0: not measured */
    uint64_t lease_ms;    /* 0: none. Else each contender's time runs so fast that its shortest
                             lease is as long as this (real time), and every other duration of the
                             scenario is real time too */
    uint64_t converge_ms; /* after the last fault, for all to be served and nothing to be left; 0:
                             what pace_converge_ns says */
    uint64_t watchdog_ms;       /* real time without any progress after which a run is ended */

    struct entry entries[SCENARIO_CONTENDERS_MAX];
    uint32_t entry_count;
    struct skipped skipped[SCENARIO_CONTENDERS_MAX];
    uint32_t skipped_count;
};

/* One line: what is wrong, where, and what would be right. */
struct scenario_error {
    char text[896];
};

/* Reads and checks a scenario file. `overrides` are "key=value" texts from --set, in order, a
 * contender's parameter as "<contender>.<parameter>=<value>"; `contenders` (from --contender: a
 * list with commas, or "all") replaces the file's list when not NULL. False: error says why. */
bool scenario_read(struct scenario *scenario, const char *path, const char *contenders,
                   const char *const *overrides, size_t override_count,
                   struct scenario_error *error);

/* Duration in scaled nanoseconds of real time. */
static inline uint64_t scenario_scaled_ns(const struct scenario *s, uint64_t ms)
{
    return (uint64_t)((double)ms * 1e6 / s->time_scale);
}

/* The shape of an entry's deployment: the scenario's, but where the strategy has its own. */
uint32_t scenario_instances(const struct scenario *scenario, const struct entry *entry);
uint32_t scenario_workers(const struct scenario *scenario, const struct entry *entry);

/* Its instances have a seat for the upkeep. */
bool scenario_has_upkeep_seat(const struct scenario *scenario, const struct entry *entry);

/* The journal is kept. */
bool scenario_is_journaled(const struct scenario *scenario);

/* An event of the timeline goes back to the version of before a migration. */
bool scenario_rolls_back(const struct scenario *scenario);

/* An event of the timeline is a fault; one that needs the server's data to be on disk. */
bool scenario_breaks(const struct scenario *scenario);

/* The server is to cut the connections of one instance, and has to know which they are. */
bool scenario_identifies(const struct scenario *scenario);
bool scenario_persists(const struct scenario *scenario);

/* Lists every key with its type, bounds, default and help; for `dibs --help` and the README. */
void scenario_describe(FILE *out);

const char *item_kind_name(enum item_kind kind);
const char *mode_name(enum mode mode);
const char *placement_name(enum placement placement);
const char *upkeep_name(enum upkeep upkeep);
const char *wake_name(enum wake wake);
const char *journaling_name(enum journaling journaling);
const char *deployment_name(enum deployment deployment);
const char *scaler_name(enum scaler_kind kind);

#endif
