#include "sim/fault/fault_kinds.h"

#include "sim/fault/server_break.h"
#include "sim/world/world.h"
#include "strategies/strategy.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static struct process *victim_of(struct world *world, const struct strike *strike)
{
    return &world->cluster.processes[strike->victim];
}

static struct slot *seat_of(struct world *world, const struct strike *strike, uint32_t k)
{
    return &world->board->slots[victim_of(world, strike)->first_slot + k];
}

/* The next word, which must be one of two: whether it is the first. */
static bool read_either(struct words *words, const char *first, const char *second, bool *is_first)
{
    const char *const choices[] = {first, second, NULL};
    uint32_t index = 0;
    bool good = words_choice(words, "unexpected:", choices, &index);
    *is_first = index == 0;
    return good;
}

/* ---- instances */

static bool read_kill(struct words *words, struct fault_order *order)
{
    if (words_take(words, "back")) {
        order->never_back = words_take(words, "never");
        if (!order->never_back && !words_ms(words, &order->back_ms))
            return false;
    }
    return !words_take(words, "as") || read_either(words, "new", "same", &order->fresh);
}

static enum fault_progress kill_victim(struct world *world, struct strike *strike)
{
    bool done = timeline_kill(&world->timeline, &world->cluster, strike->victim,
                              &strike->event->fault, board_now_ns(world->board));
    return done ? FAULT_DONE : FAULT_MISSED;
}

static enum fault_progress pause_victim(struct world *world, struct strike *strike)
{
    struct process *victim = victim_of(world, strike);
    if (victim->state != PROCESS_RUNNING)
        return FAULT_MISSED;
    if (!victim->frozen)
        process_freeze(victim);
    return process_is_frozen(victim) ? FAULT_DONE : FAULT_WAITS;
}

bool fault_victim_has_died(struct world *world, const struct strike *strike)
{
    const struct process *victim = victim_of(world, strike);
    return victim->state != PROCESS_RUNNING || victim->lives != strike->lives;
}

/* What the history has to know: nothing was done in between. */
static void note_freeze(struct world *world, const struct strike *strike)
{
    const struct timeline *timeline = &world->timeline;
    const struct process *victim = victim_of(world, strike);
    bool confirmed =
        strike->note < timeline->note_count && timeline->notes[strike->note].confirmed_s >= 0;
    if (!confirmed || (!fault_victim_has_died(world, strike) && !process_is_frozen(victim)))
        return;
    struct freeze freeze = {
        .process = strike->victim,
        .life = strike->lives - 1,
        .from_ns = (uint64_t)(timeline->notes[strike->note].confirmed_s * 1e9),
        .until_ns = board_now_ns(world->board),
    };
    const struct death *death =
        deaths_find(&world->cluster.deaths, victim->first_slot, freeze.life);
    if (death != NULL)
        freeze.until_ns = death->sent_ns != 0 ? death->sent_ns : death->reaped_ns;
    deaths_add_freeze(&world->cluster.deaths, &freeze);
}

static enum fault_progress continue_victim(struct world *world, struct strike *strike)
{
    note_freeze(world, strike);
    if (!fault_victim_has_died(world, strike))
        process_thaw(victim_of(world, strike));
    return FAULT_DONE;
}

static bool read_slow(struct words *words, struct fault_order *order)
{
    if (!words_take(words, "by"))
        return words_fail(words, "no \"by FACTOR\" behind", "slow");
    return words_real(words, "by", 1, 1000000, &order->amount);
}

static void set_slowness(struct world *world, const struct strike *strike, double factor)
{
    for (uint32_t k = 0; k < victim_of(world, strike)->slots; k++)
        atomic_store(&seat_of(world, strike, k)->slow, (uint32_t)(factor * SLOW_UNIT));
}

static enum fault_progress slow_victim(struct world *world, struct strike *strike)
{
    set_slowness(world, strike, strike->event->fault.amount);
    return FAULT_DONE;
}

