/* Task rounds as items of the ledger: round r of a task is one item, task after task.
 *
 * Time marks them, not producers: a round is owed from its planned time on. Whoever comes first
 * writes that down, the seat that runs the round or the supervisor that finds it due. */
#ifndef DIBS_SIM_ROUNDS_H
#define DIBS_SIM_ROUNDS_H

#include "sim/judge/ledger.h"
#include "sim/scenario/scenario.h"

enum { ROUNDS_TASKS_MAX = 16 };

/* On the board; but for `due` and `tally`, which are the supervisor's, it is set before the first
 * fork. All zero where the items are marks. */
struct rounds {
    uint32_t tasks;
    struct {
        uint64_t first, count; /* index of round 0 in the ledger, and how many there are */
        uint64_t period_ns;    /* scaled */
        uint64_t due;          /* rounds that are known to be due */
    } of[ROUNDS_TASKS_MAX];
    struct tally tally; /* of the marks that the supervisor makes */
};

/* Rounds that are planned within the scenario's cycles, of all tasks together. */
uint64_t rounds_count(const struct task *tasks, const struct scenario *scenario);

void rounds_lay_out(struct rounds *rounds, const struct task *tasks,
                    const struct scenario *scenario);

/* The round of `task` whose time it is at now_ns since the start. False: the last one is over. */
bool rounds_now(const struct rounds *rounds, uint32_t task, uint64_t now_ns, uint64_t *round);

/* The item of a round, marked. NULL: there is no such round. */
struct ledger_item *rounds_take(const struct rounds *rounds, const struct ledger *ledger,
                                uint32_t task, uint64_t round, struct tally *tally);

/* Marks what is due at now_ns since the start and not marked yet. */
void rounds_fall_due(struct rounds *rounds, const struct ledger *ledger, uint64_t now_ns);

#endif
