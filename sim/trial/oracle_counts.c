/* What the ledger has counted, of each item and of each writer, against the model's attempts. */
#include "sim/trial/oracle_model.h"

static bool is_told(const struct model_attempt *a)
{
    return a->end == MODEL_DONE;
}

static bool is_told_useful(const struct model_attempt *a)
{
    return a->end == MODEL_DONE && a->useful;
}

static bool has_failed(const struct model_attempt *a)
{
    return a->end == MODEL_FAILED || a->end == MODEL_FENCED;
}

/* Whose attempts: an item's, a writer's, or all (NULL). */
struct whose {
    const uint32_t *item, *writer;
};

static bool is_of(const struct model_attempt *a, struct whose whose)
{
    return (whose.item == NULL || *whose.item == a->item) &&
           (whose.writer == NULL || *whose.writer == a->writer);
}

typedef bool quality(const struct model_attempt *a);

static uint64_t count(const struct model *model, struct whose whose, quality *has)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < model->count; i++)
        count += is_of(&model->attempts[i], whose) && has(&model->attempts[i]);
    return count;
}

static bool may_be_told(const struct model_attempt *a)
{
    return a->may_be_done;
}

static bool has_begun(const struct model_attempt *a)
{
    (void)a;
    return true;
}

static bool may_have_begun(const struct model_attempt *a)
{
    return a->begin_doubt != NO_DOUBT;
}

/* ---- who holds an item */

/* Of this item all that a writer has told of its hold is known. */
static bool is_held_for_sure(const struct model *model, uint32_t item)
{
    const struct whose whose = {.item = &item};
    return count(model, whose, may_be_told) + count(model, whose, may_have_begun) == 0;
}

/* The attempt of this item that was begun last before `before`, or NULL. */
static const struct model_attempt *last_begun(const struct model *model, uint32_t item,
                                              uint32_t before)
{
    const struct model_attempt *last = NULL;
    for (uint32_t i = 0; i < model->count; i++) {
        const struct model_attempt *a = &model->attempts[i];
        if (a->item == item && a->order < before && (last == NULL || a->order > last->order))
            last = a;
    }
    return last;
}

/* Begun while the item was held: by one who works, or by one who died and could not let go. */
static uint64_t begun_on_held(const struct model *model, uint32_t writer)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < model->count; i++) {
        const struct model_attempt *b = &model->attempts[i];
        const struct model_attempt *a = last_begun(model, b->item, b->order);
        if (b->writer == writer && a != NULL)
            count += a->end == MODEL_KILLED || a->end_ns > b->begin_ns;
    }
    return count;
}

/* ---- compared */

/* Who died at the end of a refresh may have served a version: one less by somebody else. */
static uint64_t useful_at_least(uint64_t useful, const struct model *model)
{
    return useful > model->finishing ? useful - model->finishing : 0;
}

static bool item_agrees(const struct model *model, const struct ledger_item *found, uint32_t item,
                        char *what, size_t what_size)
{
    const struct whose whose = {.item = &item};
    const struct model_attempt *last = last_begun(model, item, UINT32_MAX);
    uint64_t done = count(model, whose, is_told), useful = count(model, whose, is_told_useful);
    uint64_t failed = count(model, whose, has_failed), slack = count(model, whose, may_be_told);
    bool sure = is_held_for_sure(model, item);
    uint64_t holder = last != NULL && last->end == MODEL_KILLED ? last->writer + 1 : 0;
    const struct model_pair pairs[] = {
        {"refreshes of an item", done, done + slack, atomic_load(&found->done)},
        {"useful ones of an item", useful_at_least(useful, model), useful + slack,
         atomic_load(&found->useful)},
        {"failed ones of an item", failed, failed, atomic_load(&found->failed)},
        {"who holds an item", sure ? holder : 0, sure ? holder : UINT64_MAX,
         atomic_load(&found->holder)},
    };
    return model_pairs_agree(pairs, sizeof pairs / sizeof pairs[0], what, what_size);
}

static bool writer_agrees(const struct model *model, const struct tally *found, uint32_t writer,
                          char *what, size_t what_size)
{
    const struct whose whose = {.writer = &writer};
    uint64_t begun = count(model, whose, has_begun), done = count(model, whose, is_told);
    uint64_t useful = count(model, whose, is_told_useful);
    uint64_t failed = count(model, whose, has_failed), slack = count(model, whose, may_be_told);
    uint64_t held = begun_on_held(model, writer);
    bool sure = true;
    for (uint32_t item = 0; item < MODEL_ITEMS; item++)
        sure &= is_held_for_sure(model, item);
    const struct model_pair pairs[] = {
        {"refreshes that a writer began", begun - count(model, whose, may_have_begun), begun,
         counter_get(&found->begun)},
        {"refreshes of a writer", done, done + slack, counter_get(&found->done)},
        {"useful ones of a writer", useful_at_least(useful, model), useful + slack,
         counter_get(&found->useful)},
        {"failed ones of a writer", failed, failed, counter_get(&found->failed)},
        {"a writer's begins of what was held", sure ? held : 0, sure ? held : UINT64_MAX,
         counter_get(&found->overlaps)},
    };
    return model_pairs_agree(pairs, sizeof pairs / sizeof pairs[0], what, what_size);
}

/* Each write that nobody has counted is suspected of whoever died in the midst of one. */
static bool doubts_agree(const struct model *model, const struct ledger *ledger,
                         const struct doubts *found, char *what, size_t what_size)
{
    uint64_t writes = 0, open = 0;
    for (uint32_t i = 0; i < MODEL_ITEMS; i++) {
        uint64_t uncounted = model->items[i].writes - atomic_load(&ledger->items[i].done);
        uint64_t suspects = model->items[i].cuts;
        writes += uncounted > 0 ? suspects : 0;
        open += uncounted > 0 && uncounted < suspects ? suspects : 0;
    }
    const struct model_pair pairs[] = {
        {"writes settled", writes, writes, found->writes},
        {"of these not sure", open, open, found->open},
    };
    return model_pairs_agree(pairs, sizeof pairs / sizeof pairs[0], what, what_size);
}

/* The backlog as the tallies have it: what became owed, less what became served. */
static bool backlog_agrees(const struct model *model, const struct board *board, char *what,
                           size_t what_size)
{
    uint64_t owed = 0, came = 0, went = 0;
    for (uint32_t i = 0; i < MODEL_ITEMS; i++)
        owed += model->items[i].marked > model->items[i].served;
    for (uint32_t i = 0; i < board->seats; i++) {
        came += counter_get(&board->slots[i].tally.became_owed);
        went += counter_get(&board->slots[i].tally.became_served);
    }
    uint64_t slack = model->finishing;
    const struct model_pair pair = {"became owed", went + (owed > slack ? owed - slack : 0),
                                    went + owed + slack, came};
    return model_pairs_agree(&pair, 1, what, what_size);
}

bool model_counts_agree(const struct model *model, const struct board *board, uint32_t writers,
                        const struct doubts *doubts, char *what, size_t what_size)
{
    for (uint32_t i = 0; i < MODEL_ITEMS; i++)
        if (!item_agrees(model, &board->ledger.items[i], i, what, what_size))
            return false;
    for (uint32_t w = 0; w < writers; w++)
        if (!writer_agrees(model, &board->slots[w].tally, w, what, what_size))
            return false;
    return doubts_agree(model, &board->ledger, doubts, what, what_size) &&
           backlog_agrees(model, board, what, what_size);
}
