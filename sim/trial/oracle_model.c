#include "sim/trial/oracle_model.h"

#include <inttypes.h>
#include <stdio.h>

/* One way in which the doubts may have been. */
struct one_world {
    const struct model *model;
    unsigned came; /* bit by doubt: it has come about */
};

static bool came_about(const struct one_world *w, int doubt)
{
    return doubt == NO_DOUBT || (w->came >> doubt & 1) != 0;
}

static bool exists(const struct one_world *w, const struct model_attempt *a)
{
    return came_about(w, a->begin_doubt);
}

static bool is_answered(const struct one_world *w, const struct model_attempt *a)
{
    return a->answered_ns != 0 && came_about(w, a->answer_doubt);
}

static bool is_refused(const struct one_world *w, const struct model_attempt *a)
{
    return a->refused && is_answered(w, a) && came_about(w, a->refuse_doubt);
}

/* ---- the figures, by their definitions */

struct figures {
    uint64_t overlaps, overlap_ns, depth;
    uint64_t lost_updates, lost_updates_told; /* told: of those that lived to tell of it */
    uint64_t stale, stale_told, fenced;
    uint64_t repeats, needless, recovered, blind, blind_most;
};

static bool is_active(const struct model_attempt *a, uint64_t t_ns)
{
    return a->begin_ns <= t_ns && t_ns < a->end_ns;
}

static uint64_t active_at(const struct one_world *w, uint32_t item, uint64_t t_ns)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < w->model->count; i++) {
        const struct model_attempt *a = &w->model->attempts[i];
        count += a->item == item && exists(w, a) && is_active(a, t_ns);
    }
    return count;
}

/* Until the next time at which anything of the item begins or ends. */
static uint64_t next_change(const struct one_world *w, uint32_t item, uint64_t t_ns)
{
    uint64_t next_ns = UINT64_MAX;
    for (uint32_t i = 0; i < w->model->count; i++) {
        const struct model_attempt *a = &w->model->attempts[i];
        if (a->item != item || !exists(w, a))
            continue;
        if (a->begin_ns > t_ns && a->begin_ns < next_ns)
            next_ns = a->begin_ns;
        if (a->end_ns > t_ns && a->end_ns < next_ns)
            next_ns = a->end_ns;
    }
    return next_ns;
}

static void find_overlaps(const struct one_world *w, struct figures *f)
{
    for (uint32_t item = 0; item < MODEL_ITEMS; item++)
        for (uint64_t t = 0, next; (next = next_change(w, item, t)) != UINT64_MAX; t = next) {
            uint64_t active = active_at(w, item, t);
            f->overlap_ns += active > 1 ? next - t : 0;
            f->depth = active > f->depth ? active : f->depth;
        }
    for (uint32_t i = 0; i < w->model->count; i++) {
        const struct model_attempt *a = &w->model->attempts[i];
        if (exists(w, a))
            f->overlaps += active_at(w, a->item, a->begin_ns) > 1;
    }
}

static bool could_not_be_told(const struct one_world *w, const struct model_attempt *b)
{
    for (uint32_t i = 0; i < w->model->count; i++) {
        const struct model_attempt *a = &w->model->attempts[i];
        if (a != b && a->item == b->item && a->wrote && !is_answered(w, a) &&
            a->end_ns <= b->begin_ns)
            return true;
    }
    return false;
}

static bool is_begun_again(const struct one_world *w, const struct model_attempt *a)
{
    for (uint32_t i = 0; i < w->model->count; i++) {
        const struct model_attempt *b = &w->model->attempts[i];
        if (b->item == a->item && b->order > a->order && exists(w, b))
            return true;
    }
    return false;
}

/* Each mark allows one claim: with this one there are more than there were marks. */
static bool succeeds(const struct one_world *w, const struct model_attempt *b)
{
    uint32_t spent = 0;
    for (uint32_t i = 0; i < w->model->count; i++) {
        const struct model_attempt *a = &w->model->attempts[i];
        if (a->item != b->item || !exists(w, a))
            continue;
        bool gone = is_answered(w, a) && !is_refused(w, a) && a->answered_ns < b->begin_ns;
        bool waits = is_answered(w, a) && a->asked_ns > b->begin_ns;
        bool held = a->begin_ns <= b->begin_ns && (a->end_ns > b->begin_ns || waits);
        spent += gone || held;
    }
    return spent > b->version;
}

static bool is_blind(const struct one_world *w, const struct model_attempt *a, bool most)
{
    for (uint32_t i = 0; i < w->model->count; i++) {
        const struct model_attempt *b = &w->model->attempts[i];
        if (b->item == a->item && b->order > a->order && b->writer != a->writer &&
            (b->end == MODEL_DONE || (most && b->may_be_done)) && b->version == a->version &&
            b->begin_ns < a->asked_ns && b->end_ns > a->answered_ns && succeeds(w, b))
            return true;
    }
    return false;
}

