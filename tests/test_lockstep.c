/* Lockstep: one seed gives one run, command for command and byte for byte, and what the server's
 * own clock could spoil is refused.
 *
 * Two things in a server are drawn by lot at its start, whatever our seed: the hash of its tables
 * and what SPOP picks. So every table here is small enough for a walk (SCAN, SSCAN) of one step,
 * and at most two instances repeat each other's work: with three, what the third still finds
 * depends on how the others' lists overlap. */
#include "tests/kit_contract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum { RUNS = 20, ITEMS = 60, SHORT_CYCLE_MS = 1000, TRACE_MAX = 1 << 16 };

/* All that a run says of itself which no clock but the virtual one has touched. */
struct record {
    struct books books;
    struct fates fates;
    uint64_t refreshes, redundant, failed, statements, conflicts, virtual_ns;
    char trace[TRACE_MAX]; /* every event of every instance, in its order, at its virtual time */
};

static void take_record(struct kit_run *kit, uint64_t seed, struct record *record)
{
    const struct world *world = &kit->world;
    memset(record, 0, sizeof *record);
    kit->options.trace_fd = memfd_create("trace", MFD_CLOEXEC);
    assert_true(kit->options.trace_fd >= 0);
    kit->scenario.seed = seed;
    kit_run_good_world(kit);
    record->books = world->books;
    record->fates = kit->result.items;
    record->refreshes = kit->result.refreshes.total;
    record->redundant = kit->result.refreshes.redundant;
    record->failed = kit->result.refreshes.failed;
    for (uint32_t i = 0; i < world->board->seats; i++) {
        record->statements += counter_get(&world->board->slots[i].tally.statements);
        record->conflicts += counter_get(&world->board->slots[i].tally.conflicts);
    }
    record->virtual_ns = world->board->virtual_ns;
    ssize_t len = pread(kit->options.trace_fd, record->trace, TRACE_MAX, 0);
    assert_in_range(len, 0, TRACE_MAX - 1);
    close(kit->options.trace_fd);
    kit->options.trace_fd = -1;
}

static void compare_rows(const struct kit_run *kit, const struct books *a, const struct books *b)
{
    assert_int_equal(a->count, b->count);
    for (uint32_t i = 0; i < a->count; i++) {
        const struct books_row *x = &a->rows[i], *y = b->rows;
        while (strcmp(x->name, y->name) != 0 && y < b->rows + b->count - 1)
            y++;
        bool same = strcmp(x->name, y->name) == 0 && x->server_calls == y->server_calls &&
                    x->client_calls == y->client_calls && x->inner_calls == y->inner_calls &&
                    x->bytes_out == y->bytes_out && x->bytes_in == y->bytes_in &&
                    x->errors == y->errors;
        if (!same)
            kit_run_fail(kit, "%s: %llu and %llu calls, %llu and %llu bytes out, %llu and %llu in",
                         x->name, (unsigned long long)x->server_calls,
                         (unsigned long long)y->server_calls, (unsigned long long)x->bytes_out,
                         (unsigned long long)y->bytes_out, (unsigned long long)x->bytes_in,
                         (unsigned long long)y->bytes_in);
    }
}

static void compare(const struct kit_run *kit, const struct record *a, const struct record *b)
{
    compare_rows(kit, &a->books, &b->books);
    assert_int_equal(a->books.round_trips, b->books.round_trips);
    assert_memory_equal(&a->fates, &b->fates, sizeof a->fates);
    assert_int_equal(a->refreshes, b->refreshes);
    assert_int_equal(a->redundant, b->redundant);
    assert_int_equal(a->failed, b->failed);
    assert_int_equal(a->statements, b->statements);
    assert_int_equal(a->conflicts, b->conflicts);
    assert_int_equal(a->virtual_ns, b->virtual_ns);
    if (strcmp(a->trace, b->trace) != 0)
        kit_run_fail(kit, "the traces differ:\n%.600s\n%.600s", a->trace, b->trace);
}

/* Runs each contender that `wanted` wants `runs` times with one seed, each on a server of its own,
 * and once with another seed. Returns how many of the latter were different. */
static unsigned check_contenders(struct kit_run *kit, unsigned runs,
                                 bool (*wanted)(const struct kit_run *))
{
    struct record *first = malloc(sizeof *first), *second = malloc(sizeof *second);
    unsigned different = 0, checked = 0;
    assert_true(first != NULL && second != NULL);
    for (size_t i = 0; strategies[i] != NULL; i++)
        for (const struct contender *c = strategies[i]->contenders; c->name != NULL; c++) {
            if (!kit_run_suits(kit, strategies[i]))
                continue;
            kit_run_choose(kit, c, strategies[i]);
            if (wanted != NULL && !wanted(kit))
                continue;
            take_record(kit, 11, first);
            for (unsigned run = 1; run < runs; run++) {
                take_record(kit, 11, second);
                compare(kit, first, second);
            }
            take_record(kit, 12, second);
            different += strcmp(first->trace, second->trace) != 0;
            checked++;
        }
    assert_true(checked > 0);
    free(first);
    free(second);
    return different;
}

