#include "bench/commands.h"

#include "bench/home.h"
#include "bench/selfbench/selfbench.h"
#include "sim/fault/timeline.h"
#include "sim/judge/expectation.h"
#include "strategies/suggest.h"

#include <string.h>
#include <unistd.h>

const struct command commands[] = {
    {"run", "SCENARIO", "runs the scenario's contenders and shows what each costs and loses",
     FOR_RUN, true, command_run},
    {"list", NULL, "strategies, contenders, promises, parameters; scenarios and their questions",
     FOR_LIST, false, command_list},
    {"check", "SCENARIO", "reads a scenario without running it; says what it would need", FOR_CHECK,
     false, command_check},
    {"sweep", "CONTENDER", "breaks an instance at each of its commands; all sweeps every contender",
     FOR_SWEEP, true, command_sweep},
    {"faults", NULL, "every contender under every fault of the catalogue: a matrix of verdicts",
     FOR_FAULTS, true, command_faults},
    {"soak", NULL, "who checks the checker: sound contenders, killed writers, leaks; takes long",
     FOR_SOAK, true, command_soak},
    {"ab", NULL, "repeats --a and --b in randomised pairs until one is slower, or surely not",
     FOR_AB, true, command_ab},
    {"gate", "SCENARIO", "compares what a lockstep run costs with a baseline, integer by integer",
     FOR_GATE, true, command_gate},
    {"compare", "BASE NEW", "compares two results: counts of lockstep runs; times as advice",
     FOR_COMPARE, false, command_compare},
    {"gate-proof", NULL, "measures how often ab and gate are wrong; can be made in pieces",
     FOR_PROOF, true, command_gate_proof},
    {"claims", NULL, "measures every statement of the published documents: a verdict on each",
     FOR_CLAIMS, true, command_claims},
    {"report", "RESULT...", "rebuilds the page from results (directories or .json), without Redis",
     FOR_REPORT, false, command_report},
    {"selfbench", NULL, "measures dibs itself against redis-cli and redis-benchmark", FOR_SELFBENCH,
     false, command_selfbench},
    {0},
};

static const struct command *find_command(const char *name)
{
    for (const struct command *command = commands; command->name; command++)
        if (strcmp(command->name, name) == 0)
            return command;
    return NULL;
}

static void say_unknown(const char *word, char *error, size_t error_size)
{
    char hint[SUGGESTION_KNOWN_MAX + 32];
    size_t count;
    char **scenarios = home_list_scenarios(&count);
    struct suggestion suggestion = {.word = word};
    for (const struct command *command = commands; command->name; command++)
        suggestion_consider(&suggestion, command->name);
    for (size_t i = 0; i < count; i++)
        if (find_command(scenarios[i]) == NULL)
            suggestion_consider(&suggestion, scenarios[i]);
    suggestion_write(&suggestion, hint, sizeof hint);
    snprintf(error, error_size, "no command and no scenario is called '%s'; %s", word, hint);
    home_free_scenarios(scenarios, count);
}

static size_t words_of(const char *argument)
{
    size_t words = argument != NULL;
    for (; words > 0 && (argument = strchr(argument, ' ')) != NULL; argument++)
        words++;
    return words;
}

const struct command *commands_find(const struct options *options, const char **scenario,
                                    char *error, size_t error_size)
{
    char path[4096];
    const char *const *words = options->words;
    size_t wanted;
    *scenario = NULL;
    if (options->word_count == 0) {
        snprintf(error, error_size, "what to run? try: dibs quick, dibs list, or dibs --help");
        return NULL;
    }
    const struct command *command = find_command(words[0]);
    if (!command && home_find_scenario(words[0], path, sizeof path)) {
        *scenario = words[0];
        wanted = 1;
        command = find_command("run");
    } else if (!command) {
        say_unknown(words[0], error, error_size);
        return NULL;
    } else {
        wanted = 1 + words_of(command->argument);
        *scenario = command->argument ? words[1] : NULL;
    }
    bool many = command->argument && strstr(command->argument, "...");
    if (options->word_count < wanted) {
        bool one = words_of(command->argument) == 1;
        snprintf(error, error_size, "%s needs %s%s%s", command->name, one ? "a " : "",
                 command->argument,
                 many  ? ": a directory of results, or a document in one"
                 : one ? "; dibs list names them"
                       : ", each a directory of results, or its result.json");
        return NULL;
    }
    if (options->word_count > wanted && !many) {
        snprintf(error, error_size, "'%s' is one word too many", words[wanted]);
        return NULL;
    }
    return command;
}

