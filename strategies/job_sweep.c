/* What waits out its back-off, and what is overdue. */
#include "strategies/job_queue.h"
#include "strategies/texts.h"

#include <string.h>

enum { DUE_CHUNK = 100 };

/* KEYS: delayed, ready; ARGV: time, how many. */
static void due_inner(struct wire *wire, const struct wire_reply *reply)
{
    uint64_t jobs = (uint64_t)reply->integer;
    wire_inner(wire, "ZRANGEBYSCORE", 1);
    wire_inner(wire, "ZREM", jobs);
    wire_inner(wire, "LPUSH", jobs);
}

const struct wire_script job_due_script = {
    .name = "due",
    .body = "local jobs = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1],\n"
            "                        'LIMIT', 0, ARGV[2])\n"
            "for _, job in ipairs(jobs) do\n"
            "  redis.call('ZREM', KEYS[1], job)\n"
            "  redis.call('LPUSH', KEYS[2], job)\n"
            "end\n"
            "return #jobs\n",
    .inner = due_inner,
};

/* KEYS: processing, ready; ARGV: the message, and as which it goes back. */
static void take_back_inner(struct wire *wire, const struct wire_reply *reply)
{
    wire_inner(wire, "SREM", 1);
    wire_inner(wire, "LPUSH", reply->integer > 0);
}

const struct wire_script job_take_back_script = {
    .name = "take-back",
    .body = "local there = redis.call('SREM', KEYS[1], ARGV[1])\n"
            "if there > 0 then redis.call('LPUSH', KEYS[2], ARGV[2]) end\n"
            "return there\n",
    .inner = take_back_inner,
};

static void take_back_list_inner(struct wire *wire, const struct wire_reply *reply)
{
    wire_inner(wire, "LREM", 1);
    wire_inner(wire, "LPUSH", reply->integer > 0);
}

const struct wire_script job_take_back_list_script = {
    .name = "take-back-list",
    .body = "local there = redis.call('LREM', KEYS[1], 1, ARGV[1])\n"
            "if there > 0 then redis.call('LPUSH', KEYS[2], ARGV[2]) end\n"
            "return there\n",
    .inner = take_back_list_inner,
};

static enum outcome move_due(struct seat *seat)
{
    const struct job_queue *queue = seat->state;
    struct wire_reply reply;
    enum outcome outcome;
    do {
        reply = (struct wire_reply){0};
        wire_eval_begin(seat->wire, &job_due_script, 2);
        wire_text(seat->wire, queue->delayed);
        wire_text(seat->wire, queue->ready);
        wire_int(seat->wire, (int64_t)seat_unix_ms(seat));
        wire_int(seat->wire, DUE_CHUNK);
        outcome = wire_eval_end(seat->wire, &job_due_script, &reply);
    } while (outcome == OUTCOME_OK && reply.integer == DUE_CHUNK);
    return outcome;
}

static enum outcome take_back(struct seat *seat, const char *text, const struct job *job)
{
    const struct job_queue *queue = seat->state;
    const struct wire_script *script = seat->values[JOB_TAKE] == JOB_TAKE_LMOVE
                                           ? &job_take_back_list_script
                                           : &job_take_back_script;
    struct wire_reply reply = {0};
    struct job again = *job;
    again.scheduled_ms = seat_unix_ms(seat);
    wire_eval_begin(seat->wire, script, 2);
    wire_text(seat->wire, queue->processing);
    wire_text(seat->wire, queue->ready);
    wire_text(seat->wire, text);
    job_build_message(seat, &again);
    enum outcome outcome = wire_eval_end(seat->wire, script, &reply);
    if (outcome == OUTCOME_OK && reply.integer > 0)
        seat_event(seat, EVENT_RECOVERED, 1);
    return outcome;
}

static enum outcome take_back_overdue(struct seat *seat)
{
    struct texts all = {0};
    enum outcome outcome = job_read_processing(seat, texts_visit, &all);
    for (size_t i = 0; outcome == OUTCOME_OK && i < all.n; i++) {
        const char *text = texts_at(&all, i);
        struct job job;
        if (job_read(text, strlen(text), &job) && job_is_overdue(seat, job.scheduled_ms))
            outcome = take_back(seat, text, &job);
    }
    if (outcome == OUTCOME_OK && all.incomplete)
        outcome = wire_fail(seat->wire, "out of memory for the jobs in processing");
    texts_close(&all);
    return outcome;
}

enum outcome job_sweep(struct seat *seat)
{
    enum outcome outcome = move_due(seat);
    int64_t who = seat->values[JOB_TAKE_BACK];
    bool mine = who == JOB_TAKE_BACK_EVERY || (who == JOB_TAKE_BACK_FIRST && seat->instance == 0);
    return outcome == OUTCOME_OK && mine ? take_back_overdue(seat) : outcome;
}