static int open_lockstep(void **state)
{
    int status = kit_run_open(state);
    struct kit_run *kit = *state;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.items = ITEMS;
    return status;
}

static void test_one_seed_is_one_run(void **state)
{
    assert_true(check_contenders(*state, RUNS, NULL) > 0);
}

static void test_rounds_are_one_run(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.kind = ITEMS_TASK_ROUNDS;
    kit->scenario.cycles = 3;
    kit->scenario.cycle_ms = SHORT_CYCLE_MS;
    kit->scenario.refresh.statement_us = 1000;
    assert_true(check_contenders(kit, RUNS, NULL) > 0);
}

static bool shares_items(const struct kit_run *kit)
{
    return kit_run_needs(kit).items_per_instance * kit->scenario.instances <= 1.0001;
}

static void test_many_seats(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.instances = 5;
    kit->scenario.workers = 2;
    kit->scenario.refresh.failures = 0.1;
    assert_true(check_contenders(kit, 2, shares_items) > 0);
}

/* Statements take virtual time, and no real one: 60 items of 4 s each. */
static void test_statements_take_virtual_time(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.refresh.statement_us = 1000000;
    kit_run_name(kit, "harbor-23183", "");
    struct record *first = malloc(sizeof *first), *second = malloc(sizeof *second);
    assert_true(first != NULL && second != NULL);
    take_record(kit, 5, first);
    take_record(kit, 5, second);
    compare(kit, first, second);
    assert_int_equal(first->statements, 4 * ITEMS);
    assert_true(first->virtual_ns >= 4 * ITEMS / 2 * NS_PER_S);
    free(first);
    free(second);
}

/* ---- the server's own clock */

static void run_until_past(struct kit_run *kit, uint64_t ms)
{
    kit->scenario.cycles = (uint32_t)(ms / kit->scenario.cycle_ms) + 2;
    kit_run_world(kit);
}

static void check_lapse(struct kit_run *kit)
{
    uint64_t ttl_ms = kit_run_needs(kit).server_ttl_ms;
    if (ttl_ms == 0) {
        const uint64_t cycle_ms = kit->scenario.cycle_ms;
        kit->scenario.cycle_ms = SHORT_CYCLE_MS; /* some wake their many workers all the time */
        run_until_past(kit, 3 * SHORT_CYCLE_MS);
        kit_run_assert_good(kit);
        kit->scenario.cycle_ms = cycle_ms;
        return;
    }
    run_until_past(kit, ttl_ms);
    if (kit->result.status != RUN_REFUSED || kit->result.trustworthy)
        kit_run_fail(kit, "not refused, though a time to live of %llu ms has passed",
                     (unsigned long long)ttl_ms);
    char expected[64];
    snprintf(expected, sizeof expected, "time to live of %llu ms", (unsigned long long)ttl_ms);
    assert_non_null(strstr(kit->result.error, "mode lockstep"));
    assert_non_null(strstr(kit->result.error, expected));
    assert_null(strchr(kit->result.error, '\n'));
}

static void test_a_lapse_is_refused(void **state)
{
    contract_each(*state, check_lapse);
}

static void test_a_whole_run_is_refused(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.cycles = 3;
    kit_run_name(kit, "harbor-22572", "");
    kit_run_contender(kit);
    assert_int_equal(kit->result.status, RUN_REFUSED);
    assert_false(kit->result.trustworthy);
    kit_run_assert_reason(kit, "could lapse");
}

/* Who finds nothing has ended before virtual time has moved, and has lived for no time at all. */
static void test_a_life_of_no_time(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.items = 1;
    kit->scenario.refresh.statement_us = 500;
    kit_run_name(kit, "null", "");
    kit_run_good_world(kit);
    for (uint32_t i = 0; i < kit->world.board->seats; i++)
        assert_in_range(counter_get(&kit->world.board->slots[i].alive_ns), 0,
                        kit->world.board->virtual_ns);
}

#define IN_LOCKSTEP(test) cmocka_unit_test_setup_teardown(test, open_lockstep, kit_run_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_LOCKSTEP(test_one_seed_is_one_run), IN_LOCKSTEP(test_rounds_are_one_run),
        IN_LOCKSTEP(test_many_seats),          IN_LOCKSTEP(test_statements_take_virtual_time),
        IN_LOCKSTEP(test_a_lapse_is_refused),  IN_LOCKSTEP(test_a_whole_run_is_refused),
        IN_LOCKSTEP(test_a_life_of_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
