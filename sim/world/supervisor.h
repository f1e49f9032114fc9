/* The supervisor of a world, and what its files share: the loop (supervise.c), what can go wrong
 * (watch.c), and when it is over (ending.c). Internal to them. */
#ifndef DIBS_SIM_SUPERVISOR_H
#define DIBS_SIM_SUPERVISOR_H

#include "sim/world/world.h"

/* What the supervisor remembers of each process to notice one that hangs. */
struct watch {
    uint64_t heartbeats, since_ns;
    uint32_t surprises_seen;
};

struct supervisor {
    struct world *world;
    struct watch *watches; /* one per process */
    uint64_t random;       /* of the baton */
    uint64_t next_sample_ns, next_watch_ns;
    uint64_t looked_ns;   /* at the deployment, real time */
    uint64_t vain_ns;     /* since then, real time, rounds have only failed; 0: not */
    uint64_t stop_asked_ns; /* real time; 0: not yet */
};

/* Asks all seats to stop. */
void supervisor_stop(struct supervisor *s, enum stop how);
/* The same at once, and no more is waited for. */
void supervisor_abort(struct supervisor *s);

/* Processes that ended: as nobody ordered, and the run is untrustworthy. */
void watch_deaths(struct supervisor *s);
/* Seats that report an error, and the server: the run could not. */
void watch_errors(struct supervisor *s);
void watch_hangs(struct supervisor *s, uint64_t now_ns);
/* Who is broken on purpose goes on after a command that failed; not if no round ever succeeds. */
void watch_failures(struct supervisor *s, uint64_t now_ns);
/* In lockstep the server's clock and ours are not the same: a time to live that could lapse on
 * either would make the run mean nothing. */
void watch_lapses(struct supervisor *s, uint64_t now_ns);

/* Asks for the end when nothing is left to do. */
void ending_look(struct supervisor *s);
/* What does not end in its time after a stop is ended. */
void ending_enforce(struct supervisor *s, uint64_t now_ns);
/* Nobody runs, but somebody is still to come. */
bool ending_is_far(const struct world *world);

#endif
