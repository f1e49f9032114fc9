/* The timeline: what happens to a deployment while it runs, at its times.
 *
 * Written one event a line, "at 90s scale 8": the verbs stand in one table in timeline.c. */
#ifndef DIBS_SIM_TIMELINE_H
#define DIBS_SIM_TIMELINE_H

#include "sim/scenario/scenario.h"

struct cluster;

/* Reads "at TIME VERB [...]" into *event. False: `error` says what is wrong and what would be
 * right. */
bool timeline_read(const char *text, struct timeline_event *event, char *error, size_t error_size);

/* Its verb, as it stands in an event line. */
const char *timeline_verb(const struct timeline_event *event);

/* What an event line may be, for help and messages; and all of it, for help. */
extern const char timeline_expected[];
void timeline_describe(FILE *out);

/* The instances that the scenario may run at once, at most: its own and what events ask for. */
uint32_t timeline_instances_max(const struct scenario *scenario);

/* What has happened, for the result. */
struct timeline_note {
    double asked_s, confirmed_s; /* since the start; confirmed_s < 0: not (yet). Of a fault, when
                                    it was done to the victim and when it was seen to be done */
    const char *what;            /* "scale", "start", "stop", "kill", ...: a literal */
    bool is_fault;               /* something was broken on purpose */
    unsigned tests;              /* of a fault: the promises (enum promise) that hold in spite of
                                    it; 0: nobody promises anything under it */
    bool fails;                  /* of a fault: only refreshes failed, and all promises hold */
    bool loses_data;             /* of a fault: what Redis had taken is undone: no promise holds */
    bool hit;                    /* of a fault: it struck, and what its event asks for held then */
    double healed_s;             /* of a fault: when it was undone; < 0: not, or never is */
    uint32_t number;
    char text[EVENT_TEXT_MAX + 16]; /* both, and why */
};

enum { TIMELINE_NOTES_MAX = 512 };

/* How long a stopped instance may take before it is killed (Kubernetes' default grace period). */
enum { TIMELINE_STOP_WITHIN_MS = 30000 };

struct timeline {
    const struct scenario *scenario;
    uint64_t now_ns; /* of the last advance */
    uint32_t next;   /* the event that is due next */
    uint32_t wanted; /* instances that should run */
    struct {
        bool under_way;
        uint32_t count, done; /* instances that are to be restarted, and that have been */
        bool waiting;         /* for the next one to have stopped and come back */
        uint64_t gap_ns, resume_ns;
    } rolling;
    bool rolling_back; /* a rollback is not over: instances are restarted, or the operator works */
    struct timeline_note *notes; /* owned */
    uint32_t note_count, unconfirmed;
    uint32_t dropped;  /* notes that did not fit */
    uint32_t restarts; /* of processes that only had to learn a new configuration */
    struct {
        uint64_t at_ns;  /* it was killed, and is back then; 0: it was not */
        uint32_t deaths; /* each doubles the time until it is back */
        uint32_t seen;   /* of the process's own deaths, those that were seen */
        bool again;      /* to be started as soon as it has stopped */
    } * returns;         /* owned: one for each instance */
};

/* `wanted` instances run at the start. False: out of memory. */
bool timeline_open(struct timeline *timeline, const struct scenario *scenario, uint32_t wanted);
void timeline_close(struct timeline *timeline);

/* Applies what is due and moves what is under way; never blocks. */
void timeline_advance(struct timeline *timeline, struct cluster *cluster, uint64_t now_ns);

/* After the end: what has come about since the last advance. */
void timeline_settle(struct timeline *timeline, const struct cluster *cluster, uint64_t now_ns);

/* Sets how many instances should run: starts those that are missing, stops the highest numbers.
 * Strategies whose instances are configured with their number are restarted one by one, with this
 * gap in between; one that has a number of its own keeps it. */
void timeline_scale(struct timeline *timeline, struct cluster *cluster, uint32_t wanted,
                    uint64_t gap_ms, uint64_t now_ns, const char *why);

/* Kills an instance, and has it back as the order or else the deployment says. False: it does not
 * run. */
bool timeline_kill(struct timeline *timeline, struct cluster *cluster, uint32_t number,
                   const struct fault_order *order, uint64_t now_ns);

/* The note of a fault that is due: its index. Then what became of it, and when it was undone. */
uint32_t timeline_note_fault(struct timeline *timeline, const struct timeline_event *event,
                             uint32_t victim, uint64_t now_ns);
void timeline_note_struck(struct timeline *timeline, uint32_t index, bool hit, uint32_t victim,
                          uint64_t sent_ns, uint64_t now_ns);
void timeline_note_missed(struct timeline *timeline, uint32_t index);
void timeline_note_healed(struct timeline *timeline, uint32_t index, uint64_t now_ns);

/* An event of its own is to come, or a rolling restart or a rollback is under way. */
bool timeline_moves(const struct timeline *timeline);

/* An instance that died is to come back. */
bool timeline_awaits(const struct timeline *timeline);

/* When something is due next, since the start; UINT64_MAX: nothing is. While a process has to end
 * or to come up first it is the time of the last timeline_advance: virtual time waits for it. */
uint64_t timeline_next_ns(const struct timeline *timeline);

#endif
