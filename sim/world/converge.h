/* Whether a world that was broken and healed has come to rest: everything is served and no claim,
 * lock or list keeps an item; or what is owed is where nobody will ever find it. */
#ifndef DIBS_SIM_CONVERGE_H
#define DIBS_SIM_CONVERGE_H

#include <stdbool.h>
#include <stdint.h>

struct world;

struct converge {
    uint64_t gained_ns; /* the last fault was over then, or fewer were owed; 0: not yet */
    uint64_t backlog;   /* how many were owed then */
    uint64_t moved_ns;  /* when items were last seen to have been done, since the start */
    uint64_t moved;     /* how many had been done then */
    uint64_t look_ns;   /* when the census is taken next */
    uint64_t cpu_ns;    /* of the server, for all looks: no cost of the contender */
    uint64_t *rounds;   /* owned: what each instance must have done for the rest to count */
    bool quiet;         /* since `rounds` was filled nothing was to be found */
    bool done, in_time; /* it is over: at rest, or at the bound */
    double at_s;        /* in_time: when it was first at rest, since the start */
};

/* Looks, now and then, from when on no fault is active; true once it is over. Where items are being
 * done nothing is at rest, and nobody looks; the longer nothing has moved, the rarer are looks. The
 * bound counts anew whenever less is owed: who is slow on a busy machine is not given up. With
 * `patience_ns` nobody looks before so long no less is owed, and there is no bound. */
bool converge_look(struct converge *converge, struct world *world, uint64_t now_ns,
                   uint64_t patience_ns);
void converge_close(struct converge *converge);

#endif
