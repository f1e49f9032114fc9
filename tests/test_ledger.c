/* The ledger: histories worked out by hand, and random ones against a plain model of it. */
#include "sim/machine/random.h"
#include "sim/world/database.h"
#include "strategies/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* One item, one seat. */
struct fixture {
    struct ledger_item item;
    struct tally tally;
    struct hist delay;
};

static int open_fixture(void **state)
{
    struct fixture *f = aligned_alloc(64, (sizeof *f + 63) & ~(size_t)63);
    assert_non_null(f);
    memset(f, 0, sizeof *f);
    *state = f;
    return 0;
}

static int close_fixture(void **state)
{
    free(*state);
    return 0;
}

static uint64_t ms(uint64_t n)
{
    return n * NS_PER_MS;
}

static void mark(struct fixture *f, uint64_t at_ms)
{
    ledger_mark(&f->item, &f->tally, ms(at_ms));
}

static uint32_t begin_and_read(struct fixture *f, uint32_t seat)
{
    ledger_begin(&f->item, &f->tally, seat);
    return ledger_read(&f->item);
}

static void done(struct fixture *f, uint32_t seat, uint32_t version, uint64_t at_ms)
{
    ledger_done(&f->item, &f->tally, seat, version, ms(at_ms), &f->delay);
}

/* A delay of this many ms was recorded, as the nth and the longest one so far. */
static void assert_delays(const struct fixture *f, uint64_t n, uint64_t longest_ms)
{
    assert_int_equal(hist_total(&f->delay), n);
    assert_int_equal(f->delay.max_ns, ms(longest_ms));
}

static void assert_backlog(const struct fixture *f, uint64_t became_owed, uint64_t became_served)
{
    assert_int_equal(counter_get(&f->tally.became_owed), became_owed);
    assert_int_equal(counter_get(&f->tally.became_served), became_served);
    assert_int_equal(ledger_is_owed(&f->item), became_owed - became_served);
}

static struct ledger_sums sums_of(struct fixture *f)
{
    const struct ledger ledger = {.items = &f->item, .first_id = 100, .count = 1};
    return ledger_sum(&ledger);
}

/* ---- by hand */

/* A writer that was killed before it could count is counted by the row. */
static void test_writes_beyond_marks(void **state)
{
    struct fixture *f = *state;
    mark(f, 10);
    done(f, 3, begin_and_read(f, 3), 25);
    f->item.revision = (uint64_t)7 << 32 | 1; /* under a fencing token */
    assert_int_equal(sums_of(f).beyond_marks, 0);
    f->item.revision++;
    assert_int_equal(sums_of(f).beyond_marks, 1);
    mark(f, 30);
    assert_int_equal(sums_of(f).beyond_marks, 0);
}

static void test_mark_then_refresh(void **state)
{
    struct fixture *f = *state;
    assert_false(ledger_is_owed(&f->item));
    mark(f, 10);
    assert_backlog(f, 1, 0);
    uint32_t version = begin_and_read(f, 3);
    assert_int_equal(version, 1);
    assert_int_equal(f->item.holder, 4);
    done(f, 3, version, 25);
    assert_backlog(f, 1, 1);
    assert_delays(f, 1, 15);
    assert_int_equal(f->item.holder, 0);
    struct ledger_sums sums = sums_of(f);
    assert_int_equal(sums.begun, 1);
    assert_int_equal(sums.done, 1);
    assert_int_equal(sums.useful, 1);
    assert_int_equal(sums.refreshed, 1);
    assert_int_equal(sums.owed, 0);
    assert_int_equal(sums.beyond_marks, 0);
}

/* A second mark of an item that is owed adds a version and no debt; its delay is the first's. */
static void test_marks_before_a_refresh_are_served_by_one(void **state)
{
    struct fixture *f = *state;
    mark(f, 10);
    mark(f, 40);
    mark(f, 50);
    assert_backlog(f, 1, 0);
    done(f, 0, begin_and_read(f, 0), 60);
    assert_backlog(f, 1, 1);
    assert_delays(f, 1, 50);
}

static void test_the_version_read_decides(void **state)
{
    struct fixture *f = *state;
    mark(f, 10);
    uint32_t version = begin_and_read(f, 0);
    mark(f, 20);
    done(f, 0, version, 30);
    assert_backlog(f, 1, 0);
    assert_delays(f, 1, 20);
    done(f, 0, begin_and_read(f, 0), 90);
    assert_backlog(f, 1, 1);
    assert_delays(f, 2, 70); /* from the mark at 20 */
    assert_int_equal(sums_of(f).useful, 2);
}