static enum fault_progress speed_victim_up(struct world *world, struct strike *strike)
{
    set_slowness(world, strike, 1);
    return FAULT_DONE;
}

/* ---- connections */

static bool read_cut(struct words *words, struct fault_order *order)
{
    if (!words_take(words, "by"))
        return words_fail(words, "no \"by client\" and no \"by server\" behind", "cut");
    return read_either(words, "server", "client", &order->by_server);
}

/* Where nobody has noticed the last cut yet there is nothing to cut: it waits for who connects. */
static enum fault_progress cut_all_by_server(struct world *world)
{
    struct wire_reply reply = {0};
    enum outcome outcome =
        wire_ask(&world->harness.wire, &reply, "CLIENT KILL", "TYPE", "normal", "SKIPME", "yes");
    if (outcome != OUTCOME_OK)
        return FAULT_MISSED;
    return reply.integer > 0 ? FAULT_DONE : FAULT_WAITS;
}

static enum fault_progress cut_by_server(struct world *world, struct strike *strike)
{
    bool cut = false;
    for (uint32_t k = 0; k < victim_of(world, strike)->slots; k++) {
        char connection[24];
        struct wire_reply reply = {0};
        snprintf(connection, sizeof connection, "%" PRIu64,
                 counter_get(&seat_of(world, strike, k)->meter.connection));
        if (wire_ask(&world->harness.wire, &reply, "CLIENT KILL", "ID", connection) == OUTCOME_OK)
            cut |= reply.integer > 0;
    }
    return cut ? FAULT_DONE : FAULT_MISSED;
}

/* Each of its seats cuts its own connection when it next wants to speak. */
static enum fault_progress cut(struct world *world, struct strike *strike)
{
    const struct fault_order *order = &strike->event->fault;
    if (order->by_server)
        return order->target == TARGET_ALL ? cut_all_by_server(world)
                                           : cut_by_server(world, strike);
    struct process *victim = victim_of(world, strike);
    bool waits = false;
    if (victim->state != PROCESS_RUNNING)
        return FAULT_MISSED;
    for (uint32_t k = 0; k < victim->slots; k++) {
        struct slot *slot = seat_of(world, strike, k);
        if (strike->step == 0)
            atomic_store(&slot->cut_asked, 1);
        waits |= slot->role == SEAT_WORKER && atomic_load(&slot->cut_asked) != 0;
    }
    strike->step = 1;
    return waits ? FAULT_WAITS : FAULT_DONE;
}

static bool read_withhold(struct words *words, struct fault_order *order)
{
    if (!words_take(words, "for"))
        return words_fail(words, "no \"for TIME\" behind", "withhold");
    if (!words_ms(words, &order->for_ms))
        return false;
    return !words_take(words, "then") || read_either(words, "retry", "abandon", &order->retry);
}

/* The reply to the next command of its first seat stays unread until its client's time is over. */
static enum fault_progress withhold(struct world *world, struct strike *strike)
{
    struct slot *slot = seat_of(world, strike, 0);
    if (victim_of(world, strike)->state != PROCESS_RUNNING)
        return FAULT_MISSED;
    if (strike->step++ == 0) {
        strike->before = atomic_load(&slot->withheld);
        atomic_store(&slot->withhold_retry, strike->event->fault.retry);
        atomic_store(&slot->withhold_ns,
                     scenario_scaled_ns(world->scenario, strike->event->fault.for_ms));
    }
    return atomic_load(&slot->withheld) > strike->before ? FAULT_DONE : FAULT_WAITS;
}

/* ---- items */

static bool read_fail(struct words *words, struct fault_order *order)
{
    if (!words_share(words, &order->amount))
        return words_fail(words, "no share of the items (1%) behind", "fail");
    order->once = words_take(words, "once");
    return true;
}

