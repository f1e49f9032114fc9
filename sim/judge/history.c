#include "sim/judge/history.h"

#include "sim/judge/attempts.h"
#include "sim/judge/availability.h"
#include "sim/judge/overlap.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct history {
    const struct board *board;
    const struct deaths *deaths;
    struct attempts attempts;
    struct edge *edges; /* room for the most that one item needs */
    struct overlap certain, most, awake;
    struct findings *findings;
};

/* Attempts of one item, in the order in which they began. */
struct group {
    const struct attempt *all;
    uint32_t count;
};

/* ---- overlap */

static struct overlap measure(struct history *h, const struct group *group, bool most)
{
    size_t n = 0;
    for (uint32_t i = 0; i < group->count; i++) {
        const struct attempt *a = &group->all[i];
        h->edges[n++] = (struct edge){a->begin_ns, 1};
        h->edges[n++] = (struct edge){most ? a->end_most_ns : a->end_ns, -1};
    }
    return overlap_measure(h->edges, n);
}

static bool is_of(const struct history *h, const struct freeze *freeze, const struct attempt *a)
{
    return h->board->slots[a->seat].process == freeze->process && a->life == freeze->life;
}

/* An attempt without the times in which its process stood still. */
static size_t put_awake(const struct history *h, const struct attempt *a, size_t n)
{
    uint64_t from_ns = a->begin_ns;
    for (uint32_t i = 0; i < h->deaths->freeze_count; i++) {
        const struct freeze *freeze = &h->deaths->freezes[i];
        if (!is_of(h, freeze, a) || freeze->until_ns <= from_ns || freeze->from_ns >= a->end_ns)
            continue;
        if (freeze->from_ns > from_ns) {
            h->edges[n++] = (struct edge){from_ns, 1};
            h->edges[n++] = (struct edge){freeze->from_ns, -1};
        }
        from_ns = freeze->until_ns;
    }
    if (from_ns < a->end_ns) {
        h->edges[n++] = (struct edge){from_ns, 1};
        h->edges[n++] = (struct edge){a->end_ns, -1};
    }
    return n;
}

static struct overlap measure_awake(struct history *h, const struct group *group)
{
    size_t n = 0;
    for (uint32_t i = 0; i < group->count; i++)
        n = put_awake(h, &group->all[i], n);
    return overlap_measure(h->edges, n);
}

static void find_overlaps(struct history *h, const struct group *group)
{
    const struct overlap certain = measure(h, group, false), most = measure(h, group, true);
    const struct overlap awake = measure_awake(h, group);
    overlap_add(&h->certain, &certain);
    overlap_add(&h->most, &most);
    overlap_add(&h->awake, &awake);
}

/* ---- what was done again, and why */

enum excuse { NO_EXCUSE, MAYBE_EXCUSED, EXCUSED };

/* Who did it before died, or lost its connection, before it could say so; or died in the middle of
 * the write, and nobody knows whether it had done it. */
static enum excuse excuse_of(const struct group *group, uint32_t again)
{
    const struct attempt *b = &group->all[again];
    enum excuse excuse = NO_EXCUSE;
    for (uint32_t i = 0; i < group->count; i++) {
        const struct attempt *a = &group->all[i];
        if (i == again || a->answered_ns != 0 || a->end_ns > b->begin_ns)
            continue;
        if (a->end == ATTEMPT_DONE)
            return EXCUSED;
        if (a->end == ATTEMPT_DOUBTED)
            excuse = MAYBE_EXCUSED;
    }
    return excuse;
}

static void find_repeats(struct history *h, const struct group *group)
{
    struct findings *f = h->findings;
    for (uint32_t i = 0; i < group->count; i++) {
        const struct attempt *a = &group->all[i];
        if (a->end == ATTEMPT_DONE && !a->useful) {
            enum excuse excuse = excuse_of(group, i);
            f->unavoidable.certain += excuse == EXCUSED;
            f->unavoidable.most += excuse != NO_EXCUSE;
            f->needless.certain += excuse == NO_EXCUSE;
            f->needless.most += excuse != EXCUSED;
        }
        f->recovered += a->end == ATTEMPT_KILLED && i + 1 < group->count;
    }
}

