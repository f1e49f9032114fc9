/* The ledger of writers that are killed while they write. */
#include "sim/machine/random.h"
#include "sim/world/board.h"

#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { WRITERS = 3, KILLS = 100, HAMMERED = 5 };

static _Noreturn void hammer(struct board *board, uint32_t seat, uint64_t seed)
{
    struct slot *slot = &board->slots[seat];
    for (uint64_t random = seed;;) {
        struct ledger_item *item = &board->ledger.items[random_below(&random, HAMMERED)];
        uint64_t what = random_below(&random, 8);
        counter_add(&slot->heartbeat, 1);
        if (what < 3) {
            ledger_mark(item, &slot->tally, counter_get(&slot->heartbeat));
            counter_add(&slot->tally.marks, 1);
            continue;
        }
        ledger_begin(item, &slot->tally, seat);
        uint32_t version = ledger_read(item);
        if (what == 3)
            ledger_failed(item, &slot->tally, seat);
        else
            ledger_done(item, &slot->tally, seat, version, counter_get(&slot->heartbeat),
                        &slot->delay);
    }
}

static pid_t fork_writer(struct board *board, uint32_t seat)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        hammer(board, seat, seat + 1);
    return pid;
}

/* Until this seat has done that much: it is certainly in the middle of something then. */
static void wait_for(const struct board *board, uint32_t seat, uint64_t beats)
{
    while (counter_get(&board->slots[seat].heartbeat) < beats)
        sched_yield();
}

static void kill_and_reap(pid_t pid)
{
    int status;
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
}

static void assert_near(uint64_t a, uint64_t b, uint64_t doubt)
{
    assert_in_range(a > b ? a - b : b - a, 0, doubt);
}

static void check_words(const struct board *board, uint32_t seats)
{
    for (uint32_t i = 0; i < HAMMERED; i++) {
        const struct ledger_item *item = &board->ledger.items[i];
        uint32_t marked = versions_marked(item->versions), served = versions_served(item->versions);
        assert_true(marked > 0 && served > 0 && served <= marked);
        assert_in_range(item->holder, 0, seats);
        assert_in_range(item->useful, 1, served);
        assert_true(item->begun + seats >= item->done + item->failed);
    }
}

static void check_sums(const struct board *board, uint32_t killed)
{
    struct ledger_sums sums = ledger_sum(&board->ledger);
    uint64_t begun = 0, finished = 0, failed = 0, useful = 0, delays = 0, marks = 0;
    uint64_t came = 0, went = 0;
    for (uint32_t i = 0; i < board->seats; i++) {
        const struct slot *slot = &board->slots[i];
        begun += counter_get(&slot->tally.begun);
        finished += counter_get(&slot->tally.done);
        failed += counter_get(&slot->tally.failed);
        useful += counter_get(&slot->tally.useful);
        delays += hist_total(&slot->delay);
        marks += counter_get(&slot->tally.marks);
        came += counter_get(&slot->tally.became_owed);
        went += counter_get(&slot->tally.became_served);
    }
    uint64_t marked = 0;
    for (uint32_t i = 0; i < HAMMERED; i++)
        marked += versions_marked(board->ledger.items[i].versions);
    assert_true(useful > 0 && failed > 0 && finished > useful);
    assert_near(begun, sums.begun, killed);
    assert_near(finished, sums.done, killed);
    assert_near(failed, sums.failed, killed);
    assert_near(useful, sums.useful, killed);
    assert_near(delays, sums.useful, killed);
    assert_near(marks, marked, killed);
    assert_near(came, went + sums.owed, killed);
    assert_near(sums.begun, sums.done + sums.failed, killed);
}

/* Each kill is of a seat of its own, for a seat is in doubt about one refresh at most. */
static void test_killed_writers(void **state)
{
    (void)state;
    struct board *board = board_open(KILLS + WRITERS, 100, HAMMERED, false);
    assert_non_null(board);
    uint64_t random = 7;
    pid_t writers[WRITERS];
    for (uint32_t i = 0; i < WRITERS; i++)
        writers[i] = fork_writer(board, i);
    for (uint32_t i = 0; i < KILLS + WRITERS; i++) {
        wait_for(board, i, 100 + random_below(&random, 5000));
        kill_and_reap(writers[i % WRITERS]);
        if (i + WRITERS < KILLS + WRITERS)
            writers[i % WRITERS] = fork_writer(board, i + WRITERS);
    }
    check_words(board, board->seats);
    check_sums(board, board->seats);
    board_close(board);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_killed_writers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
