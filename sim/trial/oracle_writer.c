/* The writers of a history: processes that make one step a turn, as workers of a run do in
 * lockstep. */
#include "sim/trial/oracle_internal.h"

#include "sim/machine/futex.h"
#include "sim/world/baton.h"
#include "sim/world/seat_internal.h"
#include "sim/world/seat_journal.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

void oracle_seat(struct sim_seat *seat, const struct history_run *h, uint32_t index)
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
    oracle_seat(&seat, h, index);
    while (baton_command(h->board, seat.slot)) {
        const struct errand *errand = &h->errands[index];
        if (errand->kind == ERRAND_REFRESH) {
            seat.seat.ops->refresh(&seat.seat, ORACLE_FIRST_ID + errand->item, errand->token);
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

bool oracle_writer_wait(struct history_run *h, uint32_t w)
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
            return oracle_could_not(h, "a writer ended");
        }
    }
}

bool oracle_writer_start(struct history_run *h, uint32_t w)
{
    pid_t own = getpid(), pid;
    atomic_store(&h->board->slots[w].want, WANT_NOTHING);
    atomic_store(&h->board->slots[w].step, 0);
    pid = fork();
    if (pid < 0)
        return oracle_could_not(h, "no process for a writer");
    if (pid == 0) {
        if (!janitor_child(h->janitor, own))
            _exit(1);
        write_for_ever(h, w);
    }
    janitor_add_process(h->janitor, pid);
    h->writers[w] = (struct writer){.pid = pid, .unanswered = h->model.count};
    return oracle_writer_wait(h, w);
}

void oracle_writer_end(struct history_run *h, uint32_t w)
{
    if (h->writers[w].pid == 0)
        return;
    kill(h->writers[w].pid, SIGKILL);
    waitpid(h->writers[w].pid, NULL, 0);
    janitor_forget_process(h->janitor, h->writers[w].pid);
    h->writers[w].pid = 0;
}

void oracle_writer_go(struct history_run *h, uint32_t w)
{
    struct slot *slot = &h->board->slots[w];
    atomic_store(&slot->want, WANT_NOTHING);
    atomic_fetch_add(&slot->turn, 1);
    futex_wake_all(&slot->turn);
}
