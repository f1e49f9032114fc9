/* What every contender of the registry has to keep, whichever it is: a new one is covered without
 * another line here. */
#include "sim/gather.h"
#include "tests/kit_run.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

enum { SHORT_CYCLE_MS = 100, CYCLES_BOUND = 100 };

typedef void contract(struct kit_run *kit);

/* Calls `check` with each contender as the scenario's entry. */
static void for_each_contender(struct kit_run *kit, contract *check)
{
    for (size_t i = 0; strategies[i] != NULL; i++)
        for (const struct contender *c = strategies[i]->contenders; c->name != NULL; c++) {
            if (!kit_run_suits(kit, strategies[i]))
                continue;
            kit_run_choose(kit, c, strategies[i]);
            check(kit);
        }
}

static void in_both_modes(struct kit_run *kit, contract *check)
{
    for (int mode = MODE_CONCURRENT; mode <= MODE_LOCKSTEP; mode++) {
        kit->scenario.mode = (enum mode)mode;
        for_each_contender(kit, check);
    }
}

/* ---- without faults */

/* One cycle where that clears everything, else as many as it takes. */
static void check_healthy(struct kit_run *kit)
{
    struct scenario *scenario = &kit->scenario;
    struct needs needs = kit_run_needs(kit);
    const uint64_t cycle_ms = scenario->cycle_ms;
    if (needs.items_per_cycle > 0) {
        scenario->cycles = 0;
        scenario->cycle_ms = (uint64_t)(SHORT_CYCLE_MS * scenario->time_scale);
    }
    kit_run_world(kit);
    kit_run_assert_good(kit);
    if (kit->result.items.refreshed != scenario->items)
        kit_run_fail(kit, "not all items are refreshed");
    if (kit->result.refreshes.total == 0 || kit_run_cycles(kit) > CYCLES_BOUND)
        kit_run_fail(kit, "%llu cycles", (unsigned long long)kit_run_cycles(kit));
    /* Who shares the items out does each once, however many workers there are. */
    if (needs.items_per_instance * scenario->instances <= 1.0001 &&
        kit->result.refreshes.redundant > 0)
        kit_run_fail(kit, "%llu refreshes are redundant",
                     (unsigned long long)kit->result.refreshes.redundant);
    scenario->cycles = 1;
    scenario->cycle_ms = cycle_ms;
}

static void test_one_instance(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.instances = 1;
    in_both_modes(kit, check_healthy);
}

static void test_two_instances(void **state)
{
    in_both_modes(*state, check_healthy);
}

static void test_eight_instances(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.instances = 8;
    in_both_modes(kit, check_healthy);
}

static void test_two_workers(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.workers = 2;
    in_both_modes(kit, check_healthy);
}

static void test_scaled_time(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.time_scale = 30;
    in_both_modes(kit, check_healthy);
}

/* ---- with nothing to do */

static void check_idle(struct kit_run *kit)
{
    enum { CALLS_OF_AN_IDLE_CYCLE = 5 };
    uint64_t calls = 0;
    kit->shape.seeded = 0;
    kit_run_world(kit);
    kit_run_assert_good(kit);
    for (uint32_t i = 0; i < kit->world.books.count; i++)
        calls += kit->world.books.rows[i].client_calls;
    if (calls > CALLS_OF_AN_IDLE_CYCLE * kit->scenario.instances)
        kit_run_fail(kit, "%llu calls for nothing", (unsigned long long)calls);
    if (kit_run_cycles(kit) != 1)
        kit_run_fail(kit, "the cycle did not end");
    assert_int_equal(kit->world.books.items.owed, 0);
    struct run_result whole = {.entry = &kit->scenario.entries[0]};
    gather_result(&kit->world, &whole);
    bool idled = whole.refreshes.total == 0; /* one does its share, asked or not */
    if (idled && !(whole.idle_calls_per_instance_s >= 0))
        kit_run_fail(kit, "what idling costs is not recorded");
    run_result_close(&whole);
}

static void test_nothing_is_owed(void **state)
{
    in_both_modes(*state, check_idle);
}

/* ---- with refreshes that fail */

static void check_failures(struct kit_run *kit)
{
    kit_run_world(kit);
    kit_run_assert_good(kit);
    if (kit->result.items.refreshed != kit->scenario.items)
        kit_run_fail(kit, "not all items are refreshed");
    if (kit->result.refreshes.failed == 0 || kit_run_cycles(kit) > CYCLES_BOUND)
        kit_run_fail(kit, "%llu failed in %llu cycles",
                     (unsigned long long)kit->result.refreshes.failed,
                     (unsigned long long)kit_run_cycles(kit));
}

