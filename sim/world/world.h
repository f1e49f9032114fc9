/* A world: one server, one board, one cluster, from an empty database to closed books. A run is
 * one world (and a second one where marks are measured beside it). */
#ifndef DIBS_SIM_WORLD_H
#define DIBS_SIM_WORLD_H

#include "sim/fault/faults.h"
#include "sim/fault/timeline.h"
#include "sim/judge/books.h"
#include "sim/judge/doubts.h"
#include "sim/world/converge.h"
#include "sim/world/leaders.h"
#include "sim/world/sampler.h"
#include "sim/world/scaler.h"

/* What differs between a run and the small worlds beside it. */
struct world_shape {
    uint32_t instances;     /* at the start */
    uint32_t instances_max; /* at once; 0: those at the start */
    struct producer_plan producers;
    double seeded; /* share of the items that is marked before the start */
};

struct world {
    const struct scenario *scenario;
    const struct entry *entry;
    const struct run_options *options;
    struct world_shape shape;
    struct run_result *result; /* status, error and reasons go there */

    struct server server;
    struct board *board;
    struct seat_plan plan;
    struct wire_meter harness_meter;
    struct sim_seat harness; /* seeds, reads INFO, takes the census */
    void *harness_shared;    /* owned: what an instance's seats would share */
    bool harness_is_open;
    struct cluster cluster;
    struct sampler sampler;
    struct timeline timeline;
    struct faults faults;
    struct converge converge;
    struct scaler scaler;
    struct leaders leaders;

    uint64_t owed_at_start;
    uint64_t memory_empty_bytes, memory_seeded_bytes, memory_peak_bytes; /* used_memory */
    double seed_seconds;
    struct server_counts before, after;
    struct server_counts closing; /* of a server that is about to be killed */
    struct book_gap gap_begin, gap;
    uint64_t cpu_before_ns, cpu_after_ns; /* of the server, around the run */
    double harness_cpu_seconds;
    double ended_s;     /* when everybody had ended, since the start */
    uint64_t keys_left; /* when all had ended */
    struct books books;
    struct doubts doubts; /* settled with the books */
    bool has_books;       /* both snapshots were read */
};

/* Starts the server, maps the board, seeds the items. False: result->status and error say why.
 * Not to be copied afterwards. */
bool world_open(struct world *world, const struct scenario *scenario, const struct entry *entry,
                const struct run_options *options, const struct world_shape *shape, uint64_t seed,
                struct run_result *result);

/* Starts the cluster and supervises it until it has ended, in whatever way. */
void world_run(struct world *world);

/* Settles what kills left open, takes the census (if `census`), fills the books and checks them. */
void world_close_books(struct world *world, bool census);

/* Ends everything that the world has started. Accepts what is half open. */
void world_close(struct world *world);

/* The first failure wins. */
__attribute__((format(printf, 3, 4))) void world_fail(struct world *world, enum run_status status,
                                                      const char *format, ...);

/* A connection failed: because its server dies, or for what the wire says. */
void world_fail_wire(struct world *world, const char *what, const char *why);

/* Before a server is killed and before the next one is asked anything; and whether that one answers
 * by now, to the harness. */
void world_close_book(struct world *world);
void world_reopen_book(struct world *world);
bool world_reaches_server(struct world *world);

/* Share of the work of this run that is done: of the items owed at the start and those that
 * producers will make owed. */
double world_share_done(const struct world *world);

bool world_is_interrupted(const struct world *world);
void world_tell(const struct world *world, const char *phase, double share, double elapsed_s);

#endif
