/* Who checks the checker: random histories of writers that are killed, told twice. Once by the
 * ledger, the journal and what is worked out of them, as in any run; and once by a plain model in
 * one process, which decides every step that a writer makes and sees what comes of it. */
#ifndef DIBS_SIM_ORACLE_H
#define DIBS_SIM_ORACLE_H

#include "sim/run.h"

enum { ORACLE_KILLS = 3 /* of one history */ };

/* Mapped shared where several are made side by side. */
struct oracle_report {
    uint32_t histories, kills;
    uint32_t writes_cut; /* kills between the begin and the end of a write */
    uint32_t refreshes, disagreements;
    char first[240]; /* the first disagreement as one line, or "" */
};

/* Makes the history of this seed, and adds what came of it. False: a process or memory could not
 * be had; `first` says so. The caller must have no other threads. */
bool oracle_history(uint64_t seed, struct janitor *janitor, struct oracle_report *report);

/* The histories of the seeds 1 .. n, with about so many kills, side by side. As above. */
bool oracle_run(uint32_t kills, const struct run_options *options, struct oracle_report *report);

#endif
