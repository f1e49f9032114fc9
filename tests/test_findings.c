/* Each finding by its definition, and what it cannot exceed: histories of one item written by hand,
 * a tick a nanosecond, in which seats are processes of their own. */
#include "sim/judge/findings_fill.h"
#include "sim/world/world.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEATS = 3, CAPACITY = 64 };

struct fixture {
    struct world world;
    struct scenario scenario;
    struct run_result result;
    struct entry entry;
    struct strategy strategy;
    struct process processes[SEATS];
    struct instance_result instances[SEATS];
    uint64_t now_ns;
};

static struct ledger_item *item_of(struct fixture *f)
{
    return &f->world.board->ledger.items[0];
}

static void open_world(struct fixture *f)
{
    struct board *board = board_open(SEATS, 1, 2, false);
    assert_non_null(board);
    board->journal = journal_open(SEATS, CAPACITY);
    assert_non_null(board->journal);
    for (uint32_t i = 0; i < SEATS; i++) {
        board->slots[i].process = i;
        f->processes[i] = (struct process){.first_slot = i, .slots = 1, .lives = 1};
    }
    f->entry.strategy = &f->strategy;
    f->world.board = board;
    f->world.scenario = &f->scenario;
    f->world.plan.entry = &f->entry;
    f->world.cluster.processes = f->processes;
    f->world.cluster.count = SEATS;
    f->result.delay = calloc(1, sizeof *f->result.delay);
    assert_non_null(f->result.delay);
    ledger_mark(item_of(f), &board->slots[0].tally, 0);
    f->world.owed_at_start = 1;
}

static void close_world(struct fixture *f)
{
    board_close(f->world.board);
    deaths_close(&f->world.cluster.deaths);
    free(f->result.delay);
    memset(f, 0, sizeof *f);
}

static int open_fixture(void **state)
{
    *state = calloc(1, sizeof(struct fixture));
    assert_non_null(*state);
    open_world(*state);
    return 0;
}

static int close_fixture(void **state)
{
    close_world(*state);
    free(*state);
    return 0;
}

/* ---- what happens */

static struct tally *tally_of(struct fixture *f, uint32_t seat)
{
    return &f->world.board->slots[seat].tally;
}

static void put(struct fixture *f, uint32_t seat, enum journal_kind kind,
                struct journal_record record)
{
    record.kind = (uint16_t)kind;
    record.t_ns = f->now_ns;
    journal_write(f->world.board->journal, seat, &record);
}

static void begin(struct fixture *f, uint64_t t_ns, uint32_t seat, uint32_t token)
{
    f->now_ns = t_ns;
    uint32_t order = ledger_begin(item_of(f), tally_of(f, seat), seat);
    put(f, seat, JOURNAL_BEGIN, (struct journal_record){.order = order, .token = token});
}

/* A write over the row as it stands, by who has read this revision of it. */
static void write_row(struct fixture *f, uint64_t t_ns, uint32_t seat, uint32_t read,
                      uint32_t token)
{
    struct ledger_item *item = item_of(f);
    uint64_t row = item->revision;
    uint32_t version = ledger_read(item);
    f->now_ns = t_ns;
    item->revision = (uint64_t)token << 32 | ((uint32_t)row + 1);
    struct ledger_service service =
        ledger_done(item, tally_of(f, seat), seat, version, t_ns, f->result.delay);
    unsigned flags =
        (service.useful ? JOURNAL_USEFUL : 0) | (service.satisfied ? JOURNAL_TURNED : 0);
    put(f, seat, JOURNAL_DONE,
        (struct journal_record){.order = item->begun,
                                .row = row,
                                .read = read,
                                .version = version,
                                .flags = (uint16_t)flags});
}

static void done(struct fixture *f, uint64_t t_ns, uint32_t seat)
{
    write_row(f, t_ns, seat, (uint32_t)item_of(f)->revision, 0);
}

static void answered(struct fixture *f, uint64_t t_ns, uint32_t seat)
{
    f->now_ns = t_ns;
    put(f, seat, JOURNAL_ANSWERED, (struct journal_record){.row = t_ns - 1});
}

