/* The job-queue plan: a list of ready jobs, taken in batches, retried, and given up at last.
 *
 *     mark      LPUSH job_queue:ready <message>: each mark is a job of its own
 *     take      each second every idle worker whose instance has nothing left asks for up to 100:
 *               out of ready, into job_queue:processing, stamped with the time
 *                   script     RPOP n, SADD: both or none
 *                   rpop-sadd  RPOP n, then SADD in a command of its own
 *                   lmove      LMOVE one by one; processing is then a list, nothing is stamped, and
 *                              a job's time runs from when it was put into ready
 *     attempt   a call of at most 90 s, made again up to 3 times where it fails
 *     complete  SREM processing, LPUSH job_queue:completed
 *     fail      to job_queue:delayed (a sorted set) for 1 s, 2 s, 4 s, ...; after 3 such retries to
 *               job_queue:failed, for good; then SREM processing
 *     sweep     each second, on every instance: what has waited goes from delayed to ready; what
 *               has been in processing for over 90 s is taken back
 *     stop      the job at work is finished; what waits in the instance goes back to the front
 *
 * An instance is one worker container. Its pool (WORKER_POOL_SIZE, 10) is `pool`, or else the
 * scenario's `workers`; `jobs` of them (WORKER_MAX_CONCURRENT_JOBS, 5) work at once. What one of
 * them has taken waits in the instance's memory for all of them; what has waited there for longer
 * than its timeout is not begun, for it will be taken back.
 *
 * Open in the plan, and a parameter each: `take` (script), `wait` (delayed), `backoff` (1s),
 * `take_back` (every: the sweep of every instance; first: that of instance 0 alone; nobody).
 *
 * Promises: a job is in one of the structures at any time, and what crashes, cuts and pauses leave
 * in processing is taken back. The truth is read after the message is out of ready, and a later
 * mark is a message of its own, so no update is lost.
 *
 * Breaks: with take=rpop-sadd a crash between the two commands loses a batch; with take_back=nobody
 * a crash strands one. Whoever works on a job for over 90 s is robbed of it, and call retries alone
 * may take four times 90 s. Two marks are two refreshes. Retries are not charged to jobs that are
 * taken back, so one that ends its worker comes back for ever. The list of completed jobs grows.
 *
 * Source: the job-queue plan. */
#include "strategies/job_queue.h"

#include "strategies/listing.h"
#include "strategies/promises.h"

enum { MARK_CHUNK = 1000, SERVER_BYTES = 240 };
enum { PROMISES = PROMISES_AT_LEAST_ONCE | PROMISE_NO_LOST_UPDATE };

static bool job_queue_open(struct seat *seat)
{
    struct job_queue *queue = seat->state;
    int64_t unit_ms = seat->time_scaled ? 1 : 1000;
    queue->terms = (struct job_terms){seat->vendor, seat->values[JOB_RETRIES],
                                      seat->values[JOB_TIMEOUT] / unit_ms};
    return key_write(queue->ready, seat, "job_queue:ready") &&
           key_write(queue->processing, seat, "job_queue:processing") &&
           key_write(queue->delayed, seat, "job_queue:delayed") &&
           key_write(queue->failed, seat, "job_queue:failed") &&
           key_write(queue->completed, seat, "job_queue:completed");
}

void job_build_message(struct seat *seat, const struct job *job)
{
    const struct job_queue *queue = seat->state;
    char message[JOB_MESSAGE_MAX];
    wire_arg(seat->wire, message, job_write(message, job, &queue->terms));
}

/* Builds PUSH of one job; the caller flushes. */
void job_build_push(struct seat *seat, const char *push, const char *key, const struct job *job)
{
    wire_begin(seat->wire, push);
    wire_text(seat->wire, key);
    job_build_message(seat, job);
    wire_end(seat->wire, NULL);
}

/* Builds what takes one job out of processing, a set or (LMOVE) a list; the caller flushes. */
void job_build_remove(struct seat *seat, const struct job *job)
{
    const struct job_queue *queue = seat->state;
    bool list = seat->values[JOB_TAKE] == JOB_TAKE_LMOVE;
    wire_begin(seat->wire, list ? "LREM" : "SREM");
    wire_text(seat->wire, queue->processing);
    if (list)
        wire_int(seat->wire, 1);
    job_build_message(seat, job);
    wire_end(seat->wire, NULL);
}

enum outcome job_read_processing(struct seat *seat, wire_visit *visit, void *context)
{
    const struct job_queue *queue = seat->state;
    struct wire_reply reply = {.visit = visit, .context = context};
    if (seat->values[JOB_TAKE] == JOB_TAKE_LMOVE)
        return wire_ask(seat->wire, &reply, "LRANGE", queue->processing, "0", "-1");
    return wire_ask(seat->wire, &reply, "SMEMBERS", queue->processing);
}

