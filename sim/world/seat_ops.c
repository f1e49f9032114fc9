/* What a seat gives its strategy: work on items, clock, chance, events. */
#include "sim/world/seat_internal.h"

#include "sim/machine/fan_out.h"
#include "sim/machine/random.h"
#include "sim/world/baton.h"
#include "sim/world/database.h"
#include "sim/world/seat_journal.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

void seat_spend(struct sim_seat *seat, uint64_t ns)
{
    struct board *board = seat->plan->board;
    if (board->lockstep) {
        baton_wait_until(board, seat->slot, board_now_ns(board) + ns);
        return;
    }
    struct timespec time = {.tv_sec = (time_t)(ns / NS_PER_S), .tv_nsec = (long)(ns % NS_PER_S)};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}

/* As long as it takes this instance now. */
static uint64_t statement_ns(const struct sim_seat *seat)
{
    uint32_t slow = atomic_load_explicit(&seat->slot->slow, memory_order_relaxed);
    return slow == 0 ? seat->statement_ns : seat->statement_ns * slow / SLOW_UNIT;
}

static void spend_statement(void *context)
{
    struct sim_seat *seat = context;
    seat_spend(seat, statement_ns(seat));
}

static void step(struct slot *slot, enum step_phase phase, uint64_t index)
{
    atomic_store_explicit(&slot->step, step_word(phase, 0, (uint32_t)index), memory_order_relaxed);
}

static void applying(void *context, uint32_t version)
{
    struct slot *slot = ((struct sim_seat *)context)->slot;
    uint32_t item = step_item(atomic_load_explicit(&slot->step, memory_order_relaxed));
    atomic_store_explicit(&slot->step, step_word(STEP_APPLYING, version, item),
                          memory_order_release);
}

static void not_applied(void *context)
{
    struct slot *slot = ((struct sim_seat *)context)->slot;
    step(slot, STEP_BEGUN, step_item(atomic_load_explicit(&slot->step, memory_order_relaxed)));
}

/* The work of one item as the database does it when nobody interferes. */
static uint64_t work_ns(const struct sim_seat *seat)
{
    return DATABASE_STATEMENTS * statement_ns(seat);
}

/* The caller gives up in the middle; what was under way in the database changes nothing. */
static enum database_result run_into_limit(struct sim_seat *seat, uint64_t limit_ns)
{
    counter_add(&seat->slot->tally.statements, limit_ns / statement_ns(seat));
    seat_spend(seat, limit_ns);
    return DATABASE_GAVE_UP;
}

static enum refresh work_on(struct sim_seat *seat, struct ledger_item *item, uint32_t token,
                            uint64_t limit_ns, const struct fan_out *fan_out)
{
    struct slot *slot = seat->slot;
    struct tally *tally = &slot->tally;
    struct board *board = seat->plan->board;
    uint64_t index = (uint64_t)(item - board->ledger.items);
    uint32_t version = 0;
    bool broken = index < seat->plan->scenario->refresh.broken ||
                  afflictions_fail(&board->afflictions, index, atomic_load(&item->failed));
    double failures = seat->plan->scenario->refresh.failures;
    struct database_write write = {0};

    step(slot, STEP_BEGUN, index);
    uint32_t order = ledger_begin(item, tally, seat->index);
    seat_journal_begin(seat, (uint32_t)index, order, token);
    seat_strike_at_effect(seat, FAULT_BEFORE_EFFECT);
    if (afflictions_kill(&board->afflictions, index)) {
        atomic_store(&slot->doomed, 1);
        fault_apply(FAULT_CRASH, &seat->wire);
    }
    struct database database = {
        .tally = tally,
        .spend = seat->statement_ns > 0 ? spend_statement : NULL,
        .context = seat,
        .unchecked = seat->plan->scenario->refresh.unchecked != 0,
        .applying = applying,
        .not_applied = not_applied,
    };
    uint64_t now_ns = board_now_ns(board);
    enum database_result written = DATABASE_GAVE_UP;
    if (fan_out != NULL)
        written = fan_out_run(seat, fan_out, item, &version);
    else if (work_ns(seat) > limit_ns)
        written = run_into_limit(seat, limit_ns);
    else if (!broken && (failures == 0 || random_unit(&seat->random) >= failures))
        written = database_refresh(&database, item, token, now_ns, &version, &write);
    if (seat->statement_ns > 0)
        counter_add(&slot->work_ns, board_now_ns(board) - now_ns);
    if (written != DATABASE_DONE) {
        ledger_failed(item, tally, seat->index);
        seat_journal_failed(seat, (uint32_t)index, token, written);
        step(slot, STEP_IDLE, 0);
        return written == DATABASE_FENCED ? REFRESH_FENCED : REFRESH_FAILED;
    }
    if (seat->statement_ns > 0)
        now_ns = board_now_ns(board);
    struct ledger_service service =
        ledger_done(item, tally, seat->index, version, now_ns, &slot->delay);
    seat_journal_done(seat, (uint32_t)index, token, version, &write, service);
    step(slot, STEP_APPLIED, index);
    counter_set(&slot->last_done_ns, now_ns);
    seat_strike_at_effect(seat, FAULT_AFTER_EFFECT);
    return REFRESH_DONE;
}

