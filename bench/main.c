/* dibs: signals, the janitor and the exit status; everything else is a command. */
#include "bench/commands.h"
#include "bench/manual.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    interrupted = number;
}

/* INT and TERM ask for an end, also where a shell started dibs with INT ignored; a second one asks
 * for nothing more. A reader that has gone away, and a file that may not grow, are errors of the
 * write, not the end of dibs. */
static void handle_signals(void)
{
    struct sigaction interrupt = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigset_t both;
    sigemptyset(&interrupt.sa_mask);
    sigemptyset(&both);
    sigaddset(&both, SIGINT);
    sigaddset(&both, SIGTERM);
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGTERM, &interrupt, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL);
    sigprocmask(SIG_UNBLOCK, &both, NULL);
}

static enum status usage(const char *error)
{
    fprintf(stderr, "dibs: %s\n", error);
    return STATUS_USAGE;
}

/* What dibs says of itself. Help is asked for in the middle of anything; the others stand alone. */
static enum status tell(struct options *options)
{
    char error[640];
    const char *asked = options->help ? "help" : options->manual ? "--man" : "--version";
    size_t words_max = options->help ? 1 : 0;
    if (options->word_count > words_max) {
        snprintf(error, sizeof error, "'%s' is one word too many", options->words[words_max]);
        return usage(error);
    }
    if (!options->help && !options_fit(options, asked, 0))
        return usage(options->error);
    if (options->help)
        return commands_describe(stdout, options->word_count > 0 ? options->words[0] : NULL, error,
                                 sizeof error)
                   ? STATUS_GOOD
                   : usage(error);
    if (options->manual)
        manual_write(stdout);
    else
        commands_version(stdout);
    return STATUS_GOOD;
}

static enum status run_command(const struct command *command, struct invocation *invocation)
{
    struct janitor janitor = {.pipe = -1};
    if (command->wants_janitor && !janitor_start(&janitor)) {
        fprintf(stderr, "dibs: cannot start the janitor: %s\n", strerror(errno));
        return STATUS_COULD_NOT_RUN;
    }
    invocation->janitor = &janitor;
    enum status status = command->run(invocation);
    if (*invocation->interrupted != 0 && status == STATUS_COULD_NOT_RUN)
        status = STATUS_INTERRUPTED; /* which it is for that, or would be all the same */
    if (command->wants_janitor)
        janitor_stop(&janitor);
    return status;
}

static enum status serve(struct options *options, int argc, char *const *argv)
{
    char error[640];
    struct invocation invocation = {
        .options = options, .argc = argc, .argv = argv, .interrupted = &interrupted};
    if (!options_read(options, argc, argv))
        return usage(options->error);
    if (*options->warning)
        fprintf(stderr, "dibs: %s\n", options->warning);
    if (options->help || options->manual || options->version)
        return tell(options);
    const struct command *command =
        commands_find(options, &invocation.scenario, error, sizeof error);
    if (!command)
        return usage(error);
    if (!options_fit(options, command->name, command->scope))
        return usage(options->error);
    return run_command(command, &invocation);
}

int main(int argc, char **argv)
{
    struct options options;
    handle_signals();
    registry_check();
    enum status status = serve(&options, argc, argv);
    options_close(&options);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        if (errno != EPIPE) /* who read it wanted no more */
            fprintf(stderr, "dibs: cannot write to stdout: %s\n", strerror(errno));
        status = status_worse(status, STATUS_COULD_NOT_RUN);
    }
    return (int)status;
}
