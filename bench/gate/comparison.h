/* What a comparison has found, as plain data: gate, ab and compare fill it, and the writers of
 * table, JSON, Markdown, JUnit and annotations show it. */
#ifndef DIBS_BENCH_COMPARISON_H
#define DIBS_BENCH_COMPARISON_H

#include "bench/document/json.h"
#include "bench/document/provenance.h"
#include "bench/status.h"

enum { COMPARISON_NOTES_MAX = 24, COMPARISON_LINE_MAX = 256, COMPARISON_MEASURE_MAX = 48 };

/* In the order in which they are shown. */
enum finding_kind {
    FINDING_UNTRUSTED, /* the books of the run do not balance */
    FINDING_BROKEN,    /* a declared promise was broken */
    FINDING_FAIL,
    FINDING_INCONCLUSIVE,
    FINDING_BETTER,
    FINDING_ADVICE, /* shown, and never a reason to fail */
    FINDING_PASS,
    FINDING_KINDS
};

struct finding {
    char contender[SCENARIO_LABEL_MAX];
    char measure[COMPARISON_MEASURE_MAX];
    enum finding_kind kind;
    bool detail;                    /* a part of another finding of this contender */
    unsigned rank;                  /* of the measure: the smaller, the earlier it is shown */
    double base, now;               /* NAN: there is none */
    char text[COMPARISON_LINE_MAX]; /* what the two come to, in words */
};

/* {0} but for kind and title is an empty one. */
struct comparison {
    const char *kind; /* "gate", "ab", "compare" */
    char title[COMPARISON_LINE_MAX];
    struct finding *findings; /* owned */
    size_t count, capacity;
    size_t unchanged;  /* measures that are the same, beside the findings */
    size_t unmeasured; /* that are not known exactly on both sides, so that nothing was compared */
    bool incomplete;   /* out of memory: findings are missing */
    bool refused;      /* why is not what the findings come to */
    char notes[COMPARISON_NOTES_MAX][COMPARISON_LINE_MAX]; /* who was not compared, and so on */
    size_t note_count;
    json *details;                       /* owned, or NULL: how it was measured, for the document */
    const struct provenance *provenance; /* borrowed, or NULL */
    enum status status;
    char why[2 * COMPARISON_LINE_MAX]; /* one line: why it is red, or what it amounts to */
};

/* The new finding, to be filled further. NULL: out of memory, which is noted. */
struct finding *comparison_add(struct comparison *comparison, enum finding_kind kind,
                               const char *contender, const char *measure);

__attribute__((format(printf, 2, 3))) void comparison_note(struct comparison *comparison,
                                                           const char *format, ...);

/* Puts what got worse first, and fills status and why from the findings, whatever was refused
 * before. Without any finding or unchanged measure nothing was compared, which is "not
 * comparable". */
void comparison_close_findings(struct comparison *comparison);

/* Not compared at all, for this one reason. */
__attribute__((format(printf, 3, 4))) void
comparison_refuse(struct comparison *comparison, enum status status, const char *format, ...);

const char *finding_kind_name(enum finding_kind kind);

void comparison_free(struct comparison *comparison);

#endif
