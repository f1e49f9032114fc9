#include "bench/selfbench/lone_seat.h"

#include "bench/selfbench/popping.h"
#include "sim/world/world.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { METERED = 2000000 };

static bool pop_all(struct wire *wire)
{
    for (int i = 0; i < LONE_SEAT_POPS; i++)
        if (wire_ask(wire, NULL, "SPOP", popping_queue) != OUTCOME_OK)
            return false;
    return true;
}

/* What wire does around a round trip of one command in order to count and to time it, without the
 * round trip: the hooks of a real seat, both readings of the clock, the counters of a row. */
static void meter_one(struct sim_seat *seat, struct wire_count *count, uint64_t i)
{
    struct wire_meter *meter = &seat->slot->meter;
    seat->hooks.before(seat->hooks.context, count->name, 1);
    counter_set(&meter->under_way, 1);
    uint64_t sent_ns = clock_ns();
    uint64_t arrived_ns = clock_ns();
    counter_add(&count->calls, 1);
    counter_add(&count->bytes_out, 48);
    counter_add(&count->bytes_in, 32);
    /* Spread as real round trips are, so that the histogram is not always hit in one place. */
    seat->hooks.replied(seat->hooks.context, 0, arrived_ns - sent_ns + (i % 64) * 256);
    counter_set(&meter->under_way, 0);
    counter_add(&meter->round_trips, 1);
}

static double metering_ns(struct sim_seat *seat)
{
    struct wire_count *count = &seat->slot->meter.counts[0];
    uint64_t begin_ns = clock_ns();
    for (uint64_t i = 0; i < METERED; i++)
        meter_one(seat, count, i);
    return (double)(clock_ns() - begin_ns) / METERED;
}

static double private_bytes(void)
{
    char line[128];
    unsigned long kib = 0;
    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    while (file != NULL && fgets(line, sizeof line, file))
        if (sscanf(line, "Private_Dirty: %lu kB", &kib) == 1)
            break;
    if (file != NULL)
        fclose(file);
    return (double)kib * 1024;
}

static bool measure(struct world *world, struct lone_seat *figures)
{
    struct sim_seat seat;
    bool good = seat_open(&seat, &world->plan, 0, &world->board->slots[0].meter,
                          world->harness_shared);
    uint64_t begin_ns = clock_ns();
    good = good && pop_all(&seat.wire);
    figures->round_trip_ns = (double)(clock_ns() - begin_ns) / LONE_SEAT_POPS;
    figures->private_bytes = private_bytes();
    figures->metering_ns = good ? metering_ns(&seat) : 0;
    seat_close(&seat);
    return good && figures->private_bytes > 0;
}

bool lone_seat_measure(struct world *world, struct lone_seat *figures)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    struct janitor *janitor = world->options->janitor;
    pid_t dibs = getpid(), pid = fork();
    if (pid == 0) {
        struct lone_seat own = {0};
        bool good = janitor_child(janitor, dibs) && measure(world, &own) &&
                    write(ends[1], &own, sizeof own) == (ssize_t)sizeof own;
        _exit(good ? 0 : 1);
    }
    close(ends[1]);
    if (pid > 0)
        janitor_add_process(janitor, pid);
    bool good = pid > 0 && read(ends[0], figures, sizeof *figures) == (ssize_t)sizeof *figures;
    close(ends[0]);
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    if (pid > 0)
        janitor_forget_process(janitor, pid);
    return good;
}
