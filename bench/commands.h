/* The commands of dibs, as a table. */
#ifndef DIBS_BENCH_COMMANDS_H
#define DIBS_BENCH_COMMANDS_H

#include "bench/options.h"
#include "bench/status.h"

/* What main hands to a command. */
struct invocation {
    const struct options *options;
    const char *scenario; /* the command's argument as given (SCENARIO, CONTENDER), or NULL */
    int argc;
    char *const *argv;
    struct janitor *janitor;         /* started, where the command wants one */
    const volatile int *interrupted; /* becomes non-zero on INT or TERM */
};

struct command {
    const char *name;
    const char *argument; /* a word for each: "SCENARIO", "BASE NEW", "RESULT..." (one or
                             more); or NULL */
    const char *summary;
    unsigned scope; /* its options, enum option_scope */
    bool wants_janitor;
    enum status (*run)(const struct invocation *invocation);
};

/* Ends in a command without a name. */
extern const struct command commands[];

/* What the words on the command line ask for: a command, or the name of a scenario as the short
 * form of run. Fills `scenario`. NULL: `error` is one line, with a near miss where there is one. */
const struct command *commands_find(const struct options *options, const char **scenario,
                                    char *error, size_t error_size);

/* --help, of the command or scenario of this name, or (NULL) of everything. False: there is none,
 * `error` as above. */
bool commands_describe(FILE *out, const char *name, char *error, size_t error_size);
/* --version. */
void commands_version(FILE *out);

enum status command_run(const struct invocation *invocation);
enum status command_list(const struct invocation *invocation);
enum status command_check(const struct invocation *invocation);
enum status command_soak(const struct invocation *invocation);
enum status command_faults(const struct invocation *invocation);
enum status command_sweep(const struct invocation *invocation);
enum status command_ab(const struct invocation *invocation);
enum status command_compare(const struct invocation *invocation);
enum status command_gate(const struct invocation *invocation);
enum status command_gate_proof(const struct invocation *invocation);
enum status command_claims(const struct invocation *invocation);
enum status command_report(const struct invocation *invocation);
enum status command_selfbench(const struct invocation *invocation);

/* Finds and reads SCENARIO with the settings of the command line. False: one line was written to
 * stderr and into `error`. */
bool command_scenario(const struct invocation *invocation, struct scenario *scenario,
                      struct scenario_error *error);

#endif