static enum fault_progress afflict(struct world *world, struct strike *strike)
{
    struct afflictions *afflictions = &world->board->afflictions;
    const struct fault_order *order = &strike->event->fault;
    if (strike->step++ == 0) {
        strike->before = atomic_load(&afflictions->failed);
        atomic_store(order->once ? &afflictions->fails_once : &afflictions->fails,
                     (uint32_t)(order->amount * AFFLICTED_ALL));
    }
    return atomic_load(&afflictions->failed) > strike->before ? FAULT_DONE : FAULT_WAITS;
}

static enum fault_progress relieve(struct world *world, struct strike *strike)
{
    struct afflictions *afflictions = &world->board->afflictions;
    atomic_store(strike->event->fault.once ? &afflictions->fails_once : &afflictions->fails, 0);
    return FAULT_DONE;
}

static bool read_poison(struct words *words, struct fault_order *order)
{
    uint32_t items;
    if (!words_number(words, "poison", AFFLICTED_POISON_MAX, &items))
        return false;
    order->amount = items;
    return true;
}

static enum fault_progress poison(struct world *world, struct strike *strike)
{
    struct afflictions *afflictions = &world->board->afflictions;
    atomic_store(&afflictions->poisonous, (uint32_t)strike->event->fault.amount);
    return atomic_load(&afflictions->poisoned) > 0 ? FAULT_DONE : FAULT_WAITS;
}

static enum fault_progress cure(struct world *world, struct strike *strike)
{
    (void)strike;
    atomic_store(&world->board->afflictions.poisonous, 0);
    return FAULT_DONE;
}

/* ---- the server */

static enum fault_progress stall(struct world *world, struct strike *strike)
{
    if (strike->step++ == 0 && !server_stall(&world->server))
        return FAULT_MISSED;
    return server_is_stalled(&world->server) ? FAULT_DONE : FAULT_WAITS;
}

static enum fault_progress unstall(struct world *world, struct strike *strike)
{
    (void)strike;
    server_unstall(&world->server);
    return FAULT_DONE;
}

static bool read_restart(struct words *words, struct fault_order *order)
{
    order->empty = words_take(words, "empty");
    if (!order->empty && words_take(words, "lose")) {
        uint32_t bytes;
        if (!words_number(words, "lose", 1u << 30, &bytes))
            return false;
        order->amount = bytes;
        words_take(words, "bytes");
    }
    return !words_take(words, "after") || words_ms(words, &order->for_ms);
}

/* Its book is closed, and it is killed. */
static enum fault_progress kill_server(struct world *world, struct strike *strike)
{
    (void)strike;
    world_close_book(world);
    return server_kill(&world->server) ? FAULT_DONE : FAULT_MISSED;
}

static enum fault_progress start_server(struct world *world, struct strike *strike)
{
    const struct fault_order *order = &strike->event->fault;
    if (strike->step == 0) {
        uint64_t bytes = (uint64_t)order->amount, lost = 0;
        if (order->empty)
            server_drop_data(&world->server);
        else if (bytes > 0 && !server_cut_data(&world->server, bytes, &lost))
            timeline_note_missed(&world->timeline, strike->note);
        if (!server_restart(&world->server)) {
            world_fail(world, RUN_COULD_NOT, "%s", world->server.error);
            return FAULT_DONE;
        }
        world_reopen_book(world);
        strike->step = 1;
    }
    return world_reaches_server(world) ? FAULT_DONE : FAULT_WAITS;
}

static bool read_delete(struct words *words, struct fault_order *order)
{
    const char *pattern = words_next(words);
    if (pattern == NULL || strlen(pattern) >= sizeof order->name)
        return words_fail(words, "no pattern of keys behind", "redis delete");
    snprintf(order->name, sizeof order->name, "%s", pattern);
    if (!words_take(words, "of"))
        return true;
    const char *type = words_next(words);
    if (type == NULL || strlen(type) >= sizeof order->type)
        return words_fail(words, "not a type of keys:", type);
    snprintf(order->type, sizeof order->type, "%s", type);
    return true;
}

