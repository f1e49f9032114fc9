/* What the files of the seat share. Internal to them. */
#ifndef DIBS_SIM_SEAT_INTERNAL_H
#define DIBS_SIM_SEAT_INTERNAL_H

#include "sim/world/seat.h"

static inline struct sim_seat *seat_sim(struct seat *seat)
{
    return (struct sim_seat *)(void *)seat;
}

/* The seat has done something: what the watchdog looks at. */
static inline void seat_beat(struct sim_seat *seat)
{
    counter_add(&seat->slot->heartbeat, 1);
}

/* A stop was asked for, or the round's bound is over, at least `grace_ns` ago. */
bool seat_is_over(const struct sim_seat *seat, uint64_t grace_ns);

/* A stop of any kind was asked for. */
bool seat_is_asked_to_stop(const struct sim_seat *seat);

/* Prepares the hooks that the seat's wire is given once it is open, and its fault point if it has
 * one; `timing` is for what a late seat says before that. */
void seat_prepare_hooks(struct sim_seat *seat, bool harness);

/* Loads the strategy's scripts: once it is open, and again after a new connection (the server may
 * be another one). False: the reason is in wire.err. */
bool seat_load_scripts(struct sim_seat *seat);

/* Connects anew if the connection broke and the plan carries on, as clients do with their next
 * command. False: the server cannot be reached, or the plan does not carry on. */
bool seat_is_connected(struct sim_seat *seat);

/* What a failed round leaves of its outcome: published clients log it and go on with the next. */
enum outcome seat_carry_on(const struct sim_seat *seat, enum outcome outcome);

/* From now on the upkeep is due at its times on this seat. */
void seat_upkeep_plan(struct sim_seat *seat);
/* Runs it, and plans the next one. */
enum outcome seat_upkeep_run(struct sim_seat *seat);
/* Between two items: runs it if it is due. False: the round is over, for the upkeep was stopped, or
 * has failed; seat->upkeep says so. */
bool seat_keep_up(struct sim_seat *seat);

/* What strategies are given; the harness's own seat marks and takes the census, and refreshes
 * nothing. */
extern const struct seat_ops seat_worker_ops, seat_harness_ops;

/* At this point of a refresh the seat's fault may strike. */
void seat_strike_at_effect(struct sim_seat *seat, enum fault_phase phase);

#endif