bool job_is_overdue(struct seat *seat, uint64_t since_ms)
{
    return seat_unix_ms(seat) > since_ms + (uint64_t)seat->values[JOB_TIMEOUT];
}

static enum outcome job_queue_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    const struct job_queue *queue = seat->state;
    uint64_t now_ms = seat_unix_ms(seat);
    for (size_t i = 0; i < n; i++) {
        const struct job job = {.id = ids[i], .created_ms = now_ms, .scheduled_ms = now_ms};
        if (i % MARK_CHUNK == 0) {
            wire_begin(seat->wire, "LPUSH");
            wire_text(seat->wire, queue->ready);
        }
        job_build_message(seat, &job);
        if (i + 1 == n || (i + 1) % MARK_CHUNK == 0)
            wire_end(seat->wire, NULL);
    }
    return wire_flush(seat->wire);
}

static uint64_t job_queue_cycle_ms(const struct seat *seat)
{
    return (uint64_t)seat->values[JOB_POLL];
}

static uint32_t job_queue_workers(const int64_t *values)
{
    return (uint32_t)values[JOB_POOL];
}

static uint64_t job_queue_sweep_ms(const struct seat *seat)
{
    return (uint64_t)seat->values[JOB_SWEEP];
}

/* ---- census */

struct job_census {
    struct census *census;
    enum place place;
    uint64_t wait_ms; /* PLACE_CLAIMED: until it is taken back; 0: it never is */
};

static void report(void *context, const struct wire_element *element)
{
    const struct job_census *jobs = context;
    struct job job;
    if (element->type != WIRE_TEXT || !job_read(element->text, element->len, &job))
        return;
    uint64_t deadline_ms = jobs->wait_ms > 0 ? job.scheduled_ms + jobs->wait_ms : 0;
    jobs->census->found(jobs->census, job.id, jobs->place, deadline_ms);
}

static enum outcome job_queue_census(struct seat *seat, struct census *census)
{
    const struct job_queue *queue = seat->state;
    bool swept = seat->values[JOB_TAKE_BACK] != JOB_TAKE_BACK_NOBODY;
    struct job_census pending = {census, PLACE_PENDING, 0}, dead = {census, PLACE_DEAD, 0};
    struct job_census claimed = {
        census, PLACE_CLAIMED,
        swept ? (uint64_t)(seat->values[JOB_TIMEOUT] + seat->values[JOB_SWEEP]) + 1 : 0};
    struct wire_reply reply = {.visit = report, .context = &pending};
    enum outcome outcome = listing_walk(seat->wire, queue->ready, report, &pending);
    if (outcome == OUTCOME_OK)
        outcome = wire_ask(seat->wire, &reply, "ZRANGE", queue->delayed, "0", "-1");
    if (outcome == OUTCOME_OK)
        outcome = job_read_processing(seat, report, &claimed);
    return outcome == OUTCOME_OK ? listing_walk(seat->wire, queue->failed, report, &dead) : outcome;
}

static struct needs job_queue_needs(const struct seat *seat)
{
    return (struct needs){
        .round_trips_per_item =
            1 + 1 / (double)seat->values[JOB_BATCH], /* complete, and the take */
        .items_per_instance = 1.0 / seat->instances,
        .server_bytes_per_item = SERVER_BYTES,
        .items_per_cycle = (uint64_t)seat->values[JOB_BATCH],
    };
}

/* What a crash or a cut interrupts is kept where it is recorded as it is popped, and comes back
 * where somebody who lives takes it back. */
static unsigned job_queue_kept(const int64_t *values)
{
    unsigned kept = PROMISES;
    if (values[JOB_TAKE] == JOB_TAKE_RPOP_SADD || values[JOB_TAKE_BACK] == JOB_TAKE_BACK_NOBODY)
        kept &= ~(unsigned)(PROMISE_AT_LEAST_ONCE_CRASH | PROMISE_AT_LEAST_ONCE_CUT |
                            PROMISE_AT_LEAST_ONCE_SCALING | PROMISE_AT_LEAST_ONCE_RESTART);
    if (values[JOB_TAKE_BACK] == JOB_TAKE_BACK_FIRST) /* who may be the one that crashed */
        kept &= ~(unsigned)PROMISE_AT_LEAST_ONCE_CRASH;
    return kept;
}

/* ---- tables */

static const char *const takes[] = {[JOB_TAKE_SCRIPT] = "script",
                                    [JOB_TAKE_RPOP_SADD] = "rpop-sadd",
                                    [JOB_TAKE_LMOVE] = "lmove",
                                    NULL};
static const char *const waits[] = {
    [JOB_WAIT_DELAYED] = "delayed", [JOB_WAIT_READY] = "ready", NULL};
static const char *const sweepers[] = {[JOB_TAKE_BACK_EVERY] = "every",
                                       [JOB_TAKE_BACK_FIRST] = "first",
                                       [JOB_TAKE_BACK_NOBODY] = "nobody",
                                       NULL};

