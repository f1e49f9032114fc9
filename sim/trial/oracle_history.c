/* One history: who makes a step, and in which one a writer is killed, by the seed; and what dibs
 * and the model say of it. */
#include "sim/trial/oracle_internal.h"

#include "sim/judge/doubts.h"
#include "sim/judge/history.h"
#include "sim/machine/random.h"
#include "sim/scenario/scenario.h"
#include "sim/world/seat_journal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    MARKER = ORACLE_WRITERS, /* the seat of this process, which marks */
    SEATS,
    STEPS = 150,
    JOURNAL = 2048,
    KILL_WITHIN_NS = 120000 /* of a step's begin: waking up is most of it */
};

bool oracle_could_not(struct history_run *h, const char *what)
{
    snprintf(h->report->first, sizeof h->report->first, "the oracle: %s: %s", what,
             strerror(errno));
    return false;
}

static uint64_t pass_time(struct history_run *h)
{
    uint64_t ns = 1 + random_below(&h->random, 1000);
    return atomic_fetch_add(&h->board->virtual_ns, ns) + ns;
}

/* ---- kills */

static void bury(struct history_run *h, uint32_t w, uint64_t sent_ns, uint64_t reaped_ns)
{
    struct slot *slot = &h->board->slots[w];
    uint64_t step = atomic_load(&slot->step);
    deaths_add(&h->deaths, &(struct death){w, slot->life, sent_ns, reaped_ns, step});
    slot->life++;
    h->report->kills++;
    h->kills++;
    oracle_turn_cut(h, w, step, sent_ns);
}

static void spin(uint64_t ns)
{
    uint64_t until_ns = clock_ns() + ns;
    while (clock_ns() < until_ns)
        continue;
}

/* In the middle of its turn, or between two. A write that will be refused is not cut: whether it
 * has come to be refused would be one more doubt, and decides nothing. */
static bool kill_writer(struct history_run *h, uint32_t w)
{
    struct writer *writer = &h->writers[w];
    uint64_t now_ns = pass_time(h);
    bool in_turn = random_below(&h->random, 4) != 0 &&
                   (writer->stand != STAND_WRITES || oracle_turn_writes(h, w));
    if (in_turn) {
        oracle_writer_go(h, w);
        spin(random_below(&h->random, KILL_WITHIN_NS));
    }
    oracle_writer_end(h, w);
    if (in_turn)
        oracle_turn_part(h, w, now_ns);
    bury(h, w, now_ns, pass_time(h));
    return oracle_writer_start(h, w);
}

/* ---- steps */

static void mark(struct history_run *h)
{
    uint32_t index = (uint32_t)random_below(&h->random, MODEL_ITEMS);
    uint64_t now_ns = pass_time(h);
    struct tally *tally = &h->marker.slot->tally;
    seat_journal_mark(&h->marker, index,
                      ledger_mark(&h->board->ledger.items[index], tally, now_ns));
    h->model.items[index].marked++;
}

/* Tokens grow, but not each one is the newest; half of the histories have none. */
static void choose_errand(struct history_run *h, uint32_t w, bool tokens)
{
    struct errand *errand = &h->errands[w];
    *errand = (struct errand){.kind = ERRAND_REFRESH,
                              .item = (uint32_t)random_below(&h->random, MODEL_ITEMS)};
    if (tokens)
        errand->token = ++h->greatest_token - (uint32_t)random_below(&h->random, 2);
    if (tokens && errand->token == 0)
        errand->token = 1;
    if (!h->writers[w].may_acknowledge || random_below(&h->random, 4) == 0)
        return;
    *errand =
        (struct errand){.kind = ERRAND_ACKNOWLEDGE, .refused = random_below(&h->random, 4) == 0};
}

static bool take_turn(struct history_run *h, uint32_t w)
{
    uint64_t now_ns = pass_time(h);
    oracle_writer_go(h, w);
    if (!oracle_writer_wait(h, w))
        return false;
    oracle_turn(h, w, now_ns);
    return true;
}

