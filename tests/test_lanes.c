/* Lanes: each piece is done once, no more than asked for at a time, and a death is named. */
#include "sim/machine/lanes.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum { PIECES = 9, WIDTH = 3, DEADLY = 4 };

/* Shared by the pieces. */
struct shared {
    volatile int stop;
    volatile int interrupted;
    atomic_int done[PIECES];
    atomic_int now, most;
};

struct kit {
    struct janitor janitor;
    struct shared *shared;
    struct lanes lanes;
};

static int open_kit(void **state)
{
    struct kit *kit = calloc(1, sizeof *kit);
    assert_non_null(kit);
    *state = kit;
    assert_true(janitor_start(&kit->janitor));
    kit->shared = mmap(NULL, sizeof *kit->shared, PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(kit->shared, MAP_FAILED);
    kit->lanes = (struct lanes){.janitor = &kit->janitor,
                                .interrupted = &kit->shared->interrupted,
                                .stop = &kit->shared->stop,
                                .context = kit->shared};
    return 0;
}

static int close_kit(void **state)
{
    struct kit *kit = *state;
    munmap(kit->shared, sizeof *kit->shared);
    janitor_stop(&kit->janitor);
    free(kit);
    return 0;
}

/* Goes on until as many run at a time as may, so that more would be seen. */
static void meet(void *context, uint32_t piece)
{
    struct shared *shared = context;
    int now = atomic_fetch_add(&shared->now, 1) + 1;
    int most = atomic_load(&shared->most);
    while (now > most && !atomic_compare_exchange_weak(&shared->most, &most, now))
        continue;
    while (atomic_load(&shared->most) < WIDTH)
        poll(NULL, 0, 1);
    atomic_fetch_add(&shared->done[piece], 1);
    atomic_fetch_sub(&shared->now, 1);
}

static void each_piece_is_done_once(void **state)
{
    struct kit *kit = *state;
    char error[128];
    kit->lanes.work = meet;
    assert_true(lanes_run(&kit->lanes, PIECES, WIDTH, error, sizeof error));
    for (unsigned i = 0; i < PIECES; i++)
        assert_int_equal(kit->shared->done[i], 1);
    assert_int_equal(kit->shared->most, WIDTH);
}

static void die_at_one(void *context, uint32_t piece)
{
    struct shared *shared = context;
    if (piece == DEADLY)
        kill(getpid(), SIGKILL);
    atomic_fetch_add(&shared->done[piece], 1);
}

static void a_death_is_named_and_ends_the_rest(void **state)
{
    struct kit *kit = *state;
    char error[128];
    kit->lanes.work = die_at_one;
    assert_false(lanes_run(&kit->lanes, PIECES, 1, error, sizeof error));
    assert_string_equal(error, "a process of dibs died: Killed");
    assert_int_equal(kit->shared->stop, 1);
    for (unsigned i = 0; i < PIECES; i++)
        assert_int_equal(kit->shared->done[i], i < DEADLY);
}

static void wait_for_stop(void *context, uint32_t piece)
{
    struct shared *shared = context;
    shared->interrupted = 1;
    while (shared->stop == 0)
        poll(NULL, 0, 1);
    atomic_fetch_add(&shared->done[piece], 1);
}

static void an_interrupt_reaches_the_pieces(void **state)
{
    struct kit *kit = *state;
    char error[128];
    kit->lanes.work = wait_for_stop;
    assert_true(lanes_run(&kit->lanes, PIECES, 1, error, sizeof error));
    for (unsigned i = 0; i < PIECES; i++)
        assert_int_equal(kit->shared->done[i], i == 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_kit, close_kit)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_piece_is_done_once),
        TEST(a_death_is_named_and_ends_the_rest),
        TEST(an_interrupt_reaches_the_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
