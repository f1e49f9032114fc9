/* The board: the one mapping that all processes of a run share. A header, one slot per seat, the
 * ledger's items. It is made before the first fork, so that it lies at the same address in each. */
#ifndef DIBS_SIM_BOARD_H
#define DIBS_SIM_BOARD_H

#include "sim/fault/afflictions.h"
#include "sim/judge/journal.h"
#include "sim/judge/ledger.h"
#include "sim/world/observation.h"
#include "sim/world/rounds.h"
#include "strategies/clock.h"

#include <stdalign.h>

enum stop {
    STOP_NONE,
    STOP_SOFT, /* finish what is in hand: refresh answers stop at once, wire after a grace */
    STOP_HARD, /* at once */
};

enum seat_role { SEAT_WORKER, SEAT_UPKEEP, SEAT_PRODUCER, SEAT_OBSERVER, SEAT_OPERATOR };

enum { MIGRATED_ALL = 1000000, SLOW_UNIT = 1000 };

/* What a seat wants of the baton in lockstep; it runs while it wants nothing. */
enum want { WANT_NOTHING, WANT_COMMAND, WANT_TIME, WANT_NO_MORE };

/* One seat's part, written by that seat alone but for what stands above `step`. */
struct slot {
    alignas(64) _Atomic uint32_t turn; /* bumped by the baton to let this seat go on */
    _Atomic uint32_t want;
    _Atomic uint64_t due_ns; /* WANT_TIME: since the start */
    uint32_t role, instance; /* set before the fork; of producers, their number */
    uint32_t process;        /* its index in the cluster */
    uint32_t worker;         /* of SEAT_WORKER: its number within the instance */
    uint32_t size;           /* instances that this one was told of */
    uint32_t legacy;         /* it runs the version of before a migration */
    uint32_t life;           /* how often it was started before */
    _Atomic uint32_t stop;   /* enum stop, of this process alone */
    _Atomic uint64_t stop_ns; /* when that was asked for, since the start */
    _Atomic uint32_t wake;   /* bumped to wake a seat that waits for a time */
    _Atomic uint32_t released; /* a seat on standby may go */

    _Atomic uint64_t step; /* step_word: what is in doubt if the seat is killed */
    _Atomic uint32_t in_round; /* between the begin and the end of a cycle or an upkeep */
    _Atomic uint32_t up;       /* past the barrier */
    _Atomic uint32_t finished; /* will do nothing more */
    _Atomic uint32_t errored;  /* `error` is valid: a command failed that should not have */
    _Atomic uint32_t trace_errno; /* why a line of the trace could not be written, or 0 */
    /* What faults ask of it. */
    _Atomic uint32_t slow;      /* its statements take so many SLOW_UNITs as long; 0: one */
    _Atomic uint32_t cut_asked; /* it is to cut its connection before it next speaks */
    _Atomic uint64_t withhold_ns; /* not 0: its next reply stays unread for so long */
    _Atomic uint32_t withhold_retry; /* and then its client sends the same again */
    uint32_t renamed;                /* its host has another name than it began with */
    _Atomic uint32_t withheld; /* how often that has begun */
    _Atomic uint32_t doomed;   /* it is about to kill its process */
    _Atomic uint32_t has_lock; /* between having taken a lock and having given it back */
    _Atomic uint32_t fault_hit; /* its fault point was reached; fault_command says at what */
    char fault_command[WIRE_NAME_MAX];
    uint32_t fault_commands; /* begun by its seat until then */
    counter heartbeat;         /* moves with everything that the seat does */
    counter cycles, overruns, entered, skipped;
    counter unfinished; /* rounds that their bound has cut */
    counter failed;     /* rounds that ended by a command that failed */
    _Atomic uint32_t leading;  /* of an instance's first seat: it believes that it leads */
    counter elected;           /* how often this seat made it believe so */
    counter pieces, pieces_failed; /* of fanned out rounds */
    counter last_done_ns;      /* the last completion, since the start; 0: none */
    counter work_ns, alive_ns; /* inside refreshes (where work takes time), and past the barrier */
    counter joined_ns;         /* when this life passed the barrier, since the start; 0: it is not
                                  there, or over */
    counter finished_ns;
    struct tally tally;
    struct wire_meter meter;
    struct hist delay, round;
    struct hist pass; /* of fanned out rounds */
    struct hist latency[WIRE_COMMANDS_MAX]; /* by row of the meter */
    struct hist sides[SIDES]; /* of instances while they are observed: by enum side */
    char error[WIRE_ERROR_MAX];
};