static void dies(struct fixture *f, uint64_t sent_ns, uint64_t reaped_ns, uint32_t seat,
                 enum step_phase phase)
{
    const struct death death = {.seat = seat,
                                .sent_ns = sent_ns,
                                .reaped_ns = reaped_ns,
                                .step = step_word(phase, ledger_read(item_of(f)), 0)};
    deaths_add(&f->world.cluster.deaths, &death);
    f->processes[seat].kills++;
}

static const struct findings *find(struct fixture *f)
{
    f->world.doubts = doubts_settle(&f->world.board->ledger, &f->world.cluster.deaths);
    f->result.refreshes.overlaps = f->result.refreshes.redundant = 0;
    for (uint32_t i = 0; i < SEATS; i++) {
        const struct tally *tally = tally_of(f, i);
        f->result.refreshes.overlaps += counter_get(&tally->overlaps);
        f->result.refreshes.redundant += counter_get(&tally->done) - counter_get(&tally->useful);
    }
    findings_fill(&f->world, &f->result);
    if (f->result.reason_count > 0)
        fail_msg("%s", f->result.reasons[0]);
    return &f->result.findings;
}

static void assert_bounded(struct bounded found, uint64_t certain, uint64_t most)
{
    assert_int_equal(found.certain, certain);
    assert_int_equal(found.most, most);
}

static void assert_ns(double seconds, double ns)
{
    if (fabs(seconds * 1e9 - ns) > 1e-3)
        fail_msg("%g ns, not %g", seconds * 1e9, ns);
}

/* ---- lost */

static void test_lost(void **state)
{
    struct fixture *f = *state;
    f->result.items.lost = 3;
    assert_bounded(find(f)->lost, 3, 3);
    f->result.marks_failed = 1; /* its producer gave up: it may never have been there */
    assert_bounded(find(f)->lost, 2, 3);
    f->processes[2].kind = PROCESS_PRODUCER;
    f->processes[2].kills = 1; /* with a mark on its way */
    assert_bounded(find(f)->lost, 1, 3);
    f->result.marks_failed = 7;
    assert_bounded(find(f)->lost, 0, 3);
}

/* Of two that died in a write one has made it; which of them, and so which version, is open. */
static void test_lost_by_one_of_two(void **state)
{
    struct fixture *f = *state;
    begin(f, 10, 0, 0);
    begin(f, 20, 1, 0);
    dies(f, 30, 40, 0, STEP_APPLYING);
    dies(f, 30, 40, 1, STEP_APPLYING);
    item_of(f)->revision = 1;
    const struct findings *found = find(f);
    assert_true(found->lost.most > found->lost.certain);
    assert_true(found->lost.most - found->lost.certain <= found->kills);
}

/* ---- done again */

static void test_needless(void **state)
{
    struct fixture *f = *state;
    begin(f, 10, 0, 0);
    done(f, 20, 0);
    answered(f, 30, 0);
    begin(f, 40, 1, 0);
    done(f, 50, 1);
    const struct findings *found = find(f);
    assert_bounded(found->redundant, 1, 1);
    assert_bounded(found->needless, 1, 1);
    assert_bounded(found->unavoidable, 0, 0);
    tally_of(f, 2)->marks_doubted =
        1; /* it may have been marked twice, and then it was asked for */
    found = find(f);
    assert_bounded(found->needless, 0, 1);
    assert_bounded(found->unavoidable, 0, 1);
}

static void test_unavoidable(void **state)
{
    struct fixture *f = *state;
    begin(f, 10, 0, 0);
    done(f, 20, 0);
    dies(f, 30, 40, 0, STEP_ACKING);
    begin(f, 50, 1, 0);
    done(f, 60, 1);
    const struct findings *found = find(f);
    assert_bounded(found->redundant, 1, 1);
    assert_bounded(found->unavoidable, 1, 1);
    assert_bounded(found->needless, 0, 0);
}

static void test_recovered(void **state)
{
    struct fixture *f = *state;
    begin(f, 10, 0, 0);
    dies(f, 30, 40, 0, STEP_BEGUN);
    begin(f, 50, 1, 0);
    done(f, 60, 1);
    const struct findings *found = find(f);
    assert_int_equal(found->recovered, 1);
    assert_bounded(found->redundant, 0, 0);
}