static enum fault_progress delete_keys(struct world *world, struct strike *strike)
{
    const struct fault_order *order = &strike->event->fault;
    uint64_t deleted = server_delete_keys(&world->harness.wire, order->name, order->type);
    return deleted > 0 ? FAULT_DONE : FAULT_MISSED;
}

/* ---- the table */

const struct fault_row fault_kinds[] = {
    {"kill", "WHO [if CONDITION] [back TIME|never] [as same|new]: SIGKILL of an instance",
     NEEDS_VICTIM | STOPS_VICTIM, PROMISE_AT_LEAST_ONCE_CRASH, FAULT_CRASH, read_kill, kill_victim,
     NULL},
    {"pause", "WHO [if CONDITION] for TIME: SIGSTOP, then SIGCONT",
     NEEDS_VICTIM | NEEDS_TIME | NEEDS_REAL_TIME | STOPS_VICTIM, PROMISE_AT_LEAST_ONCE_PAUSE,
     FAULT_PAUSE, NULL, pause_victim, continue_victim},
    {"slow", "WHO by FACTOR [for TIME]: its database statements take so many times as long",
     NEEDS_VICTIM | NEEDS_WORK, PROMISE_AT_LEAST_ONCE_PAUSE, FAULT_NONE, read_slow, slow_victim,
     speed_victim_up},
    {"cut", "WHO by client, or by server: connections are closed", NEEDS_VICTIM | NEEDS_REAL_TIME,
     PROMISE_AT_LEAST_ONCE_CUT, FAULT_CUT, read_cut, cut, NULL},
    {"withhold", "WHO for TIME [then retry|abandon]: its client waits in vain for a reply",
     NEEDS_VICTIM | NEEDS_TIME | NEEDS_SERVER | NEEDS_REAL_TIME, PROMISE_AT_LEAST_ONCE_CUT,
     FAULT_NONE, read_withhold, withhold, NULL},
    {"fail", "SHARE% [once] [for TIME]: the refreshes of these items fail",
     NEEDS_REAL_TIME | AFFLICTS_ITEMS, 0, FAULT_NONE, read_fail, afflict, relieve},
    {"poison", "N [for TIME]: so many items kill whoever works on them",
     NEEDS_REAL_TIME | AFFLICTS_ITEMS, PROMISE_AT_LEAST_ONCE_CRASH, FAULT_NONE, read_poison, poison,
     cure},
    {"redis stall", "for TIME: SIGSTOP of the server",
     NEEDS_SERVER | NEEDS_TIME | NEEDS_REAL_TIME | STOPS_SERVER, PROMISE_AT_LEAST_ONCE_PAUSE,
     FAULT_NONE, NULL, stall, unstall},
    {"redis restart", "[empty|lose N bytes] [after TIME]: SIGKILL, then with (most of) its AOF",
     NEEDS_SERVER | NEEDS_DATA | NEEDS_REAL_TIME | STOPS_SERVER, PROMISE_AT_LEAST_ONCE_RESTART,
     FAULT_NONE, read_restart, kill_server, start_server},
    {"redis delete", "PATTERN [of TYPE]: keys are gone", NEEDS_REAL_TIME | ASKS_SERVER, 0,
     FAULT_NONE, read_delete, delete_keys, NULL},
    {0},
};

bool fault_loses_data(const struct fault_order *order)
{
    bool cut = fault_kinds[order->kind].apply == kill_server && order->amount > 0;
    return order->empty || cut || fault_kinds[order->kind].apply == delete_keys;
}

bool fault_fails(const struct fault_order *order)
{
    return fault_kinds[order->kind].apply == afflict;
}

bool fault_fails_for_good(const struct fault_order *order)
{
    return fault_fails(order) && !order->once && order->for_ms == 0;
}

unsigned fault_tests(const struct fault_order *order)
{
    return fault_loses_data(order) ? 0 : fault_kinds[order->kind].tests;
}
