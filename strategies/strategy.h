/* The contract between a way of sharing work (strategies/) and the deployment that runs it (sim/).
 *
 * A strategy file reads like the published protocol: keys, scripts, decisions. It never prints,
 * exits, sleeps, reads a clock or starts a thread; its seat gives it those. It has no mutable
 * file-scope state: what it remembers is in its seat's `state`. It ends in one const table,
 * `struct strategy`, and joins the registry by one line. */
#ifndef DIBS_STRATEGIES_STRATEGY_H
#define DIBS_STRATEGIES_STRATEGY_H

#include "strategies/probe.h"
#include "strategies/wire.h"

/* What the code of a strategy can keep. What its document says is judged elsewhere. */
enum promise {
    PROMISE_AT_MOST_ONCE = 1 << 0, /* a mark leads to one refresh at most */
    PROMISE_AT_LEAST_ONCE_CRASH = 1 << 1,
    PROMISE_AT_LEAST_ONCE_CUT = 1 << 2,
    PROMISE_AT_LEAST_ONCE_PAUSE = 1 << 3,
    PROMISE_AT_LEAST_ONCE_SCALING = 1 << 4,
    PROMISE_AT_LEAST_ONCE_RESTART = 1 << 5, /* Redis restarts with its data */
    PROMISE_NO_OVERLAP = 1 << 6,            /* without faults */
    PROMISE_NO_LOST_UPDATE = 1 << 7,
    PROMISE_OWNER_CHECKED = 1 << 8, /* an acknowledge proves ownership: one that is refused does
                                       nothing, and is told of by EVENT_UNOWNED */
};

enum parameter_type { PARAMETER_INTEGER, PARAMETER_SWITCH, PARAMETER_CHOICE, PARAMETER_DURATION };

enum { PARAMETERS_MAX = 16 };

/* One knob. The last entry of a list has a NULL name. The defaults are the published constants. */
struct parameter {
    const char *name;
    const char *help; /* with the source of the default */
    enum parameter_type type;
    const char *fallback;        /* the default as a user would write it: "100", "yes", "30s" */
    int64_t min, max;            /* of integers, and of durations in ms */
    const char *const *choices;  /* of PARAMETER_CHOICE, ends in NULL */
    const char *environment;     /* the published environment variable, or NULL */
    const char *unparsable;      /* what the variable counts as if it cannot be read, or NULL */
    bool lease; /* a duration after which a claim or a lock lapses: refused when scaled under
                   100 ms; 0 is none */
};

/* A lease, 100 ms to a day long. */
#define PARAMETER_LEASE(its_name, its_fallback, its_help) \
    { \
        .name = its_name, .type = PARAMETER_DURATION, .fallback = its_fallback, .min = 100, \
        .max = 24 * 3600 * 1000, .lease = true, .help = its_help \
    }

/* The value of parameter i: an integer, 0 or 1, the index of the choice, or milliseconds already
 * divided by the scenario's time scale. */
typedef int64_t parameter_values[PARAMETERS_MAX];

enum refresh {
    REFRESH_DONE,
    REFRESH_FAILED, /* the work failed: the item is still owed */
    REFRESH_GONE,   /* there is no such item in the database */
    REFRESH_FENCED, /* refused: somebody with a newer fencing token has written since */
    REFRESH_STOP,   /* not begun: the round's bound is over, or a stop was asked for */
};

/* Events worth a line in a trace; some are counted per cycle. */
enum event {
    EVENT_CLAIMED,   /* n items are in hand now (or, without claims, were listed to be worked on) */
    EVENT_ACQUIRED,  /* the lock, or leadership */
    EVENT_SKIPPED,   /* somebody else holds it: nothing done this cycle */
    EVENT_RELEASED,
    EVENT_RECOVERED, /* n stale claims were given back */
    EVENT_DEAD,      /* n items were given up as declared: no run waits for them */
    EVENT_LEADING,   /* from now on this instance believes that it leads (n = 1), or no more (0) */
    EVENT_UNOWNED,   /* n acknowledgements removed nothing: the claim was not its own any more */
    EVENT_KINDS
};

/* A periodic task. Where a strategy has tasks its items are their rounds: round r of a task is
 * planned at r times its period after the start, is owed from then on, and nobody makes it up. */
struct task {
    const char *name;
    uint32_t period_ms; /* published time */
    bool leader_only;
};

/* What a round does with many equal pieces of work: in each pass they are handed one by one to
 * `hands` threads. A piece that fails leaves the others alone. */
struct fan_out {
    uint32_t pieces, hands, passes;
};

struct seat;

/* What sim provides. Strategies call the seat_* functions below instead. */
struct seat_ops {
    enum refresh (*refresh)(struct seat *seat, uint64_t id, uint32_t token);
    uint64_t (*unix_ms)(struct seat *seat);
    uint64_t (*random)(struct seat *seat);
    bool (*stopping)(struct seat *seat);
    void (*event)(struct seat *seat, enum event event, uint64_t n);
    enum refresh (*refresh_within)(struct seat *seat, uint64_t id, uint64_t limit_ms);
    bool (*is_owed)(struct seat *seat, uint64_t id);
    bool (*round_now)(struct seat *seat, uint32_t task, uint64_t *round);
    enum refresh (*run_round)(struct seat *seat, uint32_t task, uint64_t round,
                              const struct fan_out *fan_out);
};

