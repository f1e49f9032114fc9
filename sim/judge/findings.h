/* What a run has shown of its contender's faults, as plain data.
 *
 * A count has a certain value and one that it cannot exceed; the kills, and commands of unknown
 * outcome, explain the difference. Without a journal overlaps are a lower bound, and what only a
 * journal tells is not known. Times are real. */
#ifndef DIBS_SIM_FINDINGS_H
#define DIBS_SIM_FINDINGS_H

#include <stdbool.h>
#include <stdint.h>

struct bounded {
    uint64_t certain, most;
};

struct findings {
    bool journaled; /* a journal was kept, and holds everything */
    uint64_t journal_records, journal_dropped;
    uint32_t kills;         /* lives of processes that a signal ended */
    uint32_t doubts;        /* kills between the begin and the end of a write */
    uint64_t marks_doubted; /* marks without a reply: made never, once, or once more */
    uint64_t doomed; /* items that are owed, and whose refreshes were made to fail for good */
    uint32_t faults, faults_hit; /* ordered, and those that struck as they were meant to */

    struct bounded lost;      /* items */
    struct bounded redundant; /* refreshes beyond the first of a version */
    struct bounded overlaps;  /* refreshes begun while another one of the item was in hand */

    /* Of the journal. */
    struct bounded unavoidable;      /* redundant: whoever had done it could not say so */
    struct bounded needless;         /* redundant: whoever had done it lived, and said so */
    uint64_t recovered;              /* refreshes begun again after a kill before the write */
    double overlap_s, overlap_max_s; /* time in which an item was in several hands */
    uint32_t overlap_depth;          /* hands at once, at most; 0: never begun */
    uint64_t overlaps_awake;         /* the same without the time in which a process was stopped */
    double overlap_awake_s;
    struct bounded lost_updates;       /* writes over an update that they had not seen */
    struct bounded stale_writes;       /* accepted although a successor had begun, or written */
    uint64_t stale_rejected;           /* refused for their token: what fencing is for */
    struct bounded stale_acknowledges; /* that removed nothing, or a successor's claim */
    struct bounded blind_acknowledges; /* of these, those that removed a successor's claim */
    double unavailable_s;              /* the longest time with a backlog and no completion */
    double stalled_s;                  /* all such times over 100 ms together */
    double recovery_s;            /* from a fault to the last completion of what it had in hand, the
                                    longest; NAN: no fault had anything in hand */
    double detection_s, rework_s; /* its parts: until somebody begins again, and from there */

    double fairness; /* Jain's index of completions per time alive; NAN: nothing completed */
    double spread;   /* the most over the least of them; NAN: somebody completed nothing */
    double age_max_s, age_p99_9_s; /* from a mark until served, or until now */
    uint64_t unassigned; /* items at which, as the scenario's variables tell the instances who they
                            are, none of them would ever look */
    bool converged;      /* every item is refreshed or dead; false too where no audit was made */
};

#endif
