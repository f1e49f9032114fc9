/* What a writer's turn does, told to the oracle's model. */
#include "sim/trial/oracle_internal.h"

#include "sim/world/database.h"

static struct model_item *item_of(struct history_run *h, const struct model_attempt *a)
{
    return &h->model.items[a->item];
}

static void begin(struct history_run *h, uint32_t w, uint64_t now_ns)
{
    const struct errand *errand = &h->errands[w];
    struct model_attempt *a = &h->model.attempts[h->model.count++];
    *a = (struct model_attempt){.item = errand->item,
                                .writer = w,
                                .token = errand->token,
                                .order = ++h->model.items[errand->item].begun,
                                .begin_ns = now_ns,
                                .end_ns = UINT64_MAX - 1,
                                .begin_doubt = NO_DOUBT,
                                .answer_doubt = NO_DOUBT,
                                .refuse_doubt = NO_DOUBT};
    h->writers[w].attempt = a;
    h->writers[w].tries = 0;
    h->writers[w].stand = STAND_READS;
    h->writers[w].may_acknowledge = false;
}

static void finish(struct history_run *h, uint32_t w, enum model_end how, uint64_t now_ns)
{
    struct writer *writer = &h->writers[w];
    writer->attempt->end = how;
    writer->attempt->end_ns = now_ns;
    writer->may_acknowledge = how == MODEL_DONE;
    writer->stand = STAND_IDLE;
}

static void read_row(struct history_run *h, struct model_attempt *a)
{
    struct model_item *item = item_of(h, a);
    if (a->token > item->token)
        item->token = a->token;
    a->read_writes = item->writes;
    a->version = item->marked;
}

/* What the database makes of this write. */
enum written { WRITTEN, CONFLICT, REFUSED };

static enum written foresee(struct history_run *h, const struct writer *writer)
{
    const struct model_attempt *a = writer->attempt;
    const struct model_item *item = item_of(h, a);
    if (a->token != 0 && item->token > a->token)
        return REFUSED;
    bool changed = item->writes != a->read_writes;
    return changed && !h->model.unchecked ? CONFLICT : WRITTEN;
}

static void make_write(struct history_run *h, struct model_attempt *a)
{
    struct model_item *item = item_of(h, a);
    a->wrote = true;
    a->lost_update = item->writes != a->read_writes;
    a->stale = a->token == 0 && item->begun > a->order;
    item->writes++;
}

static void write_row(struct history_run *h, uint32_t w, uint64_t now_ns)
{
    struct writer *writer = &h->writers[w];
    enum written written = foresee(h, writer);
    if (written == REFUSED) {
        finish(h, w, MODEL_FENCED, now_ns);
    } else if (written == CONFLICT) {
        writer->stand = STAND_READS;
        if (++writer->tries == DATABASE_TRIES)
            finish(h, w, MODEL_FAILED, now_ns);
    } else {
        make_write(h, writer->attempt);
        writer->stand = STAND_ENDS;
    }
}

static void serve(uint32_t *served, uint32_t version)
{
    if (*served < version)
        *served = version;
}

static void end_refresh(struct history_run *h, uint32_t w, uint64_t now_ns)
{
    struct model_attempt *a = h->writers[w].attempt;
    struct model_item *item = item_of(h, a);
    a->useful = item->served < a->version;
    serve(&item->served, a->version);
    serve(&item->served_at_last, a->version);
    finish(h, w, MODEL_DONE, now_ns);
}

/* Of all its attempts that wait for it. */
static void answer(struct history_run *h, uint32_t w, uint64_t now_ns, int doubt, int refuse_doubt)
{
    struct writer *writer = &h->writers[w];
    for (uint32_t i = writer->unanswered; i < h->model.count; i++) {
        struct model_attempt *a = &h->model.attempts[i];
        if (a->writer != w)
            continue;
        a->answered_ns = now_ns;
        a->refused = h->errands[w].refused;
        a->answer_doubt = doubt;
        a->refuse_doubt = refuse_doubt;
    }
    writer->unanswered = h->model.count;
    writer->stand = STAND_IDLE;
    writer->may_acknowledge = false;
}

static void ask(struct history_run *h, uint32_t w, uint64_t now_ns)
{
    for (uint32_t i = h->writers[w].unanswered; i < h->model.count; i++)
        if (h->model.attempts[i].writer == w)
            h->model.attempts[i].asked_ns = now_ns;
    h->writers[w].stand = STAND_ANSWERS;
}

void oracle_turn(struct history_run *h, uint32_t w, uint64_t now_ns)
{
    struct writer *writer = &h->writers[w];
    switch (writer->stand) {
    case STAND_IDLE:
        if (h->errands[w].kind == ERRAND_REFRESH)
            begin(h, w, now_ns);
        else
            ask(h, w, now_ns);
        break;
    case STAND_READS:
        read_row(h, writer->attempt);
        writer->stand = STAND_COUNTS;
        break;
    case STAND_COUNTS:
        writer->stand = STAND_WRITES;
        break;
    case STAND_WRITES:
        write_row(h, w, now_ns);
        break;
    case STAND_ENDS:
        end_refresh(h, w, now_ns);
        break;
    case STAND_ANSWERS:
        answer(h, w, now_ns, NO_DOUBT, NO_DOUBT);
        break;
    }
}

bool oracle_turn_writes(struct history_run *h, uint32_t w)
{
    return foresee(h, &h->writers[w]) == WRITTEN;
}

/* ---- turns that are cut */

static uint64_t row_of(const struct history_run *h, uint32_t item)
{
    return atomic_load(&h->board->ledger.items[item].revision);
}

void oracle_turn_part(struct history_run *h, uint32_t w, uint64_t now_ns)
{
    struct writer *writer = &h->writers[w];
    uint32_t index = writer->stand == STAND_IDLE ? h->errands[w].item : 0;
    bool refreshes = h->errands[w].kind == ERRAND_REFRESH;
    if (writer->stand == STAND_IDLE && refreshes &&
        atomic_load(&h->board->ledger.items[index].begun) > h->model.items[index].begun) {
        begin(h, w, now_ns);
        writer->attempt->begin_doubt = h->model.doubts++;
    } else if (writer->stand == STAND_READS) {
        struct model_item *item = item_of(h, writer->attempt);
        item->token = (uint32_t)(row_of(h, writer->attempt->item) >> 32);
        writer->attempt->version = item->marked;
    } else if (writer->stand == STAND_WRITES &&
               (uint32_t)row_of(h, writer->attempt->item) > item_of(h, writer->attempt)->writes) {
        make_write(h, writer->attempt);
        writer->stand = STAND_ENDS;
    } else if (writer->stand == STAND_ENDS) {
        h->model.finishing++;
        writer->attempt->may_be_done = true;
    } else if (writer->stand == STAND_ANSWERS) {
        int doubt = h->model.doubts++;
        answer(h, w, now_ns, doubt, h->errands[w].refused ? h->model.doubts++ : NO_DOUBT);
    }
}

void oracle_turn_cut(struct history_run *h, uint32_t w, uint64_t step, uint64_t sent_ns)
{
    struct model_attempt *a = h->writers[w].attempt;
    if (a == NULL || a->end != MODEL_OPEN)
        return;
    a->end = MODEL_KILLED;
    a->end_ns = sent_ns;
    h->report->writes_cut += step_phase(step) == STEP_APPLYING;
    item_of(h, a)->cuts += step_phase(step) == STEP_APPLYING;
    h->model.no_writes += step_phase(step) == STEP_APPLYING && !a->wrote;
    if (a->wrote)
        serve(&item_of(h, a)->served_at_last, a->version);
}
