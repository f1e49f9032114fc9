/* Sweeps: the signatures of known protocols, and of planted ones whose hole is known. */
#include "tests/kit_run.h"
#include "tests/kit_sweep.h"

#include "bench/status.h"
#include "sim/trial/sweep_world.h"
#include "sim/world/seat_internal.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void sweep_entry(struct kit_run *kit, enum fault_kind kind, unsigned roles,
                        struct sweep *sweep)
{
    sweep_run(&kit->scenario.entries[0], kind, roles, 1, &kit->options, sweep);
}

static void assert_swept(const struct sweep *sweep)
{
    uint32_t counts[SWEEP_OUTCOMES], sum = 0;
    if (sweep->status != RUN_COMPLETE)
        fail_msg("%s: %s", sweep->entry->label, sweep->error);
    sweep_signature(sweep, counts);
    for (enum sweep_outcome outcome = 0; outcome < SWEEP_OUTCOMES; outcome++)
        sum += counts[outcome];
    assert_int_equal(sum, sweep->count);
    for (uint32_t i = 0; i < sweep->count; i++) {
        const struct fates *items = &sweep->points[i].items;
        assert_int_equal(items->total, SWEEP_ITEMS);
        assert_int_equal(items->refreshed + items->pending + items->claimed + items->stranded +
                             items->dead + items->lost,
                         items->total);
        assert_true(sweep->points[i].command[0] != '\0');
    }
}

static void sweep_named(struct kit_run *kit, const char *contender, enum fault_kind kind,
                        unsigned roles, struct sweep *sweep)
{
    kit_run_name(kit, contender, "");
    sweep_entry(kit, kind, roles, sweep);
    assert_swept(sweep);
}

static void sweep_planted(struct kit_run *kit, const struct strategy *strategy, unsigned roles,
                          struct sweep *sweep)
{
    kit_run_choose(kit, strategy->contenders, strategy);
    sweep_entry(kit, FAULT_CRASH, roles, sweep);
    assert_swept(sweep);
}

static uint32_t points_that(const struct sweep *sweep, enum sweep_outcome outcome)
{
    uint32_t counts[SWEEP_OUTCOMES];
    sweep_signature(sweep, counts);
    return counts[outcome];
}

/* The place of a point in the protocol of a worker. */
struct protocol_place {
    const char *command;
    uint32_t nth;
    enum fault_phase phase;
};

static bool is_at(const struct sweep_point *point, const struct protocol_place *place)
{
    return point->fault.role == SEAT_WORKER && point->fault.nth == place->nth &&
           point->fault.phase == place->phase && strcmp(point->command, place->command) == 0;
}

/* Lost at these points (the list ends in a NULL command) and at no other. */
static void assert_lost_exactly(const struct sweep *sweep, const struct protocol_place *places)
{
    uint32_t expected = 0;
    for (const struct protocol_place *place = places; place->command != NULL; place++)
        expected++;
    for (uint32_t i = 0; i < sweep->count; i++) {
        const struct protocol_place *place = places;
        while (place->command != NULL && !is_at(&sweep->points[i], place))
            place++;
        if ((sweep->points[i].outcome == SWEEP_LOST) != (place->command != NULL))
            fail_msg("%u %s, %s: %s", sweep->points[i].fault.nth, sweep->points[i].command,
                     fault_phase_name(sweep->points[i].fault.phase),
                     sweep_outcome_name(sweep->points[i].outcome));
    }
    assert_int_equal(points_that(sweep, SWEEP_LOST), expected);
}

/* ---- known protocols */

