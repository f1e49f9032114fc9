/* Where the jobs of strategy `bullmq` are: in wait, active or failed, with their locks. */
#include "strategies/bullmq.h"

#include "strategies/batch.h"
#include "strategies/item.h"
#include "strategies/listing.h"

#include <stdlib.h>
#include <string.h>

enum { CENSUS_CHUNK = 500 };

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

static enum outcome report_list(struct seat *seat, enum bullmq_key key, const struct report *report)
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
    enum outcome outcome =
        wire_ask(seat->wire, &reply, "ZRANGE", queue->keys[BULLMQ_FAILED], "0", "-1");
    if (outcome == OUTCOME_OK)
        outcome = report_jobs(seat, &numbers, report);
    batch_close(&numbers);
    return outcome;
}

enum outcome bullmq_census(struct seat *seat, struct census *census)
{
    struct report report = {
        .census = census,
        .place = PLACE_PENDING,
        .now_ms = seat_unix_ms(seat),
        .wait_ms = 2 * ((uint64_t)seat->values[BULLMQ_STALLED_INTERVAL] + bullmq_upkeep_ms(seat)),
        .lock_ms = (uint64_t)seat->values[BULLMQ_LOCK],
    };
    enum outcome outcome = report_list(seat, BULLMQ_WAIT, &report);
    report.place = PLACE_CLAIMED;
    if (outcome == OUTCOME_OK)
        outcome = report_list(seat, BULLMQ_ACTIVE, &report);
    report.place = PLACE_DEAD;
    return outcome == OUTCOME_OK ? report_failed(seat, &report) : outcome;
}