static bool step(struct history_run *h, bool tokens, bool strikes)
{
    uint32_t w = (uint32_t)random_below(&h->random, ORACLE_WRITERS);
    if (random_below(&h->random, 8) == 0)
        mark(h);
    if (h->writers[w].stand == STAND_IDLE)
        choose_errand(h, w, tokens);
    return strikes ? kill_writer(h, w) : take_turn(h, w);
}

/* So that nothing is left open. */
static bool come_to_rest(struct history_run *h)
{
    for (uint32_t w = 0; w < ORACLE_WRITERS; w++)
        while (h->writers[w].stand != STAND_IDLE)
            if (!take_turn(h, w))
                return false;
    return true;
}

/* Some histories end with the last kill, so that nobody serves what it has left behind. */
static bool make(struct history_run *h, uint64_t seed)
{
    bool tokens = (seed & 2) != 0, ends_with_a_kill = (seed & 4) != 0;
    for (uint32_t w = 0; w < ORACLE_WRITERS; w++)
        if (!oracle_writer_start(h, w))
            return false;
    for (uint32_t i = 0; i < MODEL_ITEMS; i++)
        mark(h);
    for (uint32_t i = 0; i < STEPS; i++) {
        uint32_t left = ORACLE_KILLS - h->kills;
        if (left == 0 && ends_with_a_kill)
            break;
        bool strikes = left > 0 && i > 10 && random_below(&h->random, (STEPS - i) / left + 1) == 0;
        if (!step(h, tokens, strikes))
            return false;
    }
    return come_to_rest(h);
}

/* ---- as a whole */

static void compare(struct history_run *h, uint64_t seed)
{
    struct oracle_report *report = h->report;
    struct doubts doubts = doubts_settle(&h->board->ledger, &h->deaths);
    struct findings findings = {.doubts = doubts.writes};
    char what[160] = "";
    report->histories++;
    report->refreshes += h->model.count;
    bool agrees =
        history_read(h->board, &h->deaths, 0, board_now_ns(h->board), &findings, what,
                     sizeof what) &&
        model_counts_agree(&h->model, h->board, ORACLE_WRITERS, &doubts, what, sizeof what) &&
        model_agrees(&h->model, &h->board->ledger, doubts.writes, doubts.open, &findings, what,
                     sizeof what);
    if (agrees)
        return;
    report->disagreements++;
    if (report->first[0] == '\0')
        snprintf(report->first, sizeof report->first, "history %" PRIu64 ": %s", seed, what);
}

static bool open_history(struct history_run *h, uint64_t seed)
{
    h->random = random_fork(seed, 0x0ac1e);
    h->scenario = calloc(1, sizeof *h->scenario);
    h->board = board_open(SEATS, ORACLE_FIRST_ID, MODEL_ITEMS, true);
    h->errands = mmap(NULL, ORACLE_WRITERS * sizeof *h->errands, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (h->errands == MAP_FAILED)
        h->errands = NULL;
    if (h->board != NULL)
        h->board->journal = journal_open(SEATS, JOURNAL);
    if (h->scenario == NULL || h->errands == NULL || h->board == NULL || h->board->journal == NULL)
        return oracle_could_not(h, "no memory for a history");
    h->model.unchecked = (seed & 1) != 0;
    h->scenario->refresh.unchecked = h->model.unchecked;
    h->plan = (struct seat_plan){.scenario = h->scenario, .board = h->board, .trace_fd = -1};
    for (uint32_t i = 0; i < SEATS; i++)
        h->board->slots[i].process = i;
    oracle_seat(&h->marker, h, MARKER);
    return true;
}

static void close_history(struct history_run *h)
{
    for (uint32_t w = 0; w < ORACLE_WRITERS; w++)
        oracle_writer_end(h, w);
    deaths_close(&h->deaths);
    if (h->board != NULL)
        board_close(h->board);
    if (h->errands != NULL)
        munmap(h->errands, ORACLE_WRITERS * sizeof *h->errands);
    free(h->scenario);
    free(h);
}

bool oracle_history(uint64_t seed, struct janitor *janitor, struct oracle_report *report)
{
    struct history_run *h = calloc(1, sizeof *h);
    if (h == NULL)
        return false;
    h->janitor = janitor;
    h->report = report;
    bool good = open_history(h, seed) && make(h, seed);
    if (good)
        compare(h, seed);
    close_history(h);
    return good;
}