static void bare_pop_loses_what_it_has_in_hand(void **state)
{
    static const struct protocol_place lost[] = {
        {"SPOP", 1, FAULT_UNREAD},           {"SPOP", 1, FAULT_AFTER_REPLY},
        {"refresh", 1, FAULT_BEFORE_EFFECT}, {"refresh", 1, FAULT_AFTER_EFFECT},
        {"refresh", 2, FAULT_BEFORE_EFFECT}, {0},
    };
    struct sweep sweep;
    sweep_named(*state, "harbor-23183", FAULT_CRASH, SWEEP_WORKER | SWEEP_UPKEEP, &sweep);
    assert_lost_exactly(&sweep, lost);
    assert_int_equal(points_that(&sweep, SWEEP_ONCE), sweep.count - 5);
    sweep_close(&sweep);
}

/* A cut connection costs it the reply, but not what it has in hand. */
static void bare_pop_survives_a_cut_in_its_work(void **state)
{
    static const struct protocol_place lost[] = {
        {"SPOP", 1, FAULT_UNREAD},
        {0},
    };
    struct sweep sweep;
    sweep_named(*state, "harbor-23183", FAULT_CUT, SWEEP_WORKER, &sweep);
    assert_lost_exactly(&sweep, lost);
    sweep_close(&sweep);
}

/* Who deletes after the work repeats work, and loses none. */
static void scan_loses_nothing(void **state)
{
    for (enum fault_kind kind = FAULT_CRASH; kind <= FAULT_CUT; kind++) {
        struct sweep sweep;
        sweep_named(*state, "harbor-2.14", kind, SWEEP_WORKER | SWEEP_UPKEEP, &sweep);
        assert_int_equal(points_that(&sweep, SWEEP_ONCE) + points_that(&sweep, SWEEP_REDUNDANT),
                         sweep.count);
        assert_true(points_that(&sweep, SWEEP_REDUNDANT) > 0);
        sweep_close(&sweep);
    }
}

/* Their set has a time to live, twice a lease, which a busy machine may take to come to recover. */
static void recovered_claims_lose_nothing(void **state)
{
    for (enum fault_kind kind = FAULT_CRASH; kind <= FAULT_CUT; kind++) {
        struct sweep sweep;
        kit_run_name(*state, "claim-drained", "ttl=1h");
        sweep_entry(*state, kind, SWEEP_WORKER, &sweep);
        assert_swept(&sweep);
        assert_int_equal(points_that(&sweep, SWEEP_LOST), 0);
        assert_int_equal(points_that(&sweep, SWEEP_STRANDED), 0);
        assert_true(points_that(&sweep, SWEEP_REDUNDANT) > 0);
        sweep_close(&sweep);
    }
}

/* Whoever is paused for long goes on at last, and nothing of it is lost. */
static void a_pause_loses_nothing(void **state)
{
    struct sweep sweep;
    sweep_named(*state, "harbor-23183", FAULT_PAUSE, SWEEP_WORKER, &sweep);
    assert_int_equal(points_that(&sweep, SWEEP_ONCE), sweep.count);
    sweep_close(&sweep);
}

/* Another one does what it had begun, while it does nothing: no two ever work at once. */
static void who_is_paused_does_not_overlap(void **state)
{
    struct sweep sweep;
    uint64_t overlaps = 0;
    sweep_named(*state, "harbor-2.14", FAULT_PAUSE, SWEEP_WORKER, &sweep);
    for (uint32_t i = 0; i < sweep.count; i++) {
        overlaps += sweep.points[i].findings.overlaps.certain;
        assert_int_equal(sweep.points[i].findings.overlaps_awake, 0);
    }
    assert_true(overlaps > 0);
    sweep_close(&sweep);
}

static void sweeps_repeat_themselves(void **state)
{
    struct sweep first, second;
    sweep_planted(*state, &kit_records_late, SWEEP_WORKER, &first);
    sweep_planted(*state, &kit_records_late, SWEEP_WORKER, &second);
    assert_int_equal(first.count, second.count);
    for (uint32_t i = 0; i < first.count; i++) {
        const struct sweep_point *a = &first.points[i], *b = &second.points[i];
        assert_string_equal(a->command, b->command);
        assert_int_equal(a->fault.phase, b->fault.phase);
        assert_int_equal(a->fault.nth, b->fault.nth);
        assert_int_equal(a->outcome, b->outcome);
    }
    sweep_close(&first);
    sweep_close(&second);
}

