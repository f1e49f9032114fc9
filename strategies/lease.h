/* What the parts of strategy `lease` share: its parameters, its keys and its scripts. The protocol
 * stands in lease.c.
 *
 * Where a script has two forms, `..._blind` is the published one: it does not ask who holds the
 * task. A task's key is <prefix><id>; it is a hash with msg, state and, while in work, owner. */
#ifndef DIBS_STRATEGIES_LEASE_H
#define DIBS_STRATEGIES_LEASE_H

#include "strategies/hands.h"
#include "strategies/key.h"

/* Parameters, as in the strategy's table. */
enum { LEASE_TERM, LEASE_EXTEND, LEASE_RECOVER, LEASE_GRACE, LEASE_FORM };
enum { LEASE_OWNED, LEASE_BLIND };

/* The scripts that have two forms. */
struct lease_forms {
    const struct wire_script *enqueue, *done, *requeue;
};

struct lease {
    char pending[KEY_MAX], paused[KEY_MAX], active[KEY_MAX], lease[KEY_MAX], prefix[KEY_MAX];
    const struct lease_forms *forms;
    uint64_t recovered_ms;
};

/* Of all seats of an instance. */
struct leases {
    struct hands hands;
    _Atomic uint64_t valid_until_ms[HANDS_MAX];
};

/* When a lease is over that is taken or extended now. */
uint64_t lease_deadline_ms(struct seat *seat);

/* The published form looks at its own clock: a task whose lease is over by that is neither extended
 * nor acknowledged or put back, but left for recovery. */
bool lease_is_given_up(struct seat *seat, uint32_t worker);

/* A task in work becomes pending again: LPUSH is behind the others, RPUSH in front of them. */
enum outcome lease_put_back(struct seat *seat, const char *push, const char *item,
                            const char *owner, bool *requeued);

/* Of the strategy's table. */
enum outcome lease_upkeep(struct seat *seat);
uint64_t lease_upkeep_ms(const struct seat *seat);
enum outcome lease_census(struct seat *seat, struct census *census);

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