/* ---- what was overwritten */

static bool is_stale_write(const struct attempt *a)
{
    return a->token != 0 ? (uint32_t)(a->row >> 32) > a->token : a->order_written > a->order;
}

static bool was_acknowledged(const struct attempt *a, uint64_t by_ns)
{
    return a->answered_ns != 0 && !a->refused && a->answered_ns < by_ns;
}

/* There were no marks left for a claim of its own when this one began: it succeeds another one.
 * Where each mark is an entry an item may lawfully be in several hands. */
static bool succeeds(const struct group *group, const struct attempt *b)
{
    uint32_t acknowledged = 0, in_hand = 0;
    for (uint32_t i = 0; i < group->count; i++) {
        const struct attempt *a = &group->all[i];
        bool held =
            a->end_ns > b->begin_ns || a->asked_ns > b->begin_ns || a->doubted_ns > b->begin_ns;
        if (was_acknowledged(a, b->begin_ns))
            acknowledged++;
        else
            in_hand += a == b || (a->begin_ns <= b->begin_ns && held);
    }
    return acknowledged + in_hand > b->version;
}

/* Who has a batch in hand may begin with an item long after its claim went to a successor. */
static bool was_claimed_later(const struct attempt *b, const struct attempt *a)
{
    bool known = a->claim_told_ns != 0 && b->claim_told_ns != 0;
    return !known || b->claim_asked_ns >= a->claim_told_ns;
}

/* Somebody who claimed it later, and began later, had the same version in hand from `from_ns` on
 * until `until_ns`. A newer version is another claim. */
static bool has_successor(const struct group *group, uint32_t index, uint64_t from_ns,
                          uint64_t until_ns)
{
    const struct attempt *a = &group->all[index];
    for (uint32_t i = index + 1; i < group->count; i++) {
        const struct attempt *b = &group->all[i];
        bool same = b->seat != a->seat && b->end == ATTEMPT_DONE && b->version == a->version;
        bool meanwhile = b->begin_ns < from_ns && b->end_ns > until_ns;
        if (same && meanwhile && was_claimed_later(b, a) && succeeds(group, b))
            return true;
    }
    return false;
}

/* All the while it was acknowledged: what was removed was the successor's claim. */
static bool is_blind(const struct group *group, uint32_t index)
{
    const struct attempt *a = &group->all[index];
    return a->answered_ns != 0 && !a->refused &&
           has_successor(group, index, a->asked_ns, a->answered_ns);
}

/* At some time between its end and when the reply was given up: if ever it was acknowledged. */
static bool may_be_blind(const struct group *group, uint32_t index)
{
    const struct attempt *a = &group->all[index];
    return a->doubted_ns != 0 && has_successor(group, index, a->doubted_ns, a->end_ns);
}

static void find_stale(struct history *h, const struct group *group)
{
    struct findings *f = h->findings;
    for (uint32_t i = 0; i < group->count; i++) {
        const struct attempt *a = &group->all[i];
        f->stale_rejected += a->end == ATTEMPT_FENCED;
        if (a->end != ATTEMPT_DONE)
            continue;
        f->lost_updates.certain += (uint32_t)a->row != a->read;
        f->stale_writes.certain += is_stale_write(a);
        f->blind_acknowledges.certain += is_blind(group, i);
        f->blind_acknowledges.most += may_be_blind(group, i);
    }
}

/* ---- recovery */

/* What ended the hand that held an attempt at some time. */
struct blow {
    uint64_t t_ns;
    uint32_t process, life;
};

