#include "sim/oracle.h"

#include "sim/baton.h"
#include "sim/doubts.h"
#include "sim/futex.h"
#include "sim/history.h"
#include "sim/lanes.h"
#include "sim/oracle_model.h"
#include "sim/random.h"
#include "sim/scenario.h"
#include "sim/seat_internal.h"
#include "sim/seat_journal.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum {
    WRITERS = 3,
    MARKER = WRITERS, /* the seat of this process, which marks */
    SEATS,
    STEPS = 150,
    JOURNAL = 2048,
    FIRST_ID = 100,
    KILL_WITHIN_NS = 120000, /* of a step's begin: waking up is most of it */
    LANES = 4
};

/* What a writer is to do next; mapped shared. */
struct errand {
    enum { ERRAND_REFRESH, ERRAND_ACKNOWLEDGE } kind;
    uint32_t item, token;
    bool refused;
};

/* Where a writer stands: what its next turn does. */
enum stand { IDLE, READS, COUNTS, WRITES, ENDS, ANSWERS };

struct writer {
    pid_t pid;
    enum stand stand;
    uint32_t tries;
    bool may_acknowledge;          /* the last thing that it did was a refresh that went well */
    uint32_t unanswered;           /* the first attempt that no answer covers */
    struct model_attempt *attempt; /* in hand */
};

struct history_run {
    struct janitor *janitor;
    struct scenario *scenario;
    struct seat_plan plan;
    struct board *board;
    struct errand *errands;
    struct writer writers[WRITERS];
    struct sim_seat marker;
    struct deaths deaths;
    struct model model;
    uint64_t random;
    uint32_t kills, greatest_token;
    struct oracle_report *report;
};

static bool could_not(struct history_run *h, const char *what)
{
    snprintf(h->report->first, sizeof h->report->first, "the oracle: %s: %s", what,
             strerror(errno));
    return false;
}

/* ---- the writers */

static void describe(struct sim_seat *seat, const struct history_run *h, uint32_t index)
{
    *seat = (struct sim_seat){.seat.ops = &seat_worker_ops,
                              .plan = &h->plan,
                              .slot = &h->board->slots[index],
                              .index = index,
                              .deadline_ns = UINT64_MAX,
                              .statement_ns = 1,
                              .upkeep.due_ns = UINT64_MAX};
}

static _Noreturn void write_for_ever(const struct history_run *h, uint32_t index)
{
    struct sim_seat seat;
    describe(&seat, h, index);
    while (baton_command(h->board, seat.slot)) {
        const struct errand *errand = &h->errands[index];
        if (errand->kind == ERRAND_REFRESH) {
            seat.seat.ops->refresh(&seat.seat, FIRST_ID + errand->item, errand->token);
            continue;
        }
        seat_journal_asks(&seat);
        seat_spend(&seat, 1);
        seat_journal_answered(&seat);
        if (errand->refused)
            seat.seat.ops->event(&seat.seat, EVENT_UNOWNED, 1);
    }
    _exit(0);
}

/* Until it waits for its next turn. */
static bool wait_back(struct history_run *h, uint32_t w)
{
    struct slot *slot = &h->board->slots[w];
    for (;;) {
        uint32_t news = atomic_load(&h->board->news);
        if (atomic_load(&slot->want) != WANT_NOTHING)
            return true;
        futex_wait(&h->board->news, news, NS_PER_S / 10);
        if (waitpid(h->writers[w].pid, NULL, WNOHANG) > 0) {
            janitor_forget_process(h->janitor, h->writers[w].pid);
            h->writers[w].pid = 0;
            errno = ECHILD;
            return could_not(h, "a writer ended");
        }
    }
}

static bool start(struct history_run *h, uint32_t w)
{
    pid_t own = getpid(), pid;
    atomic_store(&h->board->slots[w].want, WANT_NOTHING);
    atomic_store(&h->board->slots[w].step, 0);
    pid = fork();
    if (pid < 0)
        return could_not(h, "no process for a writer");
    if (pid == 0) {
        if (!janitor_child(h->janitor, own))
            _exit(1);
        write_for_ever(h, w);
    }
    janitor_add_process(h->janitor, pid);
    h->writers[w] = (struct writer){.pid = pid, .unanswered = h->model.count};
    return wait_back(h, w);
}

static void end(struct history_run *h, uint32_t w)
{
    if (h->writers[w].pid == 0)
        return;
    kill(h->writers[w].pid, SIGKILL);
    waitpid(h->writers[w].pid, NULL, 0);
    janitor_forget_process(h->janitor, h->writers[w].pid);
    h->writers[w].pid = 0;
}