enum step_phase {
    STEP_IDLE,
    STEP_BEGUN,    /* a refresh has begun, and has written nothing */
    STEP_APPLYING, /* its write may or may not have been made */
    STEP_APPLIED,  /* it has been made */
    STEP_ACKING,   /* the first command after it is under way */
};

/* The one word of doubt: stored before each step that cannot be taken back. `version` is what an
 * APPLYING refresh has read, and serves if its write was made; low 28 bits. */
static inline uint64_t step_word(enum step_phase phase, uint32_t version, uint32_t item)
{
    return (uint64_t)phase << 60 | (uint64_t)(version & 0xfffffff) << 32 | item;
}

static inline enum step_phase step_phase(uint64_t word)
{
    return (enum step_phase)(word >> 60);
}

static inline uint32_t step_version(uint64_t word)
{
    return (uint32_t)(word >> 32) & 0xfffffff;
}

static inline uint32_t step_item(uint64_t word)
{
    return (uint32_t)word;
}

struct board {
    size_t bytes; /* of the whole mapping */
    uint32_t seats;
    bool lockstep;
    struct journal *journal; /* in a mapping of its own, owned; or NULL */
    struct ledger ledger;
    struct rounds rounds;
    struct slot *slots;

    alignas(64) _Atomic uint32_t ready; /* seats that stand at the barrier */
    _Atomic uint32_t open;              /* the barrier is open: start_ns is valid */
    _Atomic uint32_t stop;              /* enum stop */
    _Atomic uint32_t news;              /* bumped when the supervisor should look */
    _Atomic uint64_t start_ns;          /* the common start, CLOCK_MONOTONIC */
    _Atomic uint64_t stop_ns;           /* when a stop was asked for, since the start */
    _Atomic uint32_t side;              /* enum side of what is sent now */
    _Atomic uint32_t strict;            /* nobody goes on any more after a command that failed */
    _Atomic uint32_t migrated;          /* marks of MIGRATED_ALL that are not made as legacy */
    struct observations observations;
    struct afflictions afflictions;
    alignas(64) _Atomic uint64_t virtual_ns; /* lockstep: time since the start */
};

/* Maps it, zeroed. NULL: errno. */
struct board *board_open(uint32_t seats, uint64_t first_id, uint64_t items, bool lockstep);
void board_close(struct board *board);

/* Bytes that board_open will map for this many seats and items, and those among them that a seat
 * without traffic does not touch. */
size_t board_bytes(uint32_t seats, uint64_t items);

/* Time since the common start, real or, in lockstep, virtual; 0 before it. */
static inline uint64_t board_now_ns(const struct board *board)
{
    if (board->lockstep)
        return atomic_load_explicit(&board->virtual_ns, memory_order_relaxed);
    uint64_t start = atomic_load_explicit(&board->start_ns, memory_order_relaxed);
    uint64_t now = clock_ns();
    return start > 0 && now > start ? now - start : 0;
}

/* Something happened that the supervisor should look at. */
void board_tell(struct board *board);
/* Asks all seats to stop; never weakens an earlier stop. */
void board_stop(struct board *board, enum stop stop);
/* The same of one seat. */
void slot_stop(struct board *board, struct slot *slot, enum stop stop);
/* Lets a seat on standby go. */
void slot_release(struct slot *slot);

/* A life of this seat has ended: what it has lived is added up, once. */
void slot_leave(const struct board *board, struct slot *slot);

/* The first id of a world of `items`: a power of ten, so that all ids have the same width. */
uint64_t board_first_id(uint64_t items);

#endif
