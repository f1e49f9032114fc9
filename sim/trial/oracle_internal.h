/* What the files of the oracle share. Internal to them. */
#ifndef DIBS_SIM_ORACLE_INTERNAL_H
#define DIBS_SIM_ORACLE_INTERNAL_H

#include "sim/judge/deaths.h"
#include "sim/trial/oracle.h"
#include "sim/trial/oracle_model.h"
#include "sim/world/seat.h"

#include <sys/types.h>

enum { ORACLE_WRITERS = 3, ORACLE_FIRST_ID = 100 };

/* What a writer is to do next; mapped shared. */
struct errand {
    enum { ERRAND_REFRESH, ERRAND_ACKNOWLEDGE } kind;
    uint32_t item, token;
    bool refused;
};

/* Where a writer stands: what its next turn does. */
enum stand {
    STAND_IDLE,
    STAND_READS,
    STAND_COUNTS,
    STAND_WRITES,
    STAND_ENDS,
    STAND_ANSWERS,
};

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
    struct writer writers[ORACLE_WRITERS];
    struct sim_seat marker;
    struct deaths deaths;
    struct model model;
    uint64_t random;
    uint32_t kills, greatest_token;
    struct oracle_report *report;
};

/* Says so, and why (errno), in the report; false. */
bool oracle_could_not(struct history_run *h, const char *what);

/* Describes the seat of this index, a writer's or the marker's. */
void oracle_seat(struct sim_seat *seat, const struct history_run *h, uint32_t index);

/* A process for writer w, which waits for its first turn. */
bool oracle_writer_start(struct history_run *h, uint32_t w);
/* Gives it its turn. */
void oracle_writer_go(struct history_run *h, uint32_t w);
/* Until it waits for its next turn. False: its process has ended. */
bool oracle_writer_wait(struct history_run *h, uint32_t w);
/* Kills it, if it is there. */
void oracle_writer_end(struct history_run *h, uint32_t w);

/* The turn that it had at now_ns, by the model. */
void oracle_turn(struct history_run *h, uint32_t w, uint64_t now_ns);
/* Of a writer about to write: whether the database will take it. */
bool oracle_turn_writes(struct history_run *h, uint32_t w);
/* What it did of a turn in which it was killed, as far as the row and the counts tell; what they
 * do not tell is left in doubt. */
void oracle_turn_part(struct history_run *h, uint32_t w, uint64_t now_ns);
/* It was killed at sent_ns, with this step word: its attempt in hand ends. */
void oracle_turn_cut(struct history_run *h, uint32_t w, uint64_t step, uint64_t sent_ns);

#endif