/* ---- planted ones */

static void pop_then_record_loses_in_between(void **state)
{
    static const struct protocol_place lost[] = {
        {"SPOP", 1, FAULT_UNREAD},
        {"SPOP", 1, FAULT_AFTER_REPLY},
        {"SADD", 2, FAULT_BEFORE_SEND},
        {"SADD", 2, FAULT_HALF_SENT},
        {0},
    };
    struct sweep sweep;
    sweep_planted(*state, &kit_records_late, SWEEP_WORKER | SWEEP_UPKEEP, &sweep);
    assert_lost_exactly(&sweep, lost);
    assert_int_equal(points_that(&sweep, SWEEP_STRANDED), 0);
    /* SPOP, SADD, SREM and two refreshes; SMEMBERS, and SADD and SREM for each of two entries */
    assert_int_equal(sweep.count, 3 * 4 + 2 * 2 + 5 * 4);
    assert_int_equal(status_of_sweep(&sweep), STATUS_BROKEN);
    sweep_close(&sweep);
}

static void acknowledged_before_the_work_is_lost_at_the_effect(void **state)
{
    static const struct protocol_place lost[] = {
        {"SREM", 2, FAULT_UNREAD},           {"SREM", 2, FAULT_AFTER_REPLY},
        {"refresh", 1, FAULT_BEFORE_EFFECT}, {"refresh", 1, FAULT_AFTER_EFFECT},
        {"refresh", 2, FAULT_BEFORE_EFFECT}, {0},
    };
    struct sweep sweep;
    sweep_planted(*state, &kit_acknowledges_first, SWEEP_WORKER, &sweep);
    assert_lost_exactly(&sweep, lost);
    assert_int_equal(status_of_sweep(&sweep), STATUS_GOOD); /* for it promises nothing */
    sweep_close(&sweep);
}

/* ---- who else is there */

enum { BROKEN = 1 }; /* the instance whose upkeep is broken */

static _Atomic uint32_t *cycles_beside;

static enum outcome count_cycle(struct seat *seat)
{
    if (seat_sim(seat)->slot->instance == BROKEN)
        atomic_fetch_add(cycles_beside, 1);
    return kit_records_late.cycle(seat);
}

/* Gives the worker beside it time for a round. */
static enum outcome dawdle(struct seat *seat)
{
    if (seat_sim(seat)->slot->instance == BROKEN)
        poll(NULL, 0, 2 * (int)seat->cycle_ms);
    return kit_records_late.upkeep(seat);
}

/* A worker in the middle of something would die with it, and what it had in hand would be told of
 * the upkeep. */
