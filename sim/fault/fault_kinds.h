/* What can be broken on purpose: one table of names, of what each needs, and of how it is done and
 * undone. */
#ifndef DIBS_SIM_FAULT_KINDS_H
#define DIBS_SIM_FAULT_KINDS_H

#include "sim/fault/fault_point.h"
#include "sim/scenario/words.h"

struct world;

/* What a kind needs, or-ed. */
enum fault_needs {
    NEEDS_VICTIM = 1 << 0,    /* an instance */
    NEEDS_TIME = 1 << 1,      /* "for TIME" */
    NEEDS_SERVER = 1 << 2,    /* a server that is ours to break */
    NEEDS_DATA = 1 << 3,      /* the server's data on disk */
    NEEDS_WORK = 1 << 4,      /* refreshes that take time */
    NEEDS_REAL_TIME = 1 << 5, /* not in lockstep */
    STOPS_VICTIM = 1 << 6,    /* a victim that was stopped to be looked at is not let go on */
    AFFLICTS_ITEMS = 1 << 7,  /* ordered at 0 s it is in force before anybody begins */
    STOPS_SERVER = 1 << 8,    /* which answers nobody then, us neither */
    ASKS_SERVER = 1 << 9,     /* is done by a command */
};

/* How far a fault has come. */
enum fault_progress {
    FAULT_DONE,   /* it has come about, or is undone */
    FAULT_WAITS,  /* not yet: to be asked again */
    FAULT_MISSED, /* there was nothing to break */
};

/* One fault that is on its way, in force, or over. */
struct strike {
    const struct timeline_event *event;
    uint32_t victim;     /* instance */
    uint32_t lives;      /* that it had when it was struck */
    uint32_t note;       /* its place among the timeline's notes */
    uint64_t sent_ns;    /* since the start, as are the others */
    uint64_t undo_ns;    /* UINT64_MAX: at the end */
    uint64_t give_up_ns; /* aiming */
    uint32_t tries;
    uint32_t step;   /* of its kind's own, within apply or undo */
    uint64_t before; /* of its kind's own: a count to compare with */
    enum strike_state {
        STRIKE_AIMING,   /* a victim of whom the condition holds is looked for */
        STRIKE_FREEZING, /* a candidate is being stopped, to be looked at */
        STRIKE_APPLYING,
        STRIKE_IN_FORCE,
        STRIKE_UNDOING,
        STRIKE_OVER,
    } state;
};

struct fault_row {
    const char *name;      /* the verb of its event line: one word or two */
    const char *summary;   /* the rest of the line, for help */
    unsigned needs;        /* enum fault_needs */
    unsigned tests;        /* the promises that hold in spite of it */
    enum fault_kind point; /* what strikes when it is ordered at a command; FAULT_NONE */
    bool (*read)(struct words *words, struct fault_order *order); /* options of its own; or NULL */
    enum fault_progress (*apply)(struct world *world, struct strike *strike);
    enum fault_progress (*undo)(struct world *world, struct strike *strike); /* or NULL */
};

/* The life that it struck has ended. */
bool fault_victim_has_died(struct world *world, const struct strike *strike);

/* The promises (enum promise) that a fault puts to the test; 0: nobody promises anything under it,
 * as when the server loses data. */
unsigned fault_tests(const struct fault_order *order);

/* What Redis had taken is gone, or undone, so that not even what is promised of any fault holds. */
bool fault_loses_data(const struct fault_order *order);

/* Only refreshes fail, as they may at any time: every promise holds. For good: those of some items
 * always, and nobody can refresh these. */
bool fault_fails(const struct fault_order *order);
bool fault_fails_for_good(const struct fault_order *order);

/* Ends in a kind without a name. */
extern const struct fault_row fault_kinds[];

#endif