static uint64_t pass_time(struct history_run *h)
{
    uint64_t ns = 1 + random_below(&h->random, 1000);
    return atomic_fetch_add(&h->board->virtual_ns, ns) + ns;
}

static void give_turn(struct history_run *h, uint32_t w)
{
    struct slot *slot = &h->board->slots[w];
    atomic_store(&slot->want, WANT_NOTHING);
    atomic_fetch_add(&slot->turn, 1);
    futex_wake_all(&slot->turn);
}

/* ---- what a turn does, by the model */

static struct model_item *item_of(struct history_run *h, const struct model_attempt *a)
{
    return &h->model.items[a->item];
}

static void begin(struct history_run *h, uint32_t w, uint64_t now_ns)
{
    const struct errand *errand = &h->errands[w];
    struct model_attempt *a = &h->model.attempts[h->model.count++];
    *a = (struct model_attempt){.item = errand->item,
                                .writer = w,
                                .token = errand->token,
                                .order = ++h->model.items[errand->item].begun,
                                .begin_ns = now_ns,
                                .end_ns = UINT64_MAX - 1,
                                .begin_doubt = NO_DOUBT,
                                .answer_doubt = NO_DOUBT,
                                .refuse_doubt = NO_DOUBT};
    h->writers[w].attempt = a;
    h->writers[w].tries = 0;
    h->writers[w].stand = READS;
    h->writers[w].may_acknowledge = false;
}

static void finish(struct history_run *h, uint32_t w, enum model_end how, uint64_t now_ns)
{
    struct writer *writer = &h->writers[w];
    writer->attempt->end = how;
    writer->attempt->end_ns = now_ns;
    writer->may_acknowledge = how == MODEL_DONE;
    writer->stand = IDLE;
}

static void read_row(struct history_run *h, struct model_attempt *a)
{
    struct model_item *item = item_of(h, a);
    if (a->token > item->token)
        item->token = a->token;
    a->read_writes = item->writes;
    a->version = item->marked;
}

/* What the database makes of this write. */
enum written { WRITTEN, CONFLICT, REFUSED };

static enum written foresee(struct history_run *h, const struct writer *writer)
{
    const struct model_attempt *a = writer->attempt;
    const struct model_item *item = item_of(h, a);
    if (a->token != 0 && item->token > a->token)
        return REFUSED;
    bool changed = item->writes != a->read_writes;
    return changed && !h->model.unchecked ? CONFLICT : WRITTEN;
}

static void make_write(struct history_run *h, struct model_attempt *a)
{
    struct model_item *item = item_of(h, a);
    a->wrote = true;
    a->lost_update = item->writes != a->read_writes;
    a->stale = a->token == 0 && item->begun > a->order;
    item->writes++;
}

static void write_row(struct history_run *h, uint32_t w, uint64_t now_ns)
{
    struct writer *writer = &h->writers[w];
    enum written written = foresee(h, writer);
    if (written == REFUSED) {
        finish(h, w, MODEL_FENCED, now_ns);
    } else if (written == CONFLICT) {
        writer->stand = READS;
        if (++writer->tries == DATABASE_TRIES)
            finish(h, w, MODEL_FAILED, now_ns);
    } else {
        make_write(h, writer->attempt);
        writer->stand = ENDS;
    }
}

static void serve(uint32_t *served, uint32_t version)
{
    if (*served < version)
        *served = version;
}

static void end_refresh(struct history_run *h, uint32_t w, uint64_t now_ns)
{
    struct model_attempt *a = h->writers[w].attempt;
    struct model_item *item = item_of(h, a);
    a->useful = item->served < a->version;
    serve(&item->served, a->version);
    serve(&item->served_at_last, a->version);
    finish(h, w, MODEL_DONE, now_ns);
}

/* Of all its attempts that wait for it. */
static void answer(struct history_run *h, uint32_t w, uint64_t now_ns, int doubt, int refuse_doubt)
{
    struct writer *writer = &h->writers[w];
    for (uint32_t i = writer->unanswered; i < h->model.count; i++) {
        struct model_attempt *a = &h->model.attempts[i];
        if (a->writer != w)
            continue;
        a->answered_ns = now_ns;
        a->refused = h->errands[w].refused;
        a->answer_doubt = doubt;
        a->refuse_doubt = refuse_doubt;
    }
    writer->unanswered = h->model.count;
    writer->stand = IDLE;
    writer->may_acknowledge = false;
}

