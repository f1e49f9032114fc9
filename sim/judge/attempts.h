/* The attempts of a run: each refresh that was begun, from its record in the journal to its end, as
 * far as it had one. */
#ifndef DIBS_SIM_ATTEMPTS_H
#define DIBS_SIM_ATTEMPTS_H

#include "sim/judge/deaths.h"
#include "sim/judge/journal.h"

enum attempt_end {
    ATTEMPT_OPEN, /* no end in the journal, and nobody died: the journal is broken */
    ATTEMPT_DONE,
    ATTEMPT_FAILED,
    ATTEMPT_FENCED,
    ATTEMPT_KILLED,  /* before its write */
    ATTEMPT_DOUBTED, /* killed while it wrote: it is not known whether the write was made */
};

struct attempt {
    uint32_t item, seat, life;
    uint32_t order;         /* which one of its item, from 1 */
    uint32_t order_written; /* DONE: how many of the item had begun when it wrote */
    uint32_t token, read, version;
    uint64_t row;                           /* DONE: overwritten */
    uint64_t claim_asked_ns, claim_told_ns; /* 0: it is not known when it was claimed */
    uint64_t begin_ns, end_ns;
    uint64_t end_most_ns;           /* later than end_ns of who was killed: reaped */
    uint64_t asked_ns, answered_ns; /* of the acknowledgement after it; 0: it never was */
    uint64_t
        doubted_ns; /* it may have been acknowledged until then: no reply came; 0: it was not */
    enum attempt_end end;
    bool useful;
    bool refused; /* its acknowledgement removed nothing */
};

struct attempts {
    struct attempt *all; /* owned; by item, then in the order in which they began */
    uint32_t count;
    uint64_t done, failed, open; /* records; open: ATTEMPT_OPEN */
    uint64_t unowned;            /* acknowledgements that removed nothing */
    uint64_t unanswered;         /* attempts of whose acknowledgement no reply came */
};

/* False: out of memory. */
bool attempts_read(struct attempts *attempts, const struct journal *journal,
                   const struct deaths *deaths);
void attempts_close(struct attempts *attempts);

#endif
