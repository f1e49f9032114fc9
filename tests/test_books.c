/* The books: they balance after a real run, and a change of one in any counter of it is noticed
 * and named. */
#include "tests/kit_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A run in which every counter of the books has moved: scripts, failures, marks meanwhile. */
static int open_books(void **state)
{
    int status = kit_run_open(state);
    struct kit_run *kit = *state;
    kit->scenario.time_scale = 300;
    kit->scenario.cycle_ms = 30000;
    kit->scenario.cycles = 3;
    kit->scenario.refresh.failures = 0.1;
    kit->scenario.producers.count = 1;
    kit->scenario.producers.per_s = 2;
    kit->scenario.producers.again = 0.2;
    kit->scenario.producers.seeded = 0.9;
    kit_run_name(kit, "claim-drained", "");
    kit_run_good_world(kit);
    return status;
}

/* The books once more, from the counters as they are now. True if they balance. */
static bool balance(struct kit_run *kit)
{
    kit->result.reason_count = 0;
    world_close_books(&kit->world, true);
    assert_int_equal(kit->result.status, RUN_COMPLETE);
    return kit->result.reason_count == 0;
}

/* And from what already stands in the books. */
static bool balance_as_they_stand(struct kit_run *kit)
{
    kit->result.reason_count = 0;
    bool good = books_check(&kit->world.books, &kit->result);
    assert_int_equal(good, kit->result.reason_count == 0);
    return good;
}

/* ---- where things are counted */

static struct slot *worker(struct kit_run *kit)
{
    return &kit->world.board->slots[0];
}

static unsigned row_of(const struct slot *slot, const char *name)
{
    for (unsigned i = 0; i < slot->meter.used; i++)
        if (strcmp(slot->meter.counts[i].name, name) == 0)
            return i;
    fail_msg("no %s was counted", name);
    return 0;
}

static struct wire_count *count_of(struct kit_run *kit, const char *name)
{
    return &worker(kit)->meter.counts[row_of(worker(kit), name)];
}

static uint64_t *server_calls(struct kit_run *kit, const char *name)
{
    struct server_counts *after = &kit->world.after;
    for (uint32_t i = 0; i < after->count; i++)
        if (strcmp(after->rows[i].name, name) == 0)
            return &after->rows[i].calls;
    fail_msg("the server has counted no %s", name);
    return NULL;
}

/* All latencies of a command in one place, so that there is something to take away from. */
static _Atomic uint32_t *latencies(struct kit_run *kit, const char *name)
{
    struct hist *hist = &worker(kit)->latency[row_of(worker(kit), name)];
    uint32_t total = (uint32_t)hist_total(hist);
    *hist = (struct hist){0};
    hist->counts[5] = total;
    return &hist->counts[5];
}

/* One that was refreshed, and is not owed. */
static struct ledger_item *served_item(struct kit_run *kit)
{
    struct ledger_item *item = kit->world.board->ledger.items;
    while (item->useful == 0 || ledger_is_owed(item))
        item++;
    return item;
}

/* ---- one counter, by one */

struct word {
    const char *what;
    void *at;
    size_t bytes;
    const char *reason; /* what a reason must say when it is off */
};

static void add(const struct word *word, int64_t n)
{
    /* Nobody else looks at these words any more. */
    if (word->bytes == sizeof(uint32_t))
        *(uint32_t *)word->at += (uint32_t)n;
    else
        *(uint64_t *)word->at += (uint64_t)n;
}

static void check_tampering(struct kit_run *kit, const struct word *word, int64_t n,
                            bool (*balances)(struct kit_run *))
{
    add(word, n);
    if (balances(kit))
        fail_msg("%s: a change by %d is not noticed", word->what, (int)n);
    kit_run_assert_reason(kit, word->reason);
    add(word, -n);
    if (!balances(kit))
        kit_run_fail(kit, "%s: the books do not balance when it is right again", word->what);
}

#define WORD(word) #word, &(word), sizeof(word)