/* Who repeats what was acknowledged, and dies in the write: it was made, and nobody counted it. */
static void test_killed_in_a_repeat(void **state)
{
    struct fixture *f = *state;
    begin(f, 10, 0, 0);
    done(f, 20, 0);
    answered(f, 30, 0);
    begin(f, 40, 1, 0);
    item_of(f)->revision++;
    dies(f, 50, 60, 1, STEP_APPLYING);
    const struct findings *found = find(f);
    assert_int_equal(found->doubts, 1);
    assert_bounded(found->redundant, 0, 1);
    assert_bounded(found->needless, 0, 1);
    assert_bounded(found->unavoidable, 0, 1);
    assert_bounded(found->stale_writes, 0, 1);
}

/* ---- at once */

static void test_overlap(void **state)
{
    struct fixture *f = *state;
    begin(f, 10, 0, 0);
    begin(f, 30, 1, 0);
    begin(f, 40, 2, 0);
    done(f, 50, 0);
    done(f, 70, 1);
    done(f, 90, 2);
    const struct freeze freeze = {.process = 1, .from_ns = 35, .until_ns = 65};
    deaths_add_freeze(&f->world.cluster.deaths, &freeze);
    const struct findings *found = find(f);
    assert_bounded(found->overlaps, 2, 2);
    assert_int_equal(found->overlap_depth, 3);
    assert_ns(found->overlap_s, 40);       /* 30 to 70 */
    assert_ns(found->overlap_awake_s, 20); /* 30 to 35, 40 to 50, 65 to 70 */
}

/* Whether a killed process was still there is not known until it is reaped. */
static void test_overlap_with_the_dying(void **state)
{
    struct fixture *f = *state;
    begin(f, 10, 0, 0);
    dies(f, 100, 200, 0, STEP_BEGUN);
    begin(f, 150, 1, 0);
    done(f, 300, 1);
    const struct findings *found = find(f);
    assert_bounded(found->overlaps, 0, 1);
    assert_ns(found->overlap_s, 0);
    assert_ns(found->overlap_max_s, 50);
}

/* The tally alone takes the dead for one who holds the item. */
static void test_overlap_without_a_journal(void **state)
{
    struct fixture *f = *state;
    journal_close(f->world.board->journal);
    f->world.board->journal = NULL;
    (void)ledger_begin(item_of(f), tally_of(f, 0), 0);
    dies(f, 100, 200, 0, STEP_BEGUN);
    (void)ledger_begin(item_of(f), tally_of(f, 1), 1);
    assert_int_equal(counter_get(&tally_of(f, 1)->overlaps), 1);
    const struct findings *found = find(f);
    assert_false(found->journaled);
    assert_int_equal(found->overlaps.certain, 0);
    assert_true(found->overlaps.most >= 1);
}

/* ---- overwritten */

static void test_lost_update(void **state)
{
    struct fixture *f = *state;
    f->scenario.refresh.unchecked = 1;
    begin(f, 10, 0, 0);
    begin(f, 20, 1, 0);
    write_row(f, 30, 1, 0, 0);
    write_row(f, 40, 0, 0, 0); /* it had read before the other one wrote */
    const struct findings *found = find(f);
    assert_bounded(found->lost_updates, 1, 1);
    assert_bounded(found->stale_writes, 1, 1); /* its successor had begun */
}

static void test_stale_by_its_token(void **state)
{
    struct fixture *f = *state;
    begin(f, 10, 0, 1);
    begin(f, 20, 1, 2);
    write_row(f, 30, 1, 0, 2);
    f->now_ns = 40;
    ledger_failed(item_of(f), tally_of(f, 0), 0);
    put(f, 0, JOURNAL_FENCED, (struct journal_record){.token = 1});
    const struct findings *found = find(f);
    assert_int_equal(found->stale_rejected, 1);
    assert_bounded(found->stale_writes, 0, 0);
}

/* ---- acknowledged */

