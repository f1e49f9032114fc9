/* How jobs get from ready into an instance. */
#include "strategies/job_queue.h"
#include "strategies/texts.h"

#include <string.h>

/* KEYS: ready, processing; ARGV: how many, time. */
static void take_inner(struct wire *wire, const struct wire_reply *reply)
{
    wire_inner(wire, "RPOP", 1);
    wire_inner(wire, "SADD", reply->integer > 0);
}

const struct wire_script job_take_script = {
    .name = "take",
    .body = "local jobs = redis.call('RPOP', KEYS[1], ARGV[1])\n"
            "if not jobs then return {} end\n"
            "for i, job in ipairs(jobs) do\n"
            "  jobs[i] = string.gsub(job, '\"scheduled_at\":%d+', '\"scheduled_at\":' .. ARGV[2])\n"
            "end\n"
            "redis.call('SADD', KEYS[2], unpack(jobs))\n"
            "return jobs\n",
    .inner = take_inner,
};

/* Where a reply's messages go: into the instance's memory, at most INTAKE_MAX of them. */
struct intake_visit {
    struct intake *intake;
    uint64_t now_ms;
    uint64_t jobs;
};

static void bring_in(struct intake_visit *visit, const struct job *job)
{
    const struct intake_entry entry = {
        .words = {job->id, job->retries, job->created_ms, job->scheduled_ms, visit->now_ms}};
    visit->jobs += intake_add(visit->intake, &entry);
}

static void bring_in_message(void *context, const struct wire_element *element)
{
    struct job job;
    if (element->type == WIRE_TEXT && job_read(element->text, element->len, &job))
        bring_in(context, &job);
}

static enum outcome take_by_script(struct seat *seat, struct intake_visit *visit)
{
    const struct job_queue *queue = seat->state;
    struct wire_reply reply = {.visit = bring_in_message, .context = visit};
    wire_eval_begin(seat->wire, &job_take_script, 2);
    wire_text(seat->wire, queue->ready);
    wire_text(seat->wire, queue->processing);
    wire_int(seat->wire, seat->values[JOB_BATCH]);
    wire_int(seat->wire, (int64_t)visit->now_ms);
    return wire_eval_end(seat->wire, &job_take_script, &reply);
}

/* What is popped is nowhere until it is recorded. */
static enum outcome take_by_pop(struct seat *seat, struct intake_visit *visit)
{
    const struct job_queue *queue = seat->state;
    struct texts popped = {0};
    struct wire_reply reply = {.visit = texts_visit, .context = &popped};
    wire_begin(seat->wire, "RPOP");
    wire_text(seat->wire, queue->ready);
    wire_int(seat->wire, seat->values[JOB_BATCH]);
    wire_end(seat->wire, &reply);
    enum outcome outcome = wire_flush(seat->wire);
    if (outcome == OUTCOME_OK && popped.n > 0) {
        wire_begin(seat->wire, "SADD");
        wire_text(seat->wire, queue->processing);
        for (size_t i = 0; i < popped.n; i++) {
            const char *text = texts_at(&popped, i);
            struct job job;
            if (!job_read(text, strlen(text), &job))
                continue;
            job.scheduled_ms = visit->now_ms;
            job_build_message(seat, &job);
            bring_in(visit, &job);
        }
        wire_end(seat->wire, NULL);
        outcome = wire_flush(seat->wire);
    }
    texts_close(&popped);
    return outcome;
}

static enum outcome take_by_move(struct seat *seat, struct intake_visit *visit)
{
    const struct job_queue *queue = seat->state;
    for (int64_t i = 0; i < seat->values[JOB_BATCH]; i++) {
        struct wire_reply reply = {0};
        struct job job;
        enum outcome outcome =
            wire_ask(seat->wire, &reply, "LMOVE", queue->ready, queue->processing, "RIGHT", "LEFT");
        if (outcome != OUTCOME_OK || reply.type == WIRE_NIL)
            return outcome;
        if (job_read(reply.text, reply.len, &job))
            bring_in(visit, &job);
    }
    return OUTCOME_OK;
}

/* *jobs is how many came in: none too if it was not this seat's turn to ask. */
enum outcome job_take(struct seat *seat, uint64_t *jobs)
{
    static enum outcome (*const forms[])(struct seat *, struct intake_visit *) = {
        [JOB_TAKE_SCRIPT] = take_by_script,
        [JOB_TAKE_RPOP_SADD] = take_by_pop,
        [JOB_TAKE_LMOVE] = take_by_move,
    };
    struct container *container = seat->shared;
    struct intake_visit visit = {.intake = &container->intake, .now_ms = seat_unix_ms(seat)};
    *jobs = 0;
    if (!intake_poll(&container->intake, visit.now_ms))
        return OUTCOME_OK;
    enum outcome outcome = forms[seat->values[JOB_TAKE]](seat, &visit);
    intake_polled(&container->intake, 0);
    *jobs = visit.jobs;
    if (visit.jobs > 0)
        seat_event(seat, EVENT_CLAIMED, visit.jobs);
    return outcome;
}

bool job_next(struct seat *seat, struct held *held)
{
    struct container *container = seat->shared;
    struct intake_entry entry;
    if (!intake_take(&container->intake, &entry))
        return false;
    *held = (struct held){
        .job = {entry.words[0], entry.words[1], entry.words[2], entry.words[3]},
        .taken_ms = entry.words[4],
    };
    return true;
}