/* One thread of an instance (or of a producer, or the harness's own for seeding and census), as
 * its strategy sees it. All of it belongs to sim and outlives the strategy's use of it. */
struct seat {
    struct wire *wire;
    void *state;                  /* strategy->state_size bytes, zeroed before open */
    void *shared;                 /* strategy->shared_size bytes, one for all seats of an instance,
                                     zeroed; they are threads, so what lies there is atomic */
    int64_t const *values;        /* one per entry of strategy->parameters */
    const struct seat_ops *ops;
    const char *prefix;           /* in front of every key; "" on a private server */
    const char *vendor;           /* of every item, e.g. "GARBAGE_COLLECTION" */
    const char *host;             /* synthetic host name of the instance, e.g. "core-0003" */
    uint32_t instance, instances; /* own number from 0, and how many there are */
    uint32_t worker, workers;     /* the same among the seats of this instance that run cycles */
    bool keeps_up;                /* this seat runs the upkeep */
    uint64_t first_id, items;     /* the scenario's items are first_id .. first_id + items - 1 */
    uint64_t cycle_ms;            /* length of the cycle, scaled */
    bool time_scaled;             /* the scenario's time scale is not 1: durations go out in ms */
    bool legacy;                  /* this instance runs the version of before a migration */
};

/* Does the work on one item and keeps the ledger. */
static inline enum refresh seat_refresh(struct seat *seat, uint64_t id)
{
    return seat->ops->refresh(seat, id, 0);
}

/* The same under a fencing token (1 or more, growing with each grant): the write is refused if
 * one of a greater token came before. */
static inline enum refresh seat_refresh_fenced(struct seat *seat, uint64_t id, uint32_t token)
{
    return seat->ops->refresh(seat, id, token);
}

/* The same by a caller that waits so long and no longer (scaled): work that takes longer has failed
 * then. */
static inline enum refresh seat_refresh_within(struct seat *seat, uint64_t id, uint64_t limit_ms)
{
    return seat->ops->refresh_within(seat, id, limit_ms);
}

/* Whether the database has the item marked, for those that poll it instead of asking Redis. */
static inline bool seat_is_owed(struct seat *seat, uint64_t id)
{
    return seat->ops->is_owed(seat, id);
}

/* The wall clock that all instances share, in ms since 1970 (synthetic; scaled like durations). */
static inline uint64_t seat_unix_ms(struct seat *seat)
{
    return seat->ops->unix_ms(seat);
}

/* Uniform 64 bits from the scenario's seed. */
static inline uint64_t seat_random(struct seat *seat)
{
    return seat->ops->random(seat);
}

static inline bool seat_stopping(struct seat *seat)
{
    return seat->ops->stopping(seat);
}

static inline void seat_event(struct seat *seat, enum event event, uint64_t n)
{
    seat->ops->event(seat, event, n);
}

/* The round of this task (its index in strategy->tasks) whose time it is by the clock that all
 * share. False: the last one is over. */
static inline bool seat_round_now(struct seat *seat, uint32_t task, uint64_t *round)
{
    return seat->ops->round_now(seat, task, round);
}

/* Does the work of one round and keeps the ledger, as seat_refresh does for an item; with a
 * fan_out (or NULL) the work is that, and the round is done however many of its pieces failed. */
static inline enum refresh seat_run_round(struct seat *seat, uint32_t task, uint64_t round,
                                          const struct fan_out *fan_out)
{
    return seat->ops->run_round(seat, task, round, fan_out);
}

/* Where an item that is still owed sits. A strategy's census reports each place that it finds an
 * item in; of several, the first in this order counts. */
enum place {
    PLACE_PENDING,  /* a claim will find it */
    PLACE_CLAIMED,  /* detail: deadline of the claim (seat_unix_ms); 0: nobody will take it back */
    PLACE_ASSIGNED, /* detail: the only instance that will ever look at it */
    PLACE_DEAD,     /* given up as declared */
    PLACE_NOWHERE,
};

struct census {
    void (*found)(struct census *census, uint64_t id, enum place place, uint64_t detail);
};

static inline void census_pending(struct census *census, uint64_t id)
{
    census->found(census, id, PLACE_PENDING, 0);
}

static inline void census_claimed(struct census *census, uint64_t id, uint64_t deadline_ms)
{
    census->found(census, id, PLACE_CLAIMED, deadline_ms);
}

static inline void census_assigned(struct census *census, uint64_t id, uint32_t instance)
{
    census->found(census, id, PLACE_ASSIGNED, instance);
}

