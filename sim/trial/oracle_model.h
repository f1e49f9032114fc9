/* The oracle's plain model: what the writers of a history did, step by step, and its figures by
 * their definitions, each attempt compared with each other one. Internal to the oracle. */
#ifndef DIBS_SIM_ORACLE_MODEL_H
#define DIBS_SIM_ORACLE_MODEL_H

#include "sim/judge/doubts.h"
#include "sim/judge/findings.h"
#include "sim/world/board.h"

enum { MODEL_ATTEMPTS_MAX = 256, MODEL_ITEMS = 3 };

/* What a killed writer may or may not have come to tell; which, nobody can know. */
enum { NO_DOUBT = -1 };

enum model_end { MODEL_OPEN, MODEL_DONE, MODEL_FAILED, MODEL_FENCED, MODEL_KILLED };

struct model_attempt {
    uint32_t item, writer, order, token, version;
    uint64_t begin_ns, end_ns;
    uint32_t read_writes; /* writes of the item when it read the row */
    bool wrote, lost_update, stale;
    bool useful;
    bool may_be_done; /* killed behind its write: it may have told of it */
    enum model_end end;
    int begin_doubt;  /* it may not have begun */
    int answer_doubt; /* its answer may not have come */
    int refuse_doubt; /* nor that it was refused */
    uint64_t asked_ns, answered_ns;
    bool refused;
};

struct model_item {
    uint32_t marked, served; /* served: as it was told to the ledger */
    uint32_t served_at_last; /* with what killed writers have written */
    uint32_t writes, begun, token;
    uint32_t cuts; /* kills in the midst of a write of it, as far as the writer's step tells */
};

struct model {
    struct model_item items[MODEL_ITEMS];
    struct model_attempt attempts[MODEL_ATTEMPTS_MAX];
    uint32_t count;
    int doubts;         /* bits of a world */
    uint32_t finishing; /* kills after the write, which may have been told */
    uint32_t no_writes; /* kills that say they may have written, and have not */
    bool unchecked;     /* the database takes every write */
};

/* A figure of dibs, and what it may be by the model. */
struct model_pair {
    const char *what;
    uint64_t least, most;
    uint64_t found;
};

/* False: `what` is the first that is not as it may be. */
bool model_pairs_agree(const struct model_pair *pairs, size_t count, char *what, size_t what_size);

/* Whether the counts of each item and each writer, and what was settled of them, are right, as far
 * as the doubts allow to say. */
bool model_counts_agree(const struct model *model, const struct board *board, uint32_t writers,
                        const struct doubts *doubts, char *what, size_t what_size);

/* Whether there is a world, of those that the doubts leave open, in which all that dibs has found
 * is right. False: `what` is what does not agree in the last one. `uncounted` is what the ledger
 * has settled, `open` those that it is not sure of. */
bool model_agrees(const struct model *model, const struct ledger *ledger, uint32_t uncounted,
                  uint32_t open, const struct findings *findings, char *what, size_t what_size);

#endif
