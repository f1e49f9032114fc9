/* One instance with one seat, alone with the server: what its metering and its memory come to. */
#ifndef DIBS_BENCH_LONE_SEAT_H
#define DIBS_BENCH_LONE_SEAT_H

#include <stdbool.h>

struct world;

enum { LONE_SEAT_POPS = 50000 };

struct lone_seat {
    double round_trip_ns; /* of one SPOP */
    double metering_ns;   /* what counting and timing it costs of that */
    double private_bytes; /* memory that the process shares with no other, its slot included */
};

/* In a process of its own, on a world of LONE_SEAT_POPS seeded items that has not run. False: it
 * failed. */
bool lone_seat_measure(struct world *world, struct lone_seat *figures);

#endif