static bool was_in_hand(const struct history *h, const struct attempt *a, const struct blow *blow)
{
    bool its = h->board->slots[a->seat].process == blow->process && a->life == blow->life;
    bool killed = a->end == ATTEMPT_KILLED || a->end == ATTEMPT_DOUBTED;
    return its && a->begin_ns <= blow->t_ns && (killed || a->end_ns > blow->t_ns);
}

/* The first begin and the first completion by somebody else after the blow. */
static void follow(const struct group *group, uint32_t index, const struct blow *blow,
                   uint64_t *begun_ns, uint64_t *done_ns)
{
    const struct attempt *held = &group->all[index];
    *begun_ns = *done_ns = UINT64_MAX;
    for (uint32_t i = 0; i < group->count; i++) {
        const struct attempt *b = &group->all[i];
        bool other = b->seat != held->seat || b->life != held->life;
        if (other && b->begin_ns >= blow->t_ns && b->begin_ns < *begun_ns)
            *begun_ns = b->begin_ns;
        bool ends_it = b->end == ATTEMPT_DONE && b->end_ns > blow->t_ns;
        if (ends_it && b->end_ns < *done_ns)
            *done_ns = b->end_ns;
    }
}

static void find_recovery(struct history *h, const struct group *group, const struct blow *blow)
{
    struct findings *f = h->findings;
    for (uint32_t i = 0; i < group->count; i++) {
        uint64_t begun_ns, done_ns;
        if (!was_in_hand(h, &group->all[i], blow))
            continue;
        follow(group, i, blow, &begun_ns, &done_ns);
        if (done_ns == UINT64_MAX)
            continue;
        double recovery_s = (double)(done_ns - blow->t_ns) / 1e9;
        if (!isnan(f->recovery_s) && recovery_s <= f->recovery_s)
            continue;
        f->recovery_s = recovery_s;
        f->detection_s = begun_ns < done_ns ? (double)(begun_ns - blow->t_ns) / 1e9 : recovery_s;
        f->rework_s = recovery_s - f->detection_s;
    }
}

/* A signal that was not ours came no earlier than what its seat was about. */
static uint64_t death_ns(const struct group *group, const struct death *death)
{
    if (death->sent_ns != 0)
        return death->sent_ns;
    for (uint32_t i = 0; i < group->count; i++)
        if (group->all[i].seat == death->seat && group->all[i].life == death->life)
            return group->all[i].end_ns;
    return death->reaped_ns;
}

static void find_recoveries(struct history *h, const struct group *group)
{
    for (uint32_t i = 0; i < h->deaths->death_count; i++) {
        const struct death *death = &h->deaths->deaths[i];
        const struct blow blow = {death_ns(group, death), h->board->slots[death->seat].process,
                                  death->life};
        find_recovery(h, group, &blow);
    }
    for (uint32_t i = 0; i < h->deaths->freeze_count; i++) {
        const struct freeze *freeze = &h->deaths->freezes[i];
        const struct blow blow = {freeze->from_ns, freeze->process, freeze->life};
        find_recovery(h, group, &blow);
    }
}

/* ---- all of it */

/* The attempts of the item that stands at `from`. */
static struct group group_at(const struct attempts *attempts, uint32_t from)
{
    struct group group = {&attempts->all[from], 0};
    while (from + group.count < attempts->count && group.all[group.count].item == group.all[0].item)
        group.count++;
    return group;
}

static uint32_t largest_group(const struct attempts *attempts)
{
    uint32_t most = 0;
    for (uint32_t at = 0; at < attempts->count;) {
        uint32_t count = group_at(attempts, at).count;
        most = count > most ? count : most;
        at += count;
    }
    return most;
}