/* Of the marks that come during a refresh the plan times of the last two are kept: exact for one
 * and two of them, a lower bound for more. */
static void check_marks_during_a_refresh(struct fixture *f, unsigned marks, uint64_t expected_ms)
{
    *f = (struct fixture){0};
    mark(f, 10);
    uint32_t version = begin_and_read(f, 0);
    for (unsigned i = 0; i < marks; i++)
        mark(f, 100 * (i + 1));
    done(f, 0, version, 1000);
    assert_delays(f, 1, 990);
    done(f, 0, begin_and_read(f, 0), 5000);
    assert_delays(f, 2, expected_ms);
    assert_backlog(f, 1, 1);
}

static void test_delay_of_marks_during_a_refresh(void **state)
{
    check_marks_during_a_refresh(*state, 1, 4900); /* from 100 */
    check_marks_during_a_refresh(*state, 2, 4900); /* from 100, not from 200 */
    check_marks_during_a_refresh(*state, 3, 4800); /* from 200: at least */
    check_marks_during_a_refresh(*state, 4, 4700);
}

static void test_a_refresh_without_a_mark_is_redundant(void **state)
{
    struct fixture *f = *state;
    mark(f, 10);
    done(f, 0, begin_and_read(f, 0), 20);
    done(f, 1, begin_and_read(f, 1), 500);
    assert_delays(f, 1, 10);
    assert_int_equal(counter_get(&f->tally.done), 2);
    assert_int_equal(counter_get(&f->tally.useful), 1);
    struct ledger_sums sums = sums_of(f);
    assert_int_equal(sums.useful, 1);
    assert_int_equal(sums.refreshed, 1);
    assert_int_equal(sums.beyond_marks, 1);
    assert_backlog(f, 1, 1);
}

/* Two that read the same version: one is useful, whoever writes first. */
static void test_two_at_once_overlap(void **state)
{
    struct fixture *f = *state;
    mark(f, 10);
    uint32_t first = begin_and_read(f, 0);
    assert_int_equal(counter_get(&f->tally.overlaps), 0);
    uint32_t second = begin_and_read(f, 1);
    assert_int_equal(counter_get(&f->tally.overlaps), 1);
    done(f, 0, first, 20);
    assert_int_equal(f->item.holder, 2); /* the first does not let go of the second's */
    done(f, 1, second, 30);
    assert_int_equal(f->item.holder, 0);
    assert_int_equal(counter_get(&f->tally.useful), 1);
    assert_delays(f, 1, 10);
    begin_and_read(f, 0);
    assert_int_equal(counter_get(&f->tally.overlaps), 1);
}

/* The slower of two, which has read the older version, takes nothing back. */
static void test_an_older_version_does_not_serve_again(void **state)
{
    struct fixture *f = *state;
    mark(f, 10);
    uint32_t older = begin_and_read(f, 0);
    mark(f, 20);
    uint32_t newer = begin_and_read(f, 1);
    done(f, 1, newer, 30);
    assert_backlog(f, 1, 1);
    assert_delays(f, 1, 20);
    done(f, 0, older, 900);
    assert_backlog(f, 1, 1);
    assert_delays(f, 1, 20);
    assert_int_equal(counter_get(&f->tally.useful), 1);
    assert_int_equal(sums_of(f).beyond_marks, 0); /* two marks, two refreshes */
}

static void test_a_failed_refresh_leaves_the_debt(void **state)
{
    struct fixture *f = *state;
    mark(f, 10);
    begin_and_read(f, 0);
    ledger_failed(&f->item, &f->tally, 0);
    assert_int_equal(f->item.holder, 0);
    assert_backlog(f, 1, 0);
    assert_delays(f, 0, 0);
    done(f, 0, begin_and_read(f, 0), 70);
    assert_backlog(f, 1, 1);
    assert_delays(f, 1, 60);
    struct ledger_sums sums = sums_of(f);
    assert_int_equal(sums.begun, 2);
    assert_int_equal(sums.done, 1);
    assert_int_equal(sums.failed, 1);
    assert_int_equal(sums.beyond_marks, 0);
}

/* A producer that is late keeps its plan: the delay counts from there, and is never negative. */
static void test_delay_is_from_the_plan(void **state)
{
    struct fixture *f = *state;
    mark(f, 500);
    done(f, 0, begin_and_read(f, 0), 400);
    assert_delays(f, 1, 0);
}

