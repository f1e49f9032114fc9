#include "sim/judge/attempts.h"

#include "sim/world/board.h"

#include <stdlib.h>

/* One seat's ring as it is walked. */
struct walk {
    struct attempts *attempts;
    const struct deaths *deaths;
    uint32_t seat;
    uint32_t open;           /* index of the attempt in hand + 1, or 0 */
    uint32_t unacknowledged; /* the first attempt that waits for its acknowledgement */
    uint32_t answered;       /* the first one of those that the last reply acknowledged */
    uint64_t last_ns;        /* of the last record */
};

static void begin(struct walk *walk, const struct journal_record *record)
{
    struct attempts *attempts = walk->attempts;
    walk->answered = walk->unacknowledged; /* a refusal comes right behind the reply */
    attempts->all[attempts->count++] = (struct attempt){
        .item = record->item,
        .seat = walk->seat,
        .life = record->life,
        .order = record->order,
        .token = record->token,
        .claim_asked_ns = record->asked_ns,
        .claim_told_ns = record->row,
        .begin_ns = record->t_ns,
    };
    walk->open = attempts->count;
}

static void end(struct walk *walk, const struct journal_record *record, enum attempt_end how)
{
    if (walk->open == 0)
        return;
    struct attempt *attempt = &walk->attempts->all[walk->open - 1];
    attempt->end = how;
    attempt->end_ns = attempt->end_most_ns = record->t_ns;
    walk->open = 0;
    if (how != ATTEMPT_DONE)
        return;
    attempt->order_written = record->order;
    attempt->row = record->row;
    attempt->read = record->read;
    attempt->version = record->version;
    attempt->useful = (record->flags & JOURNAL_USEFUL) != 0;
}

static void answer(struct walk *walk, const struct journal_record *record)
{
    walk->answered = walk->unacknowledged;
    for (uint32_t i = walk->unacknowledged; i < walk->attempts->count; i++) {
        walk->attempts->all[i].asked_ns = record->row;
        walk->attempts->all[i].answered_ns = record->t_ns;
    }
    walk->unacknowledged = walk->attempts->count;
}

/* Whether it was acknowledged is not known; what is answered later is about something else. */
static void doubt(struct walk *walk, uint64_t until_ns)
{
    walk->attempts->unanswered += walk->attempts->count - walk->unacknowledged;
    for (uint32_t i = walk->unacknowledged; i < walk->attempts->count; i++)
        walk->attempts->all[i].doubted_ns = until_ns;
    walk->unacknowledged = walk->answered = walk->attempts->count;
}

static void refuse(struct walk *walk, uint32_t n)
{
    walk->attempts->unowned += n;
    for (uint32_t i = walk->answered; i < walk->unacknowledged; i++)
        walk->attempts->all[i].refused = true;
}

/* The seat has a new life, or no more: what was in hand has ended by a kill. */
static void end_life(struct walk *walk, uint32_t life)
{
    struct attempts *attempts = walk->attempts;
    const struct death *death = deaths_find(walk->deaths, walk->seat, life);
    if (death != NULL && step_phase(death->step) == STEP_ACKING)
        doubt(walk, death->reaped_ns);
    walk->unacknowledged = walk->answered = attempts->count;
    if (walk->open == 0)
        return;
    struct attempt *attempt = &attempts->all[walk->open - 1];
    walk->open = 0;
    if (death == NULL) {
        attempts->open++;
        attempt->end_ns = attempt->end_most_ns = walk->last_ns;
        return;
    }
    enum step_phase phase = step_phase(death->step);
    attempt->end = phase == STEP_BEGUN ? ATTEMPT_KILLED : ATTEMPT_DOUBTED;
    attempt->end_ns = death->sent_ns > attempt->begin_ns ? death->sent_ns : attempt->begin_ns;
    attempt->end_most_ns = death->reaped_ns;
}

static void step(struct walk *walk, const struct journal_record *record)
{
    switch ((enum journal_kind)record->kind) {
    case JOURNAL_BEGIN:
        begin(walk, record);
        break;
    case JOURNAL_DONE:
        end(walk, record, ATTEMPT_DONE);
        walk->attempts->done++;
        break;
    case JOURNAL_FAILED:
    case JOURNAL_FENCED:
        end(walk, record, record->kind == JOURNAL_FAILED ? ATTEMPT_FAILED : ATTEMPT_FENCED);
        walk->attempts->failed++;
        break;
    case JOURNAL_ANSWERED:
        answer(walk, record);
        break;
    case JOURNAL_UNANSWERED:
        doubt(walk, record->t_ns);
        break;
    case JOURNAL_UNOWNED:
        refuse(walk, record->item);
        break;
    case JOURNAL_MARK:
        break;
    }
}

static void walk_seat(struct attempts *attempts, const struct journal *journal,
                      const struct deaths *deaths, uint32_t seat)
{
    uint32_t count, life = 0;
    const struct journal_record *records = journal_of(journal, seat, &count);
    struct walk walk = {.attempts = attempts, .deaths = deaths, .seat = seat};
    walk.unacknowledged = walk.answered = attempts->count;
    for (uint32_t i = 0; i < count; i++) {
        if (records[i].life != life)
            end_life(&walk, life);
        life = records[i].life;
        step(&walk, &records[i]);
        walk.last_ns = records[i].t_ns;
    }
    end_life(&walk, life);
}

static uint32_t count_begins(const struct journal *journal)
{
    uint32_t begins = 0;
    for (uint32_t seat = 0; seat < journal->seats; seat++) {
        uint32_t count;
        const struct journal_record *records = journal_of(journal, seat, &count);
        for (uint32_t i = 0; i < count; i++)
            begins += records[i].kind == JOURNAL_BEGIN;
    }
    return begins;
}

static int compare(const void *first, const void *second)
{
    const struct attempt *a = first, *b = second;
    if (a->item != b->item)
        return a->item < b->item ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

bool attempts_read(struct attempts *attempts, const struct journal *journal,
                   const struct deaths *deaths)
{
    *attempts = (struct attempts){0};
    attempts->all = calloc((size_t)count_begins(journal) + 1, sizeof *attempts->all);
    if (attempts->all == NULL)
        return false;
    for (uint32_t seat = 0; seat < journal->seats; seat++)
        walk_seat(attempts, journal, deaths, seat);
    qsort(attempts->all, attempts->count, sizeof *attempts->all, compare);
    return true;
}

void attempts_close(struct attempts *attempts)
{
    free(attempts->all);
    *attempts = (struct attempts){0};
}
