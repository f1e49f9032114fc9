/* BullMQ, command by command: a hash and a lock for each job, lists for where it is, a stream of
 * what has happened to it.
 *
 *     mark    addStandardJob: INCR id, HMSET <id>, LPUSH wait, ZADD marker, XADD events twice
 *     claim   moveToActive: RPOPLPUSH wait active, SET <id>:lock <token> PX 30000, XADD events,
 *             HMSET and HINCRBY <id>, HGETALL <id>
 *     ack     moveToFinished: GET <id>:lock; if it is our token DEL it, LREM active, DEL <id>
 *             (removeOnComplete), XADD events; and the next job as in moveToActive. Refused with -2
 *             (the lock is gone) or -6 (it is another's)
 *     fail    retryJob: the same check, LREM active, LPUSH wait; the last of `attempts` is a
 *             moveToFinished into failed, for good
 *     stop    what has come in and is not begun goes back by retryJob, in front of the others
 *     cycle   jobs until none comes
 *     upkeep  every 15 s extendLocks: GET <id>:lock; if it is our token, SET it anew, SREM stalled.
 *             Every 30 s moveStalledJobsToWait, by whoever finds `stalled-check` free: what the
 *             last check has put into `stalled` and has no lock goes back to wait; what has stalled
 *             before (maxStalledCount 1) with the field defa, and who takes that job moves it into
 *             failed at once; then all that is active into `stalled`
 *
 * Not used here, and its commands not issued but where a script asks whether it is: priorities,
 * delays, back-off, parents, rate limits, deduplication, metrics. A worker waits in BZPOPMIN marker
 * for up to 10 s; here the cycle is that wait.
 *
 * Promises: at least once under every fault, but for a job that stalls twice: it is dead, as
 * declared. No lost update: each mark is a job of its own, and the truth is read after it is out of
 * wait. (A jobId of one's own would make marks idempotent, and lose those that arrive while the job
 * is in work.) Nobody acknowledges what another holds.
 *
 * Breaks: a job whose worker is paused for longer than its lock is given to another, after up to
 * two checks, and overlaps. Two crashes at one job give it up. Two marks are two refreshes.
 *
 * Source: bullmq 5.81.5 as npm has it, its scripts and its worker. Per mark, per job that is
 * completed, retried, failed for good or given up, per extension and per stalled check (nothing
 * active, one marked, one requeued, one given up), 5.81.5 itself (under node 20, on Redis 7.0.15)
 * issues the commands that these scripts do, and as many of each; so does 6.7.0, but for what
 * stalls, where it was not asked. A test lists them. */
#include "strategies/bullmq.h"

#include "strategies/failing.h"
#include "strategies/hands.h"
#include "strategies/promises.h"

enum { MARK_CHUNK = 500, SERVER_BYTES = 290, JOB_TEXT_MAX = 160 };

static bool bullmq_open(struct seat *seat)
{
    static const char *const names[BULLMQ_KEYS] = {
        [BULLMQ_WAIT] = "bull:outdated:wait",
        [BULLMQ_ACTIVE] = "bull:outdated:active",
        [BULLMQ_PRIORITIZED] = "bull:outdated:prioritized",
        [BULLMQ_EVENTS] = "bull:outdated:events",
        [BULLMQ_DELAYED] = "bull:outdated:delayed",
        [BULLMQ_META] = "bull:outdated:meta",
        [BULLMQ_PC] = "bull:outdated:pc",
        [BULLMQ_MARKER] = "bull:outdated:marker",
        [BULLMQ_STALLED] = "bull:outdated:stalled",
        [BULLMQ_FAILED] = "bull:outdated:failed",
        [BULLMQ_ID] = "bull:outdated:id",
        [BULLMQ_STALLED_CHECK] = "bull:outdated:stalled-check",
    };
    struct bullmq *queue = seat->state;
    bool good = key_write(queue->prefix, seat, "bull:outdated:");
    for (size_t i = 0; good && i < BULLMQ_KEYS; i++)
        good = key_write(queue->keys[i], seat, names[i]);
    queue->token_number = token_new(seat);
    token_write(queue->token, queue->token_number);
    return good;
}

void bullmq_begin(struct seat *seat, const struct wire_script *script, const enum bullmq_key *keys,
                  size_t n)
{
    const struct bullmq *queue = seat->state;
    wire_eval_begin(seat->wire, script, (int)n);
    for (size_t i = 0; i < n; i++)
        wire_text(seat->wire, queue->keys[keys[i]]);
    wire_text(seat->wire, queue->prefix);
}

/* ---- marks */

