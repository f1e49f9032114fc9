/* What the parts of strategy `bullmq` share: its parameters, its keys, and its scripts, each of
 * which issues what the script of this name in src/commands does for a queue without priorities,
 * parents, delays, rate limits, deduplication and metrics. The protocol stands in bullmq.c. */
#ifndef DIBS_STRATEGIES_BULLMQ_H
#define DIBS_STRATEGIES_BULLMQ_H

#include "strategies/key.h"
#include "strategies/token.h"

/* Parameters, as in the strategy's table. */
enum { BULLMQ_LOCK, BULLMQ_STALLED_INTERVAL, BULLMQ_STALLS, BULLMQ_ATTEMPTS };

enum bullmq_key {
    BULLMQ_WAIT,
    BULLMQ_ACTIVE,
    BULLMQ_PRIORITIZED,
    BULLMQ_EVENTS,
    BULLMQ_DELAYED,
    BULLMQ_META,
    BULLMQ_PC,
    BULLMQ_MARKER,
    BULLMQ_STALLED,
    BULLMQ_FAILED,
    BULLMQ_ID,
    BULLMQ_STALLED_CHECK,
    BULLMQ_KEYS
};

struct bullmq {
    char prefix[KEY_MAX];
    char keys[BULLMQ_KEYS][KEY_MAX];
    char token[TOKEN_TEXT_MAX]; /* of this worker */
    uint64_t token_number, checked_ms;
};

/* Begins a call of this script on n keys, up to and with its first argument, the prefix. */
void bullmq_begin(struct seat *seat, const struct wire_script *script, const enum bullmq_key *keys,
                  size_t n);

/* Of the strategy's table. */
enum outcome bullmq_upkeep(struct seat *seat);
uint64_t bullmq_upkeep_ms(const struct seat *seat);
enum outcome bullmq_census(struct seat *seat, struct census *census);

/* A job as it comes in with moveToActive or moveToFinished: {HGETALL, job id, 0, 0}. */
struct bullmq_job {
    uint64_t number;   /* its job id; 0: there is none */
    uint64_t item;     /* from its data */
    uint64_t attempts; /* made so far */
    bool is_given_up;  /* it has stalled too often: it is to be failed, not worked on */
    unsigned field;    /* of the hash: whose value comes next */
};

/* A wire_visit; the context is the job, {0} before. */
void bullmq_job_visit(void *context, const struct wire_element *element);

/* What a stalled check did, in the order of its reply. */
enum {
    STALLED_DUE, /* 0: somebody has checked less than an interval ago */
    STALLED_SEEN,
    STALLED_UNLOCKED,
    STALLED_REQUEUED,
    STALLED_GIVEN_UP, /* of those that were requeued */
    STALLED_MARKS,    /* calls that marked what is active now */
    STALLED_FIGURES
};

struct bullmq_stalled {
    uint64_t figures[STALLED_FIGURES];
};

/* A wire_visit; the context is a struct bullmq_stalled, {0} before. */
void bullmq_stalled_visit(void *context, const struct wire_element *element);

/* KEYS: wait, meta, id, events, marker; ARGV: prefix, name, data, options, now. The job id. */
extern const struct wire_script bullmq_add;

/* KEYS: wait, active, prioritized, events, delayed, meta, pc, marker; ARGV: prefix, now, token,
 * lock in ms. A job, or {0, 0, 0, 0}. Reply's context: a struct bullmq_job. */
extern const struct wire_script bullmq_take;

/* moveToFinished. KEYS: as above, stalled, failed; ARGV: as above, job id, fetch the next (0 or 1),
 * and why it failed. Negative: the job is not ours (-1: it is gone; -2: its lock is; -6: the lock
 * is another's; -3: it is not active); else the next job, or a code if there is none. Reply's
 * context: a struct bullmq_job. */
extern const struct wire_script bullmq_complete;

/* The same into failed: after its last attempt, and before. */
extern const struct wire_script bullmq_fail, bullmq_give_up;

/* KEYS: as above; ARGV: prefix, now, token, lock in ms, job id, LPUSH (behind the others) or RPUSH,
 * and why it failed. Negative: as above. */
extern const struct wire_script bullmq_retry;

/* KEYS: stalled; ARGV: prefix, lock in ms; then of each job its id and token. */
extern const struct wire_script bullmq_extend;

/* KEYS: wait, active, events, meta, stalled, stalled-check, marker; ARGV: prefix, now, interval in
 * ms, how often a job may stall. Reply's context: a struct bullmq_stalled. */
extern const struct wire_script bullmq_check_stalled;

#endif