#define DAY_MS (24 * 3600 * 1000)

static const struct parameter parameters[] = {
    [JOB_BATCH] = {.name = "batch",
                   .type = PARAMETER_INTEGER,
                   .fallback = "100",
                   .min = 1,
                   .max = INTAKE_MAX,
                   .environment = "QUEUE_BATCH_SIZE",
                   .help = "jobs that are taken at once (as published)"},
    [JOB_POLL] = {.name = "poll",
                  .type = PARAMETER_DURATION,
                  .fallback = "1s",
                  .min = 1,
                  .max = DAY_MS,
                  .environment = "QUEUE_POLL_INTERVAL",
                  .help = "time between two polls of a worker (as published)"},
    [JOB_POOL] = {.name = "pool",
                  .type = PARAMETER_INTEGER,
                  .fallback = "0",
                  .max = 64,
                  .environment = "WORKER_POOL_SIZE",
                  .help = "workers of an instance (published default 10); 0: the scenario's"},
    [JOB_AT_ONCE] = {.name = "jobs",
                     .type = PARAMETER_INTEGER,
                     .fallback = "5",
                     .min = 1,
                     .max = 64,
                     .environment = "WORKER_MAX_CONCURRENT_JOBS",
                     .help = "jobs of an instance that are at work at once (as published)"},
    [JOB_CALL_LIMIT] = {.name = "call_limit",
                        .type = PARAMETER_DURATION,
                        .fallback = "90s",
                        .min = 1,
                        .max = DAY_MS,
                        .environment = "WORKER_HTTP_TIMEOUT",
                        .help = "a call that takes longer has failed (as published)"},
    [JOB_CALL_RETRIES] = {.name = "call_retries",
                          .type = PARAMETER_INTEGER,
                          .fallback = "3",
                          .max = JOB_RETRIES_MAX,
                          .environment = "WORKER_RETRY_COUNT",
                          .help = "calls that are made again within an attempt (as published)"},
    [JOB_RETRIES] = {.name = "retries",
                     .type = PARAMETER_INTEGER,
                     .fallback = "3",
                     .max = JOB_RETRIES_MAX,
                     .environment = "QUEUE_MAX_RETRIES",
                     .help = "attempts after the first before a job is given up (as published)"},
    [JOB_TIMEOUT] = {.name = "timeout",
                     .type = PARAMETER_DURATION,
                     .fallback = "90s",
                     .min = 1000,
                     .max = DAY_MS,
                     .lease = true,
                     .help = "time in processing after which a job is taken back (as published)"},
    [JOB_BACKOFF] = {.name = "backoff",
                     .type = PARAMETER_DURATION,
                     .fallback = "1s",
                     .min = 1,
                     .max = 3600 * 1000,
                     .help = "wait before the first retry, doubled for each further one (ours)"},
    [JOB_SWEEP] = {.name = "sweep",
                   .type = PARAMETER_DURATION,
                   .fallback = "1s",
                   .min = 1,
                   .max = DAY_MS,
                   .help = "time between two looks for what is due or overdue (ours)"},
    [JOB_TAKE] = {.name = "take",
                  .type = PARAMETER_CHOICE,
                  .fallback = "script",
                  .choices = takes,
                  .help = "how jobs get from ready to processing (open in the plan; ours)"},
    [JOB_WAIT] = {.name = "wait",
                  .type = PARAMETER_CHOICE,
                  .fallback = "delayed",
                  .choices = waits,
                  .help = "where a job waits out its back-off; ready: it does not (ours)"},
    [JOB_TAKE_BACK] = {.name = "take_back",
                       .type = PARAMETER_CHOICE,
                       .fallback = "every",
                       .choices = sweepers,
                       .help = "instances that take back what is overdue (open in the plan; ours)"},
    {0},
};

static const struct contender contenders[] = {
    {"job-queue", "the job-queue plan, with what it leaves open as its parameters say", ""},
    {0},
};

static const struct wire_script *const scripts[] = {
    &job_take_script, &job_due_script, &job_take_back_script, &job_take_back_list_script, NULL};

const struct strategy strategy_job_queue = {
    .name = "job-queue",
    .summary = "jobs go from list to list: ready, processing, completed or failed",
    .promises = PROMISES,
    .kept = job_queue_kept,
    .parameters = parameters,
    .contenders = contenders,
    .scripts = scripts,
    .state_size = sizeof(struct job_queue),
    .shared_size = sizeof(struct container),
    .open = job_queue_open,
    .mark = job_queue_mark,
    .cycle = job_work,
    .cycle_ms = job_queue_cycle_ms,
    .workers = job_queue_workers,
    .upkeep = job_sweep,
    .upkeep_ms = job_queue_sweep_ms,
    .census = job_queue_census,
    .needs = job_queue_needs,
};
