/* What the parts of the job-queue plan share: its keys, its parameters, and what one instance has
 * in its memory. The protocol stands in job_queue.c. */
#ifndef DIBS_STRATEGIES_JOB_QUEUE_H
#define DIBS_STRATEGIES_JOB_QUEUE_H

#include "strategies/intake.h"
#include "strategies/job_message.h"
#include "strategies/key.h"

/* Parameters, as in the strategy's table. */
enum {
    JOB_BATCH,
    JOB_POLL,
    JOB_POOL,
    JOB_AT_ONCE,
    JOB_CALL_LIMIT,
    JOB_CALL_RETRIES,
    JOB_RETRIES,
    JOB_TIMEOUT,
    JOB_BACKOFF,
    JOB_SWEEP,
    JOB_TAKE,
    JOB_WAIT,
    JOB_TAKE_BACK,
};

enum { JOB_TAKE_SCRIPT, JOB_TAKE_RPOP_SADD, JOB_TAKE_LMOVE };
enum { JOB_WAIT_DELAYED, JOB_WAIT_READY };
enum { JOB_TAKE_BACK_EVERY, JOB_TAKE_BACK_FIRST, JOB_TAKE_BACK_NOBODY };

struct job_queue {
    char ready[KEY_MAX], processing[KEY_MAX], delayed[KEY_MAX], failed[KEY_MAX];
    char completed[KEY_MAX];
    struct job_terms terms;
};

/* Of all seats of an instance. */
struct container {
    struct intake intake;
    _Atomic uint32_t at_work;
};

/* A job in hand, and since when. */
struct held {
    struct job job;
    uint64_t taken_ms;
};

/* Build one command on one job; the caller flushes. */
void job_build_message(struct seat *seat, const struct job *job); /* the argument alone */
void job_build_push(struct seat *seat, const char *push, const char *key, const struct job *job);
void job_build_remove(struct seat *seat, const struct job *job); /* from processing */

/* The whole of processing, a set or (LMOVE) a list. */
enum outcome job_read_processing(struct seat *seat, wire_visit *visit, void *context);

bool job_is_overdue(struct seat *seat, uint64_t since_ms);

/* Asks for a batch if the instance has nothing left and nobody else is asking. *jobs is how many
 * came in. */
enum outcome job_take(struct seat *seat, uint64_t *jobs);
/* The next job that waits in the instance. False: none does. */
bool job_next(struct seat *seat, struct held *held);

enum outcome job_work(struct seat *seat);  /* a cycle */
enum outcome job_sweep(struct seat *seat); /* an upkeep */

extern const struct wire_script job_take_script, job_due_script;
extern const struct wire_script job_take_back_script, job_take_back_list_script;

#endif