static void test_ids_outside_are_no_items(void **state)
{
    struct fixture *f = *state;
    const struct ledger ledger = {.items = &f->item, .first_id = 100, .count = 1};
    assert_ptr_equal(ledger_item(&ledger, 100), &f->item);
    assert_null(ledger_item(&ledger, 99));
    assert_null(ledger_item(&ledger, 101));
    assert_null(ledger_item(&ledger, 0));
}

/* ---- the modelled database */

struct rival {
    struct ledger_item *item;
    unsigned statements, bumps;
};

/* Somebody else writes the row between this one's read and its update. */
static void interfere(void *context)
{
    struct rival *rival = context;
    if (rival->statements++ % 3 == 1 && rival->bumps > 0) {
        rival->bumps--;
        rival->item->revision++;
    }
}

static void check_conflicts(struct fixture *f, unsigned bumps, enum database_result expected,
                            uint64_t statements)
{
    bool good = expected == DATABASE_DONE;
    *f = (struct fixture){0};
    struct rival rival = {&f->item, 0, bumps};
    struct database database = {.tally = &f->tally, .spend = interfere, .context = &rival};
    uint32_t version = 77;
    struct database_write write;
    mark(f, 1);
    assert_int_equal(database_refresh(&database, &f->item, 0, ms(5), &version, &write), expected);
    assert_int_equal(counter_get(&f->tally.statements), statements);
    assert_int_equal(counter_get(&f->tally.conflicts), bumps);
    assert_int_equal(counter_get(&f->tally.gave_up), !good);
    assert_int_equal(f->item.revision, bumps + good);
    assert_int_equal(version, 1);
    assert_int_equal(f->item.end_time_ms, good ? 5 : 0);
}

static void test_statements_are_executed(void **state)
{
    check_conflicts(*state, 0, DATABASE_DONE, 4);
    check_conflicts(*state, 1, DATABASE_DONE, 7);
    check_conflicts(*state, DATABASE_TRIES - 1, DATABASE_DONE, 3 * DATABASE_TRIES + 1);
    check_conflicts(*state, DATABASE_TRIES, DATABASE_GAVE_UP, 3 * DATABASE_TRIES);
}

static enum database_result write_under(struct fixture *f, uint32_t token)
{
    struct database database = {.tally = &f->tally};
    uint32_t version;
    struct database_write write;
    return database_refresh(&database, &f->item, token, ms(5), &version, &write);
}

/* A token refuses those below it from its first write on; who has none is not asked for one. */
static void test_a_greater_token_fences(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(write_under(f, 4), DATABASE_DONE);
    assert_int_equal(write_under(f, 4), DATABASE_DONE);
    assert_int_equal(write_under(f, 7), DATABASE_DONE);
    assert_int_equal(counter_get(&f->tally.fenced), 0);
    assert_int_equal(write_under(f, 4), DATABASE_FENCED);
    assert_int_equal(write_under(f, 6), DATABASE_FENCED);
    assert_int_equal(counter_get(&f->tally.fenced), 2);
    assert_int_equal(write_under(f, 0), DATABASE_DONE);
    assert_int_equal(write_under(f, 6), DATABASE_FENCED); /* the token stays in the row */
    assert_int_equal(write_under(f, 7), DATABASE_DONE);
    assert_int_equal((uint32_t)f->item.revision, 5);
}

/* ---- random histories against a model that keeps everything */

enum { MODEL_MARKS = 4000, MODEL_SEATS = 3 };

struct model {
    uint64_t plan_ms[MODEL_MARKS]; /* of version i + 1 */
    uint32_t marked, served;       /* served: the highest version */
    uint32_t begun, done, failed, useful, overlaps, owed_again, served_again, delays;
    uint64_t last_delay_ms;
    bool exact;           /* what the ledger says of the last delay, else a lower bound */
    uint32_t last_marked; /* when the version before was served */
    bool busy[MODEL_SEATS];
    uint32_t read[MODEL_SEATS];
    int holder; /* or -1 */
};

static void model_done(struct model *m, uint32_t seat, uint64_t now_ms)
{
    m->busy[seat] = false;
    m->done++;
    if (m->holder == (int)seat)
        m->holder = -1;
    if (m->read[seat] <= m->served)
        return;
    uint64_t plan_ms = m->plan_ms[m->served]; /* of the oldest version that nobody has served */
    m->last_delay_ms = now_ms > plan_ms ? now_ms - plan_ms : 0;
    /* The ledger forgets plan times when over two marks came before the one before was served. */
    m->exact = m->last_marked - m->served <= 2;
    m->delays++;
    m->useful++;
    m->served = m->read[seat];
    m->last_marked = m->marked > m->served ? m->marked : m->served;
    m->served_again += m->served == m->marked;
}