static void find_rest(const struct one_world *w, struct figures *f)
{
    for (uint32_t i = 0; i < w->model->count; i++) {
        const struct model_attempt *a = &w->model->attempts[i];
        bool told = a->end == MODEL_DONE;
        f->lost_updates += a->lost_update;
        f->lost_updates_told += a->lost_update && told;
        f->stale += a->stale;
        f->stale_told += a->stale && told;
        f->fenced += a->end == MODEL_FENCED;
        f->repeats += told && !a->useful;
        f->needless += told && !a->useful && !could_not_be_told(w, a);
        f->recovered += a->end == MODEL_KILLED && !a->wrote && exists(w, a) && is_begun_again(w, a);
        bool accepted = told && is_answered(w, a) && !is_refused(w, a);
        f->blind += accepted && is_blind(w, a, false);
        f->blind_most += accepted && is_blind(w, a, true);
    }
}

/* Acknowledgements that were refused: each one is told of once, with the last attempt of it. */
static uint64_t count_refused(const struct one_world *w)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < w->model->count; i++) {
        const struct model_attempt *a = &w->model->attempts[i];
        bool last = true;
        for (uint32_t k = i + 1; k < w->model->count; k++)
            last &= w->model->attempts[k].writer != a->writer ||
                    w->model->attempts[k].answered_ns != a->answered_ns;
        count += last && is_refused(w, a);
    }
    return count;
}

/* ---- compared with what dibs has found */

bool model_pairs_agree(const struct model_pair *pairs, size_t count, char *what, size_t what_size)
{
    for (size_t i = 0; i < count; i++) {
        const struct model_pair *p = &pairs[i];
        if (p->found >= p->least && p->found <= p->most)
            continue;
        snprintf(what, what_size,
                 "%s: %" PRIu64 " by dibs, %" PRIu64 " to %" PRIu64 " by the oracle", p->what,
                 p->found, p->least, p->most);
        return false;
    }
    return true;
}

static uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

static bool history_agrees(const struct one_world *w, uint32_t uncounted,
                           const struct findings *found, char *what, size_t what_size)
{
    struct figures f = {0};
    const struct model *m = w->model;
    find_overlaps(w, &f);
    find_rest(w, &f);
    uint64_t slack = m->finishing, refused = count_refused(w);
    uint64_t time_ns = (uint64_t)(found->overlap_s * 1e9 + 0.5);
    const struct model_pair pairs[] = {
        {"overlaps", f.overlaps, f.overlaps, found->overlaps.certain},
        {"overlaps at most", f.overlaps, UINT64_MAX, found->overlaps.most},
        {"overlap time", less(f.overlap_ns, 2), f.overlap_ns + 2, time_ns},
        {"overlap depth", f.depth, f.depth, found->overlap_depth},
        {"lost updates", f.lost_updates_told, f.lost_updates, found->lost_updates.certain},
        {"lost updates at most", f.lost_updates, f.lost_updates + uncounted,
         found->lost_updates.most},
        {"stale writes", f.stale_told, f.stale, found->stale_writes.certain},
        {"stale writes at most", f.stale, f.stale + uncounted, found->stale_writes.most},
        {"writes refused", f.fenced, f.fenced, found->stale_rejected},
        {"repeats", f.repeats, f.repeats + slack + uncounted,
         found->unavoidable.certain + found->needless.most},
        {"needless repeats", 0, f.needless + slack, found->needless.certain},
        {"needless repeats at most", f.needless, UINT64_MAX, found->needless.most},
        {"recovered", less(f.recovered, m->no_writes), f.recovered, found->recovered},
        {"blind acknowledgements", f.blind, f.blind_most, found->blind_acknowledges.certain},
        {"blind acknowledgements at most", f.blind, UINT64_MAX, found->blind_acknowledges.most},
        {"refused acknowledgements", refused, refused,
         found->stale_acknowledges.certain - found->blind_acknowledges.certain},
    };
    return model_pairs_agree(pairs, sizeof pairs / sizeof pairs[0], what, what_size);
}

static bool ledger_agrees(const struct model *m, const struct ledger *ledger, uint32_t uncounted,
                          uint32_t open, char *what, size_t what_size)
{
    const struct ledger_sums sums = ledger_sum(ledger);
    uint64_t writes = 0;
    for (uint32_t i = 0; i < MODEL_ITEMS; i++) {
        const struct model_item *item = &m->items[i];
        uint64_t versions = atomic_load(&ledger->items[i].versions);
        writes += item->writes;
        const struct model_pair pairs[] = {
            {"marks of an item", item->marked, item->marked, versions_marked(versions)},
            {"version served", item->served_at_last, open > 0 ? item->marked : item->served_at_last,
             versions_served(versions)},
            {"row's revision", item->writes, item->writes,
             (uint32_t)atomic_load(&ledger->items[i].revision)},
            {"refreshes begun", item->begun, item->begun, atomic_load(&ledger->items[i].begun)},
        };
        if (!model_pairs_agree(pairs, sizeof pairs / sizeof pairs[0], what, what_size))
            return false;
    }
    const struct model_pair done = {"refreshes done, and settled", writes, writes + open,
                                    sums.done + uncounted};
    return model_pairs_agree(&done, 1, what, what_size);
}

bool model_agrees(const struct model *model, const struct ledger *ledger, uint32_t uncounted,
                  uint32_t open, const struct findings *findings, char *what, size_t what_size)
{
    if (!ledger_agrees(model, ledger, uncounted, open, what, what_size))
        return false;
    for (unsigned came = 0; came < 1u << model->doubts; came++) {
        const struct one_world world = {model, came};
        if (history_agrees(&world, uncounted, findings, what, what_size))
            return true;
    }
    return false;
}
