/* The history: which acknowledgement is about which refresh, and whose claim it removed. Journals
 * written by hand, and one by a seat whose connection is cut. */
#include "tests/kit_run.h"

#include "sim/judge/history.h"
#include "sim/trial/soak.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEATS = 2, CAPACITY = 64 };

struct fixture {
    struct board *board;
    struct deaths deaths;
    uint64_t now_ns;
};

static int open_fixture(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->board = board_open(SEATS, 1, 2, false);
    assert_non_null(f->board);
    f->board->journal = journal_open(SEATS, CAPACITY);
    assert_non_null(f->board->journal);
    *state = f;
    return 0;
}

static int close_fixture(void **state)
{
    struct fixture *f = *state;
    deaths_close(&f->deaths);
    board_close(f->board);
    free(f);
    return 0;
}

static void put(struct fixture *f, uint32_t seat, enum journal_kind kind,
                struct journal_record record)
{
    record.kind = (uint16_t)kind;
    record.t_ns = f->now_ns += 10;
    journal_write(f->board->journal, seat, &record);
}

static void mark(struct fixture *f)
{
    struct tally tally = {0};
    ledger_mark(&f->board->ledger.items[0], &tally, f->now_ns);
}

/* A refresh of a claim that was asked for and told at these times. */
static void begin_claim(struct fixture *f, uint32_t seat, uint64_t asked_ns, uint64_t told_ns)
{
    struct ledger_item *item = &f->board->ledger.items[0];
    put(f, seat, JOURNAL_BEGIN,
        (struct journal_record){.order = ++item->begun, .asked_ns = asked_ns, .row = told_ns});
}

static void begin(struct fixture *f, uint32_t seat)
{
    begin_claim(f, seat, 0, 0);
}

static void done(struct fixture *f, uint32_t seat)
{
    struct ledger_item *item = &f->board->ledger.items[0];
    uint32_t revision = item->done++;
    put(f, seat, JOURNAL_DONE,
        (struct journal_record){
            .order = item->begun, .row = revision, .read = revision, .version = ledger_read(item)});
}

static void answered(struct fixture *f, uint32_t seat)
{
    put(f, seat, JOURNAL_ANSWERED, (struct journal_record){.row = f->now_ns + 5});
}

static struct findings read_history(struct fixture *f)
{
    struct findings findings = {0};
    char error[256] = "";
    if (!history_read(f->board, &f->deaths, 1, f->now_ns, &findings, error, sizeof error))
        fail_msg("%s", error);
    assert_true(findings.journaled);
    return findings;
}

static uint64_t blind(struct fixture *f)
{
    return read_history(f).blind_acknowledges.certain;
}

/* The first seat works on the item, and then its successor does. */
static void succeed(struct fixture *f)
{
    mark(f);
    begin(f, 0);
    done(f, 0);
}

static void test_successors_claim(void **state)
{
    struct fixture *f = *state;
    succeed(f);
    begin(f, 1);
    answered(f, 0);
    done(f, 1);
    assert_int_equal(blind(f), 1);
}

static void test_refused(void **state)
{
    struct fixture *f = *state;
    succeed(f);
    begin(f, 1);
    answered(f, 0);
    put(f, 0, JOURNAL_UNOWNED, (struct journal_record){.item = 1});
    done(f, 1);
    assert_int_equal(blind(f), 0);
}

/* Without the time of a death nothing is known of what its victim had in hand. */
static void test_a_death_is_missing(void **state)
{
    struct fixture *f = *state;
    struct findings findings = {0};
    char error[256] = "";
    succeed(f);
    f->deaths.incomplete = true;
    assert_false(history_read(f->board, &f->deaths, 1, f->now_ns, &findings, error, sizeof error));
    assert_non_null(strstr(error, "out of memory"));
    assert_false(findings.journaled);
}

/* Its work is taken over and done while it stands still: both hold it, but only one works. */
static void test_who_stood_still_did_nothing(void **state)
{
    struct fixture *f = *state;
    f->board->slots[1].process = 1;
    mark(f);
    begin(f, 0);
    begin(f, 1);
    done(f, 1);
    done(f, 0);
    struct freeze freeze = {.process = 0, .from_ns = 15, .until_ns = 35};
    struct findings findings = read_history(f);
    assert_int_equal(findings.overlaps.certain, 1);
    assert_int_equal(findings.overlaps_awake, 1);
    assert_true(isnan(findings.recovery_s));
    deaths_add_freeze(&f->deaths, &freeze);
    findings = read_history(f);
    assert_int_equal(findings.overlaps.certain, 1);
    assert_int_equal(findings.overlaps_awake, 0);
    assert_true(fabs(findings.recovery_s - 15e-9) < 1e-12);
    assert_true(fabs(findings.detection_s - 5e-9) < 1e-12);
}

/* What the first one is answered later is about something else. */
static void test_unanswered(void **state)
{
    struct fixture *f = *state;
    succeed(f);
    put(f, 0, JOURNAL_UNANSWERED, (struct journal_record){0});
    begin(f, 1);
    answered(f, 0);
    done(f, 1);
    assert_int_equal(blind(f), 0);
    assert_int_equal(read_history(f).blind_acknowledges.most, 0);
}