static void test_every_counter_matters(void **state)
{
    struct kit_run *kit = *state;
    struct tally *tally = &worker(kit)->tally;
    struct ledger_item *item = served_item(kit);
    _Atomic uint32_t *evals = latencies(kit, "EVALSHA"), *scans = latencies(kit, "SSCAN");
    const struct word words[] = {
        {"server calls", server_calls(kit, "SSCAN"), 8, "SSCAN: the server counted"},
        {"server calls inside scripts", server_calls(kit, "SPOP"), 8, "SPOP: the server counted"},
        {"server calls of a twin", server_calls(kit, "PEXPIRE"), 8, "EXPIRE: the server counted"},
        {"server calls of nobody", server_calls(kit, "PING"), 8, "PING: the server counted"},
        {WORD(count_of(kit, "SREM")->calls), "SREM: the server counted"},
        {WORD(count_of(kit, "SREM")->calls), "latencies were recorded"},
        {WORD(count_of(kit, "SPOP")->inner), "SPOP: the server counted"},
        {WORD(count_of(kit, "SADD")->inner), "SADD: the server counted"},
        {WORD(*evals), "EVALSHA: "},
        {WORD(*scans), "latencies were recorded"},
        {WORD(count_of(kit, "SSCAN")->bytes_out), "the instances sent"},
        {WORD(count_of(kit, "SSCAN")->bytes_in), "the instances read"},
        {WORD(kit->world.after.bytes_in), "the server read"},
        {WORD(kit->world.after.bytes_out), "the server sent"},
        {WORD(kit->world.after.harness_in), "the server sent"},
        {WORD(kit->world.after.harness_out), "the server read"},
        {WORD(tally->begun), "refreshes begun"},
        {WORD(tally->done), "refreshes done"},
        {WORD(tally->failed), "refreshes failed"},
        {WORD(tally->useful), "first refreshes of a version"},
        {WORD(tally->became_owed), "the backlog:"},
        {WORD(tally->became_served), "the backlog:"},
        {WORD(kit->world.owed_at_start), "the backlog:"},
        {WORD(item->begun), "refreshes begun"},
        {WORD(item->done), "refreshes done"},
        {WORD(item->failed), "refreshes failed"},
        {WORD(item->useful), "first refreshes of a version"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        check_tampering(kit, &words[i], 1, balance);
        check_tampering(kit, &words[i], -1, balance);
    }
}

/* A mark that the ledger has and nobody has made. */
static void test_the_ledgers_debt_matters(void **state)
{
    struct kit_run *kit = *state;
    struct ledger_item *item = served_item(kit);
    item->versions += UINT64_C(1) << 32;
    assert_false(balance(kit));
    kit_run_assert_reason(kit, "the backlog:");
    item->versions -= UINT64_C(1) << 32;
    assert_true(balance(kit));
}

static void test_every_fate_matters(void **state)
{
    struct kit_run *kit = *state;
    struct books *books = &kit->world.books;
    struct fates *fates = &books->fates;
    const struct word words[] = {
        {WORD(fates->total), "the fates of"},
        {WORD(fates->refreshed), "the fates of"},
        {WORD(fates->pending), "the fates of"},
        {WORD(fates->claimed), "owed by their fates"},
        {WORD(fates->stranded), "owed by their fates"},
        {WORD(fates->dead), "owed by their fates"},
        {WORD(fates->lost), "owed by their fates"},
        {WORD(books->items.owed), "owed by their fates"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        check_tampering(kit, &words[i], 1, balance_as_they_stand);
        check_tampering(kit, &words[i], -1, balance_as_they_stand);
    }
    /* An item of the wrong fate leaves the sum as it is, and not the debt. */
    fates->refreshed--;
    fates->lost++;
    assert_false(balance_as_they_stand(kit));
    kit_run_assert_reason(kit, "owed by their fates");
}

/* ---- doubt */

/* Passes while it is off by `doubt` at most, in both directions. */
static void check_doubt(struct kit_run *kit, const struct word *word, int64_t doubt)
{
    for (int64_t n = -doubt; n <= doubt; n += doubt) {
        add(word, n);
        if (!balance(kit))
            kit_run_fail(kit, "%s: a doubt of %d is not granted", word->what, (int)n);
        add(word, -n);
    }
    check_tampering(kit, word, doubt + 1, balance);
    check_tampering(kit, word, -doubt - 1, balance);
}

static void test_calls_in_doubt(void **state)
{
    struct kit_run *kit = *state;
    struct wire_meter *meter = &worker(kit)->meter;
    const struct word calls = {"server calls", server_calls(kit, "SSCAN"), 8, "SSCAN: "};
    counter_add(&meter->unknown, 1);
    counter_add(&meter->under_way, 2);
    check_doubt(kit, &calls, 3);
    assert_int_equal(kit->result.calls_in_doubt, 3);
    /* Their bytes are in doubt too, and no others: the server may have read them, or not. */
    const struct word bytes = {WORD(kit->world.after.bytes_in), "the server read"};
    counter_add(&meter->unknown_out, 60);
    counter_add(&meter->under_way_out, 40);
    add(&bytes, 100);
    assert_true(balance(kit));
    check_tampering(kit, &bytes, 1, balance);
    add(&bytes, -100);
    check_tampering(kit, &bytes, -1, balance);
}

/* A script of unknown outcome may have done as much inside as any other, and no more. */
static void test_inner_calls_in_doubt(void **state)
{
    struct kit_run *kit = *state;
    struct wire_meter *meter = &worker(kit)->meter;
    uint64_t most = 0;
    assert_true(balance(kit));
    for (uint32_t i = 0; i < kit->world.books.count; i++)
        if (strcmp(kit->world.books.rows[i].name, "SADD") == 0)
            most = kit->world.books.rows[i].inner_most;
    assert_true(most > 1);
    counter_add(&meter->unknown, 1);
    const struct word calls = {"server calls", server_calls(kit, "SADD"), 8, "SADD: "};
    check_doubt(kit, &calls, (int)most);
}

/* A script that failed half way is a doubt about inner calls, and about nothing else. */
static void test_scripts_that_failed(void **state)
{
    struct kit_run *kit = *state;
    assert_true(balance(kit));
    uint64_t most = kit_run_row(kit, "SADD")->inner_most;
    counter_add(&worker(kit)->meter.unstated, 1);
    const struct word inner = {"server calls", server_calls(kit, "SADD"), 8, "SADD: "};
    check_doubt(kit, &inner, (int)most);
    const struct word calls = {"server calls", server_calls(kit, "SREM"), 8, "SREM: "};
    check_tampering(kit, &calls, 1, balance);
    assert_int_equal(kit->result.calls_in_doubt, 0);
}

/* Where the same command is meant by its own name it stands under that. */
static void test_twins(void **state)
{
    struct kit_run *kit = *state;
    uint64_t stood_in = kit_run_row(kit, "EXPIRE")->server_calls;
    assert_true(stood_in > 0);
    struct wire_meter *meter = &worker(kit)->meter;
    struct wire_count *meant = &meter->counts[meter->used++];
    snprintf(meant->name, sizeof meant->name, "PEXPIRE");
    counter_set(&meant->inner, 1);
    assert_false(balance(kit)); /* the others are nobody's now */
    kit_run_assert_reason(kit, "EXPIRE: the server counted 0 calls");
    assert_int_equal(kit_run_row(kit, "PEXPIRE")->server_calls, stood_in);
}

static void test_killed_seats(void **state)
{
    struct kit_run *kit = *state;
    struct process *process = &kit->world.cluster.processes[1];
    struct tally *tally = &worker(kit)->tally;
    _Atomic uint32_t *scans = latencies(kit, "SSCAN");
    process->kills = 1;
    const struct word words[] = {
        {WORD(tally->begun), "refreshes begun"},
        {WORD(tally->done), "refreshes done"},
        {WORD(tally->failed), "refreshes failed"},
        {WORD(tally->useful), "first refreshes of a version"},
        {WORD(tally->became_served), "the backlog:"},
        {WORD(*scans), "latencies"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        check_doubt(kit, &words[i], process->slots);
    /* A death by itself puts no call in doubt. */
    const struct word calls = {"server calls", server_calls(kit, "SSCAN"), 8, "SSCAN: "};
    check_tampering(kit, &calls, 1, balance);
}

/* Who dies before he has counted what became owed may leave a backlog below nothing. */
static void test_a_backlog_below_nothing(void **state)
{
    struct kit_run *kit = *state;
    assert_true(balance(kit));
    uint64_t owed = kit->world.books.items.owed;
    struct process *process = &kit->world.cluster.processes[1];
    process->kills = (uint32_t)owed + 1;
    const struct word word = {WORD(worker(kit)->tally.became_owed), "the backlog:"};
    check_doubt(kit, &word, (int64_t)process->slots * process->kills);
}

/* ---- a server that is not ours */

static void test_foreign_commands(void **state)
{
    struct kit_run *kit = *state;
    struct books *books = &kit->world.books;
    books->rows[books->count++] = (struct books_row){.name = "LPUSH", .server_calls = 12};
    books->server_bytes_in += 400;
    assert_false(balance_as_they_stand(kit));
    kit_run_assert_reason(kit, "LPUSH: the server counted 12");
    books->foreign = true;
    assert_true(balance_as_they_stand(kit));
    books->rows[0].client_calls++;
    assert_false(balance_as_they_stand(kit));
}

#define ON_REAL_BOOKS(test) cmocka_unit_test_setup_teardown(test, open_books, kit_run_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_REAL_BOOKS(test_every_counter_matters),
        ON_REAL_BOOKS(test_the_ledgers_debt_matters),
        ON_REAL_BOOKS(test_every_fate_matters),
        ON_REAL_BOOKS(test_calls_in_doubt),
        ON_REAL_BOOKS(test_inner_calls_in_doubt),
        ON_REAL_BOOKS(test_killed_seats),
        ON_REAL_BOOKS(test_a_backlog_below_nothing),
        ON_REAL_BOOKS(test_foreign_commands),
        ON_REAL_BOOKS(test_scripts_that_failed),
        ON_REAL_BOOKS(test_twins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