static void ask(struct history_run *h, uint32_t w, uint64_t now_ns)
{
    for (uint32_t i = h->writers[w].unanswered; i < h->model.count; i++)
        if (h->model.attempts[i].writer == w)
            h->model.attempts[i].asked_ns = now_ns;
    h->writers[w].stand = ANSWERS;
}

static void take_turn(struct history_run *h, uint32_t w, uint64_t now_ns)
{
    struct writer *writer = &h->writers[w];
    switch (writer->stand) {
    case IDLE:
        if (h->errands[w].kind == ERRAND_REFRESH)
            begin(h, w, now_ns);
        else
            ask(h, w, now_ns);
        break;
    case READS:
        read_row(h, writer->attempt);
        writer->stand = COUNTS;
        break;
    case COUNTS:
        writer->stand = WRITES;
        break;
    case WRITES:
        write_row(h, w, now_ns);
        break;
    case ENDS:
        end_refresh(h, w, now_ns);
        break;
    case ANSWERS:
        answer(h, w, now_ns, NO_DOUBT, NO_DOUBT);
        break;
    }
}

/* ---- kills */

static uint64_t row_of(const struct history_run *h, uint32_t item)
{
    return atomic_load(&h->board->ledger.items[item].revision);
}

/* What it did of a turn in which it was killed, as far as the row and the counts tell; what they
 * do not tell is left in doubt. */
static void take_part_of_turn(struct history_run *h, uint32_t w, uint64_t now_ns)
{
    struct writer *writer = &h->writers[w];
    uint32_t index = writer->stand == IDLE ? h->errands[w].item : 0;
    bool refreshes = h->errands[w].kind == ERRAND_REFRESH;
    if (writer->stand == IDLE && refreshes &&
        atomic_load(&h->board->ledger.items[index].begun) > h->model.items[index].begun) {
        begin(h, w, now_ns);
        writer->attempt->begin_doubt = h->model.doubts++;
    } else if (writer->stand == READS) {
        struct model_item *item = item_of(h, writer->attempt);
        item->token = (uint32_t)(row_of(h, writer->attempt->item) >> 32);
        writer->attempt->version = item->marked;
    } else if (writer->stand == WRITES &&
               (uint32_t)row_of(h, writer->attempt->item) > item_of(h, writer->attempt)->writes) {
        make_write(h, writer->attempt);
        writer->stand = ENDS;
    } else if (writer->stand == ENDS) {
        h->model.finishing++;
        writer->attempt->may_be_done = true;
    } else if (writer->stand == ANSWERS) {
        int doubt = h->model.doubts++;
        answer(h, w, now_ns, doubt, h->errands[w].refused ? h->model.doubts++ : NO_DOUBT);
    }
}

static void bury(struct history_run *h, uint32_t w, uint64_t sent_ns, uint64_t reaped_ns)
{
    struct writer *writer = &h->writers[w];
    struct slot *slot = &h->board->slots[w];
    uint64_t step = atomic_load(&slot->step);
    struct model_attempt *a = writer->attempt;
    deaths_add(&h->deaths, &(struct death){w, slot->life, sent_ns, reaped_ns, step});
    slot->life++;
    h->report->kills++;
    h->kills++;
    if (a == NULL || a->end != MODEL_OPEN)
        return;
    a->end = MODEL_KILLED;
    a->end_ns = sent_ns;
    h->report->writes_cut += step_phase(step) == STEP_APPLYING;
    h->model.no_writes += step_phase(step) == STEP_APPLYING && !a->wrote;
    if (a->wrote)
        serve(&item_of(h, a)->served_at_last, a->version);
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
                   (writer->stand != WRITES || foresee(h, writer) == WRITTEN);
    if (in_turn) {
        give_turn(h, w);
        spin(random_below(&h->random, KILL_WITHIN_NS));
    }
    end(h, w);
    if (in_turn)
        take_part_of_turn(h, w, now_ns);
    bury(h, w, now_ns, pass_time(h));
    return start(h, w);
}

/* ---- a history */

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

static bool step(struct history_run *h, bool tokens, bool strikes)
{
    uint32_t w = (uint32_t)random_below(&h->random, WRITERS);
    if (random_below(&h->random, 8) == 0)
        mark(h);
    if (h->writers[w].stand == IDLE)
        choose_errand(h, w, tokens);
    if (strikes)
        return kill_writer(h, w);
    uint64_t now_ns = pass_time(h);
    give_turn(h, w);
    if (!wait_back(h, w))
        return false;
    take_turn(h, w, now_ns);
    return true;
}

