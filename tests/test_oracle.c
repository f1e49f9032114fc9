/* The ledger, and what is worked out of the journal, against a plain model of random histories
 * whose writers are killed; and the model against itself, so that it is known to be able to
 * disagree. */
#include "tests/kit_run.h"

#include "sim/trial/oracle.h"
#include "sim/trial/oracle_model.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { KILLS = 300 };

static void keep_progress(void *context, const struct run_progress *progress)
{
    *(double *)context = progress->share;
}

static void the_oracle_agrees(void **state)
{
    struct kit_run *kit = *state;
    struct oracle_report report;
    double told = NAN;
    kit->options.progress = keep_progress;
    kit->options.progress_context = &told;
    if (!oracle_run(KILLS, &kit->options, &report))
        fail_msg("%s", report.first);
    if (report.disagreements > 0)
        fail_msg("%u of %u: %s", report.disagreements, report.histories, report.first);
    assert_true(report.kills >= KILLS * 9 / 10);
    assert_true(report.writes_cut > 0);
    assert_true(report.refreshes > 5 * report.kills);
    assert_true(told == 1);
}

/* Two writers who have an item at once. */
static void the_oracle_can_disagree(void **state)
{
    (void)state;
    struct model *model = calloc(1, sizeof *model);
    struct ledger_item items[MODEL_ITEMS] = {0};
    const struct ledger ledger = {.items = items, .first_id = 1, .count = MODEL_ITEMS};
    char what[160];
    assert_non_null(model);
    model->count = 2;
    for (uint32_t i = 0; i < 2; i++)
        model->attempts[i] = (struct model_attempt){.writer = i,
                                                    .order = i + 1,
                                                    .begin_ns = 10 + 10 * i,
                                                    .end_ns = 50,
                                                    .end = MODEL_FAILED,
                                                    .begin_doubt = NO_DOUBT,
                                                    .answer_doubt = NO_DOUBT,
                                                    .refuse_doubt = NO_DOUBT};
    struct findings findings = {.overlaps = {1, 1}, .overlap_s = 30e-9, .overlap_depth = 2};
    assert_true(model_agrees(model, &ledger, 0, 0, &findings, what, sizeof what));
    findings.overlaps.certain = 0;
    assert_false(model_agrees(model, &ledger, 0, 0, &findings, what, sizeof what));
    assert_string_equal(what, "overlaps: 0 by dibs, 1 to 1 by the oracle");
    findings.overlaps.certain = 1;
    findings.overlap_depth = 1;
    assert_false(model_agrees(model, &ledger, 0, 0, &findings, what, sizeof what));
    findings.overlap_depth = 2;
    model->attempts[1].begin_doubt = model->doubts++;
    assert_true(model_agrees(model, &ledger, 0, 0, &findings, what, sizeof what));
    atomic_store(&items[0].revision, 1);
    assert_false(model_agrees(model, &ledger, 0, 0, &findings, what, sizeof what));
    assert_string_equal(what, "row's revision: 1 by dibs, 0 to 0 by the oracle");
    free(model);
}

static bool counts_agree(const struct model *model, const struct board *board, char what[160])
{
    const struct doubts doubts = {0};
    return model_counts_agree(model, board, 2, &doubts, what, 160);
}

/* A refresh that is counted for somebody else, or not at all. */
static void the_oracle_counts_by_item_and_writer(void **state)
{
    struct model *model = calloc(1, sizeof *model);
    struct board *board = board_open(2, 1, MODEL_ITEMS, true);
    struct ledger_item *item = &board->ledger.items[0];
    struct hist *delay = calloc(1, sizeof *delay);
    char what[160];
    (void)state;
    assert_true(model != NULL && delay != NULL);
    model->items[0] = (struct model_item){.marked = 1, .served = 1, .writes = 1, .begun = 1};
    model->attempts[model->count++] = (struct model_attempt){.order = 1,
                                                             .version = 1,
                                                             .begin_ns = 10,
                                                             .end_ns = 50,
                                                             .wrote = true,
                                                             .useful = true,
                                                             .end = MODEL_DONE,
                                                             .begin_doubt = NO_DOUBT};
    ledger_mark(item, &board->slots[1].tally, 1);
    ledger_begin(item, &board->slots[0].tally, 0);
    assert_false(counts_agree(model, board, what));
    assert_string_equal(what, "refreshes of an item: 0 by dibs, 1 to 1 by the oracle");
    ledger_done(item, &board->slots[0].tally, 0, 1, 50, delay);
    if (!counts_agree(model, board, what))
        fail_msg("%s", what);
    model->attempts[0].writer = 1;
    assert_false(counts_agree(model, board, what));
    assert_string_equal(what, "refreshes that a writer began: 1 by dibs, 0 to 0 by the oracle");
    board_close(board);
    free(delay);
    free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(the_oracle_agrees),
        cmocka_unit_test(the_oracle_can_disagree),
        cmocka_unit_test(the_oracle_counts_by_item_and_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