static enum refresh refresh(struct sim_seat *seat, uint64_t id, uint32_t token, uint64_t limit_ns)
{
    if (seat_is_over(seat, 0) || !seat_keep_up(seat))
        return REFRESH_STOP;
    seat_beat(seat);
    struct tally *tally = &seat->slot->tally;
    uint64_t held = counter_get(&tally->held);
    if (held > 0)
        counter_set(&tally->held, held - 1);
    struct ledger_item *item = ledger_item(&seat->plan->board->ledger, id);
    if (item == NULL) {
        counter_add(&tally->gone, 1);
        return REFRESH_GONE;
    }
    return work_on(seat, item, token, limit_ns, NULL);
}

static enum refresh op_refresh(struct seat *base, uint64_t id, uint32_t token)
{
    return refresh(seat_sim(base), id, token, UINT64_MAX);
}

static enum refresh op_refresh_within(struct seat *base, uint64_t id, uint64_t limit_ms)
{
    return refresh(seat_sim(base), id, 0, limit_ms * NS_PER_MS);
}

static bool op_is_owed(struct seat *base, uint64_t id)
{
    const struct ledger_item *item = ledger_item(&seat_sim(base)->plan->board->ledger, id);
    return item != NULL && ledger_is_owed(item);
}

static bool op_round_now(struct seat *base, uint32_t task, uint64_t *round)
{
    const struct board *board = seat_sim(base)->plan->board;
    return rounds_now(&board->rounds, task, board_now_ns(board), round);
}

static enum refresh op_run_round(struct seat *base, uint32_t task, uint64_t round,
                                 const struct fan_out *fan_out)
{
    struct sim_seat *seat = seat_sim(base);
    const struct board *board = seat->plan->board;
    if (seat_is_over(seat, 0) || !seat_keep_up(seat))
        return REFRESH_STOP;
    seat_beat(seat);
    struct ledger_item *item =
        rounds_take(&board->rounds, &board->ledger, task, round, &seat->slot->tally);
    if (item == NULL) {
        counter_add(&seat->slot->tally.gone, 1);
        return REFRESH_GONE;
    }
    enum refresh refresh = work_on(seat, item, 0, UINT64_MAX, fan_out);
    return refresh == REFRESH_FAILED && seat_is_over(seat, 0) ? REFRESH_STOP : refresh;
}

static bool op_stopping(struct seat *seat)
{
    return seat_is_over(seat_sim(seat), 0);
}

static uint64_t op_unix_ms(struct seat *base)
{
    const struct board *board = seat_sim(base)->plan->board;
    return SEAT_EPOCH_MS + (board != NULL ? board_now_ns(board) / NS_PER_MS : 0);
}

static uint64_t op_random(struct seat *base)
{
    return random_next(&seat_sim(base)->random);
}

