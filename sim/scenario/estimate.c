/* What a run will need, before it starts. */
#include "sim/machine/procfs.h"
#include "sim/run.h"
#include "sim/world/board.h"
#include "sim/world/cluster.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rough unit costs, measured on a 2-core virtual machine (Redis 7.0.15, Unix socket, five
 * instances at once); they set the time left on a terminal, nothing else. */
#define ROUND_TRIP_S 14e-6 /* of all instances together */
#define REFRESH_S 0.3e-6
#define SEED_S 2.5e-6 /* per item: for the run, and for the marks beside it */
#define START_S 0.3   /* server, processes, audit, marks beside the run */

#define IN_TURN_S 1.0 /* marks in turn with another's, whose items are seeded, too */
enum { IN_TURN_MAX = 1000000, IN_TURN_BYTES = 150 }; /* items of the other, and bytes of each */

/* Private bytes of a process, and of a seat that holds no reply; touched part of a slot. */
enum {
    PROCESS_BYTES = 1 << 20,
    SEAT_BYTES = 256 << 10,
    SLOT_BYTES = 128 << 10,
    SERVER_BYTES = 8 << 20
};

/* The entry's seat as its strategy sees it, in published time. */
static struct seat seat_of(const struct scenario *scenario, const struct entry *entry)
{
    struct seat seat = {
        .values = entry->values,
        .instances = scenario_instances(scenario, entry),
        .workers = scenario_workers(scenario, entry),
        .first_id = board_first_id(scenario->items),
        .items = scenario->items,
        .vendor = scenario->vendor,
        .prefix = "",
        .cycle_ms = scenario->cycle_ms,
    };
    if (entry->strategy->cycle_ms != NULL)
        seat.cycle_ms = entry->strategy->cycle_ms(&seat);
    return seat;
}

/* Published time in which producers mark. */
static double marked_for_s(const struct scenario *scenario)
{
    double cycles_s = (double)scenario->cycle_ms / 1e3 * scenario->cycles;
    double all_s = (double)scenario->producers.marks / scenario->producers.per_s;
    return fmin(scenario->cycles > 0 ? cycles_s : INFINITY,
                scenario->producers.marks > 0 ? all_s : INFINITY);
}

/* Items that all instances together work on in the run. */
static double work_of(const struct scenario *scenario, const struct needs *needs,
                      uint32_t instances)
{
    double items = (double)scenario->items;
    double marked = items * scenario->producers.seeded;
    if (scenario->producers.count > 0)
        marked += scenario->producers.per_s * marked_for_s(scenario);
    double work = marked * needs->items_per_instance * instances;
    double most = (double)needs->items_per_cycle * instances * scenario->cycles;
    return most > 0 && most < work ? most : work;
}

struct estimate run_estimate(const struct scenario *scenario, const struct entry *entry)
{
    const struct seat seat = seat_of(scenario, entry);
    const struct needs needs = entry->strategy->needs(&seat);
    uint32_t instances_max = entry->strategy->fixed_instances > 0
                                 ? entry->strategy->fixed_instances
                                 : timeline_instances_max(scenario);
    uint32_t seats =
        instances_max * cluster_seats_per_instance(scenario, entry) + scenario->producers.count;
    double work = work_of(scenario, &needs, seat.instances);
    /* virtual in lockstep; of task rounds most are skipped, and the cycles bound them */
    bool waits = scenario->mode != MODE_LOCKSTEP && scenario->kind != ITEMS_TASK_ROUNDS;
    double statement_s =
        waits ? (double)scenario->refresh.statement_us / 1e6 / scenario->time_scale : 0;
    double workers = (double)seat.instances * seat.workers;
    double busy_s = work * (needs.round_trips_per_item * ROUND_TRIP_S + REFRESH_S) +
                    work * 4 * statement_s / workers;
    double cycle_s = (double)scenario_scaled_ns(scenario, scenario->cycle_ms) / 1e9;
    double idle_s = scenario->cycles > 1 ? cycle_s * (scenario->cycles - 1) : 0;
    if (scenario->producers.count > 0)
        idle_s = marked_for_s(scenario) / scenario->time_scale;
    if (scenario->cycles == 0 && needs.items_per_cycle > 0) /* drained, cycle by cycle */
        idle_s = (double)scenario_scaled_ns(scenario, seat.cycle_ms) / 1e9 * work /
                 ((double)needs.items_per_cycle * seat.instances);
    if (scenario->mode == MODE_LOCKSTEP)
        idle_s = 0;
    double in_turn = *scenario->beside != '\0' ? fmin((double)scenario->items, IN_TURN_MAX) : 0;
    return (struct estimate){
        .bytes = (uint64_t)in_turn * IN_TURN_BYTES +
                 scenario->items * (needs.server_bytes_per_item + sizeof(struct ledger_item)) +
                 scenario->items * needs.private_bytes_per_item * seat.instances +
                 (uint64_t)seats * (SEAT_BYTES + SLOT_BYTES) +
                 (uint64_t)seat.instances * PROCESS_BYTES + SERVER_BYTES,
        .seconds = START_S + (double)scenario->items * SEED_S +
                   (in_turn > 0 ? in_turn * SEED_S + IN_TURN_S : 0) +
                   (busy_s > idle_s ? busy_s : idle_s),
    };
}

/* Memory that processes can still get: of the machine, or of the cgroup where that is less. */
static uint64_t available_bytes(void)
{
    char text[4096], limit[32];
    uint64_t available = UINT64_MAX;
    procfs_text("/proc/meminfo", text, sizeof text);
    const char *line = strstr(text, "MemAvailable:");
    if (line != NULL)
        available = strtoull(line + strlen("MemAvailable:"), NULL, 10) * 1024;
    if (procfs_cgroup("memory", "memory.max", limit, sizeof limit) && limit[0] != 'm') {
        uint64_t most = strtoull(limit, NULL, 10), used = 0;
        if (procfs_cgroup("memory", "memory.current", limit, sizeof limit))
            used = strtoull(limit, NULL, 10);
        if (most > 0 && most - (used < most ? used : most) < available)
            available = most - (used < most ? used : most);
    }
    return available;
}

bool run_fits(const struct scenario *scenario, const struct entry *entry, char *error, size_t size)
{
    uint64_t needed = run_estimate(scenario, entry).bytes, available = available_bytes();
    if (needed <= available)
        return true;
    snprintf(error, size,
             "%s at %llu items and %u instances needs about %.1f GiB of memory, and this machine "
             "has %.1f GiB left; use fewer items or instances",
             entry->label, (unsigned long long)scenario->items, scenario->instances,
             (double)needed / 0x1p30, (double)available / 0x1p30);
    return false;
}