static bool is_scenario(const char *name)
{
    char path[4096];
    return home_find_scenario(name, path, sizeof path);
}

static void describe_command(FILE *out, const struct command *command)
{
    fprintf(out, "Usage: dibs %s%s%s%s\n  %s\n", command->name, command->argument ? " " : "",
            command->argument ? command->argument : "",
            command->scope == FOR_LIST ? "" : " [OPTIONS]", command->summary);
    options_describe(out, command->scope);
    fprintf(out,
            "\ndibs --help has the rest: all commands, keys of a scenario, events, exit status\n");
}

static void describe_all(FILE *out)
{
    fprintf(out, "dibs runs ways of sharing work between instances against a real Redis and shows\n"
                 "side by side what each costs and what each loses.\n\n"
                 "Usage: dibs COMMAND [OPTIONS]\n");
    for (const struct command *command = commands; command->name; command++) {
        char left[32];
        snprintf(left, sizeof left, "%s%s%s", command->name, command->argument ? " " : "",
                 command->argument ? command->argument : "");
        fprintf(out, "  %-21s %s\n", left, command->summary);
    }
    fprintf(out, "  %-21s %s\n\n", "SCENARIO",
            "short for run SCENARIO: a file, or a name that dibs list names");
    fprintf(out, "From the source tree, ./dibs installs what is missing and builds first:\n"
                 "  ./dibs test           builds with sanitizers and runs all tests\n"
                 "  ./dibs --no-install COMMAND\n"
                 "                        lists what is missing and stops instead\n");
    options_describe(out, 0);
    fprintf(out, "\nEnvironment\n"
                 "  REDISCLI_AUTH         password of your own server\n"
                 "  TMPDIR                where private servers live (/tmp)\n"
                 "  NO_COLOR              no colour in tables\n"
                 "  DIBS_HOME             directory with scenarios/ and plots/\n\n");
    status_describe(out);
    fprintf(out, "\nKeys of a scenario\n");
    scenario_describe(out);
    fputc('\n', out);
    timeline_describe(out);
    fputc('\n', out);
    expectation_describe(out);
}

bool commands_describe(FILE *out, const char *name, char *error, size_t error_size)
{
    const struct command *of_one = name ? find_command(name) : NULL;
    if (name && !of_one && is_scenario(name))
        of_one = find_command("run");
    if (of_one)
        describe_command(out, of_one);
    else if (name)
        say_unknown(name, error, error_size);
    else
        describe_all(out);
    return of_one || !name;
}

void commands_version(FILE *out)
{
    fprintf(out, "dibs %s\n", DIBS_VERSION);
}

bool command_scenario(const struct invocation *invocation, struct scenario *scenario,
                      struct scenario_error *error)
{
    char path[4096], hint[SUGGESTION_KNOWN_MAX + 32];
    const struct options *options = invocation->options;
    if (home_find_scenario(invocation->scenario, path, sizeof path)) {
        if (scenario_read(scenario, path, options->contenders,
                          (const char *const *)options->overrides, options->override_count, error))
            return true;
    } else if (access(invocation->scenario, F_OK) == 0) {
        snprintf(error->text, sizeof error->text,
                 "'%.128s' is no scenario; the name of one, or of a .yaml file, would be right",
                 invocation->scenario);
    } else {
        size_t count;
        char **names = home_list_scenarios(&count);
        struct suggestion suggestion = {.word = invocation->scenario};
        for (size_t i = 0; i < count; i++)
            suggestion_consider(&suggestion, names[i]);
        suggestion_write(&suggestion, hint, sizeof hint);
        snprintf(error->text, sizeof error->text, "there is no scenario '%.128s'; %s",
                 invocation->scenario, hint);
        home_free_scenarios(names, count);
    }
    fprintf(stderr, "dibs: %s\n", error->text);
    return false;
}

enum status command_selfbench(const struct invocation *invocation)
{
    const struct options *options = invocation->options;
    return (enum status)selfbench_command(options->redis_server, options->json, options->quiet,
                                          invocation->interrupted);
}
