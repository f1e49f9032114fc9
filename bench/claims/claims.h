/* What the published documents state, row by row, and what was measured of it.
 *
 * scenarios/claims.yaml holds the statements, the runs that measure them and the tolerances; what
 * it says at its head is its format. Verdicts are computed from what the runs give. */
#ifndef DIBS_BENCH_CLAIMS_H
#define DIBS_BENCH_CLAIMS_H

#include "sim/scenario/document.h"

#include <math.h>
#include <stdint.h>

enum {
    CLAIMS_MAX = 256,
    CLAIMS_RUNS_MAX = 96,
    CLAIMS_PIECES_MAX = 192,
    CLAIM_PLACES_MAX = 32,
    CLAIM_SETTINGS_MAX = 6,
    CLAIM_PIECES_MAX = 4,
    CLAIMS_SET_MAX = 12,
    CLAIMS_REPEATS_MAX = 16,
    CLAIMS_COMMAND_MAX = 1024,
    CLAIMS_WHY_MAX = 256,
};

/* Texts of the file are borrowed from its document. */

/* A run of a scenario: what stands after `dibs run`. */
struct claims_run {
    const char *name, *scenario;
    const char *seed, *repeats;
    bool alone; /* nothing else runs meanwhile: it measures time */
    const char *set[CLAIMS_SET_MAX], *quick[CLAIMS_SET_MAX]; /* quick: beside set, with --quick */
    unsigned set_count, quick_count;
};

/* One contender of one run: what is begun, and shared by all rows that name it. */
struct claims_piece {
    const struct claims_run *run;
    char contender[48];
    bool wanted;        /* by a row that was asked for */
    char directory[512]; /* "": not yet known */
    double estimate_s;
    struct json_t *document; /* of its result; owned; NULL: it was not measured, `why` */
    char why[CLAIMS_WHY_MAX];
};

enum claim_verdict {
    CLAIM_HOLDS,
    CLAIM_DOES_NOT_HOLD,
    CLAIM_DEPENDS,      /* it holds in some of the settings that were measured, and not in others */
    CLAIM_NOT_MEASURED, /* `why` */
    CLAIM_NOT_TESTABLE, /* `not_testable` */
};

enum claim_relation { CLAIM_EQUAL, CLAIM_AT_MOST, CLAIM_AT_LEAST };

struct claim_range {
    double low, high;
};

/* What a claim is measured in, and what came out. */
struct claim_setting {
    const char *when; /* NULL: the only one */
    const struct claims_run *run;
    const char *contender;
    unsigned pieces[CLAIM_PIECES_MAX]; /* that its formulas name; the first is its own */
    unsigned piece_count;

    double median, low, high;    /* over the repeats; NaN: not measured, `why` */
    struct claim_range expected; /* at the size that was measured */
    uint32_t repeats;
    enum claim_verdict verdict; /* never CLAIM_DEPENDS */
    double surprise;            /* by what factor it is off; 1: it holds; NaN: not measured */
    char why[CLAIMS_WHY_MAX];
};

struct claim_place {
    const char *document;
    unsigned line;
};

struct claim {
    const char *id, *text, *unit;
    const char *figure; /* what a row beside any run calls it, with its unit; NULL: none there */
    bool one_size;      /* beside a run of another size or cycle it is not judged */
    struct claim_place places[CLAIM_PLACES_MAX]; /* the first is where it says so most plainly */
    unsigned place_count;
    const char *published_word;   /* NULL: a figure */
    struct claim_range published; /* NaN where it is a word */
    struct claim_range expected;  /* what is judged: as published, or ours where that is a word */
    enum claim_relation relation;
    double tolerance; /* share of the ends of the expected range */
    const char *scale, *measure; /* formulas */
    const char *not_testable;    /* NULL: it is measured */
    unsigned line;               /* in the file */

    struct claim_setting settings[CLAIM_SETTINGS_MAX];
    unsigned setting_count;
    bool wanted;
    enum claim_verdict verdict;
    unsigned shown; /* the setting that stands for the claim: the most surprising */
};

struct claims {
    const char *path;
    struct document *file; /* owned */
    struct claims_run runs[CLAIMS_RUNS_MAX];
    unsigned run_count;
    struct claims_piece pieces[CLAIMS_PIECES_MAX];
    unsigned piece_count;
    struct claim claims[CLAIMS_MAX];
    unsigned count;
    bool quick;
    int64_t within_us; /* no run goes on beyond it; 0: 15 minutes, or 2 with quick */
    double took_s;
    char error[640];     /* one line: why a function that returned false did so */
};

/* The documents, in the order of the sources. Ends in NULL. */
extern const char *const claims_documents[];

/* Reads and checks the file; `claims` is zero and becomes large: not for a stack. False: error,
 * "file:line: key: what is wrong". claims_close in any case. */
bool claims_read(struct claims *claims, const char *path);
void claims_close(struct claims *claims);

/* Wants the claims of these ids, with commas; NULL: all. False: error. */
bool claims_want(struct claims *claims, const char *ids);

/* How often a run is repeated, which --quick may have otherwise. */
const char *claims_repeats(const struct claims *claims, const struct claims_run *run);

/* The other settings of a run in their order, NULL at the end: those of `set` that --quick does not
 * replace, then its own. */
void claims_settings(const struct claims *claims, const struct claims_run *run,
                     const char *settings[2 * CLAIMS_SET_MAX + 1]);

/* `./dibs run ...` that measures the pieces of a setting, for a shell in the tree; several are
 * joined by "; ". */
void claims_command(const struct claims *claims, const struct claim_setting *setting,
                    char text[CLAIMS_COMMAND_MAX]);

const char *claim_verdict_name(enum claim_verdict verdict);
const char *claim_relation_name(enum claim_relation relation);

#endif
