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
 * completed, retried or failed for good, 5.81.5 itself (under node 20, on Redis 7.0.15) issues the
 * commands that these scripts do, and as many of each; so does 6.7.0. The stalled check was read,
 * not counted. A test lists them. */
#include "strategies/bullmq.h"

#include "strategies/batch.h"
#include "strategies/failing.h"
#include "strategies/hands.h"
#include "strategies/item.h"
#include "strategies/key.h"
#include "strategies/listing.h"
#include "strategies/promises.h"
#include "strategies/token.h"

#include <stdlib.h>
#include <string.h>

enum { LOCK, STALLED_INTERVAL, STALLS, ATTEMPTS };
enum { MARK_CHUNK = 500, CENSUS_CHUNK = 500, SERVER_BYTES = 290, JOB_TEXT_MAX = 160 };
enum { RENEWALS_PER_LOCK = 2 };

enum key {
    WAIT,
    ACTIVE,
    PRIORITIZED,
    EVENTS,
    DELAYED,
    META,
    PC,
    MARKER,
    STALLED,
    FAILED,
    ID,
    STALLED_CHECK,
    KEYS
};

struct bullmq {
    char prefix[KEY_MAX];
    char keys[KEYS][KEY_MAX];
    char token[TOKEN_TEXT_MAX]; /* of this worker */
    uint64_t token_number, checked_ms;
};

static bool bullmq_open(struct seat *seat)
{
    static const char *const names[KEYS] = {
        [WAIT] = "bull:outdated:wait",
        [ACTIVE] = "bull:outdated:active",
        [PRIORITIZED] = "bull:outdated:prioritized",
        [EVENTS] = "bull:outdated:events",
        [DELAYED] = "bull:outdated:delayed",
        [META] = "bull:outdated:meta",
        [PC] = "bull:outdated:pc",
        [MARKER] = "bull:outdated:marker",
        [STALLED] = "bull:outdated:stalled",
        [FAILED] = "bull:outdated:failed",
        [ID] = "bull:outdated:id",
        [STALLED_CHECK] = "bull:outdated:stalled-check",
    };
    struct bullmq *queue = seat->state;
    bool good = key_write(queue->prefix, seat, "bull:outdated:");
    for (size_t i = 0; good && i < KEYS; i++)
        good = key_write(queue->keys[i], seat, names[i]);
    queue->token_number = token_new(seat);
    token_write(queue->token, queue->token_number);
    return good;
}

