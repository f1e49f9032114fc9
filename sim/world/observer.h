/* The observer: a process of its own that runs, on a connection of its own, the monitoring that
 * the documents of a strategy describe, at the published intervals.
 *
 * What it costs is counted apart. What it does to the others is measured in the same run: time is
 * divided into blocks as long as the shortest interval, each block into two halves, and the seed
 * draws, block by block, the half in which the probes are sent. Instances keep the latencies of
 * their commands apart by the half in which they were sent. So every interval is observed, no
 * alert is missed, and both kinds of halves are spread alike over cycles and backlog; a probe comes
 * up to half a block later than its interval says. A half with probes lasts until their replies
 * have been read. What is compared is the p99 of all commands of instances (cycles and upkeep)
 * sent in halves with probes, and in halves without. A command that was on its way when a probe
 * came counts as sent without: one command a seat and block at most is understated. A half with
 * probes is half an interval: what is said of it holds for monitoring twice as dense. */
#ifndef DIBS_SIM_OBSERVER_H
#define DIBS_SIM_OBSERVER_H

#include "sim/world/seat.h"
#include "strategies/probe.h"

/* Block and halves are never shorter than this, however far time is scaled. */
#define OBSERVER_BLOCK_MIN_NS (2 * NS_PER_MS)

/* Probe i of an entry: the health check first, then what the strategy declares. NULL: no more. */
const struct probe *observer_probe(const struct strategy *strategy, uint32_t i);

/* Real time between two looks of this probe. */
uint64_t observer_interval_ns(const struct scenario *scenario, const struct probe *probe);

/* Looks until a stop is asked for. */
void observer_run(struct sim_seat *seat);

#endif