static void test_failing_refreshes(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.refresh.failures = 0.2;
    kit->scenario.cycles = 0;
    kit->scenario.cycle_ms = SHORT_CYCLE_MS;
    for_each_contender(kit, check_failures);
}

/* ---- with items whose refresh always fails */

static bool outlives_a_lease(const struct kit_run *kit)
{
    uint64_t ttl_ms = kit_run_needs(kit).server_ttl_ms;
    return ttl_ms > 0 && ttl_ms < kit->scenario.cycle_ms * kit->scenario.cycles;
}

/* More than a batch of them: whoever puts them back into what it is draining is cut by the bound,
 * and the other items, and the rounds after it, come to their turn all the same. */
static void check_broken(struct kit_run *kit)
{
    struct scenario *scenario = &kit->scenario;
    scenario->cycles = 2;
    if (outlives_a_lease(kit)) /* of virtual time the server knows nothing */
        scenario->cycles = 1;
    kit_run_world(kit);
    kit_run_assert_good(kit);
    const struct run_result *result = &kit->result;
    if (kit_run_cycles(kit) < scenario->cycles || result->items.refreshed == 0)
        kit_run_fail(kit, "the run has not gone on");
    if (result->items.refreshed > scenario->items - scenario->refresh.broken ||
        result->refreshes.failed < scenario->refresh.broken)
        kit_run_fail(kit, "%llu have failed", (unsigned long long)result->refreshes.failed);
    print_message("%s: %u rounds did not end, %llu refreshes failed\n", scenario->entries[0].label,
                  result->unfinished, (unsigned long long)result->refreshes.failed);
    if (strcmp(scenario->entries[0].label, "harbor-23183") == 0)
        assert_true(result->unfinished > 0);
    if (strcmp(scenario->entries[0].label, "harbor-2.14") == 0)
        assert_int_equal(result->unfinished, 0);
}

static void test_broken_items(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.instances = 1;
    kit->scenario.items = 150;
    kit->scenario.refresh.broken = 120;
    kit->scenario.cycle_ms = 5000;
    kit->scenario.round_bound_ms = 60;
    for_each_contender(kit, check_broken);
}

/* ---- while items are marked */

static void check_marks(struct kit_run *kit)
{
    /* Of time that is virtual the server knows nothing: there such a run is refused. */
    if (kit->scenario.mode == MODE_LOCKSTEP && outlives_a_lease(kit))
        return;
    kit_run_world(kit);
    kit_run_assert_good(kit);
    const struct producer_plan *plan = &kit->shape.producers;
    double planned = plan->rate_per_s * (double)plan->end_ns / 1e9;
    if ((double)kit->result.marks != planned)
        kit_run_fail(kit, "%llu of %.0f marks", (unsigned long long)kit->result.marks, planned);
    if (kit->world.books.became_owed == 0 || kit->world.books.became_served == 0)
        kit_run_fail(kit, "no mark was served");
}

static void test_marks_meanwhile(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.time_scale = 30;
    kit->scenario.cycles = 4;
    kit->scenario.cycle_ms = 30 * SHORT_CYCLE_MS;
    kit->scenario.producers.count = 2;
    kit->scenario.producers.per_s = 50; /* 600 marks in 0.4 s */
    kit->scenario.producers.again = 0.3;
    kit->scenario.producers.seeded = 0.5;
    in_both_modes(kit, check_marks);
}

/* ---- what is called inside of scripts, as the server tells it */

enum { TOLD_MAX = 32 };

struct told {
    struct {
        char name[WIRE_NAME_MAX];
        uint64_t direct, inner;
    } rows[TOLD_MAX];
    uint32_t count;
};

static void told_add(struct told *told, const char *name, bool inner)
{
    uint32_t i = 0;
    while (i < told->count && strcmp(told->rows[i].name, name) != 0)
        i++;
    assert_in_range(i, 0, TOLD_MAX - 1);
    if (i == told->count)
        snprintf(told->rows[told->count++].name, WIRE_NAME_MAX, "%s", name);
    told->rows[i].direct += !inner;
    told->rows[i].inner += inner;
}

/* A connection that hears every command from now on. */
static FILE *monitor_open(const struct server *server)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char line[64];
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", server->socket_path);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(write(fd, "MONITOR\r\n", 9), 9);
    FILE *monitor = fdopen(fd, "r");
    assert_non_null(monitor);
    assert_non_null(fgets(line, sizeof line, monitor));
    assert_string_equal(line, "+OK\r\n");
    return monitor;
}