static void test_stale_acknowledge(void **state)
{
    struct fixture *f = *state;
    begin(f, 10, 0, 0);
    done(f, 20, 0);
    begin(f, 30, 1, 0);
    answered(f, 40, 0); /* and removed what the second one holds */
    done(f, 50, 1);
    answered(f, 60, 1);
    put(f, 1, JOURNAL_UNOWNED, (struct journal_record){.item = 1});
    const struct findings *found = find(f);
    assert_int_equal(found->blind_acknowledges.certain, 1);
    assert_bounded(found->stale_acknowledges, 2, 2);
}

/* What an acknowledgement without a reply removed is not known, whoever closed the connection. */
static void test_acknowledge_in_doubt(void **state)
{
    struct fixture *f = *state;
    begin(f, 10, 0, 0);
    done(f, 20, 0);
    f->now_ns = 30;
    put(f, 0, JOURNAL_UNANSWERED, (struct journal_record){0});
    begin(f, 40, 1, 0);
    done(f, 50, 1);
    dies(f, 60, 70, 1, STEP_ACKING);
    begin(f, 80, 2, 0);
    done(f, 90, 2);
    dies(f, 95, 99, 2, STEP_APPLIED); /* nothing was sent */
    assert_bounded(find(f)->stale_acknowledges, 0, 2);
}

/* ---- times */

static void test_recovery(void **state)
{
    struct fixture *f = *state;
    begin(f, 10, 0, 0);
    dies(f, 100, 110, 0, STEP_BEGUN);
    begin(f, 400, 1, 0);
    done(f, 450, 1);
    const struct findings *found = find(f);
    assert_ns(found->recovery_s, 350);
    assert_ns(found->detection_s, 300);
    assert_ns(found->rework_s, 50);
    assert_ns(found->unavailable_s, 450); /* owed from the start, and done by nobody until then */
}

static void test_no_recovery_without_a_fault(void **state)
{
    struct fixture *f = *state;
    begin(f, 10, 0, 0);
    done(f, 20, 0);
    const struct findings *found = find(f);
    assert_true(isnan(found->recovery_s));
    assert_ns(found->unavailable_s, 20);
}

static void test_ages(void **state)
{
    struct fixture *f = *state;
    ledger_mark(&f->world.board->ledger.items[1], tally_of(f, 0), 100); /* and never served */
    begin(f, 10, 0, 0);
    done(f, 500, 0);
    f->world.ended_s = 1100e-6;
    const double age_s = find(f)->age_max_s;
    assert_true(age_s >= 1090e-6 && age_s <= 1110e-6);
}

static void test_fairness(void **state)
{
    struct fixture *f = *state;
    f->result.instances = f->instances;
    f->result.instance_count = 2;
    f->instances[0] = (struct instance_result){.refreshes = 30, .alive_s = 1};
    f->instances[1] = (struct instance_result){.refreshes = 30, .alive_s = 2}; /* half its rate */
    const struct findings *found = find(f);
    assert_true(fabs(found->fairness - 0.9) < 1e-9); /* (1 + 1/2)^2 / (2 (1 + 1/4)) */
    assert_true(fabs(found->spread - 2) < 1e-9);
    f->instances[1].refreshes = 0;
    found = find(f);
    assert_true(fabs(found->fairness - 0.5) < 1e-9);
    assert_true(isnan(found->spread));
}

#define BY_HAND(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BY_HAND(test_lost),
        BY_HAND(test_lost_by_one_of_two),
        BY_HAND(test_needless),
        BY_HAND(test_unavoidable),
        BY_HAND(test_recovered),
        BY_HAND(test_killed_in_a_repeat),
        BY_HAND(test_overlap),
        BY_HAND(test_overlap_with_the_dying),
        BY_HAND(test_overlap_without_a_journal),
        BY_HAND(test_lost_update),
        BY_HAND(test_stale_by_its_token),
        BY_HAND(test_stale_acknowledge),
        BY_HAND(test_acknowledge_in_doubt),
        BY_HAND(test_recovery),
        BY_HAND(test_no_recovery_without_a_fault),
        BY_HAND(test_ages),
        BY_HAND(test_fairness),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
