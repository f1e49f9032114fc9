/* What both versions of Deckard's distributed housekeeper have in common: six periodic tasks, the
 * pool of the unlock task, the instance's id, and a lock key for each task. */
#ifndef DIBS_STRATEGIES_HOUSEKEEPING_H
#define DIBS_STRATEGIES_HOUSEKEEPING_H

#include "strategies/key.h"
#include "strategies/strategy.h"

enum {
    TASK_UNLOCK,
    TASK_TIMEOUT,
    TASK_RECOVERY,
    TASK_TTL,
    TASK_MAX_ELEMENTS,
    TASK_METRICS,
    HOUSEKEEPING_TASKS
};

enum { HOUSEKEEPING_ID_MAX = 64, SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS };

/* First in what the seats of an instance share. */
struct housekeeping_shared {
    _Atomic uint64_t id; /* generated; 0: not yet */
};

/* First in a seat's state. */
struct housekeeping {
    char id[HOUSEKEEPING_ID_MAX];              /* of the instance: the value of all its locks */
    char keys[HOUSEKEEPING_TASKS][KEY_MAX];    /* of the tasks' locks */
    uint64_t rounds_tried[HOUSEKEEPING_TASKS]; /* up to which round the task was tried, plus one */
};

/* Builds the id and, from a format with one %s for the task's name, the keys. */
bool housekeeping_open(struct seat *seat, const struct task *tasks, const char *key_format);

/* Tries this round of a task; an outcome as from a cycle. */
typedef enum outcome housekeeping_try(struct seat *seat, uint32_t task, uint64_t round);

/* Tries each task of this worker whose round has changed since the last time. The tasks are dealt
 * to the workers of an instance in turn, so that six of them run side by side as published. */
enum outcome housekeeping_cycle(struct seat *seat, housekeeping_try *try_round);

/* Does the work of a round: of unlock, its pool's; a round that failed is no error. */
enum outcome housekeeping_run(struct seat *seat, uint32_t task, uint64_t round);

/* Nobody makes up a round that was missed: wherever one is still owed, it is lost. */
enum outcome housekeeping_census(struct seat *seat, struct census *census);

/* A strategy's own parameters begin where these end. */
enum {
    HOUSEKEEPING_RUNS,
    HOUSEKEEPING_ENABLED,
    HOUSEKEEPING_INSTANCE_ID,
    HOUSEKEEPING_LOCK_TTL,
    HOUSEKEEPING_PARALLELISM,
    HOUSEKEEPING_QUEUES,
    HOUSEKEEPING_PARAMETERS
};

extern const char *const housekeeping_ids[];

/* One entry of a table of parameters each. */
#define HOUSEKEEPING_PARAMETER_RUNS                                           \
    {.name = "housekeeper",                                                   \
     .type = PARAMETER_SWITCH,                                                \
     .fallback = "yes",                                                       \
     .environment = "DECKARD_HOUSEKEEPER_ENABLED",                            \
     .help = "no: the instance runs no task and asks Redis nothing"}
#define HOUSEKEEPING_PARAMETER_ENABLED                                        \
    {.name = "enabled",                                                       \
     .type = PARAMETER_SWITCH,                                                \
     .fallback = "yes",                                                       \
     .environment = "DECKARD_HOUSEKEEPER_DISTRIBUTED_EXECUTION_ENABLED",      \
     .help = "no: every lock succeeds and Redis is not asked (published default)"}
#define HOUSEKEEPING_PARAMETER_INSTANCE_ID                                    \
    {.name = "instance_id",                                                   \
     .type = PARAMETER_CHOICE,                                                \
     .fallback = "generated",                                                 \
     .choices = housekeeping_ids,                                             \
     .environment = "DECKARD_HOUSEKEEPER_DISTRIBUTED_EXECUTION_INSTANCE_ID",  \
     .help = "the value of its locks: its own (as published), or the host's name"}
#define HOUSEKEEPING_PARAMETER_LOCK_TTL                                       \
    {.name = "lock_ttl",                                                      \
     .type = PARAMETER_DURATION,                                              \
     .fallback = "30s",                                                       \
     .min = SECOND_MS,                                                        \
     .max = 24 * 60 * MINUTE_MS,                                              \
     .lease = true,                                                           \
     .environment = "DECKARD_HOUSEKEEPER_DISTRIBUTED_EXECUTION_LOCK_TTL",     \
     .help = "time to live of a task's lock (as published)"}
#define HOUSEKEEPING_PARAMETER_PARALLELISM                                    \
    {.name = "parallelism",                                                   \
     .type = PARAMETER_INTEGER,                                               \
     .fallback = "5",                                                         \
     .min = 1,                                                                \
     .max = 64,                                                               \
     .environment = "DECKARD_HOUSEKEEPER_UNLOCK_PARALLELISM",                 \
     .help = "threads that unlock queues (as published)"}
#define HOUSEKEEPING_PARAMETER_QUEUES                                         \
    {.name = "queues",                                                        \
     .type = PARAMETER_INTEGER,                                               \
     .fallback = "20",                                                        \
     .min = 0,                                                                \
     .max = 100000,                                                           \
     .help = "queues with locked messages in each unlock round (ours)"}

#endif