/* Only an instance that `owns` it (struct strategy) will ever look at it. */
#define CENSUS_ASK_OWNERS UINT64_MAX
static inline void census_owned(struct census *census, uint64_t id)
{
    census->found(census, id, PLACE_ASSIGNED, CENSUS_ASK_OWNERS);
}

/* What a run will need, so that dibs can say so before it starts. */
struct needs {
    double round_trips_per_item;      /* of one instance, per item that it works on */
    double items_per_instance;        /* share of all items that each instance works on: 1 or 1/N */
    uint64_t private_bytes_per_item;  /* held in the instance, per item of the scenario */
    uint64_t server_bytes_per_item;   /* of a mark in Redis */
    uint64_t items_per_cycle;         /* that one instance can finish per cycle; 0: all */
    uint64_t server_ttl_ms;           /* the shortest time to live kept by the server; 0: none */
};

/* A strategy with parameters: what scenarios, tables and charts name. */
struct contender {
    const char *name;
    const char *source;     /* where its form and constants come from */
    const char *parameters; /* those that differ from the defaults: "batch=100 drain=yes", or "" */
};

/* All functions return an outcome; OUTCOME_STOP from wire or refresh is passed up as soon as what
 * is in hand allows. After OUTCOME_FAILED or OUTCOME_UNKNOWN the reason is in wire->err. */
struct strategy {
    const char *name;
    const char *summary; /* one line */
    unsigned promises;   /* enum promise, or-ed */
    /* Optional: those of them that are kept with these values; without it all are. */
    unsigned (*kept)(const int64_t *values);
    const struct task *tasks; /* its items are their rounds; ends in a NULL name. NULL: marks */
    const struct parameter *parameters;
    const struct contender *contenders; /* ends in an entry with a NULL name */
    const struct wire_script *const *scripts; /* optional, ends in NULL; loaded everywhere */
    size_t state_size;
    /* Its instances are configured with how many there are: to scale is to restart all of them. */
    bool knows_size;
    bool locks; /* its instances ask for a lock (EVENT_ACQUIRED): there is an entry to race for */
    size_t shared_size; /* of what the seats of one instance share; 0: nothing */
    /* Its shape, whatever the scenario says; 0: the scenario's. */
    uint32_t fixed_instances, fixed_workers;
    /* Optional: the workers of an instance as its values say; 0: the scenario's. Where instances
     * differ all have as many seats as the largest, and a cycle of those beyond its own size does
     * nothing. */
    uint32_t (*workers)(const int64_t *values);
    bool measures_harness; /* it shares nothing out: it stands for what dibs itself costs */
    bool silent; /* its instances say nothing to Redis, and have no connection */

    /* On every seat, before anything else; builds keys. Optional. `close` mirrors it. */
    bool (*open)(struct seat *seat);
    void (*close)(struct seat *seat);

    /* A producer says that these items are outdated; idempotent. The same function seeds a run,
     * with many items a call. NULL where the items are task rounds: time marks those. */
    enum outcome (*mark)(struct seat *seat, const uint64_t *ids, size_t n);

    /* One periodic round: find, claim, seat_refresh, acknowledge. A crash may happen after any
     * command of it. */
    enum outcome (*cycle)(struct seat *seat);
    /* Optional: the time between two cycles where it is a matter of the protocol, scaled; else the
     * scenario's. The last one begins no later than the scenario's last cycle. */
    uint64_t (*cycle_ms)(const struct seat *seat);

    /* Optional, each upkeep_ms(seat): recovery, heartbeat, renewal. On a seat of its own or, where
     * the scenario says so, on a worker's, inside of seat_refresh and seat_run_round: over those a
     * cycle keeps neither the text of a reply nor a command that was not sent. */
    enum outcome (*upkeep)(struct seat *seat);
    uint64_t (*upkeep_ms)(const struct seat *seat);

    /* Optional: an instance ends in order, and gives back what it holds. On the seat that runs the
     * upkeep, or without one on each that runs cycles; commands still go out for a while. */
    enum outcome (*leave)(struct seat *seat);

    /* After the run, on the harness's connection: where everything still owed sits. */
    enum outcome (*census)(struct seat *seat, struct census *census);

    /* Where the census says census_owned: whether this instance, as it is configured, would look at
     * the item. Asked with a seat that is described but not open. */
    bool (*owns)(const struct seat *seat, uint64_t id);

    struct needs (*needs)(const struct seat *seat);

    /* Optional, of a strategy that another one is migrated to: the same mark as a producer of the
     * version before makes it, and the way back, an operator's work on a connection of its own
     * once every instance runs that version again (seat->legacy). */
    enum outcome (*mark_legacy)(struct seat *seat, const uint64_t *ids, size_t n);
    enum outcome (*rollback)(struct seat *seat);

    /* Optional: the monitoring that its documents describe; ends in a NULL name. */
    const struct probe *probes;
};

static inline unsigned strategy_promises(const struct strategy *strategy, const int64_t *values)
{
    return strategy->kept != NULL ? strategy->kept(values) : strategy->promises;
}

#endif
