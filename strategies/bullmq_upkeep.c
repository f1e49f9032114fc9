/* What of strategy `bullmq` goes on beside the work: locks are extended, and what has stalled is
 * taken back. */
#include "strategies/bullmq.h"

#include "strategies/hands.h"

enum { RENEWALS_PER_LOCK = 2 };

static enum outcome extend(struct seat *seat)
{
    static const enum bullmq_key keys[] = {BULLMQ_STALLED};
    uint64_t number, token;
    bool any = false;
    for (uint32_t worker = 0; worker < seat->workers; worker++) {
        char text[TOKEN_TEXT_MAX];
        if (!hand_look(seat->shared, worker, &number, &token))
            continue;
        if (!any) {
            bullmq_begin(seat, &bullmq_extend, keys, 1);
            wire_int(seat->wire, seat->values[BULLMQ_LOCK]);
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
    static const enum bullmq_key keys[] = {BULLMQ_WAIT,  BULLMQ_ACTIVE,  BULLMQ_EVENTS,
                                           BULLMQ_META,  BULLMQ_STALLED, BULLMQ_STALLED_CHECK,
                                           BULLMQ_MARKER};
    struct bullmq_stalled stalled = {0};
    struct wire_reply reply = {.visit = bullmq_stalled_visit, .context = &stalled};
    bullmq_begin(seat, &bullmq_check_stalled, keys, sizeof keys / sizeof keys[0]);
    wire_int(seat->wire, (int64_t)seat_unix_ms(seat));
    wire_int(seat->wire, seat->values[BULLMQ_STALLED_INTERVAL]);
    wire_int(seat->wire, seat->values[BULLMQ_STALLS]);
    enum outcome outcome = wire_eval_end(seat->wire, &bullmq_check_stalled, &reply);
    if (stalled.figures[STALLED_REQUEUED] > 0)
        seat_event(seat, EVENT_RECOVERED, stalled.figures[STALLED_REQUEUED]);
    return outcome;
}

enum outcome bullmq_upkeep(struct seat *seat)
{
    struct bullmq *queue = seat->state;
    uint64_t now_ms = seat_unix_ms(seat);
    enum outcome outcome = extend(seat);
    bool due = now_ms - queue->checked_ms >= (uint64_t)seat->values[BULLMQ_STALLED_INTERVAL];
    if (outcome != OUTCOME_OK || !due)
        return outcome;
    queue->checked_ms = now_ms;
    return check_stalled(seat);
}

uint64_t bullmq_upkeep_ms(const struct seat *seat)
{
    return (uint64_t)seat->values[BULLMQ_LOCK] / RENEWALS_PER_LOCK;
}