static enum outcome mark_chunk(struct seat *seat, const uint64_t *ids, size_t n)
{
    static const enum bullmq_key keys[] = {BULLMQ_WAIT, BULLMQ_META, BULLMQ_ID, BULLMQ_EVENTS,
                                           BULLMQ_MARKER};
    struct wire_reply replies[MARK_CHUNK] = {0};
    char data[JOB_TEXT_MAX], options[JOB_TEXT_MAX];
    snprintf(options, sizeof options, "{\"attempts\":%lld,\"removeOnComplete\":true}",
             (long long)seat->values[BULLMQ_ATTEMPTS]);
    for (size_t i = 0; i < n; i++) {
        bullmq_begin(seat, &bullmq_add, keys, sizeof keys / sizeof keys[0]);
        wire_text(seat->wire, "refresh");
        snprintf(data, sizeof data, "{\"id\":%llu,\"vendor\":\"%s\"}", (unsigned long long)ids[i],
                 seat->vendor);
        wire_text(seat->wire, data);
        wire_text(seat->wire, options);
        wire_int(seat->wire, (int64_t)seat_unix_ms(seat));
        wire_end(seat->wire, &replies[i]);
    }
    return wire_eval_flush(seat->wire, &bullmq_add, replies, n);
}

static enum outcome bullmq_mark(struct seat *seat, const uint64_t *ids, size_t n)
{
    enum outcome outcome = OUTCOME_OK;
    for (size_t at = 0; at < n && outcome == OUTCOME_OK; at += MARK_CHUNK)
        outcome = mark_chunk(seat, ids + at, n - at < MARK_CHUNK ? n - at : MARK_CHUNK);
    return outcome;
}

/* ---- the round */

static void begin_on_active(struct seat *seat, const struct wire_script *script)
{
    static const enum bullmq_key keys[] = {
        BULLMQ_WAIT, BULLMQ_ACTIVE, BULLMQ_PRIORITIZED, BULLMQ_EVENTS,  BULLMQ_DELAYED,
        BULLMQ_META, BULLMQ_PC,     BULLMQ_MARKER,      BULLMQ_STALLED, BULLMQ_FAILED};
    const struct bullmq *queue = seat->state;
    bool takes = script == &bullmq_take;
    bullmq_begin(seat, script, keys, sizeof keys / sizeof keys[0] - (takes ? 2 : 0));
    wire_int(seat->wire, (int64_t)seat_unix_ms(seat));
    wire_text(seat->wire, queue->token);
    wire_int(seat->wire, seat->values[BULLMQ_LOCK]);
}

/* Ends a script that may bring the next job, or refuse to end one that is another's by now. */
static enum outcome end_with_job(struct seat *seat, const struct wire_script *script,
                                 struct bullmq_job *job, bool *refused)
{
    const struct bullmq *queue = seat->state;
    struct wire_reply reply = {.visit = bullmq_job_visit, .context = job};
    *job = (struct bullmq_job){0};
    enum outcome outcome = wire_eval_end(seat->wire, script, &reply);
    *refused = outcome == OUTCOME_OK && reply.type == WIRE_INTEGER && reply.integer < 0;
    if (*refused)
        seat_event(seat, EVENT_UNOWNED, 1);
    if (outcome != OUTCOME_OK || job->number == 0)
        return outcome;
    hand_take(seat->shared, seat, job->number, queue->token_number);
    seat_event(seat, EVENT_CLAIMED, 1);
    return outcome;
}

static enum outcome take(struct seat *seat, struct bullmq_job *job)
{
    bool refused;
    begin_on_active(seat, &bullmq_take);
    return end_with_job(seat, &bullmq_take, job, &refused);
}

/* With a script of moveToFinished; the next job comes into `job`. */
static enum outcome finish(struct seat *seat, const struct wire_script *script,
                           struct bullmq_job *job, bool *refused)
{
    begin_on_active(seat, script);
    wire_int(seat->wire, (int64_t)job->number);
    wire_text(seat->wire, seat_stopping(seat) ? "0" : "1");
    wire_text(seat->wire, "refresh failed");
    hand_drop(seat->shared, seat);
    return end_with_job(seat, script, job, refused);
}

static enum outcome retry(struct seat *seat, const struct bullmq_job *job, const char *push)
{
    begin_on_active(seat, &bullmq_retry);
    wire_int(seat->wire, (int64_t)job->number);
    wire_text(seat->wire, push);
    wire_text(seat->wire, "refresh failed");
    hand_drop(seat->shared, seat);
    return wire_eval_end(seat->wire, &bullmq_retry, NULL);
}

static bool is_last_attempt(const struct seat *seat, const struct bullmq_job *job)
{
    return job->attempts + 1 >= (uint64_t)seat->values[BULLMQ_ATTEMPTS];
}