static void trace(struct sim_seat *seat, enum event event, uint64_t n)
{
    static const char *const names[EVENT_KINDS] = {
        [EVENT_CLAIMED] = "claimed",   [EVENT_ACQUIRED] = "acquired",   [EVENT_SKIPPED] = "skipped",
        [EVENT_RELEASED] = "released", [EVENT_RECOVERED] = "recovered", [EVENT_DEAD] = "dead",
        [EVENT_LEADING] = "leading",   [EVENT_UNOWNED] = "unowned",
    };
    const struct slot *slot = seat->slot;
    char line[320];
    int len = snprintf(
        line, sizeof line,
        "{\"contender\":\"%s\",\"repeat\":%llu,\"t_s\":%.6f,\"instance\":%u,\"life\":%u,"
        "\"seat\":%u,\"role\":\"%s\",\"cycle\":%llu,\"event\":\"%s\",\"items\":%llu}\n",
        seat->plan->entry->label,
        (unsigned long long)(seat->plan->seed - seat->plan->scenario->seed + 1),
        (double)board_now_ns(seat->plan->board) / 1e9, slot->instance, slot->life, slot->worker,
        slot->role == SEAT_UPKEEP ? "upkeep" : "worker",
        (unsigned long long)counter_get(&slot->cycles), names[event], (unsigned long long)n);
    /* One write of an O_APPEND file: lines of many processes do not mix. */
    ssize_t written = write(seat->plan->trace_fd, line, (size_t)len);
    if (written != len)
        atomic_store(&seat->slot->trace_errno, (uint32_t)(written < 0 ? errno : ENOSPC));
}

/* The instance leads, whichever of its seats found out. */
static void lead(struct sim_seat *seat, bool leads)
{
    struct slot *first = seat->slot - seat->slot->worker;
    if (atomic_exchange(&first->leading, leads) == leads)
        return;
    counter_add(&seat->slot->elected, leads);
    board_tell(seat->plan->board);
}

static void op_event(struct seat *base, enum event event, uint64_t n)
{
    struct sim_seat *seat = seat_sim(base);
    struct slot *slot = seat->slot;
    seat_beat(seat);
    if (event == EVENT_CLAIMED) {
        counter_add(&slot->tally.held, n);
        counter_add(&slot->tally.claimed, n);
        seat_journal_claimed(seat);
    } else if (event == EVENT_ACQUIRED) {
        counter_add(&slot->entered, 1);
        atomic_store(&slot->has_lock, 1);
    } else if (event == EVENT_SKIPPED) {
        counter_add(&slot->skipped, 1);
    } else if (event == EVENT_RELEASED) {
        atomic_store(&slot->has_lock, 0);
    } else if (event == EVENT_LEADING) {
        lead(seat, n != 0);
    } else if (event == EVENT_DEAD) {
        counter_add(&slot->tally.dead, n);
    } else if (event == EVENT_UNOWNED) {
        counter_add(&slot->tally.unowned, n);
        seat_journal_unowned(seat, n);
    }
    if (seat->plan->trace_fd >= 0)
        trace(seat, event, n);
}

/* The harness's own seat marks and takes the census; it has nothing to refresh. */
static enum refresh harness_refresh(struct seat *seat, uint64_t id, uint32_t token)
{
    (void)seat, (void)id, (void)token;
    return REFRESH_STOP;
}

static enum refresh harness_refresh_within(struct seat *seat, uint64_t id, uint64_t limit_ms)
{
    (void)seat, (void)id, (void)limit_ms;
    return REFRESH_STOP;
}

static bool harness_stopping(struct seat *seat)
{
    (void)seat;
    return false;
}

static void harness_event(struct seat *seat, enum event event, uint64_t n)
{
    (void)seat, (void)event, (void)n;
}

static bool harness_round_now(struct seat *seat, uint32_t task, uint64_t *round)
{
    (void)seat, (void)task, (void)round;
    return false;
}

static enum refresh harness_run_round(struct seat *seat, uint32_t task, uint64_t round,
                                      const struct fan_out *fan_out)
{
    (void)seat, (void)task, (void)round, (void)fan_out;
    return REFRESH_STOP;
}

const struct seat_ops seat_worker_ops = {
    .refresh = op_refresh,
    .refresh_within = op_refresh_within,
    .is_owed = op_is_owed,
    .unix_ms = op_unix_ms,
    .random = op_random,
    .stopping = op_stopping,
    .event = op_event,
    .round_now = op_round_now,
    .run_round = op_run_round,
};

const struct seat_ops seat_harness_ops = {
    .refresh = harness_refresh,
    .refresh_within = harness_refresh_within,
    .is_owed = op_is_owed,
    .unix_ms = op_unix_ms,
    .random = op_random,
    .stopping = harness_stopping,
    .event = harness_event,
    .round_now = harness_round_now,
    .run_round = harness_run_round,
};