/* Whether its acknowledgement was taken, and when, is not known; its successor had the claim in
 * hand before it gave up waiting. */
static void test_unanswered_while_it_has_a_successor(void **state)
{
    struct fixture *f = *state;
    succeed(f);
    begin(f, 1);
    put(f, 0, JOURNAL_UNANSWERED, (struct journal_record){0});
    done(f, 1);
    struct findings findings = read_history(f);
    assert_int_equal(findings.blind_acknowledges.certain, 0);
    assert_int_equal(findings.blind_acknowledges.most, 1);
}

/* Two marks may be two claims, and each is acknowledged by who holds it; a third claim is not. */
static void test_a_claim_for_each_mark(void **state)
{
    struct fixture *f = *state;
    mark(f);
    succeed(f);
    begin(f, 1);
    answered(f, 0);
    done(f, 1);
    answered(f, 1);
    assert_int_equal(blind(f), 0);
    begin(f, 0);
    done(f, 0);
    begin(f, 1);
    answered(f, 0);
    done(f, 1);
    assert_int_equal(blind(f), 1);
}

/* The first seat has a batch in hand that was taken back, and comes to this item while its
 * successor acknowledges it: nobody's claim but its own was removed. */
static void test_who_claimed_first_may_begin_last(void **state)
{
    struct fixture *f = *state;
    f->now_ns = 1000;
    mark(f);
    begin_claim(f, 1, 200, 210);
    done(f, 1);
    begin_claim(f, 0, 100, 110);
    answered(f, 1);
    done(f, 0);
    assert_int_equal(blind(f), 0);
}

static void test_who_claimed_later_and_began_later(void **state)
{
    struct fixture *f = *state;
    f->now_ns = 1000;
    mark(f);
    begin_claim(f, 0, 100, 110);
    done(f, 0);
    begin_claim(f, 1, 200, 210);
    answered(f, 0);
    done(f, 1);
    assert_int_equal(blind(f), 1);
}

/* Who stood still before it was told may have claimed before or after: nobody is accused. */
static void test_claims_at_once(void **state)
{
    struct fixture *f = *state;
    f->now_ns = 1000;
    mark(f);
    begin_claim(f, 0, 100, 400);
    done(f, 0);
    begin_claim(f, 1, 200, 210);
    answered(f, 0);
    done(f, 1);
    assert_int_equal(blind(f), 0);
}

/* ---- a seat */

static uint64_t count_records(const struct kit_run *kit, enum journal_kind kind)
{
    uint64_t found = 0;
    for (uint32_t seat = 0; seat < kit->world.board->seats; seat++) {
        uint32_t count;
        const struct journal_record *records = journal_of(kit->world.board->journal, seat, &count);
        for (uint32_t i = 0; i < count; i++)
            found += records[i].kind == kind;
    }
    return found;
}

/* The connection is cut at a refresh: what follows it is never answered, and is nobody's fault. */
static void run_cut(struct kit_run *kit, const char *contender)
{
    struct scenario *scenario = &kit->scenario;
    soak_small_world(scenario);
    scenario->journal = JOURNAL_YES;
    scenario->instances = 1; /* which has something to refresh, however busy the machine */
    scenario->converge_ms = 1000 * KIT_PATIENCE_S;
    scenario->event_count = 0;
    kit_run_event(kit, "at refresh 1 of 0 after cut by client");
    kit->options.without_marks = true;
    kit_run_name(kit, contender, strcmp(contender, "batch-lease") == 0 ? "batch=5" : "");
    kit_run_world(kit);
    if (!kit->result.trustworthy || kit->result.broken_promise[0] != '\0')
        kit_run_fail(kit, "%s: not trustworthy, or accused", contender);
    if (kit->world.scenario->time_scale == 1)
        kit_run_fail(kit, "%s: its lease is not the scenario's, but as long as published",
                     contender);
}

static void test_a_cut_leaves_a_doubt(void **state)
{
    static const char *const contenders[] = {"reliable-list", "batch-lease", "lease"};
    struct kit_run *kit = *state;
    for (size_t i = 0; i < sizeof contenders / sizeof contenders[0]; i++) {
        run_cut(kit, contenders[i]);
        if (count_records(kit, JOURNAL_UNANSWERED) == 0)
            kit_run_fail(kit, "%s: no acknowledgement is in doubt", contenders[i]);
    }
}

#define BY_HAND(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BY_HAND(test_successors_claim),
        BY_HAND(test_refused),
        BY_HAND(test_who_stood_still_did_nothing),
        BY_HAND(test_unanswered),
        BY_HAND(test_unanswered_while_it_has_a_successor),
        BY_HAND(test_a_claim_for_each_mark),
        BY_HAND(test_who_claimed_first_may_begin_last),
        BY_HAND(test_who_claimed_later_and_began_later),
        BY_HAND(test_claims_at_once),
        BY_HAND(test_a_death_is_missing),
        IN_A_WORLD(test_a_cut_leaves_a_doubt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