static void settle(struct history *h)
{
    struct findings *f = h->findings;
    f->overlaps = (struct bounded){h->certain.count, h->most.count};
    f->overlap_s = (double)h->certain.time_ns / 1e9;
    f->overlap_max_s = (double)h->most.time_ns / 1e9;
    f->overlap_depth = h->certain.depth;
    f->overlaps_awake = h->awake.count;
    f->overlap_awake_s = (double)h->awake.time_ns / 1e9;
    f->unavoidable.most += f->doubts;
    f->needless.most += f->doubts;
    f->lost_updates.most = f->lost_updates.certain + f->doubts;
    f->stale_writes.most = f->stale_writes.certain + f->doubts;
    f->blind_acknowledges.most += f->blind_acknowledges.certain;
    f->stale_acknowledges.certain = h->attempts.unowned + f->blind_acknowledges.certain;
    f->stale_acknowledges.most = f->stale_acknowledges.certain + h->attempts.unanswered;
}

static bool analyse(struct history *h)
{
    uint32_t pieces = 2 * (1 + h->deaths->freeze_count);
    h->edges = calloc((size_t)largest_group(&h->attempts) * pieces + 1, sizeof *h->edges);
    if (h->edges == NULL)
        return false;
    h->findings->recovery_s = h->findings->detection_s = h->findings->rework_s = NAN;
    for (uint32_t at = 0; at < h->attempts.count;) {
        struct group group = group_at(&h->attempts, at);
        find_overlaps(h, &group);
        find_repeats(h, &group);
        find_stale(h, &group);
        find_recoveries(h, &group);
        at += group.count;
    }
    free(h->edges);
    settle(h);
    return true;
}

/* What must hold between the journal and the ledger: a killed seat explains a difference of one. */
static bool check(const struct history *h, char *error, size_t error_size)
{
    const struct ledger_sums sums = ledger_sum(&h->board->ledger);
    const struct attempts *attempts = &h->attempts;
    const struct {
        const char *what;
        uint64_t journal, ledger;
    } pairs[] = {
        {"refreshes begun", attempts->count, sums.begun},
        {"refreshes done", attempts->done, sums.done},
        {"refreshes failed", attempts->failed, sums.failed},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        uint64_t a = pairs[i].journal, b = pairs[i].ledger;
        if ((a > b ? a - b : b - a) <= h->deaths->death_count)
            continue;
        snprintf(error, error_size, "%s: %" PRIu64 " by the journal, %" PRIu64 " by the ledger",
                 pairs[i].what, a, b);
        return false;
    }
    if (attempts->open > 0)
        snprintf(error, error_size, "%" PRIu64 " refreshes of the journal have no end",
                 attempts->open);
    return attempts->open == 0;
}

static bool read_all(struct history *h, char *error, size_t error_size)
{
    if (!attempts_read(&h->attempts, h->board->journal, h->deaths) || !analyse(h)) {
        snprintf(error, error_size, "the journal: out of memory");
        return false;
    }
    return check(h, error, error_size);
}

bool history_read(const struct board *board, const struct deaths *deaths, uint64_t owed_at_start,
                  uint64_t end_ns, struct findings *findings, char *error, size_t error_size)
{
    if (deaths->incomplete) {
        snprintf(error, error_size, "the deaths: out of memory");
        return false;
    }
    if (board->journal == NULL)
        return true;
    findings->journal_dropped = journal_dropped(board->journal);
    for (uint32_t i = 0; i < board->seats; i++) {
        uint32_t count;
        journal_of(board->journal, i, &count);
        findings->journal_records += count;
    }
    if (findings->journal_dropped > 0)
        return true; /* what is missing cannot be told from what did not happen */
    struct history h = {.board = board, .deaths = deaths, .findings = findings};
    bool good = read_all(&h, error, error_size);
    attempts_close(&h.attempts);
    struct availability availability = {NAN, NAN};
    if (good && !availability_measure(board, owed_at_start, end_ns, &availability)) {
        snprintf(error, error_size, "the journal: out of memory");
        good = false;
    }
    findings->unavailable_s = availability.longest_s;
    findings->stalled_s = availability.stalled_s;
    findings->journaled = good;
    return good;
}
