/* The two scripts of claim-sets. */
#ifndef DIBS_STRATEGIES_CLAIM_SETS_H
#define DIBS_STRATEGIES_CLAIM_SETS_H

#include "strategies/wire.h"

enum { CLAIM_NOTHING, CLAIM_RENAMED, CLAIM_GATHERED, CLAIM_TAKEN_OVER, CLAIM_AGAIN };

/* What the claim answers: its kind, where the ring stands and where the round ends, and how many
 * calls of some commands that took. */
enum {
    ANSWER_KIND,
    ANSWER_AT,
    ANSWER_END,
    ANSWER_MGETS,
    ANSWER_EXISTS,
    ANSWER_SCARDS,
    ANSWER_SETS,
    ANSWERS
};
struct claim_sets_answer {
    int64_t of[ANSWERS];
};

/* A wire_visit; the reply of the claim must have it, the answer as its context. */
void claim_sets_answer_visit(void *context, const struct wire_element *element);

/* KEYS: claims, position, lease, claim, deep. ARGV: base, depth, end of the round or -1, items,
 * lease in ms, token, drawer to patrol, how long a queue stays deep in ms. */
extern const struct wire_script claim_sets_claim;

/* KEYS: claims, lease, claim, a front for each item. ARGV: token, the items to put back. Answers 0
 * to who is not the owner, else 1 and how many went back. */
extern const struct wire_script claim_sets_acknowledge;

#endif
