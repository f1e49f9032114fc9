/* What tests of whole runs share: a scenario without a file, a janitor, and a directory of their
 * own for servers, which must be empty again when the test is over. */
#ifndef DIBS_TESTS_KIT_RUN_H
#define DIBS_TESTS_KIT_RUN_H

#include "sim/world/world.h"

/* A run that takes longer than this, on however busy a machine, has gone wrong: interrupted. */
#define KIT_PATIENCE_S 240

struct kit_run {
    struct janitor janitor;
    char program[256];
    char directory[64]; /* TMPDIR meanwhile */
    char *tmpdir;       /* what it was before, or NULL */
    uint64_t begun_ns;  /* of the last run */
    volatile int interrupted;
    struct run_options options;
    struct scenario scenario; /* defaults, 200 items; its only entry is entries[0] */
    struct scenario paced;    /* the same, as it is run for that entry (see sim/scenario/pace.h) */
    struct world_shape shape; /* set by kit_run_choose; for kit_run_world */
    struct world world;
    struct run_result result;
    /* Called once in a run, when work is being done (with faults: when one has paused somebody); or
     * NULL. It must return, so it asserts nothing: what it has done stands in `victim`. */
    void (*moment)(struct kit_run *kit);
    pid_t victim;                 /* 0: nobody */
    struct fault_point faults[2]; /* see kit_run_break */
};

/* Setup and teardown for cmocka; *state is the struct kit_run. The teardown fails if a process or
 * a file is left. */
int kit_run_open(void **state);
int kit_run_close(void **state);
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, kit_run_open, kit_run_close)

/* The scenario's only entry, with the contender's own parameters, and the shape that the scenario
 * asks for. Call it again after the scenario has changed. It closes the last world. */
void kit_run_choose(struct kit_run *kit, const struct contender *contender,
                    const struct strategy *strategy);
/* Whether the scenario has items for this strategy; if not, a line says that it is skipped. */
bool kit_run_suits(const struct kit_run *kit, const struct strategy *strategy);
/* By name, with parameters over its own: "batch=5 drain=yes", or "". */
void kit_run_name(struct kit_run *kit, const char *contender, const char *parameters);

/* One event more in the scenario; the test fails with what is wrong with the line. */
void kit_run_event(struct kit_run *kit, const char *line);

/* From now on this fault strikes the first worker of each of the first two instances, as it begins
 * its nth refresh. A moment then waits for as long as it takes. */
void kit_run_break(struct kit_run *kit, enum fault_kind kind, uint32_t nth);

/* One world, from an empty database to closed books, with verdict; its board and server are there
 * until the next one, the next contender or the end. */
void kit_run_world(struct kit_run *kit);
/* The same, and kit_run_assert_good. */
void kit_run_good_world(struct kit_run *kit);
/* The same in two steps, for who has something to do with the server in between. */
void kit_run_world_open(struct kit_run *kit);
void kit_run_world_finish(struct kit_run *kit);

/* The whole run_contender. */
void kit_run_contender(struct kit_run *kit);

/* Complete, trustworthy, no promise broken, and the fates add up; else the test fails and says all
 * that is known. */
void kit_run_assert_good(struct kit_run *kit);
/* One of the reasons contains this text. */
void kit_run_assert_reason(struct kit_run *kit, const char *part);
/* Fails the test with all that is known of the run. */
__attribute__((format(printf, 2, 3))) void kit_run_fail(const struct kit_run *kit,
                                                        const char *format, ...);

struct needs kit_run_needs(const struct kit_run *kit);
/* Cycles of the instance that has run most of them. */
uint64_t kit_run_cycles(const struct kit_run *kit);

/* Calls of this command in the books of the world. */
const struct books_row *kit_run_row(const struct kit_run *kit, const char *name);

/* Processes of the run that are our children: instances and producers, or the server. Returns how
 * many, of at most `max`. */
size_t kit_run_instances(const struct kit_run *kit, pid_t *pids, size_t max);
/* Of the instances, those that are paused. */
size_t kit_run_paused(const struct kit_run *kit, pid_t *pids, size_t max);
pid_t kit_run_server(const struct kit_run *kit);

#endif