static enum outcome give_up(struct seat *seat, struct bullmq_job *job)
{
    bool refused;
    const struct wire_script *script = is_last_attempt(seat, job) ? &bullmq_fail : &bullmq_give_up;
    enum outcome outcome = finish(seat, script, job, &refused);
    if (outcome == OUTCOME_OK && !refused)
        seat_event(seat, EVENT_DEAD, 1);
    return outcome;
}

static enum outcome fail(struct seat *seat, struct bullmq_job *job, struct failing *failing)
{
    uint64_t item = job->item;
    if (is_last_attempt(seat, job))
        return give_up(seat, job);
    enum outcome outcome = retry(seat, job, "LPUSH");
    if (outcome != OUTCOME_OK)
        return outcome;
    return failing_again(failing, item) ? OUTCOME_STOP : take(seat, job);
}

/* Works on the job, and leaves the next one in its place. */
static enum outcome work_on(struct seat *seat, struct bullmq_job *job, struct failing *failing)
{
    bool refused;
    if (job->is_given_up)
        return give_up(seat, job);
    enum refresh refresh = seat_refresh(seat, job->item);
    if (refresh == REFRESH_FAILED)
        return fail(seat, job, failing);
    if (refresh != REFRESH_STOP)
        return finish(seat, &bullmq_complete, job, &refused);
    enum outcome outcome = retry(seat, job, "RPUSH");
    return outcome == OUTCOME_OK ? OUTCOME_STOP : outcome;
}

/* A job whose acknowledge was refused has been given to another: then the next one is asked for
 * anew, which the end of the queue costs once too. */
static enum outcome bullmq_cycle(struct seat *seat)
{
    struct failing failing = {0};
    struct bullmq_job job;
    enum outcome outcome;
    do {
        outcome = take(seat, &job);
        if (outcome != OUTCOME_OK || job.number == 0)
            return outcome;
        while (outcome == OUTCOME_OK && job.number > 0)
            outcome = work_on(seat, &job, &failing);
    } while (outcome == OUTCOME_OK && !seat_stopping(seat));
    return outcome;
}

/* ---- the table */

static struct needs bullmq_needs(const struct seat *seat)
{
    int64_t lock = seat->values[BULLMQ_LOCK], interval = seat->values[BULLMQ_STALLED_INTERVAL];
    return (struct needs){
        .round_trips_per_item = 1,
        .items_per_instance = 1.0 / seat->instances,
        .server_bytes_per_item = SERVER_BYTES,
        .server_ttl_ms = (uint64_t)(lock < interval ? lock : interval),
    };
}

static const struct parameter parameters[] = {
    [BULLMQ_LOCK] = {.name = "lock",
                     .type = PARAMETER_DURATION,
                     .fallback = "30s",
                     .min = 100,
                     .max = 24 * 3600 * 1000,
                     .lease = true,
                     .help =
                         "time to live of a job's lock, extended each half of it (as published)"},
    [BULLMQ_STALLED_INTERVAL] = PARAMETER_LEASE("stalled_interval", "30s",
                                                "time between two stalled checks (as published)"),
    [BULLMQ_STALLS] = {.name = "max_stalled",
                       .type = PARAMETER_INTEGER,
                       .fallback = "1",
                       .max = 1000,
                       .help =
                           "how often a job may stall; once more, and it is failed (as published)"},
    [BULLMQ_ATTEMPTS] = {.name = "attempts",
                         .type = PARAMETER_INTEGER,
                         .fallback = "20",
                         .min = 1,
                         .max = 1000000,
                         .help = "of each job, before it is failed (ours; published: 1)"},
    {0},
};

static const struct contender contenders[] = {
    {"bullmq", "BullMQ 5.81.5, command by command", ""},
    {0},
};

static const struct wire_script *const scripts[] = {
    &bullmq_add,   &bullmq_take,   &bullmq_complete,      &bullmq_fail, &bullmq_give_up,
    &bullmq_retry, &bullmq_extend, &bullmq_check_stalled, NULL};

const struct strategy strategy_bullmq = {
    .name = "bullmq",
    .summary = "a hash and a lock for each job, kept by scripts; what stalls is taken back",
    .promises = PROMISES_AT_LEAST_ONCE | PROMISE_NO_LOST_UPDATE | PROMISE_OWNER_CHECKED,
    .parameters = parameters,
    .contenders = contenders,
    .scripts = scripts,
    .state_size = sizeof(struct bullmq),
    .shared_size = sizeof(struct hands),
    .open = bullmq_open,
    .mark = bullmq_mark,
    .cycle = bullmq_cycle,
    .upkeep = bullmq_upkeep,
    .upkeep_ms = bullmq_upkeep_ms,
    .census = bullmq_census,
    .needs = bullmq_needs,
};
