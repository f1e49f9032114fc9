/* What the parts of strategy `lease` share: its scripts. The protocol stands in lease.c.
 *
 * Where a script has two forms, `..._blind` is the published one: it does not ask who holds the
 * task. A task's key is <prefix><id>; it is a hash with msg, state and, while in work, owner. */
#ifndef DIBS_STRATEGIES_LEASE_H
#define DIBS_STRATEGIES_LEASE_H

#include "strategies/wire.h"

/* KEYS: task, pending; ARGV: id, now. */
extern const struct wire_script lease_enqueue, lease_enqueue_blind;

/* KEYS: pending, paused, active, lease; ARGV: deadline, prefix, owner. The task's msg, or nil;
 * 0: it has none, and stays in work until its lease is over. */
extern const struct wire_script lease_dequeue;

/* KEYS: active, lease, task, pending; ARGV: id, owner. 0: the task is not ours (blind: in nobody's
 * hands) and nothing is done. */
extern const struct wire_script lease_done, lease_done_blind;

/* KEYS as above; ARGV: id, LPUSH (behind the others) or RPUSH (in front of them), owner. 0: as
 * above. */
extern const struct wire_script lease_requeue, lease_requeue_blind;

/* KEYS: active, lease, pending; ARGV: deadline, how many, prefix. How many were taken back. */
extern const struct wire_script lease_recover;

/* KEYS: lease; ARGV: deadline, how many, prefix. The msg of each task whose lease is over. */
extern const struct wire_script lease_expired;

#endif
