/* The command line's options: one table drives reading, --help and what is said about mistakes. */
#ifndef DIBS_BENCH_OPTIONS_H
#define DIBS_BENCH_OPTIONS_H

#include "bench/endpoint.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { OPTIONS_WORDS_MAX = 64, OPTIONS_OVERRIDES_MAX = 64 };

/* The commands that an option belongs to, or-ed. */
enum option_scope {
    FOR_RUN = 1 << 0,
    FOR_CHECK = 1 << 1,
    FOR_SELFBENCH = 1 << 2,
    FOR_LIST = 1 << 3,
    FOR_SWEEP = 1 << 4,
    FOR_REPORT = 1 << 5,
    FOR_CLAIMS = 1 << 6,
    FOR_GATE = 1 << 8,
    FOR_AB = 1 << 9,
    FOR_COMPARE = 1 << 10,
    FOR_PROOF = 1 << 11,
    FOR_FAULTS = 1 << 12,
    FOR_SOAK = 1 << 14,
};

/* Texts are borrowed from argv but for the overrides. Not to be copied: addresses point inside. */
struct options {
    const char *words[OPTIONS_WORDS_MAX]; /* what is not an option: command, scenario */
    size_t word_count;

    const char *contenders; /* --contender, or NULL */
    char *overrides[OPTIONS_OVERRIDES_MAX]; /* --set, and --seed, --repeat, --placement; owned */
    size_t override_count;

    const char *out, *trace, *redis_server; /* or NULL */
    const char *fault, *role;               /* of a sweep, or NULL */
    const char *baseline;                   /* of a gate, or NULL: beside the scenario */
    const char *a, *b, *target, *max_time;  /* of ab, or NULL */
    const char *blocks;                     /* of a proof, or NULL */
    const char *markdown, *junit;           /* of a comparison, or NULL */
    bool update_baseline;
    const char *only;                       /* of the claims, or NULL */
    bool json, quiet, quick, remove_leftovers, help, version, manual;

    /* As given; `endpoint` is what they amount to. */
    const char *uri, *host, *port, *socket, *password, *user, *database;
    bool uses_server; /* a connection option was given: the user's own server */
    struct endpoint endpoint;

    uint64_t given;    /* bit i: row i of the table */
    char error[640];   /* one line, why options_read failed */
    char warning[160]; /* one line for stderr, or "" */
};

/* Reads argv[1..). False: `error`; the exit status is then 2. Call options_close in any case. */
bool options_read(struct options *options, int argc, char *const *argv);
void options_close(struct options *options);

/* False: an option was given that this command does not take; `error` names it. */
bool options_fit(struct options *options, const char *command, unsigned scope);

/* Lists the table for --help: the rows of a command's scope, or, with 0, all of them. */
void options_describe(FILE *out, unsigned scope);

/* Writes the table's rows for a manual page. */
void options_manual(FILE *out);

/* argv[i] as it may be kept in a result: never with a password. */
void options_mask(char *const *argv, int i, char *text, size_t size);

#endif