static void an_upkeep_is_broken_alone(void **state)
{
    struct kit_run *kit = *state;
    struct strategy strategy = kit_records_late;
    struct scenario scenario;
    struct sweep_point point = {
        .fault = {.kind = FAULT_CRASH, .phase = FAULT_BEFORE_SEND, .role = SEAT_UPKEEP, .nth = 1}};
    cycles_beside = mmap(NULL, sizeof *cycles_beside, PROT_READ | PROT_WRITE,
                         MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(cycles_beside, MAP_FAILED);
    strategy.cycle = count_cycle;
    strategy.upkeep = dawdle;
    kit_run_choose(kit, strategy.contenders, &strategy);
    sweep_world_scenario(&kit->scenario.entries[0], &scenario);
    struct sweep_world world = {.scenario = &scenario,
                                .entry = &kit->scenario.entries[0],
                                .seed = 1,
                                .options = &kit->options};
    assert_int_equal(sweep_world_run(&world, &point), SWEEP_END_STRUCK);
    assert_int_equal(atomic_load(cycles_beside), 0);
    munmap(cycles_beside, sizeof *cycles_beside);
}

/* ---- the end */

/* A machine that keeps this process from running, for longer than a world with leases bears, until
 * a byte comes; it always lets it go on in the end. */
static pid_t hold_up(int until)
{
    pid_t held = getpid(), pid = fork();
    if (pid != 0)
        return pid;
    do {
        kill(held, SIGSTOP);
        poll(NULL, 0, 60);
        kill(held, SIGCONT);
    } while (getppid() == held &&
             poll(&(struct pollfd){.fd = until, .events = POLLIN}, 1, 20) == 0);
    _exit(0);
}

/* One world, broken at its worker's first refresh, while dibs is held up again and again; slowed
 * down so often. */
static bool stalls(struct kit_run *kit, const char *contender, unsigned times)
{
    struct scenario scenario;
    struct sweep_point point = {
        .fault = {
            .kind = FAULT_CRASH, .phase = FAULT_BEFORE_EFFECT, .role = SEAT_WORKER, .nth = 1}};
    int ends[2];
    kit_run_name(kit, contender, "");
    sweep_world_scenario(&kit->scenario.entries[0], &scenario);
    for (unsigned i = 0; i < times; i++)
        sweep_world_slow_down(&scenario);
    struct sweep_world world = {.scenario = &scenario,
                                .entry = &kit->scenario.entries[0],
                                .seed = 1,
                                .options = &kit->options};
    assert_int_equal(pipe(ends), 0);
    pid_t holder = hold_up(ends[0]);
    enum sweep_end end = sweep_world_run(&world, &point);
    assert_int_equal(write(ends[1], "", 1), 1);
    assert_int_equal(waitpid(holder, NULL, 0), holder);
    close(ends[0]);
    close(ends[1]);
    if (end != SWEEP_END_STRUCK)
        fail_msg("%s: %s", contender, world.result.error);
    return world.stalled;
}

/* As a busy machine decides how long it is held up, it may take some worlds to see it. */
static void expect_stall(struct kit_run *kit, unsigned times, bool expected)
{
    unsigned worlds = 1;
    while (stalls(kit, "claim-drained", times) != expected && worlds < 20)
        worlds++;
    assert_in_range(worlds, 1, 19);
}

/* Elsewhere a busy machine takes its time and changes nothing: no world is run again for it. And
 * where a lease is longer, it bears to be held up for longer. */
static void a_stall_counts_only_where_a_lease_runs(void **state)
{
    enum { LONGEST = 3 }; /* 200 ms, doubled as often, are 1600 ms */
    assert_false(stalls(*state, "harbor-23183", 0));
    expect_stall(*state, 0, true);
    expect_stall(*state, LONGEST, false);
}

/* What cannot be started is said once, for all the worlds side by side. */
static void a_server_that_does_not_start_is_named(void **state)
{
    struct kit_run *kit = *state;
    struct sweep sweep;
    kit_run_name(kit, "harbor-23183", "");
    kit->options.program = "/bin/false";
    sweep_entry(kit, FAULT_CRASH, SWEEP_WORKER, &sweep);
    assert_int_equal(sweep.status, RUN_COULD_NOT);
    assert_non_null(strstr(sweep.error, "server ended with status 1"));
    assert_int_equal(sweep.count, 0);
    sweep_close(&sweep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(bare_pop_loses_what_it_has_in_hand),
        IN_A_WORLD(bare_pop_survives_a_cut_in_its_work),
        IN_A_WORLD(scan_loses_nothing),
        IN_A_WORLD(recovered_claims_lose_nothing),
        IN_A_WORLD(a_pause_loses_nothing),
        IN_A_WORLD(who_is_paused_does_not_overlap),
        IN_A_WORLD(sweeps_repeat_themselves),
        IN_A_WORLD(pop_then_record_loses_in_between),
        IN_A_WORLD(acknowledged_before_the_work_is_lost_at_the_effect),
        IN_A_WORLD(an_upkeep_is_broken_alone),
        IN_A_WORLD(a_stall_counts_only_where_a_lease_runs),
        IN_A_WORLD(a_server_that_does_not_start_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