/* So that nothing is left open. */
static bool come_to_rest(struct history_run *h)
{
    for (uint32_t w = 0; w < WRITERS; w++)
        while (h->writers[w].stand != IDLE) {
            uint64_t now_ns = pass_time(h);
            give_turn(h, w);
            if (!wait_back(h, w))
                return false;
            take_turn(h, w, now_ns);
        }
    return true;
}

static bool make(struct history_run *h, uint64_t seed)
{
    bool tokens = (seed & 2) != 0;
    for (uint32_t w = 0; w < WRITERS; w++)
        if (!start(h, w))
            return false;
    for (uint32_t i = 0; i < MODEL_ITEMS; i++)
        mark(h);
    for (uint32_t i = 0; i < STEPS; i++) {
        uint32_t left = ORACLE_KILLS - h->kills;
        bool strikes = left > 0 && i > 10 && random_below(&h->random, (STEPS - i) / left + 1) == 0;
        if (!step(h, tokens, strikes))
            return false;
    }
    return come_to_rest(h);
}

static void compare(struct history_run *h, uint64_t seed)
{
    struct oracle_report *report = h->report;
    struct doubts doubts = doubts_settle(&h->board->ledger, &h->deaths);
    struct findings findings = {.doubts = doubts.writes};
    char what[160] = "";
    report->histories++;
    report->refreshes += h->model.count;
    bool agrees = history_read(h->board, &h->deaths, 0, board_now_ns(h->board), &findings, what,
                               sizeof what) &&
                  model_agrees(&h->model, &h->board->ledger, doubts.writes, doubts.open, &findings,
                               what, sizeof what);
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
    h->board = board_open(SEATS, FIRST_ID, MODEL_ITEMS, true);
    h->errands = mmap(NULL, WRITERS * sizeof *h->errands, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (h->errands == MAP_FAILED)
        h->errands = NULL;
    if (h->board != NULL)
        h->board->journal = journal_open(SEATS, JOURNAL);
    if (h->scenario == NULL || h->errands == NULL || h->board == NULL || h->board->journal == NULL)
        return could_not(h, "no memory for a history");
    h->model.unchecked = (seed & 1) != 0;
    h->scenario->refresh.unchecked = h->model.unchecked;
    h->plan = (struct seat_plan){.scenario = h->scenario, .board = h->board, .trace_fd = -1};
    for (uint32_t i = 0; i < SEATS; i++)
        h->board->slots[i].process = i;
    describe(&h->marker, h, MARKER);
    return true;
}

static void close_history(struct history_run *h)
{
    for (uint32_t w = 0; w < WRITERS; w++)
        end(h, w);
    deaths_close(&h->deaths);
    if (h->board != NULL)
        board_close(h->board);
    if (h->errands != NULL)
        munmap(h->errands, WRITERS * sizeof *h->errands);
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

/* ---- many of them */

struct many {
    volatile int stop;
    bool failed;
    struct janitor *janitor;
    uint32_t histories;
    struct oracle_report reports[LANES];
};

static void run_lane(void *context, uint32_t lane)
{
    struct many *many = context;
    for (uint64_t seed = lane; seed < many->histories && many->stop == 0; seed += LANES)
        if (!oracle_history(seed + 1, many->janitor, &many->reports[lane])) {
            many->failed = true;
            many->stop = 1;
        }
}

static void add(struct oracle_report *sum, const struct oracle_report *one)
{
    sum->histories += one->histories;
    sum->kills += one->kills;
    sum->writes_cut += one->writes_cut;
    sum->refreshes += one->refreshes;
    sum->disagreements += one->disagreements;
    if (sum->first[0] == '\0')
        memcpy(sum->first, one->first, sizeof sum->first);
}

bool oracle_run(uint32_t kills, struct janitor *janitor, const volatile int *interrupted,
                struct oracle_report *report)
{
    struct many *many =
        mmap(NULL, sizeof *many, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    *report = (struct oracle_report){0};
    if (many == MAP_FAILED) {
        snprintf(report->first, sizeof report->first, "the oracle: %s", strerror(errno));
        return false;
    }
    many->janitor = janitor;
    many->histories = (kills + ORACLE_KILLS - 1) / ORACLE_KILLS;
    const struct lanes lanes = {.janitor = janitor,
                                .interrupted = interrupted,
                                .stop = &many->stop,
                                .work = run_lane,
                                .context = many};
    char error[160];
    bool good = lanes_run(&lanes, LANES, LANES, error, sizeof error);
    for (uint32_t i = 0; i < LANES; i++)
        add(report, &many->reports[i]);
    if (!good)
        snprintf(report->first, sizeof report->first, "%s", error);
    good &= !many->failed;
    munmap(many, sizeof *many);
    return good;
}
