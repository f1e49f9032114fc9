/* The books: what the processes counted against what the server counted, and the ledger against
 * the seats. A run whose books do not balance is not trustworthy, whatever it shows.
 *
 * What must hold, for processes that lived to the end:
 *   per command   server calls = client calls + inner calls          (exactly)
 *                 latency samples = client calls
 *   per run       server bytes in = bytes out of all clients, and the reverse
 *   per item      begun = done + failed
 *   per field     sum over seats = sum over items (begun, done, failed, useful)
 *   fates         refreshed + pending + claimed + stranded + dead + lost = items
 *                 items owed by the ledger = items whose fate is not refreshed
 *   backlog       items owed at the start + became owed - became served = owed
 * A process that was killed leaves open at most the batch that was under way, and one refresh. */
#ifndef DIBS_SIM_BOOKS_H
#define DIBS_SIM_BOOKS_H

#include "sim/run.h"
#include "sim/world/cluster.h"

enum { BOOKS_ROWS_MAX = 512 }; /* more than any server has commands */

/* What the server has counted so far: one snapshot of INFO. */
struct server_counts {
    struct {
        char name[WIRE_NAME_MAX]; /* upper case, as Redis documents it */
        uint64_t calls, usec;
    } rows[BOOKS_ROWS_MAX];
    uint32_t count;
    uint64_t bytes_in, bytes_out;
    /* The harness's own traffic up to the snapshot, which is part of the above. */
    uint64_t harness_out, harness_in;
};

/* Reads INFO commandstats and stats over the harness's wire. */
bool server_counts_read(struct server_counts *counts, struct wire *harness);

/* The counts of a server that was started after another one had ended, as they stand before its
 * first call: so that what the other one counted from `before` to `closed` is part of every
 * difference to them. */
void server_counts_carry(struct server_counts *next, const struct server_counts *before,
                         const struct server_counts *closed, const struct wire_meter *harness);

/* What the processes counted while no book was open. */
struct book_gap {
    uint64_t calls, bytes_out, bytes_in;
};

struct books_row {
    char name[WIRE_NAME_MAX];
    uint64_t server_calls, client_calls, inner_calls, samples;
    uint64_t inner_most; /* inner calls of one call of a script, at most */
    uint64_t server_usec, bytes_out, bytes_in, errors;
    uint64_t producer_calls; /* of client and inner calls, those of producers */
    uint64_t observer_calls, observer_out, observer_in; /* of calls and bytes, the observer's */
};

struct books {
    struct books_row rows[BOOKS_ROWS_MAX];
    uint32_t count;
    uint64_t server_bytes_in, server_bytes_out; /* without the harness's */
    uint64_t client_bytes_out, client_bytes_in;
    uint64_t round_trips, producer_round_trips, observer_round_trips;
    struct ledger_sums seats, items; /* of seats, refreshed and owed stay 0 */
    uint64_t owed_at_start, became_owed, became_served;
    struct fates fates;
    bool audited;
    uint32_t dead_seats;     /* of killed processes: each may have one refresh in doubt */
    uint64_t calls_in_doubt; /* batches under way at a kill, and commands without a reply */
    uint64_t bytes_in_doubt; /* of these, as sent */
    uint64_t unstated;       /* scripts that ended in an error, after some calls or other */
    struct book_gap gap;     /* calls whose server was ended before it could be asked */
    bool foreign;            /* the server is not ours: others may speak to it too */
};

/* Fills rows and sums from two snapshots and the board. */
void books_fill(struct books *books, const struct cluster *cluster,
                const struct server_counts *before, const struct server_counts *after,
                const struct book_gap *gap);

/* True when they balance. Otherwise each reason is added to the result, one line each. */
bool books_check(const struct books *books, struct run_result *result);

#endif