/* +1700000000.123456 [0 lua] "SPOP" "key" "100"; of a container ("XGROUP" "CREATE") both words. */
static void read_command(const char *line, char name[WIRE_NAME_MAX], bool *inner)
{
    const char *quote = strstr(line, "] \"");
    assert_non_null(quote);
    size_t len = strcspn(quote + 3, "\"");
    if (len == strlen("XGROUP") && strncasecmp(quote + 3, "XGROUP", len) == 0)
        len += strlen("\" \"") + strcspn(quote + 3 + len + strlen("\" \""), "\"");
    assert_in_range(len, 1, WIRE_NAME_MAX - 1);
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        if (quote[3 + i] != '"')
            name[n++] = (char)toupper((unsigned char)quote[3 + i]);
    name[n] = '\0';
    *inner = strstr(line, " lua] ") != NULL;
}

static const char *published(const char *name)
{
    return strcmp(name, "PEXPIRE") == 0 ? "EXPIRE" : name;
}

/* What was said between the two snapshots of the books: of each, two questions of INFO. */
static void hear(FILE *monitor, struct told *told)
{
    char *line = NULL, name[WIRE_NAME_MAX];
    size_t size = 0;
    bool inner;
    for (int snapshots = 0; snapshots < 3;) {
        assert_true(getline(&line, &size, monitor) > 0);
        read_command(line, name, &inner);
        if (strcmp(name, "INFO") == 0)
            snapshots += strstr(line, "\"commandstats\"") || strstr(line, "\"stats\"");
        else if (snapshots == 2)
            told_add(told, published(name), inner);
    }
    free(line);
}

static void compare(struct kit_run *kit, const struct told *told)
{
    const struct books *books = &kit->world.books;
    uint64_t heard = 0, counted = 0;
    for (uint32_t i = 0; i < told->count; i++) {
        const struct books_row *row = kit_run_row(kit, told->rows[i].name);
        if (row->client_calls != told->rows[i].direct || row->inner_calls != told->rows[i].inner)
            kit_run_fail(kit, "%s: heard %llu and %llu inside scripts, counted %llu and %llu",
                         told->rows[i].name, (unsigned long long)told->rows[i].direct,
                         (unsigned long long)told->rows[i].inner,
                         (unsigned long long)row->client_calls,
                         (unsigned long long)row->inner_calls);
        heard += told->rows[i].direct + told->rows[i].inner;
    }
    for (uint32_t i = 0; i < books->count; i++)
        counted += books->rows[i].client_calls + books->rows[i].inner_calls;
    assert_int_equal(heard, counted);
}

/* Returns how many calls were made inside of scripts. */
static uint64_t check_monitored(struct kit_run *kit)
{
    struct told told = {0};
    kit_run_world_open(kit);
    FILE *monitor = monitor_open(&kit->world.server);
    kit_run_world_finish(kit);
    assert_int_equal(kit->result.status, RUN_COMPLETE);
    /* The server has talked to somebody else as well; all other books balance. */
    for (uint32_t i = 0; i < kit->result.reason_count; i++)
        if (strncmp(kit->result.reasons[i], "the server sent ", 16) != 0)
            kit_run_fail(kit, "more than the bytes for the monitor is out of balance");
    hear(monitor, &told);
    fclose(monitor);
    compare(kit, &told);
    uint64_t inner = 0;
    for (uint32_t i = 0; i < told.count; i++)
        inner += told.rows[i].inner;
    return inner;
}

static int64_t last_form(const struct parameter *parameter)
{
    int64_t last = 1;
    if (parameter->type == PARAMETER_CHOICE)
        while (parameter->choices[last + 1] != NULL)
            last++;
    return last;
}

/* Each switch and choice at each of its values, for some scripts are called in one form only. */
static uint64_t check_forms(struct kit_run *kit)
{
    struct entry *entry = &kit->scenario.entries[0];
    uint64_t inner = check_monitored(kit);
    for (size_t i = 0; entry->strategy->parameters[i].name != NULL; i++) {
        const struct parameter *parameter = &entry->strategy->parameters[i];
        if (parameter->type != PARAMETER_CHOICE && parameter->type != PARAMETER_SWITCH)
            continue;
        int64_t own = entry->values[i];
        for (int64_t form = 0; form <= last_form(parameter); form++) {
            entry->values[i] = form;
            if (form != own)
                inner += check_monitored(kit);
        }
        entry->values[i] = own;
    }
    return inner;
}

static void check_split(struct kit_run *kit)
{
    const struct strategy *strategy = kit->scenario.entries[0].strategy;
    uint64_t inner = check_forms(kit);
    bool scripted = strategy->scripts != NULL && strategy->scripts[0] != NULL;
    if (scripted != (inner > 0))
        kit_run_fail(kit, "%llu calls inside scripts", (unsigned long long)inner);
}

