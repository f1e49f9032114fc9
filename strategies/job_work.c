/* What an instance does with the jobs that it has taken. */
#include "strategies/job_queue.h"

static enum outcome complete(struct seat *seat, const struct job *job)
{
    const struct job_queue *queue = seat->state;
    job_build_remove(seat, job);
    job_build_push(seat, "LPUSH", queue->completed, job);
    return wire_flush(seat->wire);
}

/* Put where it goes first and removed then: what ends the instance in between repeats the job. */
static enum outcome retry(struct seat *seat, const struct job *job)
{
    const struct job_queue *queue = seat->state;
    struct job again = *job;
    again.scheduled_ms = seat_unix_ms(seat);
    again.retries++;
    if (seat->values[JOB_WAIT] == JOB_WAIT_DELAYED) {
        again.scheduled_ms += (uint64_t)seat->values[JOB_BACKOFF] << job->retries;
        wire_begin(seat->wire, "ZADD");
        wire_text(seat->wire, queue->delayed);
        wire_int(seat->wire, (int64_t)again.scheduled_ms);
        job_build_message(seat, &again);
        wire_end(seat->wire, NULL);
    } else {
        job_build_push(seat, "LPUSH", queue->ready, &again);
    }
    job_build_remove(seat, job);
    return wire_flush(seat->wire);
}

static enum outcome give_up(struct seat *seat, const struct job *job)
{
    const struct job_queue *queue = seat->state;
    job_build_push(seat, "LPUSH", queue->failed, job);
    job_build_remove(seat, job);
    enum outcome outcome = wire_flush(seat->wire);
    if (outcome == OUTCOME_OK)
        seat_event(seat, EVENT_DEAD, 1);
    return outcome;
}

/* This job, and all that waits in the instance, to the front of ready: stopping. What is overdue
 * is left for whoever takes it back. */
static enum outcome give_back(struct seat *seat, struct held held)
{
    const struct job_queue *queue = seat->state;
    do {
        if (job_is_overdue(seat, held.taken_ms))
            continue;
        job_build_push(seat, "RPUSH", queue->ready, &held.job);
        job_build_remove(seat, &held.job);
    } while (job_next(seat, &held));
    return wire_flush(seat->wire);
}

static enum outcome attempt(struct seat *seat, const struct held *held)
{
    enum refresh refresh = REFRESH_FAILED;
    for (int64_t call = 0; refresh == REFRESH_FAILED && call <= seat->values[JOB_CALL_RETRIES];
         call++)
        refresh = seat_refresh_within(seat, held->job.id, (uint64_t)seat->values[JOB_CALL_LIMIT]);
    if (refresh == REFRESH_STOP) {
        enum outcome outcome = give_back(seat, *held);
        return outcome == OUTCOME_OK ? OUTCOME_STOP : outcome;
    }
    if (refresh != REFRESH_FAILED)
        return complete(seat, &held->job);
    return held->job.retries < (uint64_t)seat->values[JOB_RETRIES] ? retry(seat, &held->job)
                                                                   : give_up(seat, &held->job);
}

/* *jobs counts those that were taken out of the instance's memory. */
static enum outcome work(struct seat *seat, uint64_t *jobs)
{
    struct held held;
    enum outcome outcome = OUTCOME_OK;
    for (; outcome == OUTCOME_OK && job_next(seat, &held); ++*jobs)
        if (!job_is_overdue(seat, held.taken_ms))
            outcome = attempt(seat, &held);
    return outcome;
}

/* Who finds nothing to do asks for more. */
static enum outcome work_or_take(struct seat *seat)
{
    uint64_t jobs = 0;
    enum outcome outcome = work(seat, &jobs);
    if (outcome != OUTCOME_OK || jobs > 0)
        return outcome;
    outcome = job_take(seat, &jobs);
    return outcome == OUTCOME_OK ? work(seat, &jobs) : outcome;
}

enum outcome job_work(struct seat *seat)
{
    struct container *container = seat->shared;
    enum outcome outcome = OUTCOME_OK;
    if (seat->values[JOB_POOL] > 0 && seat->worker >= seat->values[JOB_POOL])
        return OUTCOME_OK; /* the pool of another instance is larger */
    if (atomic_fetch_add(&container->at_work, 1) < (uint32_t)seat->values[JOB_AT_ONCE])
        outcome = work_or_take(seat);
    atomic_fetch_sub(&container->at_work, 1);
    return outcome;
}
