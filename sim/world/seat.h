/* A seat: one thread of an instance (or producer) that runs a strategy through the contract and
 * keeps the ledger. What strategies see of it is its first member. */
#ifndef DIBS_SIM_SEAT_H
#define DIBS_SIM_SEAT_H

#include "sim/fault/fault_point.h"
#include "sim/server/server.h"
#include "sim/world/board.h"
#include "sim/world/deployment.h"

/* After a soft stop, or the end of a round's bound, commands still go out for this long, so that
 * what is in hand can be acknowledged or given back. */
#define SEAT_GRACE_NS NS_PER_S

/* 1,700,000,000 s after 1970: where the clock that instances write into keys starts, so that
 * nothing of this machine enters a key. */
#define SEAT_EPOCH_MS UINT64_C(1700000000000)

/* What all seats of a run have in common; borrowed by them. */
struct seat_plan {
    const struct scenario *scenario;
    const struct entry *entry;
    const struct server *server;
    struct board *board; /* NULL: the harness's own seat */
    uint64_t seed;       /* of this run */
    int trace_fd;        /* or -1 */
    const struct fault_point *faults; /* at most one for each seat */
    uint32_t fault_count;
    bool standby;  /* seats wait behind the barrier until cluster_release lets them go */
    bool withholds; /* replies may be withheld from its seats */
    bool carry_on; /* a seat whose command failed connects anew and goes on with its next round */
};

struct sim_seat {
    struct seat seat; /* first: strategies get a pointer to it */
    struct wire wire;
    struct wire_hooks hooks;
    struct wire_hooks timing; /* of who joins late, until it is open: counted, but without turns */
    const struct seat_plan *plan;
    struct slot *slot;
    uint32_t index; /* of the slot */
    parameter_values values; /* scaled */
    uint64_t random;
    uint64_t deadline_ns;  /* end of the round's bound, since the start */
    uint64_t statement_ns; /* scaled */
    uint64_t cycle_ns;     /* its own, scaled */
    struct {
        uint64_t due_ns, period_ns; /* the next one; UINT64_MAX: this seat runs none */
        enum outcome outcome;       /* of one that failed inside of a cycle, and why */
        char err[WIRE_ERROR_MAX];
    } upkeep;
    bool late;             /* came after the common start */
    const volatile int *interrupted; /* of the harness: not 0 once it is in a hurry; or NULL */
    uint32_t side;         /* enum side of the batch that is on its way */
    const struct fault_point *fault; /* its own, or NULL */
    uint32_t commands, effects;      /* so far; counted where a fault point asks for one */
    uint32_t attempts;               /* refreshes begun; counted where there is a journal */
    uint64_t asked_ns;               /* the acknowledgement that is under way */
    uint64_t sent_ns;                /* the last command; 0 where there is no journal */
    struct {
        uint64_t asked_ns, told_ns; /* at what times; 0: it has made none */
    } claim;                        /* the last one */
    uint32_t matching; /* of the commands, those that count for it */
    bool matches;      /* the one under way does */
    char host[HOST_NAME_MAX_BYTES];
};

/* Fills what a strategy sees of this seat, as it is configured; nothing is opened, nothing needs to
 * be closed. An index that is not on the board is the harness's own seat. */
void seat_describe(struct sim_seat *seat, const struct seat_plan *plan, uint32_t index);

/* Connects, loads the scripts, opens the strategy. `meter` is the slot's, or the harness's own;
 * `shared` is what the seats of this process share (strategy->shared_size bytes, borrowed).
 * False: the reason is in wire.err. */
bool seat_open(struct sim_seat *seat, const struct seat_plan *plan, uint32_t index,
               struct wire_meter *meter, void *shared);
void seat_close(struct sim_seat *seat);

/* Stands at the barrier until the common start. False: stopped before it opened. */
bool seat_barrier(struct sim_seat *seat);

/* Lets `ns` of time pass, whatever is asked for meanwhile. Out of lockstep on any thread. */
void seat_spend(struct sim_seat *seat, uint64_t ns);

/* Sleeps until `ns` since the start. False: a stop was asked for. */
bool seat_wait_until(struct sim_seat *seat, uint64_t ns);

/* Cycles at their times until their number is over, or until stopped. */
void seat_run_cycles(struct sim_seat *seat);
/* Upkeep at its period until stopped. */
void seat_run_upkeep(struct sim_seat *seat);

/* Marks the slot as finished, with the wire's error if a command failed that should not have. */
void seat_finish(struct sim_seat *seat, enum outcome outcome);

#endif