static void begin(struct seat *seat, const struct wire_script *script, const enum key *keys,
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
    static const enum key keys[] = {WAIT, META, ID, EVENTS, MARKER};
    struct wire_reply replies[MARK_CHUNK] = {0};
    char data[JOB_TEXT_MAX], options[JOB_TEXT_MAX];
    snprintf(options, sizeof options, "{\"attempts\":%lld,\"removeOnComplete\":true}",
             (long long)seat->values[ATTEMPTS]);
    for (size_t i = 0; i < n; i++) {
        begin(seat, &bullmq_add, keys, sizeof keys / sizeof keys[0]);
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
    static const enum key keys[] = {WAIT, ACTIVE, PRIORITIZED, EVENTS,  DELAYED,
                                    META, PC,     MARKER,      STALLED, FAILED};
    const struct bullmq *queue = seat->state;
    bool takes = script == &bullmq_take;
    begin(seat, script, keys, sizeof keys / sizeof keys[0] - (takes ? 2 : 0));
    wire_int(seat->wire, (int64_t)seat_unix_ms(seat));
    wire_text(seat->wire, queue->token);
    wire_int(seat->wire, seat->values[LOCK]);
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

/* With script bullmq_complete or bullmq_fail; the next job comes into `job`. */
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

static enum outcome give_up(struct seat *seat, struct bullmq_job *job)
{
    bool refused;
    enum outcome outcome = finish(seat, &bullmq_fail, job, &refused);
    if (outcome == OUTCOME_OK && !refused)
        seat_event(seat, EVENT_DEAD, 1);
    return outcome;
}

static enum outcome fail(struct seat *seat, struct bullmq_job *job, struct failing *failing)
{
    uint64_t item = job->item;
    if (job->attempts + 1 >= (uint64_t)seat->values[ATTEMPTS])
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

/* ---- upkeep */

static enum outcome extend(struct seat *seat)
{
    static const enum key keys[] = {STALLED};
    uint64_t number, token;
    bool any = false;
    for (uint32_t worker = 0; worker < seat->workers; worker++) {
        char text[TOKEN_TEXT_MAX];
        if (!hand_look(seat->shared, worker, &number, &token))
            continue;
        if (!any) {
            begin(seat, &bullmq_extend, keys, 1);
            wire_int(seat->wire, seat->values[LOCK]);
        }
        any = true;
        token_write(text, token);
        wire_int(seat->wire, (int64_t)number);
        wire_text(seat->wire, text);
    }
    return any ? wire_eval_end(seat->wire, &bullmq_extend, NULL) : OUTCOME_OK;
}

static enum outcome check_stalled(struct seat *seat)
{
    static const enum key keys[] = {WAIT, ACTIVE, EVENTS, META, STALLED, STALLED_CHECK, MARKER};
    struct bullmq_stalled stalled = {0};
    struct wire_reply reply = {.visit = bullmq_stalled_visit, .context = &stalled};
    begin(seat, &bullmq_check_stalled, keys, sizeof keys / sizeof keys[0]);
    wire_int(seat->wire, (int64_t)seat_unix_ms(seat));
    wire_int(seat->wire, seat->values[STALLED_INTERVAL]);
    wire_int(seat->wire, seat->values[STALLS]);
    enum outcome outcome = wire_eval_end(seat->wire, &bullmq_check_stalled, &reply);
    if (stalled.figures[STALLED_REQUEUED] > 0)
        seat_event(seat, EVENT_RECOVERED, stalled.figures[STALLED_REQUEUED]);
    return outcome;
}

static enum outcome bullmq_upkeep(struct seat *seat)
{
    struct bullmq *queue = seat->state;
    uint64_t now_ms = seat_unix_ms(seat);
    enum outcome outcome = extend(seat);
    bool due = now_ms - queue->checked_ms >= (uint64_t)seat->values[STALLED_INTERVAL];
    if (outcome != OUTCOME_OK || !due)
        return outcome;
    queue->checked_ms = now_ms;
    return check_stalled(seat);
}

static uint64_t bullmq_upkeep_ms(const struct seat *seat)
{
    return (uint64_t)seat->values[LOCK] / RENEWALS_PER_LOCK;
}

/* ---- census */

struct report {
    struct census *census;
    enum place place;
    uint64_t now_ms, wait_ms; /* from the end of a lock until two checks have been made */
    uint64_t lock_ms;
};

/* What is known of one job: its data, when it was last taken, and how long its lock still lives. */
struct known {
    struct bullmq_job job;
    uint64_t taken_ms;
};

static void known_visit(void *context, const struct wire_element *element)
{
    struct known *known = context;
    static const char data[] = "{\"id\":";
    if (element->type != WIRE_TEXT)
        return;
    if (element->index == 0 && element->len > strlen(data))
        known->job.item = strtoull(element->text + strlen(data), NULL, 10);
    else if (element->index == 1)
        item_read(element->text, element->len, &known->taken_ms);
}

/* A lock that is gone was there for its time since the job was taken, or longer if it was extended:
 * of a job of that length the deadline is told too early. */
static void report_job(const struct report *report, const struct known *known, int64_t ttl_ms)
{
    uint64_t deadline_ms = 0;
    if (report->place == PLACE_CLAIMED)
        deadline_ms =
            (ttl_ms > 0 ? report->now_ms + (uint64_t)ttl_ms : known->taken_ms + report->lock_ms) +
            report->wait_ms;
    report->census->found(report->census, known->job.item, report->place, deadline_ms);
}

static enum outcome report_chunk(struct seat *seat, const uint64_t *numbers, size_t n,
                                 const struct report *report)
{
    const struct bullmq *queue = seat->state;
    struct known known[CENSUS_CHUNK] = {0};
    struct wire_reply hashes[CENSUS_CHUNK], locks[CENSUS_CHUNK] = {0};
    for (size_t i = 0; i < n; i++) {
        char key[KEY_MAX + 32];
        snprintf(key, sizeof key, "%s%llu", queue->prefix, (unsigned long long)numbers[i]);
        hashes[i] = (struct wire_reply){.visit = known_visit, .context = &known[i]};
        wire_begin(seat->wire, "HMGET");
        wire_text(seat->wire, key);
        wire_text(seat->wire, "data");
        wire_text(seat->wire, "processedOn");
        wire_end(seat->wire, &hashes[i]);
        snprintf(key, sizeof key, "%s%llu:lock", queue->prefix, (unsigned long long)numbers[i]);
        wire_begin(seat->wire, "PTTL");
        wire_text(seat->wire, key);
        wire_end(seat->wire, &locks[i]);
    }
    enum outcome outcome = wire_flush(seat->wire);
    for (size_t i = 0; outcome == OUTCOME_OK && i < n; i++)
        report_job(report, &known[i], locks[i].integer);
    return outcome;
}

static enum outcome report_jobs(struct seat *seat, const struct batch *numbers,
                                const struct report *report)
{
    enum outcome outcome = OUTCOME_OK;
    if (numbers->incomplete)
        return wire_fail(seat->wire, "out of memory for jobs");
    for (size_t at = 0; outcome == OUTCOME_OK && at < numbers->n; at += CENSUS_CHUNK) {
        size_t n = numbers->n - at < CENSUS_CHUNK ? numbers->n - at : CENSUS_CHUNK;
        outcome = report_chunk(seat, numbers->ids + at, n, report);
    }
    return outcome;
}

static enum outcome report_list(struct seat *seat, enum key key, const struct report *report)
{
    const struct bullmq *queue = seat->state;
    struct batch numbers = {0};
    enum outcome outcome =
        listing_walk(seat->wire, queue->keys[key], batch_visit, &numbers); /* job ids are digits */
    if (outcome == OUTCOME_OK)
        outcome = report_jobs(seat, &numbers, report);
    batch_close(&numbers);
    return outcome;
}

static enum outcome report_failed(struct seat *seat, const struct report *report)
{
    const struct bullmq *queue = seat->state;
    struct batch numbers = {0};
    struct wire_reply reply = {.visit = batch_visit, .context = &numbers};
    enum outcome outcome = wire_ask(seat->wire, &reply, "ZRANGE", queue->keys[FAILED], "0", "-1");
    if (outcome == OUTCOME_OK)
        outcome = report_jobs(seat, &numbers, report);
    batch_close(&numbers);
    return outcome;
}

static enum outcome bullmq_census(struct seat *seat, struct census *census)
{
    struct report report = {
        .census = census,
        .place = PLACE_PENDING,
        .now_ms = seat_unix_ms(seat),
        .wait_ms = 2 * ((uint64_t)seat->values[STALLED_INTERVAL] + bullmq_upkeep_ms(seat)),
        .lock_ms = (uint64_t)seat->values[LOCK],
    };
    enum outcome outcome = report_list(seat, WAIT, &report);
    report.place = PLACE_CLAIMED;
    if (outcome == OUTCOME_OK)
        outcome = report_list(seat, ACTIVE, &report);
    report.place = PLACE_DEAD;
    return outcome == OUTCOME_OK ? report_failed(seat, &report) : outcome;
}

static struct needs bullmq_needs(const struct seat *seat)
{
    int64_t lock = seat->values[LOCK], interval = seat->values[STALLED_INTERVAL];
    return (struct needs){
        .round_trips_per_item = 1,
        .items_per_instance = 1.0 / seat->instances,
        .server_bytes_per_item = SERVER_BYTES,
        .server_ttl_ms = (uint64_t)(lock < interval ? lock : interval),
    };
}

static const struct parameter parameters[] = {
    [LOCK] = {.name = "lock",
              .type = PARAMETER_DURATION,
              .fallback = "30s",
              .min = 100,
              .max = 24 * 3600 * 1000,
              .lease = true,
              .help = "time to live of a job's lock, extended each half of it (as published)"},
    [STALLED_INTERVAL] = {.name = "stalled_interval",
                          .type = PARAMETER_DURATION,
                          .fallback = "30s",
                          .min = 100,
                          .max = 24 * 3600 * 1000,
                          .lease = true,
                          .help = "time between two stalled checks (as published)"},
    [STALLS] = {.name = "max_stalled",
                .type = PARAMETER_INTEGER,
                .fallback = "1",
                .max = 1000,
                .help = "how often a job may stall; once more, and it is failed (as published)"},
    [ATTEMPTS] = {.name = "attempts",
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
    &bullmq_add,   &bullmq_take,   &bullmq_complete,      &bullmq_fail,
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