static void step_both(struct fixture *f, struct model *m, uint64_t *random, uint64_t now_ms)
{
    uint32_t seat = (uint32_t)random_below(random, MODEL_SEATS);
    uint64_t what = random_below(random, 8);
    if (what < 3) {
        m->plan_ms[m->marked] = now_ms;
        m->owed_again += m->marked++ == m->served;
        mark(f, now_ms);
    } else if (!m->busy[seat]) {
        m->busy[seat] = true;
        m->begun++;
        m->overlaps += m->holder >= 0;
        m->holder = (int)seat;
        ledger_begin(&f->item, &f->tally, seat);
        m->read[seat] = m->marked;
        assert_int_equal(ledger_read(&f->item), m->marked);
    } else if (what == 3) {
        m->busy[seat] = false;
        m->failed++;
        m->holder = m->holder == (int)seat ? -1 : m->holder;
        ledger_failed(&f->item, &f->tally, seat);
    } else {
        uint32_t before = m->delays;
        f->delay = (struct hist){0};
        model_done(m, seat, now_ms);
        done(f, seat, m->read[seat], now_ms);
        assert_int_equal(hist_total(&f->delay), m->delays - before);
        uint64_t told_ms = f->delay.max_ns / NS_PER_MS;
        if (m->delays > before && m->exact)
            assert_int_equal(told_ms, m->last_delay_ms);
        else if (m->delays > before)
            assert_in_range(told_ms, 0, m->last_delay_ms);
    }
}

static void compare(struct fixture *f, const struct model *m)
{
    struct ledger_sums sums = sums_of(f);
    assert_int_equal(sums.begun, m->begun);
    assert_int_equal(sums.done, m->done);
    assert_int_equal(sums.failed, m->failed);
    assert_int_equal(sums.useful, m->useful);
    assert_int_equal(sums.owed, m->marked > m->served);
    assert_int_equal(sums.refreshed, m->done > 0);
    assert_int_equal(sums.beyond_marks, m->done > m->marked ? m->done - m->marked : 0);
    assert_int_equal(counter_get(&f->tally.begun), m->begun);
    assert_int_equal(counter_get(&f->tally.done), m->done);
    assert_int_equal(counter_get(&f->tally.failed), m->failed);
    assert_int_equal(counter_get(&f->tally.useful), m->useful);
    assert_int_equal(counter_get(&f->tally.overlaps), m->overlaps);
    assert_backlog(f, m->owed_again, m->served_again);
    assert_int_equal(versions_marked(f->item.versions), m->marked);
    assert_int_equal(versions_served(f->item.versions), m->served);
    assert_int_equal(f->item.holder, (uint32_t)(m->holder + 1));
}

static void test_random_histories(void **state)
{
    struct fixture *f = *state;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        uint64_t random = seed, now_ms = 0;
        struct model m = {.holder = -1};
        *f = (struct fixture){0};
        for (int i = 0; i < 200; i++) {
            now_ms += random_below(&random, 50);
            step_both(f, &m, &random, now_ms);
            compare(f, &m);
        }
        assert_true(m.useful > 10 && m.overlaps > 10 && m.failed > 3);
    }
}

#define ON_ONE_ITEM(test) cmocka_unit_test_setup_teardown(test, open_fixture, close_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_ONE_ITEM(test_mark_then_refresh),
        ON_ONE_ITEM(test_writes_beyond_marks),
        ON_ONE_ITEM(test_marks_before_a_refresh_are_served_by_one),
        ON_ONE_ITEM(test_the_version_read_decides),
        ON_ONE_ITEM(test_delay_of_marks_during_a_refresh),
        ON_ONE_ITEM(test_a_refresh_without_a_mark_is_redundant),
        ON_ONE_ITEM(test_two_at_once_overlap),
        ON_ONE_ITEM(test_an_older_version_does_not_serve_again),
        ON_ONE_ITEM(test_a_failed_refresh_leaves_the_debt),
        ON_ONE_ITEM(test_delay_is_from_the_plan),
        ON_ONE_ITEM(test_ids_outside_are_no_items),
        ON_ONE_ITEM(test_statements_are_executed),
        ON_ONE_ITEM(test_a_greater_token_fences),
        ON_ONE_ITEM(test_random_histories),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
