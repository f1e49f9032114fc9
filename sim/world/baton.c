#include "sim/world/baton.h"

#include "sim/machine/futex.h"
#include "sim/machine/random.h"

/* Gives the baton back, wanting `want`, and sleeps until it is given again. */
static void pass(struct board *board, struct slot *slot, enum want want)
{
    uint32_t turn = atomic_load(&slot->turn);
    atomic_store(&slot->want, want);
    board_tell(board);
    while (atomic_load(&slot->turn) == turn && atomic_load(&board->stop) != STOP_HARD)
        futex_wait(&slot->turn, turn, NS_PER_S / 10);
}

bool baton_command(struct board *board, struct slot *slot)
{
    pass(board, slot, WANT_COMMAND);
    return atomic_load(&board->stop) != STOP_HARD;
}

void baton_wait_until(struct board *board, struct slot *slot, uint64_t due_ns)
{
    atomic_store(&slot->due_ns, due_ns);
    pass(board, slot, WANT_TIME);
}

void baton_leave(struct board *board, struct slot *slot)
{
    atomic_store(&slot->want, WANT_NO_MORE);
    board_tell(board);
}

struct view {
    uint32_t running, commands, timers, due; /* seats that want each; due: timers that are over */
    uint64_t next_ns;
};

static struct view look(struct board *board, baton_dead *dead, void *context)
{
    struct view view = {.next_ns = UINT64_MAX};
    uint64_t now = atomic_load(&board->virtual_ns);
    bool stopping = atomic_load(&board->stop) != STOP_NONE;
    for (uint32_t i = 0; i < board->seats; i++) {
        if (dead(context, i))
            continue;
        switch ((enum want)atomic_load(&board->slots[i].want)) {
        case WANT_NOTHING:
            view.running++;
            break;
        case WANT_COMMAND:
            view.commands++;
            break;
        case WANT_TIME:
            view.timers++;
            uint64_t due_ns = atomic_load(&board->slots[i].due_ns);
            view.due +=
                due_ns <= now || stopping || atomic_load(&board->slots[i].stop) != STOP_NONE;
            if (due_ns < view.next_ns)
                view.next_ns = due_ns;
            break;
        case WANT_NO_MORE:
            break;
        }
    }
    return view;
}

/* The nth seat that can go on now: those with a command, and those whose time has come. */
static struct slot *choose(struct board *board, uint64_t nth, baton_dead *dead, void *context)
{
    uint64_t now = atomic_load(&board->virtual_ns);
    bool stopping = atomic_load(&board->stop) != STOP_NONE;
    for (uint32_t i = 0; i < board->seats; i++) {
        struct slot *slot = &board->slots[i];
        uint32_t want = atomic_load(&slot->want);
        bool can = want == WANT_COMMAND ||
                   (want == WANT_TIME && (stopping || atomic_load(&slot->stop) != STOP_NONE ||
                                          atomic_load(&slot->due_ns) <= now));
        if (can && !dead(context, i) && nth-- == 0)
            return slot;
    }
    return NULL;
}

enum baton baton_settle(struct board *board, baton_dead *dead, void *context, uint64_t timeout_ns)
{
    uint32_t news = atomic_load(&board->news);
    struct view view = look(board, dead, context);
    if (view.running > 0) {
        futex_wait(&board->news, news, timeout_ns);
        view = look(board, dead, context);
    }
    if (view.running > 0)
        return BATON_BUSY;
    return view.commands + view.timers > 0 ? BATON_BACK : BATON_ALL_LEFT;
}

void baton_give(struct board *board, uint64_t *random, uint64_t until_ns, baton_dead *dead,
                void *context)
{
    struct view view = look(board, dead, context);
    if (view.commands + view.due == 0) {
        if (until_ns < view.next_ns) {
            atomic_store(&board->virtual_ns, until_ns);
            return;
        }
        atomic_store(&board->virtual_ns, view.next_ns);
        view = look(board, dead, context);
    }
    struct slot *slot =
        choose(board, random_below(random, view.commands + view.due), dead, context);
    if (slot == NULL)
        return;
    if (atomic_load(&slot->want) == WANT_COMMAND)
        atomic_fetch_add(&board->virtual_ns, BATON_STEP_NS);
    atomic_store(&slot->want, WANT_NOTHING);
    atomic_fetch_add(&slot->turn, 1);
    futex_wake_all(&slot->turn);
}