/* ---- an item that is marked again while it is being worked on */

/* One item, worked on for 4 s of virtual time, marked again in each second from the start on. A
 * later round serves the last of these marks, for whoever promises that it is not lost; of the
 * others the ledger says what became of it, and nobody is accused. */
static void check_marked_in_work(struct kit_run *kit)
{
    enum { MARKS = 4 };
    if (outlives_a_lease(kit)) /* of virtual time the server knows nothing */
        return;
    kit->shape.seeded = 1;
    kit->shape.producers =
        (struct producer_plan){.count = 1, .rate_per_s = 1, .again = 1, .marks = MARKS};
    kit_run_world(kit);
    kit_run_assert_good(kit);
    const struct run_result *result = &kit->result;
    const struct entry *entry = &kit->scenario.entries[0];
    assert_int_equal(result->marks, MARKS);
    if (result->refreshes.total == 0)
        kit_run_fail(kit, "it was never worked on");
    unsigned promises = strategy_promises(entry->strategy, entry->values);
    if ((promises & PROMISE_NO_LOST_UPDATE) != 0 &&
        (result->items.refreshed != 1 || result->refreshes.total < 2))
        kit_run_fail(kit, "the mark was lost");
    print_message("%s: %s, %llu refreshes\n", entry->label,
                  result->items.refreshed == 1 ? "served" : "not served",
                  (unsigned long long)result->refreshes.total);
}

static void test_marked_in_work(void **state)
{
    struct kit_run *kit = *state;
    kit->scenario.mode = MODE_LOCKSTEP;
    kit->scenario.instances = 1;
    kit->scenario.items = 1;
    kit->scenario.cycles = 3;
    kit->scenario.cycle_ms = 10000;
    kit->scenario.refresh.statement_us = 1000000;
    for_each_contender(kit, check_marked_in_work);
}

/* ---- an orderly stop in the middle of a round */

/* Nobody is killed, and what the stopped instance had in hand is finished, given back, or still
 * claimed: it is in no case nowhere. */
static void check_stop(struct kit_run *kit)
{
    kit->shape.instances_max = timeline_instances_max(&kit->scenario);
    kit_run_world(kit);
    kit_run_assert_good(kit);
    const struct fates *fates = &kit->result.items;
    for (uint32_t i = 0; i < kit->world.cluster.instances; i++)
        if (kit->world.cluster.processes[i].death_signal != 0)
            kit_run_fail(kit, "instance %u did not stop by itself", i);
    if (fates->lost > 0)
        kit_run_fail(kit, "%llu are lost", (unsigned long long)fates->lost);
    const struct entry *entry = &kit->scenario.entries[0];
    unsigned promises = strategy_promises(entry->strategy, entry->values);
    if ((promises & PROMISE_AT_LEAST_ONCE_SCALING) != 0 && fates->stranded > 0)
        kit_run_fail(kit, "%llu are stranded", (unsigned long long)fates->stranded);
    if (kit->result.refreshes.total == 0)
        kit_run_fail(kit, "it was stopped before it began");
    print_message("%s: %llu pending, %llu claimed, %llu stranded\n", entry->label,
                  (unsigned long long)fates->pending, (unsigned long long)fates->claimed,
                  (unsigned long long)fates->stranded);
}

static void test_orderly_stop(void **state)
{
    struct kit_run *kit = *state;
    struct scenario *scenario = &kit->scenario;
    scenario->cycles = 1;
    scenario->refresh.statement_us = 1000; /* 200 items take 0.4 s and more of two instances */
    scenario->events[scenario->event_count++] = (struct timeline_event){
        .at_ms = 100, .kind = TIMELINE_STOP, .number = 1, .option_ms = TIMELINE_STOP_WITHIN_MS};
    in_both_modes(kit, check_stop);
}

static void test_split_of_calls(void **state)
{
    for_each_contender(*state, check_split);
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, kit_run_open, kit_run_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(test_one_instance),      IN_A_WORLD(test_two_instances),
        IN_A_WORLD(test_eight_instances),   IN_A_WORLD(test_two_workers),
        IN_A_WORLD(test_scaled_time),       IN_A_WORLD(test_nothing_is_owed),
        IN_A_WORLD(test_failing_refreshes), IN_A_WORLD(test_marks_meanwhile),
        IN_A_WORLD(test_broken_items),      IN_A_WORLD(test_marked_in_work),
        IN_A_WORLD(test_orderly_stop),      IN_A_WORLD(test_split_of_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
